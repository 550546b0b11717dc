#include "base/json.h"

namespace linesman::base {

Result<Json> parse_json(std::string_view text, std::string_view item) {
    const auto bad = [&](std::string detail) {
        return make_error(ErrorKind::corrupt, std::string(item) + " is not readable JSON.", std::move(detail));
    };
    bool too_deep = false;
    const auto guard = [&](int depth, Json::parse_event_t, Json&) {
        if (depth > kMaxJsonDepth) too_deep = true;
        return !too_deep;
    };
    // Depth is checked while parsing, so that a hostile document cannot exhaust the stack when it is destroyed.
    Json json = Json::parse(text.begin(), text.end(), guard, false);
    if (too_deep) return bad("nested too deeply");
    if (json.is_discarded()) {
        std::string detail = "syntax error in ";  // appended in steps: GCC 12 warns wrongly about literal + to_string
        detail += std::to_string(text.size());
        return bad(detail += " bytes");
    }
    return json;
}

std::string to_text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* find(const Json& json, std::string_view key) {
    if (!json.is_object()) return nullptr;
    const auto it = json.find(key);
    return it == json.end() ? nullptr : &*it;
}

std::optional<std::string> string_at(const Json& json, std::string_view key) {
    const Json* value = find(json, key);
    return value && value->is_string() ? std::optional(value->get<std::string>()) : std::nullopt;
}

std::optional<int64_t> int_at(const Json& json, std::string_view key) {
    const Json* value = find(json, key);
    if (!value || !value->is_number_integer()) return std::nullopt;
    // An unsigned number above the range would come out negative.
    if (value->is_number_unsigned() && value->get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
    return value->get<int64_t>();
}

std::optional<double> number_at(const Json& json, std::string_view key) {
    const Json* value = find(json, key);
    return value && value->is_number() ? std::optional(value->get<double>()) : std::nullopt;
}

std::optional<bool> bool_at(const Json& json, std::string_view key) {
    const Json* value = find(json, key);
    return value && value->is_boolean() ? std::optional(value->get<bool>()) : std::nullopt;
}

}  // namespace linesman::base
