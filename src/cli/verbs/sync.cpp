#include "cli/verbs/office_verbs.h"
#include "cli/verbs/verbs.h"

namespace linesman::cli {
namespace {

std::string progress_text(const app::Snapshot& s) {
    std::string text = s.sync.phase;
    if (s.sync.documents_done) {
        text += ": " + std::to_string(s.sync.documents_done);
        if (s.sync.documents_total) text += " of " + std::to_string(s.sync.documents_total);
        text += " documents";
        if (s.sync.documents_per_s > 0)
            text += ", " + std::to_string(static_cast<int64_t>(s.sync.documents_per_s)) + "/s";
        if (s.sync.seconds_left >= 0)
            text += ", " + std::to_string(static_cast<int64_t>(s.sync.seconds_left)) + " s left";
    }
    if (s.outbox.unsent()) text += "; " + std::to_string(s.outbox.unsent()) + " decisions to send";
    return text;
}

}  // namespace

int verb_sync(Context& context) {
    auto desk = context.open_desk(false, true);
    if (!desk) {
        if (desk.error().kind == base::ErrorKind::already_exists)
            context.out.message("The console of this profile is running and syncs by itself.");
        return context.fail(desk.error());
    }
    const base::Timestamp begun = (*desk)->now();
    const app::SyncState before = (*desk)->snapshot()->sync;
    (*desk)->sync_now();
    const auto settled = [&](const app::Snapshot& s) {
        if (s.sync.connection == app::Connection::signed_out) return true;
        if (s.sync.connection == app::Connection::offline) return true;
        return s.sync.last_pull && *s.sync.last_pull >= begun && s.outbox.at_rest() && !s.rules_running;
    };
    const bool done = (*desk)->wait_for(settled, base::seconds(context.options.timeout_s),
                                        [&](const app::Snapshot& s) { context.out.progress(progress_text(s)); });
    context.out.end_progress();
    const auto s = (*desk)->snapshot();
    const auto& sync = s->sync;
    context.out.document({{"up_to_date", done && sync.last_pull && *sync.last_pull >= begun},
                          {"captures", s->counts.total},
                          {"open", s->counts.open},
                          {"reads", sync.reads_today - std::min(before.reads_today, sync.reads_today)},
                          {"writes", sync.writes_today - std::min(before.writes_today, sync.writes_today)},
                          {"unsent", s->outbox.unsent()},
                          {"need_a_person", s->outbox.parked + s->outbox.conflicts},
                          {"error", sync.last_error}});
    if (!done) return context.fail(not_in_time(sync));
    if (sync.connection == app::Connection::signed_out)
        return context.fail(base::make_error(
            base::ErrorKind::permission_denied,
            sync.last_error.empty() ? "Nobody is signed in. Sign in at the console, or set LINESMAN_EMAIL and "
                                      "LINESMAN_PASSWORD."
                                    : sync.last_error,
            sync.last_cure));
    if (sync.connection == app::Connection::offline)
        return context.fail(base::make_error(base::ErrorKind::offline, sync.last_error.empty()
                                                                           ? "There is no connection to the server."
                                                                           : sync.last_error));
    context.out.data("Up to date: " + std::to_string(s->counts.total) + " captures, " + std::to_string(s->counts.open) +
                     " waiting; " + std::to_string(sync.reads_today) + " documents read and " +
                     std::to_string(sync.writes_today) + " written today.");
    return s->outbox.parked + s->outbox.conflicts > 0 ? kFindings : kOk;
}

}  // namespace linesman::cli
