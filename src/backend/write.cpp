#include "backend/write.h"

#include "backend/api_error.h"
#include "backend/names.h"
#include "backend/value_json.h"

namespace linesman::backend {

using base::Json;
using base::Result;

namespace {

constexpr size_t kMaxTransforms = 500;  // per document and commit

Result<std::string> checked_name(const Json& json, const std::string& database) {
    if (!json.is_string()) return invalid("A document name must be a string.");
    std::string name = json.get<std::string>();
    LINESMAN_TRY(check_document_name(name));
    if (*database_of(name) != database) {
        return invalid("Document name \"" + name.substr(0, 200) + "\" lies outside the database of the request.");
    }
    return name;
}

Result<Precondition> precondition_from(const Json& json) {
    Precondition precondition;
    precondition.exists = base::bool_at(json, "exists");
    if (const auto text = base::string_at(json, "updateTime")) {
        const auto time = precise_time(*text);
        if (!time) return time.error();
        precondition.update_time = *time;
    }
    if (precondition.exists && precondition.update_time)
        return invalid("A precondition must hold exactly one condition.");
    return precondition;
}

Result<Transform> transform_from(const Json& json) {
    Transform transform;
    auto path = parse_field_path(base::string_at(json, "fieldPath").value_or(""));
    if (!path) return path.error();
    if (path->is_name()) return invalid("A transform may not change __name__.");
    transform.path = std::move(*path);
    if (base::find(json, "setToServerValue")) {
        const std::string server = enum_at(json, "setToServerValue", {"", "REQUEST_TIME"});
        return server == "REQUEST_TIME" ? Result<Transform>(std::move(transform)) : invalid("Unknown server value.");
    }
    static const std::pair<const char*, Transform::Kind> kKinds[] = {
        {"increment", Transform::Kind::increment},
        {"maximum", Transform::Kind::maximum},
        {"minimum", Transform::Kind::minimum},
        {"appendMissingElements", Transform::Kind::append_missing},
        {"removeAllFromArray", Transform::Kind::remove_all},
    };
    for (const auto& [key, kind] : kKinds) {
        const Json* operand = base::find(json, key);
        if (!operand) continue;
        const bool array = kind == Transform::Kind::append_missing || kind == Transform::Kind::remove_all;
        auto value = value_from_json(array ? Json{{"arrayValue", *operand}} : *operand);
        if (!value) return value.error();
        if (!array && !value->is_number()) return invalid(std::string(key) + " requires a number.");
        transform.kind = kind;
        transform.operand = std::move(*value);
        return transform;
    }
    return invalid("A field transform must name a transformation.");
}

base::Status add_transforms(Write& write, const Json* list) {
    if (!list) return {};
    if (!list->is_array()) return invalid("Transforms must be a list.");
    if (list->size() > kMaxTransforms) return invalid("A document may have at most 500 transforms in one commit.");
    for (const Json& item : *list) {
        auto transform = transform_from(item);
        if (!transform) return transform.error();
        write.transforms.push_back(std::move(*transform));
    }
    return {};
}

base::Status read_update(Write& write, const Json& update, const Json& json, const std::string& database) {
    const Json* name_json = base::find(update, "name");
    auto name = checked_name(name_json ? *name_json : Json(), database);
    if (!name) return name.error();
    write.name = std::move(*name);
    if (const Json* fields = base::find(update, "fields")) {
        auto map = fields_from_json(*fields);
        if (!map) return map.error();
        write.fields = std::move(*map);
    }
    if (const Json* mask = base::find(json, "updateMask")) {
        const Json* list = base::find(*mask, "fieldPaths");
        auto paths = paths_from_json(list ? *list : Json::array());
        if (!paths) return paths.error();
        write.mask = std::move(*paths);
    }
    return add_transforms(write, base::find(json, "updateTransforms"));
}

}  // namespace

Result<base::Timestamp> precise_time(std::string_view text) {
    const auto time = base::parse_rfc3339(text);
    if (!time) return invalid("Invalid time \"" + std::string(text.substr(0, 60)) + "\".");
    const size_t dot = text.find('.');
    if (dot != std::string_view::npos) {
        const size_t end = text.find_first_not_of("0123456789", dot + 1);
        const std::string_view digits = text.substr(dot + 1, end == std::string_view::npos ? end : end - dot - 1);
        if (digits.size() > 6 && digits.substr(6).find_first_not_of('0') != std::string_view::npos) {
            return invalid("timestamp cannot have more than microseconds precision");
        }
    }
    return *time;
}

Result<std::vector<FieldPath>> paths_from_json(const Json& list) {
    std::vector<FieldPath> paths;
    if (!list.is_array()) return invalid("fieldPaths must be a list.");
    for (const Json& item : list) {
        if (!item.is_string()) return invalid("A field path must be a string.");
        auto path = parse_field_path(item.get_ref<const std::string&>());
        if (!path) return path.error();
        paths.push_back(std::move(*path));
    }
    return paths;
}

Result<Write> write_from_json(const Json& json, const std::string& database) {
    Write write;
    if (const Json* current = base::find(json, "currentDocument")) {
        auto precondition = precondition_from(*current);
        if (!precondition) return precondition.error();
        write.precondition = *precondition;
    }
    if (const Json* update = base::find(json, "update")) {
        LINESMAN_TRY(read_update(write, *update, json, database));
        return write;
    }
    if (const Json* transform = base::find(json, "transform")) {
        const Json* name_json = base::find(*transform, "document");
        auto name = checked_name(name_json ? *name_json : Json(), database);
        if (!name) return name.error();
        write.name = std::move(*name);
        write.mask.emplace();
        LINESMAN_TRY(add_transforms(write, base::find(*transform, "fieldTransforms")));
        return write;
    }
    const Json* remove = base::find(json, "delete");
    const Json* verify = base::find(json, "verify");
    if (!remove && !verify) return invalid("A write must hold one operation: update, delete, verify or transform.");
    write.kind = remove ? Write::Kind::remove : Write::Kind::verify;
    auto name = checked_name(remove ? *remove : *verify, database);
    if (!name) return name.error();
    write.name = std::move(*name);
    return write;
}

Result<std::vector<Write>> writes_from_json(const Json& body, const std::string& database) {
    std::vector<Write> writes;
    const Json* list = base::find(body, "writes");
    if (!list) return writes;
    if (!list->is_array()) return invalid("writes must be a list.");
    writes.reserve(list->size());
    for (const Json& item : *list) {
        auto write = write_from_json(item, database);
        if (!write) return write.error();
        writes.push_back(std::move(*write));
    }
    return writes;
}

}  // namespace linesman::backend
