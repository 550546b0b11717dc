// Linking a photo that lies in Storage to the capture that lacks it: a person names one of the candidates.
#include <algorithm>

#include "app/device_file.h"
#include "app/photo_link.h"
#include "cli/verbs/judge_verbs.h"
#include "cli/verbs/office_verbs.h"

namespace linesman::cli {
namespace {

using base::ErrorKind;

bool is_wanted(const model::LedgerEntry& entry, const RelinkOptions& options) {
    return options.slot.empty() || model::name_of(entry.slot) == options.slot;
}

int list_candidates(Context& context, const RelinkOptions& options, const app::PhotoLedger& ledger, int offset) {
    base::Json slots = base::Json::array();
    std::vector<std::vector<std::string>> table = {{"SLOT", "TAKEN", "CANDIDATE"}};
    for (const auto& entry : ledger.entries) {
        if (entry.state != model::LedgerState::orphaned || !is_wanted(entry, options)) continue;
        const std::string slot(model::name_of(entry.slot));
        slots.push_back({{"slot", slot}, {"candidates", entry.candidates}});
        for (const auto& path : entry.candidates) {
            const auto parts = model::photo_path_parts(path);
            table.push_back({slot, parts ? base::format_local(parts->taken_at, offset, true) : "unknown", path});
        }
    }
    const bool any = table.size() > 1;
    context.out.document({{"item", options.item}, {"slots", std::move(slots)}});
    if (any) context.out.data(Output::table(table));
    context.out.message(any ? "Nearest in time first. Link one with --slot SLOT --photo CANDIDATE."
                            : "Storage holds nothing that may be a missing photo of this capture.");
    return any ? kFindings : kOk;
}

// Only what the ledger names: a path from elsewhere may be another pole's photo.
base::Status check_candidate(const RelinkOptions& options, const app::PhotoLedger& ledger) {
    for (const auto& entry : ledger.entries) {
        if (model::name_of(entry.slot) != options.slot) continue;
        if (entry.state == model::LedgerState::linked)
            return base::make_error(ErrorKind::precondition_failed,
                                    "The slot " + options.slot + " has a photo already. Linking replaces none.");
        if (std::find(entry.candidates.begin(), entry.candidates.end(), options.photo) != entry.candidates.end())
            return {};
    }
    return base::make_error(ErrorKind::not_found, options.photo + " is no candidate for the slot " + options.slot +
                                                      " of this capture. Without --photo the candidates are listed.");
}

}  // namespace

int verb_relink(Context& context, const RelinkOptions& options) {
    const auto profile = context.profile();
    if (!profile) return context.fail(profile.error());
    auto line = open_line(context);
    if (!line) return context.fail(line.error());
    auto opened = open_to_decide(context);
    if (opened.failed) return *opened.failed;
    const auto id = find_capture(*opened.desk, options.item);
    if (!id) return context.fail(id.error());
    app::DeviceCapture capture;
    capture.staging_id = *id;
    const auto ledger = app::read_photo_ledger(context.folders.data + "/cache.db", *profile, {capture}, line->get());
    if (!ledger) return context.fail(ledger.error());
    if (options.photo.empty()) return list_candidates(context, options, *ledger, profile->utc_offset_minutes);
    if (auto status = check_candidate(options, *ledger); !status) return context.fail(status.error());
    const auto photo = app::read_stored_photo(**line, options.photo);
    if (!photo) return context.fail(photo.error());
    const auto slot = model::slot_from_key(options.slot).value_or(model::Slot::before);
    auto draft = app::link_draft(*id, slot, *photo);
    draft.comment = options.comment;
    if (options.dry_run) {
        const auto permission = opened.desk->may(draft);
        context.out.document({{"item", options.item},
                              {"dry_run", true},
                              {"state", permission.allowed ? "would be done" : "would be refused"},
                              {"why", permission.why_not}});
        context.out.data(options.item + ": " +
                         (permission.allowed ? std::string("would be linked") : "refused. " + permission.why_not));
        return permission.allowed ? kOk : kFindings;
    }
    const auto outcome = settled(*opened.desk, opened.desk->decide(std::move(draft)));
    return report_decision(context, *opened.desk, options.item, outcome);
}

}  // namespace linesman::cli
