#include "sync/reply_reader.h"

#include <simdjson.h>

#include <cstring>

#include "base/json.h"
#include "base/text.h"
#include "sync/api_reply.h"

namespace linesman::sync {
namespace {

namespace od = simdjson::ondemand;

base::Error corrupt(std::string detail) {
    return base::make_error(base::ErrorKind::corrupt,
                            "The server's reply cannot be read; the same page is asked for again.", std::move(detail));
}

base::Error corrupt(simdjson::error_code code) {
    return corrupt(simdjson::error_message(code));
}

// Text members that are no text count as absent; the caller decides whether that matters.
simdjson::error_code read_text(od::value value, std::string& out) {
    std::string_view text;
    const auto code = value.get_string().get(text);
    if (code == simdjson::SUCCESS) out.assign(text);
    return code == simdjson::INCORRECT_TYPE ? simdjson::SUCCESS : code;
}

constexpr size_t kAlwaysCompacted = 64 << 10;  // smaller replies cost nothing

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// Whether values are set apart from their keys near the start, as indented JSON does. White space between the elements
// alone is not worth a pass over the whole reply.
bool is_indented(std::string_view text) {
    const std::string_view start = text.substr(0, 4096);
    for (size_t at = start.find("\":"); at != std::string_view::npos; at = start.find("\":", at + 2)) {
        if (at + 2 < start.size() && is_space(start[at + 2])) return true;
    }
    return false;
}

base::Error error_from_raw(std::string_view raw) {
    const auto parsed = base::parse_json(raw, "The server's error");
    if (!parsed) return corrupt("an error element that is not readable");
    const auto status = base::string_at(*parsed, "status").value_or(std::string());
    return base::make_error(error_kind_from_status(status), "The server refused the query.",
                            status + ": " + base::string_at(*parsed, "message").value_or(std::string()).substr(0, 500));
}

// Result of reading one element: SUCCESS, or an error after which the reply cannot be read on.
simdjson::error_code read_document(od::object object, RawDocument& document, std::string& damage) {
    document.fields_json = "{}";
    for (auto field : object) {
        std::string_view key;
        if (const auto code = field.unescaped_key().get(key)) return code;
        simdjson::error_code code = simdjson::SUCCESS;
        if (key == "fields") {
            // Kept raw even when it is no map: the codec calls the document unreadable, the cache keeps it.
            std::string_view raw;
            code = simdjson::to_json_string(field.value()).get(raw);
            if (code == simdjson::SUCCESS) document.fields_json.assign(raw);
        } else if (key == "name") {
            code = read_text(field.value(), document.name);
        } else if (key == "updateTime") {
            code = read_text(field.value(), document.update_time);
        } else if (key == "createTime") {
            code = read_text(field.value(), document.create_time);
        }
        if (code) return code;
    }
    if (document.name.empty()) damage = "a document without a name";
    if (document.update_time.empty() && damage.empty()) damage = "a document without updateTime";
    return simdjson::SUCCESS;
}

class Collector {
  public:
    explicit Collector(Reply& reply) : reply_(reply) {}

    std::optional<base::Error> server_error;

    simdjson::error_code element(od::value value) {
        od::object object;
        const auto code = value.get_object().get(object);
        if (code == simdjson::INCORRECT_TYPE) {
            damaged("an element that is no object", {});
            return simdjson::SUCCESS;
        }
        if (code) return code;
        for (auto field : object) {
            std::string_view key;
            if (const auto key_code = field.unescaped_key().get(key)) return key_code;
            if (const auto member_code = member(key, field.value())) return member_code;
        }
        return simdjson::SUCCESS;
    }

  private:
    simdjson::error_code member(std::string_view key, od::value value) {
        if (key == "document" || key == "found") return document(value);
        if (key == "readTime") return read_text(value, reply_.read_time);
        if (key == "missing") {
            std::string name;
            const auto code = read_text(value, name);
            if (!name.empty()) reply_.missing.push_back(std::move(name));
            return code;
        }
        if (key == "error") {
            od::object object;
            std::string_view raw;
            const auto code = value.get_object().get(object);
            if (code == simdjson::SUCCESS && object.raw_json().get(raw) == simdjson::SUCCESS) {
                server_error = error_from_raw(raw);
            } else {
                server_error = corrupt("an error element that is no object");
            }
        }
        return simdjson::SUCCESS;
    }

