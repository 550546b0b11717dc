#include "app/audit_service.h"
#include "cli/verbs/office_verbs.h"
#include "cli/verbs/verbs.h"

namespace linesman::cli {
namespace {

base::Json as_json(const app::AuditVerification& result) {
    base::Json findings = base::Json::array();
    for (const auto& finding : result.findings)
        findings.push_back({{"fault", finding.fault},
                            {"desk_id", finding.desk_id},
                            {"sequence", finding.sequence},
                            {"op_id", finding.op_id},
                            {"what", finding.what}});
    return {{"desk_id", result.desk_id},
            {"journal_entries", result.journal_rows},
            {"server_entries", result.server_entries},
            {"agreed", result.agreed},
            {"server_was_read", result.server_was_read},
            {"by_fault", result.by_fault},
            {"findings", std::move(findings)}};
}

}  // namespace

int verb_audit_verify(Context& context, const AuditOptions& options) {
    std::unique_ptr<app::OfficeLine> line;
    if (!options.offline) {
        auto opened = open_line(context);
        if (!opened) return context.fail(opened.error());
        line = std::move(*opened);
    }
    const base::SystemClock clock;
    const auto result = app::verify_audit(context.folders.data + "/outbox.db", clock, line.get(), options.all_desks);
    if (!result) return context.fail(result.error());
    context.out.document(as_json(*result));
    for (const auto& finding : result->findings) context.out.data(finding.fault + ": " + finding.what);
    std::string summary = "Desk " + result->desk_id + ": " + std::to_string(result->journal_rows) + " journal entries";
    if (result->server_was_read)
        summary += ", " + std::to_string(result->server_entries) + " read from the server, " +
                   std::to_string(result->agreed) + " agree";
    summary += result->findings.empty()
                   ? ". Nothing is wrong."
                   : ". " + std::to_string(result->findings.size()) +
                         (result->findings.size() == 1 ? " thing is wrong." : " things are wrong.");
    context.out.data(summary);
    return result->findings.empty() ? kOk : kFindings;
}

int verb_audit_show(Context& context, const AuditOptions& options) {
    const auto id = staging_id_of(context, options.capture);
    if (!id) return context.fail(id.error());
    auto line = open_line(context);
    if (!line) return context.fail(line.error());
    const base::SystemClock clock;
    const auto trail = app::audit_trail(**line, context.folders.data + "/outbox.db", clock, *id);
    if (!trail) return context.fail(trail.error());
    base::Json lines = base::Json::array();
    std::vector<std::vector<std::string>> rows;
    for (const auto& entry : trail->lines) {
        lines.push_back({{"at", base::format_rfc3339(entry.at)},
                         {"source", app::name_of(entry.source)},
                         {"who", entry.who},
                         {"what", entry.what},
                         {"details", entry.details}});
        rows.push_back({base::format_rfc3339(entry.at), std::string(app::name_of(entry.source)), entry.what});
    }
    context.out.document({{"id", trail->staging_id},
                          {"offline_id", trail->offline_id},
                          {"device_id", trail->device_id},
                          {"history", std::move(lines)},
                          {"notes", trail->notes}});
    context.out.data(Output::table(rows));
    for (const auto& note : trail->notes) context.out.message(note);
    return kOk;
}

}  // namespace linesman::cli
