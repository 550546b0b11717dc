#include "sync/change_record.h"

#include <algorithm>

#include "sync/capture_codec.h"
#include "sync/commit_parts.h"
#include "sync/value_codec.h"

namespace linesman::sync {

using base::Json;

ChangeRecord read_change_record(const RawDocument& document) {
    ChangeRecord record;
    record.op_id = document.id();
    const auto fields = value::parse_fields(document.fields_json);
    if (!fields) return record;
    record.kind_name = value::text_at(*fields, "kind");
    record.kind = model::operation_kind_from_name(record.kind_name);
    record.staging_id = value::text_at(*fields, "staging_id");
    record.by = value::text_at(*fields, "by");
    record.by_name = value::text_at(*fields, "by_name");
    record.reason = value::text_at(*fields, "reason");
    record.comment = value::text_at(*fields, "comment");
    record.via = value::text_at(*fields, "via");
    record.undo_of = value::text_at(*fields, "undo_of");
    record.target = value::text_at(*fields, "target");
    record.at = value::timestamp_at(*fields, "at");
    record.revision = value::integer_at(*fields, "revision");
    if (const Json* others = value::member(*fields, "others")) {
        if (const Json* ids = value::as_array(*others)) {
            for (const auto& id : *ids) {
                if (auto text = value::as_text(id)) record.others.push_back(std::move(*text));
            }
        }
    }
    if (const Json* to = value::member(*fields, "to")) {
        if (const Json* values = value::as_map(*to)) record.to = *values;
    }
    return record;
}

VersionRecord read_version_record(const std::string& staging_id, const RawDocument& document) {
    VersionRecord record;
    record.id = document.id();
    if (const auto fields = value::parse_fields(document.fields_json)) {
        record.n = value::integer_at(*fields, "n");
        if (const Json* image = value::member(*fields, "image")) {
            if (const Json* values = value::as_map(*image)) record.fields = *values;
        }
        record.capture = decode_capture_or_unreadable(staging_id, base::to_text(record.fields),
                                                      value::text_at(*fields, "update_time"));
    }
    return record;
}

model::Capture capture_after(const VersionRecord& before, const ChangeRecord& change) {
    const std::string& id = before.capture.staging_id;
    const Json* to = &change.to;
    if (id != change.staging_id) {
        // Another capture of a merge: its values stand under its id.
        const Json* own = value::member(change.to, id);
        to = own ? value::as_map(*own) : nullptr;
    }
    Json fields = before.fields;
    if (to) {
        for (const auto& [path, content] : to->items()) {
            const bool is_other = std::find(change.others.begin(), change.others.end(), path) != change.others.end();
            if (!is_other) put_at(fields, path, content);
        }
    }
    return decode_capture_or_unreadable(id, base::to_text(fields), before.capture.update_time);
}

}  // namespace linesman::sync