    simdjson::error_code document(od::value value) {
        od::object object;
        const auto code = value.get_object().get(object);
        if (code == simdjson::INCORRECT_TYPE) {
            damaged("a document that is no object", {});
            return simdjson::SUCCESS;
        }
        if (code) return code;
        RawDocument read;
        std::string damage;
        if (const auto inner = read_document(object, read, damage)) return inner;
        if (damage.empty()) {
            reply_.documents.push_back(std::move(read));
        } else {
            damaged(damage, read.name);
        }
        return simdjson::SUCCESS;
    }

    void damaged(std::string detail, std::string_view name) {
        std::string what = "A document of the server's reply cannot be read";
        if (!name.empty()) what.append(": ").append(document_id(name));
        reply_.damaged.push_back(base::make_error(base::ErrorKind::corrupt, what += ".", std::move(detail)));
    }

    Reply& reply_;
};

}  // namespace

struct ReplyReader::State {
    od::parser parser;
    std::string compact;
};

ReplyReader::ReplyReader() : state_(std::make_unique<State>()) {}
ReplyReader::~ReplyReader() = default;
ReplyReader::ReplyReader(ReplyReader&&) noexcept = default;
ReplyReader& ReplyReader::operator=(ReplyReader&&) noexcept = default;

base::Result<Reply> ReplyReader::read(std::string_view text) {
    // Production indents its replies; compact text halves what is stored. The copy is needed for simdjson's slack.
    auto& compact = state_->compact;
    compact.resize(text.size() + simdjson::SIMDJSON_PADDING);
    size_t size = text.size();
    if (size > kAlwaysCompacted && !is_indented(text)) {
        std::memcpy(compact.data(), text.data(), size);
    } else if (const auto code = simdjson::minify(text.data(), text.size(), compact.data(), size)) {
        return corrupt(code);
    }
    while (size > 0 && is_space(compact[size - 1])) --size;
    compact.resize(size + simdjson::SIMDJSON_PADDING);
    if (!simdjson::validate_utf8(compact.data(), size)) {
        compact = base::sanitize_utf8(std::string_view(compact).substr(0, size));
        size = compact.size();
        compact.resize(size + simdjson::SIMDJSON_PADDING);
    }
    if (size == 0) return corrupt("empty reply");
    od::document document;
    if (const auto code = state_->parser.iterate(compact.data(), size, compact.size()).get(document))
        return corrupt(code);

    Reply reply;
    Collector collector(reply);
    size_t first = 0;
    while (is_space(compact[first])) ++first;  // ends: the text is not empty and its last character is no space
    if (compact[first] == '{') {
        od::value root;
        if (const auto code = document.get_value().get(root)) return corrupt(code);
        if (const auto code = collector.element(root)) return corrupt(code);
        if (!collector.server_error) return corrupt("an object instead of an array");
        return *collector.server_error;
    }
    od::array elements;
    if (const auto code = document.get_array().get(elements)) return corrupt(code);
    for (auto each : elements) {
        od::value value;
        if (const auto code = each.get(value)) return corrupt(code);
        if (const auto code = collector.element(value)) return corrupt(code);
        if (collector.server_error) return *collector.server_error;
    }
    if (compact[size - 1] != ']' || document.current_location().error() != simdjson::OUT_OF_BOUNDS)
        return corrupt("the reply is cut or followed by something else");
    return reply;
}

base::Result<Reply> read_reply(std::string_view text) {
    ReplyReader reader;
    return reader.read(text);
}

std::string_view document_id(std::string_view name) {
    return name.substr(name.rfind('/') + 1);
}
std::string_view RawDocument::id() const {
    return document_id(name);
}

base::ErrorKind error_kind_from_status(std::string_view status) {
    return kind_of_status(status);
}

}  // namespace linesman::sync
