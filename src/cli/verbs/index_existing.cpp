#include "cli/verbs/verbs.h"

namespace linesman::cli {

int verb_index_existing(Context& context) {
    auto desk = context.open_desk(false, true);
    if (!desk) return context.fail(desk.error());
    const bool signed_in = (*desk)->wait_for(
        [](const app::Snapshot& s) { return s.session.signed_in || !s.sync.last_error.empty(); }, base::seconds(30));
    const auto s = (*desk)->snapshot();
    if (!signed_in || !s->session.signed_in) {
        const std::string why = s->sync.last_error.empty() ? "Nobody is signed in." : s->sync.last_error;
        return context.fail(base::make_error(base::ErrorKind::permission_denied, why));
    }
    const auto report = (*desk)->index_existing();
    if (!report) return context.fail(report.error());
    context.out.document({{"poles", report->poles},
                          {"keys_made", report->keys_made},
                          {"keys_known", report->keys_known},
                          {"without_number", report->without_number},
                          {"duplicates", report->duplicates}});
    context.out.data(std::to_string(report->poles) + " poles in production: " + std::to_string(report->keys_made) +
                     " keys made, " + std::to_string(report->keys_known) + " were there, " +
                     std::to_string(report->without_number) + " have no number.");
    for (const auto& duplicate : report->duplicates) context.out.data("two poles with one number: " + duplicate);
    return report->duplicates.empty() ? kOk : kFindings;
}

}  // namespace linesman::cli
