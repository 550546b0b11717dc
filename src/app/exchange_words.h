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
std::string cure_for(const base::Error& error);

}  // namespace linesman::app
