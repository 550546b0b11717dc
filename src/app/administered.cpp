#include "app/administered.h"

#include "base/ids.h"
#include "sync/commit_parts.h"
#include "sync/value_codec.h"

namespace linesman::app {

namespace value = sync::value;
using base::Json;

base::Result<Administration> Administration::open(const std::string& outbox_path, const base::Clock& clock) {
    auto outbox = store::Outbox::open(outbox_path, clock);
    if (!outbox) return outbox.error();
    if (!outbox->read_only_reason().empty())
        return base::make_error(base::ErrorKind::unsupported, outbox->read_only_reason());
    return Administration(std::move(*outbox), clock);
}

std::string Administration::refusal(const model::Session& session) {
    if (!session.signed_in) return "Nobody is signed in.";
    if (session.roles_enforced && session.role != model::Role::admin)
        return "Only an admin may do this; you are signed in as " + std::string(model::name_of(session.role)) + ".";
    return {};
}

base::Result<Administration::Begun> Administration::begin(const OfficeLine& line, const AdministeredChange& change) {
    const auto& session = line.session();
    Json body = {{"kind", change.kind},     {"by", session.uid},
                 {"by_name", session.name}, {"projectId", change.project_id},
                 {"target", change.target}, {"comment", change.comment},
                 {"via", change.via},       {"content_sha256", change.content_sha256}};
    for (const auto& [key, text] : change.more) body[key] = text;
    Begun begun;
    begun.op_id = base::uuid7(clock_);
    const auto row = outbox_.record_administered(begun.op_id, body);
    if (!row) return row.error();
    Json fields = Json::object();
    for (const auto& [key, text] : body.items()) fields[key] = value::text(text.get<std::string>());
    fields["op_id"] = value::text(begun.op_id);
    fields["desk_id"] = value::text(outbox_.desk_id());
    fields["sequence"] = value::integer(row->sequence);
    fields["previous_hash"] = value::text(row->previous_hash);
    fields["hash"] = value::text(row->hash);
    fields["at"] = value::timestamp(row->at);
    if (!change.from.is_null()) fields["from"] = change.from;
    if (!change.to.is_null()) fields["to"] = change.to;
    begun.audit_write = sync::create_write(line.endpoints().document_name(line.names().audit, begun.op_id),
                                           std::move(fields), {"updated_at"});
    return begun;
}

base::Status Administration::finish(const std::string& op_id, const std::string& update_time) {
    return outbox_.record_administered_done(op_id, update_time);
}

base::Result<std::optional<std::string>> Administration::took_effect(OfficeLine& line, const std::string& op_id) {
    const auto reply = line.get({line.endpoints().document_name(line.names().audit, op_id)});
    if (!reply) return reply.error();
    if (reply->documents.empty()) return std::optional<std::string>();
    return std::optional(reply->documents.front().update_time);
}

}  // namespace linesman::app
