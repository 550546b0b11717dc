#include "backend/field_path.h"

#include "backend/api_error.h"

namespace linesman::backend {
namespace {

bool is_word(char c, bool first) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
}

bool is_simple(std::string_view segment) {
    if (segment.empty()) return false;
    for (size_t i = 0; i < segment.size(); ++i) {
        if (!is_word(segment[i], i == 0)) return false;
    }
    return true;
}

// Reads one segment at `at` and leaves `at` behind it; false on a syntax error.
bool read_segment(std::string_view text, size_t& at, std::string& segment) {
    if (at < text.size() && text[at] == '`') {
        for (++at; at < text.size() && text[at] != '`'; ++at) {
            if (text[at] == '\\' && ++at == text.size()) return false;
            segment += text[at];
        }
        return at++ < text.size() && !segment.empty();
    }
    while (at < text.size() && text[at] != '.') {
        if (!is_word(text[at], segment.empty())) return false;
        segment += text[at++];
    }
    return !segment.empty();
}

bool is_reserved(std::string_view segment) {
    return segment.size() >= 4 && segment.starts_with("__") && segment.ends_with("__");
}

}  // namespace

std::string FieldPath::text() const {
    std::string out;
    for (const std::string& segment : segments) {
        if (!out.empty()) out += '.';
        if (is_simple(segment)) {
            out += segment;
            continue;
        }
        out += '`';
        for (const char c : segment) {
            if (c == '`' || c == '\\') out += '\\';
            out += c;
        }
        out += '`';
    }
    return out;
}

base::Result<FieldPath> parse_field_path(std::string_view text) {
    FieldPath path;
    size_t at = 0;
    while (true) {
        std::string segment;
        if (!read_segment(text, at, segment) || (at < text.size() && text[at] != '.')) {
            return invalid("Invalid property path \"" + std::string(text.substr(0, 200)) + "\".");
        }
        path.segments.push_back(std::move(segment));
        if (at == text.size()) break;
        ++at;
    }
    for (const std::string& segment : path.segments) {
        if (is_reserved(segment) && !path.is_name())
            return invalid("Invalid reserved name in field path " + segment + ".");
    }
    return path;
}

const Value* get(const Map& fields, const FieldPath& path) {
    const Map* map = &fields;
    const Value* value = nullptr;
    for (const std::string& segment : path.segments) {
        if (!map) return nullptr;
        value = find(*map, segment);
        if (!value) return nullptr;
        map = value->as<Map>();
    }
    return value;
}

void put(Map& fields, const FieldPath& path, Value value) {
    Map* map = &fields;
    for (size_t i = 0; i + 1 < path.segments.size(); ++i) {
        Value* step = find(*map, path.segments[i]);
        if (!step || !step->as<Map>()) {
            set(*map, path.segments[i], Value{Map{}});
            step = find(*map, path.segments[i]);
        }
        map = &std::get<Map>(step->data);
    }
    set(*map, path.segments.back(), std::move(value));
}

void remove(Map& fields, const FieldPath& path) {
    Map* map = &fields;
    for (size_t i = 0; i + 1 < path.segments.size(); ++i) {
        Value* step = find(*map, path.segments[i]);
        if (!step || !step->as<Map>()) return;
        map = &std::get<Map>(step->data);
    }
    erase_field(*map, path.segments.back());
}

Map project(const Map& fields, const std::vector<FieldPath>& paths) {
    Map out;
    for (const FieldPath& path : paths) {
        if (path.is_name()) continue;
        if (const Value* value = get(fields, path)) put(out, path, *value);
    }
    return out;
}

}  // namespace linesman::backend
