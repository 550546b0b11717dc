#include "app/exchange_words.h"

namespace linesman::app {
namespace {

std::string polling_words(const sync::PullProgress& progress, bool live_wanted) {
    if (!live_wanted) return "Polling (live changes are switched off)";
    return "Polling (" + (progress.live.why.empty() ? std::string("not listening yet") : progress.live.why) + ")";
}

}  // namespace

std::string phase_words(const sync::PullProgress& progress, bool live_wanted) {
    switch (progress.phase) {
        case sync::PullPhase::stopped:
            return "Stopped";
        case sync::PullPhase::first_sync:
            return "First sync";
        case sync::PullPhase::widening:
            return "Fetching more projects";
        case sync::PullPhase::windows:
            return "Looking for changes";
        case sync::PullPhase::deletes:
            return "Looking for deletes";
        case sync::PullPhase::sweep:
            return "Daily check";
        case sync::PullPhase::waiting:
            return polling_words(progress, live_wanted);
        case sync::PullPhase::listening:
            return progress.live.long_polling ? "Listening (long polling)" : "Listening";
        case sync::PullPhase::backing_off:
            return "Trying again";
        case sync::PullPhase::paused:
            return "Paused";
        case sync::PullPhase::offline:
            return "Working offline";
    }
    return "";
}

RunLog::Stage stage_of(sync::PullPhase phase) {
    switch (phase) {
        case sync::PullPhase::first_sync:
        case sync::PullPhase::widening:
            return RunLog::Stage::first_sync;
        case sync::PullPhase::windows:
        case sync::PullPhase::deletes:
        case sync::PullPhase::sweep:
            return RunLog::Stage::pull;
        case sync::PullPhase::listening:
            return RunLog::Stage::live;
        case sync::PullPhase::stopped:
        case sync::PullPhase::waiting:
        case sync::PullPhase::backing_off:
        case sync::PullPhase::paused:
        case sync::PullPhase::offline:
            return RunLog::Stage::rest;
    }
    return RunLog::Stage::rest;
}

std::string cure_for(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::offline:
        case base::ErrorKind::timed_out:
            return "Check the network. What you decide is kept on this disk and sent later.";
        case base::ErrorKind::rate_limited:
            return "The server asks to slow down; Linesman waits and goes on by itself.";
        case base::ErrorKind::unauthenticated:
            return "Sign in again.";
        case base::ErrorKind::permission_denied:
            return "Ask an admin of the project to give your account a role, such as supervisor; then sign out and in "
                   "again.";
        case base::ErrorKind::disk_full:
            return "Free some space on this disk.";
        case base::ErrorKind::configuration:
            return "Mend the setting; linesmanctl doctor names it.";
        default:
            return base::is_retryable(error.kind)
                       ? "Linesman tries again by itself. If it stays, show this line to support."
                       : "If it stays, show this line to support.";
    }
}

std::string cure_for_sign_in(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::offline:
            return "Then sign in again; what is on this computer can be read meanwhile.";
        case base::ErrorKind::timed_out:
            return "Try again; what is on this computer can be read meanwhile.";
        case base::ErrorKind::invalid_argument:
        case base::ErrorKind::permission_denied:
        case base::ErrorKind::rate_limited:
        case base::ErrorKind::configuration:
            return {};
        default:
            return "Try again. If it stays, show this line to support.";
    }
}

}  // namespace linesman::app
