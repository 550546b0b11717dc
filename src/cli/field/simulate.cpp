// linesman-field simulate: many devices with faults against a local backend.
#include <cstdio>

#include "cli/exit_codes.h"
#include "cli/field/verbs.h"

namespace linesman::cli {

int verb_simulate(const FieldOptions& options, field::SimulationOptions simulation) {
    Output out(options.json, options.quiet);
    auto connection = field_connection(options);
    if (!connection) return fail(out, connection.error());
    simulation.agent = std::move(*connection);
    simulation.folder = options.folder;
    simulation.progress = [&](const std::string& line) { out.progress(line); };
    const auto result = field::simulate(simulation);
    out.end_progress();
    if (!result) return fail(out, result.error());
    char text[400];
    std::snprintf(text, sizeof text,
                  "%lld captures, %lld staged exactly once, %lld photos right, %lld lost and listed, %.1f s\n"
                  "lives %lld, crashes %lld, full disks %lld, wrong clocks %lld, damaged photos %lld, sent twice %lld\n"
                  "requests %lld, cut %lld, replies lost %lld, tokens stolen %lld",
                  static_cast<long long>(result->captures), static_cast<long long>(result->staged),
                  static_cast<long long>(result->photos), static_cast<long long>(result->lost_photos), result->seconds,
                  static_cast<long long>(result->lives), static_cast<long long>(result->crashes),
                  static_cast<long long>(result->full_disks), static_cast<long long>(result->wrong_clocks),
                  static_cast<long long>(result->damaged_photos), static_cast<long long>(result->sent_twice),
                  static_cast<long long>(result->requests), static_cast<long long>(result->cut),
                  static_cast<long long>(result->lost_replies), static_cast<long long>(result->stolen_tokens));
    out.data(text);
    for (const auto& problem : result->problems) out.message(problem);
    out.document(field::to_json(*result));
    return result->is_right() ? kOk : kFindings;
}

}  // namespace linesman::cli
