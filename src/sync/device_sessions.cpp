#include "sync/device_sessions.h"

#include "sync/value_codec.h"

namespace linesman::sync {

model::DeviceSession session_from_fields(std::string_view id, const base::Json& fields) {
    model::DeviceSession session;
    session.id = id;
    session.device_id = value::text_at(fields, "device_id");
    session.owner_uid = value::text_at(fields, "owner_uid");
    session.network = value::text_at(fields, "network");
    session.started_at = value::timestamp_at(fields, "started_at");
    session.ended_at = value::timestamp_at(fields, "ended_at");
    session.attempts_left_out = value::integer_at(fields, "attempts_left_out");
    session.log = value::text_at(fields, "log");
    const base::Json* member = value::member(fields, "attempts");
    const base::Json* list = member ? value::as_array(*member) : nullptr;
    if (!list) return session;
    for (const auto& entry : *list) {
        const base::Json* map = value::as_map(entry);
        if (!map) continue;
        session.attempts.push_back({value::text_at(*map, "offline_id"), value::text_at(*map, "stage"),
                                    value::text_at(*map, "outcome"), value::text_at(*map, "error"),
                                    value::integer_at(*map, "bytes"), value::integer_at(*map, "ms")});
    }
    return session;
}

base::Result<model::DeviceSession> decode_session(std::string_view id, std::string_view fields_json) {
    const auto fields = value::parse_fields(fields_json);
    if (!fields) return fields.error();
    return session_from_fields(id, *fields);
}

}  // namespace linesman::sync
