#include "sync/commit_parts.h"

#include <algorithm>

#include "model/capture_fields.h"
#include "sync/capture_codec.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::Json;
using model::CaptureField;

// Values at a path of one or two plain segments; nullptr when absent.
const Json* value_at(const Json& fields, const std::string& path) {
    const size_t dot = path.find('.');
    if (dot == std::string::npos) return value::member(fields, path);
    const Json* outer = value::member(fields, path.substr(0, dot));
    const Json* inner = outer ? value::as_map(*outer) : nullptr;
    return inner ? value::member(*inner, path.substr(dot + 1)) : nullptr;
}

void set_or_remove(FieldChanges& changes, const Json& current, const std::string& path, const Json* content) {
    if (content) {
        changes.set.emplace_back(path, *content);
    } else if (value_at(current, path)) {
        changes.removed.push_back(path);
    }
}

void photo_changes(FieldChanges& changes, const CurrentDocument& current, const model::Capture& after,
                   model::Slot slot) {
    const std::string key(model::name_of(slot));
    const auto& photo = after.photos[model::index_of(slot)];
    const Json details = photo ? encode_photo(*photo) : Json();
    const Json url = photo && !photo->url.empty() ? value::text(photo->url) : Json();
    set_or_remove(changes, current.fields, "photos." + key, photo ? &details : nullptr);
    set_or_remove(changes, current.fields, "photoUrls." + key, url.is_null() ? nullptr : &url);
}

Json kept_errors(const CurrentDocument& current, const model::Capture& before, const model::Capture& after,
                 const Json& encoded) {
    const Json* raw = nullptr;
    if (const Json* stored = value::member(current.fields, "validation_errors")) raw = value::as_array(*stored);
    const Json* fresh = value::as_array(encoded);
    Json values = Json::array();
    for (size_t i = 0; fresh && i < after.validation_errors.size() && i < fresh->size(); ++i) {
        const auto known = std::ranges::find(before.validation_errors, after.validation_errors[i]);
        const auto index = static_cast<size_t>(known - before.validation_errors.begin());
        // Only when every raw entry was decoded do the indices agree.
        const bool is_kept =
            raw && raw->size() == before.validation_errors.size() && known != before.validation_errors.end();
        values.push_back(is_kept ? (*raw)[index] : (*fresh)[i]);
    }
    return value::array(std::move(values));
}

// A segment as value::field_path() writes it, without its quotes.
std::string plain_segment(std::string_view segment) {
    if (segment.size() < 2 || segment.front() != '`' || segment.back() != '`') return std::string(segment);
    segment = segment.substr(1, segment.size() - 2);
    std::string out;
    for (size_t i = 0; i < segment.size(); ++i) {
        if (segment[i] == '\\' && i + 1 < segment.size()) ++i;
        out += segment[i];
    }
    return out;
}

}  // namespace

void put_at(Json& fields, const std::string& path, Json content) {
    const size_t dot = path.find('.');
    if (dot == std::string::npos) {
        fields[path] = std::move(content);
        return;
    }
    Json& outer = fields[path.substr(0, dot)];
    if (!outer.is_object() || !outer.contains("mapValue") || !outer["mapValue"].is_object())
        outer = Json{{"mapValue", {{"fields", Json::object()}}}};
    outer["mapValue"]["fields"][plain_segment(std::string_view(path).substr(dot + 1))] = std::move(content);
}

FieldChanges staging_changes(const CurrentDocument& current, const model::Capture& before,
                             const model::Capture& after) {
    FieldChanges changes;
    const Json encoded = encode_capture(after);
    for (const CaptureField field : model::all_fields()) {
        if (model::same(field, before, after)) continue;
        if (const auto slot = model::slot_of(field)) {
            photo_changes(changes, current, after, *slot);
            continue;
        }
        const std::string key(model::wire_name_of(field));
        if (field == CaptureField::validation_errors) {
            changes.set.emplace_back(key, kept_errors(current, before, after, encoded[key]));
            continue;
        }
        set_or_remove(changes, current.fields, key, value::member(encoded, key));
    }
    return changes;
}

