// The photo ledger of one device.
#include <map>

#include "app/device_file.h"
#include "cli/verbs/office_verbs.h"
#include "cli/verbs/operations_verbs.h"

namespace linesman::cli {

int verb_devices_photos(Context& context, const DeviceOptions& options) {
    auto desk = context.open_desk(true, false);
    if (!desk) return context.fail(desk.error());
    const auto profile = context.profile();
    if (!profile) return context.fail(profile.error());
    const std::string cache = context.folders.data + "/cache.db";
    const auto file = app::read_device(*(*desk)->snapshot(), cache, *profile, options.device);
    if (!file) return context.fail(file.error());
    std::unique_ptr<app::OfficeLine> line;
    std::string not_asked = "--offline was given";
    if (!options.offline) {
        auto opened = open_line(context);
        if (opened) {
            line = std::move(*opened);
        } else {
            not_asked = opened.error().what;
        }
    }
    context.out.progress("Looking into Storage");
    const auto ledger = app::read_photo_ledger(cache, *profile, file->captures, line.get());
    context.out.end_progress();
    if (!ledger) return context.fail(ledger.error());
    std::map<std::string, int64_t> counts;
    base::Json entries = base::Json::array();
    std::vector<std::vector<std::string>> table = {{"CAPTURE", "NUMBER", "SLOT", "STATE", "CANDIDATES"}};
    for (const auto& entry : ledger->entries) {
        const std::string state(model::name_of(entry.state));
        ++counts[state];
        std::string candidates;
        for (const auto& path : entry.candidates) candidates += (candidates.empty() ? "" : " ") + path;
        entries.push_back({{"staging_id", entry.staging_id},
                           {"pole_number", entry.pole_number},
                           {"slot", model::name_of(entry.slot)},
                           {"state", state},
                           {"path", entry.path},
                           {"candidates", entry.candidates}});
        if (entry.state != model::LedgerState::linked)
            table.push_back({entry.staging_id, entry.pole_number.empty() ? "-" : entry.pole_number,
                             std::string(model::name_of(entry.slot)), state, candidates});
    }
    context.out.document({{"device", options.device},
                          {"asked_storage", ledger->asked_storage},
                          {"incomplete", ledger->incomplete},
                          {"counts", counts},
                          {"photos", std::move(entries)}});
    if (table.size() > 1) context.out.data(Output::table(table));
    std::string sum;
    for (const auto& [state, count] : counts) sum += (sum.empty() ? "" : ", ") + std::to_string(count) + " " + state;
    context.out.data(sum.empty() ? "No photo is expected." : sum + ".");
    if (!ledger->asked_storage)
        context.out.message("Storage was not asked (" + not_asked + "): what is not linked is unknown.");
    if (!ledger->incomplete.empty()) context.out.message(ledger->incomplete);
    if (counts.contains("orphaned"))
        context.out.message(
            "A candidate is never linked by itself. Link the right one (linesmanctl relink CAPTURE), have the device "
            "send its own again (linesmanctl retry DEVICE --photos CAPTURE), or reject with the reason photo_missing.");
    const bool all_well = counts.size() == (counts.contains("linked") ? 1U : 0U);
    return all_well ? kOk : kFindings;
}

}  // namespace linesman::cli
