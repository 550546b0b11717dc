// linesman-field rescue: captures out of a phone's exported queue.
#include "field/rescue.h"
#include "base/file.h"
#include "cli/exit_codes.h"
#include "cli/field/verbs.h"

namespace linesman::cli {
namespace {

// What was saved now or by an earlier rescue and is still to be sent.
std::vector<std::string> to_send(field::OfflinePoleStore& store, const field::RescueReport& report) {
    std::vector<std::string> out;
    for (const auto& item : report.items) {
        if (item.outcome != field::RescueOutcome::saved && item.outcome != field::RescueOutcome::already_here) continue;
        const auto stored = store.get(item.offline_id);
        if (!stored) continue;
        if (stored->status == field::ItemStatus::pending || stored->status == field::ItemStatus::error)
            out.push_back(item.offline_id);
    }
    return out;
}

}  // namespace

int verb_rescue(const FieldOptions& options, const RescueFlags& flags) {
    const Output out(options.json, options.quiet);
    const base::SystemClock clock;
    const auto exported = base::read_file(flags.file);
    if (!exported) return fail(out, exported.error());
    std::unique_ptr<field::FieldAgent> agent;
    if (!flags.offline) {
        auto connection = field_connection(options);
        if (!connection) return fail(out, connection.error());
        agent = std::make_unique<field::FieldAgent>(std::move(*connection));
        if (const auto signed_in = agent->sign_in(); !signed_in) return fail(out, signed_in.error());
    }
    auto store = field::OfflinePoleStore::open(options.store_folder(), clock);
    if (!store) return fail(out, store.error());
    const auto report = field::rescue(*store, *exported, agent.get());
    if (!report) return fail(out, report.error());
    auto document = field::to_json(*report);
    out.data(field::to_text(*report));
    int code = report->is_complete() ? kOk : kFindings;
    if (flags.sync && agent) {
        SyncFlags how;
        how.sync.only = to_send(*store, *report);
        auto round = round_options(how, options.store_folder());
        round.take_commands = false;  // this is not the phone
        round.sync.report = false;
        if (!how.sync.only.empty()) {
            const auto result = field::run_round(*agent, *store, clock, std::move(round));
            if (!result) return fail(out, result.error());
            document["staged"] = result->sync.staged;
            document["failed"] = result->sync.failures.size();
            out.data("staged " + std::to_string(result->sync.staged) + ", failed " +
                     std::to_string(result->sync.failures.size()));
            for (const auto& failure : result->sync.failures) out.message(failure.error.what);
            if (!result->sync.failures.empty()) code = kFindings;
        }
    }
    if (!flags.report_file.empty()) {
        const auto written = base::write_file_atomically(flags.report_file, document.dump(2) + "\n");
        if (!written) return fail(out, written.error());
    }
    out.document(document);
    return code;
}

}  // namespace linesman::cli
