// What the exchange with the server is at, and what to do about its errors, in words for the status bar and the sync
// view. Pure. Thread: any.
#pragma once

#include <string>

#include "app/run_log.h"
#include "base/result.h"
#include "sync/pull.h"

namespace linesman::app {

// "First sync", "Listening", "Polling (why)".
std::string phase_words(const sync::PullProgress& progress, bool live_wanted);
RunLog::Stage stage_of(sync::PullPhase phase);
// What to do about an error of the exchange, which goes on by itself where that helps.
std::string cure_for(const base::Error& error);
// ... of a sign-in, which is not tried again by itself; empty when the error's own words say what to do.
std::string cure_for_sign_in(const base::Error& error);

}  // namespace linesman::app