FromTo from_to(const CurrentDocument& current, const FieldChanges& changes) {
    FromTo out;
    const auto before = [&](const std::string& path) {
        const Json* known = value_at(current.fields, path);
        out.from[path] = known ? *known : value::null();
    };
    for (const auto& [path, content] : changes.set) {
        before(path);
        out.to[path] = content;
    }
    for (const auto& path : changes.removed) {
        before(path);
        out.to[path] = value::null();
    }
    return out;
}

namespace {

Json server_time(const std::string& path) {
    return Json{{"fieldPath", path}, {"setToServerValue", "REQUEST_TIME"}};
}

void add_transforms(Json& write, const std::vector<std::string>& paths) {
    if (paths.empty()) return;
    Json transforms = Json::array();
    for (const auto& path : paths) transforms.push_back(server_time(path));
    write["updateTransforms"] = std::move(transforms);
}

}  // namespace

Json update_write(const std::string& name, const FieldChanges& changes, const std::string& update_time) {
    Json fields = Json::object();
    Json paths = Json::array();
    for (const auto& [path, content] : changes.set) {
        put_at(fields, path, content);
        paths.push_back(path);
    }
    for (const auto& path : changes.removed) paths.push_back(path);
    Json write = Json::object();
    write["update"] = Json{{"name", name}, {"fields", std::move(fields)}};
    write["updateMask"] = Json{{"fieldPaths", std::move(paths)}};
    if (!update_time.empty()) write["currentDocument"] = Json{{"updateTime", update_time}};
    add_transforms(write, changes.server_times);
    return write;
}

Json create_write(const std::string& name, Json fields, const std::vector<std::string>& server_times) {
    Json write = Json::object();
    write["update"] = Json{{"name", name}, {"fields", std::move(fields)}};
    write["currentDocument"] = Json{{"exists", false}};
    add_transforms(write, server_times);
    return write;
}

Json delete_write(const std::string& name, const std::string& update_time) {
    return Json{{"delete", name}, {"currentDocument", {{"updateTime", update_time}}}};
}

Json before_image_write(const CollectionNames& names, const model::Operation& operation, const CurrentDocument& current,
                        int64_t revision) {
    Json fields = Json::object();
    fields["n"] = value::integer(revision);
    fields["op_id"] = value::text(operation.op_id);
    fields["by"] = value::text(operation.uid);
    fields["kind"] = value::text(model::name_of(operation.kind));
    fields["update_time"] = value::text(current.update_time);
    fields["image"] = value::map(current.fields);
    const std::string name = current.name + "/" + names.versions + "/" + operation.op_id;
    return create_write(name, std::move(fields), {"saved_at"});
}

Json audit_write(const Endpoints& endpoints, const CollectionNames& names, const model::Operation& operation,
                 const AuditDetails& details) {
    Json fields = Json::object();
    const auto put = [&](const char* key, const std::string& text) {
        if (!text.empty()) fields[key] = value::text(text);
    };
    put("op_id", operation.op_id);
    put("kind", std::string(model::name_of(operation.kind)));
    put("staging_id", operation.staging_id);
    put("projectId", details.project_id);
    put("by", operation.uid);
    put("by_name", operation.by_name);
    put("reason", operation.reason);
    put("comment", operation.comment);
    put("via", operation.via);
    put("batch_id", operation.batch_id);
    put("desk_id", operation.desk_id);
    put("previous_hash", operation.previous_hash);
    put("hash", operation.hash);
    put("predecessor", operation.predecessor);
    put("undo_of", operation.undo_of);
    put("target", operation.target);
    put("rules", operation.rules_hash);
    put("base_update_time", operation.base_update_time);
    put("production_id", details.production_id);
    fields["at"] = value::timestamp(operation.made_at);
    fields["sequence"] = value::integer(operation.sequence);
    fields["revision"] = value::integer(details.revision);
    fields["from"] = value::map(details.changes.from);
    fields["to"] = value::map(details.changes.to);
    if (!details.others.empty()) fields["others"] = value::text_array(details.others);
    if (!details.production.is_null()) fields["production"] = details.production;
    Json overrides = Json::array();
    for (const auto& each : operation.overrides) {
        overrides.push_back(
            value::map(Json{{"finding", value::text(each.finding_id)}, {"reason", value::text(each.reason)}}));
    }
    if (!overrides.empty()) fields["overrides"] = value::array(std::move(overrides));
    return create_write(endpoints.document_name(names.audit, operation.op_id), std::move(fields), {"updated_at"});
}

}  // namespace linesman::sync
