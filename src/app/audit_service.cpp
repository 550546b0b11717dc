#include "app/audit_service.h"

#include "base/file.h"
#include "store/outbox.h"

namespace linesman::app {

base::Result<AuditVerification> verify_audit(const std::string& outbox_path, const base::Clock& clock, OfficeLine* line,
                                             bool all_desks) {
    if (!base::file_exists(outbox_path))
        return base::make_error(base::ErrorKind::not_found,
                                "Nothing was ever decided at this desk: there is no journal.");
    auto outbox = store::Outbox::open(outbox_path, clock);
    if (!outbox) return outbox.error();
    AuditVerification out;
    out.desk_id = outbox->desk_id();
    sync::AuditComparison comparison(outbox->desk_id(), outbox->install_id());
    // The server first: what it has by then is in the journal for certain.
    std::vector<sync::AuditEntry> entries;
    if (line) {
        LINESMAN_TRY(line->each(line->names().audit, all_desks ? "" : "desk_id", out.desk_id,
                                [&](const sync::RawDocument& document) {
                                    entries.push_back(sync::audit_entry(document));
                                    return true;
                                }));
        out.server_was_read = true;
    }
    LINESMAN_TRY(outbox->each_journal_row(0, [&](const store::JournalRow& row) {
        comparison.take(row);
        return true;
    }));
    for (const auto& entry : entries) comparison.take(entry);
    auto findings = comparison.finish(out.server_was_read);
    out.journal_rows = comparison.rows();
    out.server_entries = comparison.entries();
    out.agreed = comparison.agreed();
    // Sent while the server was being read: asked for again by name.
    std::vector<std::string> names;
    for (const auto& finding : findings) {
        if (finding.fault == sync::AuditFault::missing_on_server)
            names.push_back(line->endpoints().document_name(line->names().audit, finding.op_id));
    }
    if (!names.empty()) {
        const auto there = line->get(std::move(names));
        if (!there) return there.error();
        std::erase_if(findings, [&](const auto& finding) {
            return finding.fault == sync::AuditFault::missing_on_server &&
                   std::any_of(there->documents.begin(), there->documents.end(),
                               [&](const auto& document) { return document.id() == finding.op_id; });
        });
    }
    for (auto& finding : findings) {
        const std::string fault(sync::name_of(finding.fault));
        ++out.by_fault[fault];
        out.findings.push_back({fault, finding.desk_id, finding.sequence, finding.op_id, std::move(finding.what)});
    }
    return out;
}

}  // namespace linesman::app
