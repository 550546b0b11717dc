// /linesman-admin/: what tests and scripts need and Firebase does not offer. Open to whoever reaches the loopback port.
//
//   GET/PUT/DELETE faults      the rules of faults.h
//   GET/PUT        clock       {"offsetMs":0,"requestTimeLagMs":0}
//   GET/DELETE     counters    what was asked so far; DELETE starts at zero
//   GET/PUT/POST   documents   {"documents":[{"name","fields"}…]}; PUT replaces all, POST adds by commits of 500
//   GET/PUT/DELETE listen      what Listen and Write streams do wrong and have done (stream_rules.h): any of the
//   settings,
//                              "cut":{"service","afterMessages","halfFrame","count"}, "refuse":{"code","count"}
//   POST           listen/expire-tokens, listen/drop-channels
//   PUT            auth        {"hideEmails":true}
//   GET            status      project, number of documents, commits, objects, users
#pragma once

#include "backend/http.h"

namespace linesman::backend {

class Server;

HttpReply handle_admin(Server& server, const HttpRequest& request);

}  // namespace linesman::backend
