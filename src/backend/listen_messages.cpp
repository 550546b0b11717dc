#include "backend/listen_messages.h"

#include "backend/value_json.h"

namespace linesman::backend {

namespace {

void append_ids(std::string& out, std::string_view key, const std::vector<int64_t>& ids) {
    if (ids.empty()) return;
    out += ",\"";
    out += key;
    out += "\":[";
    for (size_t i = 0; i < ids.size(); ++i) {
        if (i > 0) out += ',';
        out += std::to_string(ids[i]);
    }
    out += ']';
}

std::string change_head(std::string_view type, int64_t target) {
    std::string out = "{\"targetChange\":{";
    if (!type.empty()) out += "\"targetChangeType\":\"" + std::string(type) + "\"";
    if (target != 0) out += std::string(type.empty() ? "" : ",") + "\"targetIds\":[" + std::to_string(target) + "]";
    return out;
}

}  // namespace

void ListenMessages::target_change(std::string_view type, int64_t target) {
    add(change_head(type, target) + "}}");
}

void ListenMessages::target_change(std::string_view type, int64_t target, const std::string& token,
                                   base::Timestamp time) {
    std::string out = change_head(type, target);
    if (!out.ends_with('{')) out += ',';
    add(out + "\"resumeToken\":\"" + token + "\",\"readTime\":\"" + base::format_rfc3339(time) + "\"}}");
}

void ListenMessages::target_refused(int64_t target, int code, const std::string& message) {
    std::string out = change_head("REMOVE", target) + ",\"cause\":{\"code\":" + std::to_string(code) + ",\"message\":";
    append_string(out, message);
    add(out + "}}}");
}

std::shared_ptr<const DocumentTail> ListenMessages::tail(const std::vector<int64_t>& targets,
                                                         const std::vector<int64_t>& removed,
                                                         std::optional<std::vector<FieldPath>> select) {
    DocumentTail tail;
    append_ids(tail.text, "targetIds", targets);
    append_ids(tail.text, "removedTargetIds", removed);
    tail.text += "}}";
    tail.select = std::move(select);
    return std::make_shared<const DocumentTail>(std::move(tail));
}

void ListenMessages::document(DocumentPtr document, std::shared_ptr<const DocumentTail> tail) {
    ++documents_;
    messages_.push_back({R"({"documentChange":{"document":)", std::move(document), std::move(tail)});
}

void ListenMessages::gone(std::string_view kind, std::string_view name, base::Timestamp time,
                          const std::vector<int64_t>& removed) {
    ++removals_;
    std::string out = "{\"" + std::string(kind) + "\":{\"document\":";
    append_string(out, name);
    out += ",\"readTime\":\"" + base::format_rfc3339(time) + "\"";
    append_ids(out, "removedTargetIds", removed);
    add(out + "}}");
}

void ListenMessages::deleted(std::string_view name, base::Timestamp time, const std::vector<int64_t>& removed) {
    gone("documentDelete", name, time, removed);
}

void ListenMessages::removed(std::string_view name, base::Timestamp time, const std::vector<int64_t>& removed) {
    gone("documentRemove", name, time, removed);
}

void ListenMessages::filter(int64_t target, int64_t count, const std::string& unchanged_names) {
    std::string out = R"({"filter":{"targetId":)" + std::to_string(target) + ",\"count\":" + std::to_string(count);
    if (!unchanged_names.empty()) out += ",\"unchangedNames\":" + unchanged_names;
    add(out + "}}");
}

}  // namespace linesman::backend
