#include "app/office_line.h"

#include "cli/verbs/office_verbs.h"
#include "cli/verbs/verbs.h"

namespace linesman::cli {

base::Result<std::unique_ptr<app::OfficeLine>> open_line(const Context& context) {
    auto profile = context.profile();
    if (!profile) return profile.error();
    LINESMAN_TRY(context.folders.create());
    app::OfficeLineOptions options;
    options.patience = base::seconds(context.options.timeout_s);
    return app::OfficeLine::open(*profile, credentials_from_environment(), options);
}

base::Error not_in_time(const app::SyncState& sync) {
    std::string what = "The sync did not finish in time; what came is kept.";
    if (!sync.last_error.empty()) what += " " + sync.last_error;
    if (!sync.last_error.empty() && !sync.last_cure.empty()) what += " " + sync.last_cure;
    return base::make_error(base::ErrorKind::timed_out, what);
}

base::Status wait_until_pulled(Context& context, app::Engine& desk, base::Timestamp begun) {
    desk.sync_now();
    const auto settled = [&](const app::Snapshot& s) {
        if (s.sync.connection == app::Connection::signed_out || s.sync.connection == app::Connection::offline)
            return true;
        return s.sync.last_pull && *s.sync.last_pull >= begun && !s.rules_running;
    };
    const bool done = desk.wait_for(settled, base::seconds(context.options.timeout_s),
                                    [&](const app::Snapshot& s) { context.out.progress(s.sync.phase); });
    context.out.end_progress();
    const auto s = desk.snapshot();
    if (s->sync.last_pull && *s->sync.last_pull >= begun && !s->rules_running) return {};
    if (!done) return not_in_time(s->sync);
    const bool signed_out = s->sync.connection == app::Connection::signed_out;
    std::string what = s->sync.last_error;
    if (what.empty())
        what = signed_out
                   ? "Nobody is signed in. Sign in at the console, or set LINESMAN_EMAIL and LINESMAN_PASSWORD."
                   : "There is no connection to the server. With --offline the rules run over what was pulled last.";
    return base::make_error(signed_out ? base::ErrorKind::permission_denied : base::ErrorKind::offline, what);
}

base::Result<std::string> staging_id_of(Context& context, const std::string& item) {
    auto desk = context.open_desk(true, false);
    if (!desk) return item;  // nothing is here to look a number up in
    const auto snapshot = (*desk)->snapshot();
    const auto row = find_row(*snapshot, item);
    if (row) return std::string(snapshot->columns.staging_id(*row));
    if (row.error().kind == base::ErrorKind::not_found) return item;  // the server may still know it
    return row.error();
}

}  // namespace linesman::cli
