#include <simdjson.h>

#include <algorithm>

#include "base/text.h"
#include "sync/capture_codec.h"
#include "sync/capture_fields.h"

namespace linesman::sync {
namespace {

base::Error unreadable(std::string_view staging_id, std::string detail) {
    return base::make_error(
        base::ErrorKind::corrupt,
        "The capture " + std::string(staging_id) + " cannot be read; look at the document in Firestore.",
        std::move(detail));
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (;;) {
        const size_t mark = std::min(text.find('%'), text.size());
        out.append(text.substr(0, mark));
        text.remove_prefix(mark);
        if (text.empty()) break;
        const bool escaped = text.size() > 2 && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0;
        out += escaped ? static_cast<char>(hex_digit(text[1]) * 16 + hex_digit(text[2])) : '%';
        text.remove_prefix(escaped ? 3 : 1);
    }
    return base::is_valid_utf8(out) ? out : base::sanitize_utf8(out);
}

}  // namespace

struct CaptureDecoder::State {
    simdjson::dom::parser parser;
    std::string buffer;  // the text with the slack that simdjson reads past the end
};

CaptureDecoder::CaptureDecoder() : state_(std::make_unique<State>()) {}
CaptureDecoder::~CaptureDecoder() = default;
CaptureDecoder::CaptureDecoder(CaptureDecoder&&) noexcept = default;
CaptureDecoder& CaptureDecoder::operator=(CaptureDecoder&&) noexcept = default;

base::Result<model::Capture> CaptureDecoder::decode(std::string_view staging_id, std::string_view fields_json,
                                                    std::string_view update_time,
                                                    std::optional<model::SourceShape> shape) {
    model::Capture capture;
    LINESMAN_TRY(decode_into(capture, staging_id, fields_json, update_time));
    if (shape) capture.shape = *shape;
    return capture;
}

base::Status CaptureDecoder::decode_into(model::Capture& capture, std::string_view staging_id,
                                         std::string_view fields_json, std::string_view update_time) {
    auto& [parser, buffer] = *state_;
    if (base::trimmed(fields_json).empty()) fields_json = "{}";
    buffer.reserve(fields_json.size() + simdjson::SIMDJSON_PADDING);
    buffer.assign(fields_json);
    simdjson::dom::element root;
    auto error = parser.parse(buffer.data(), buffer.size(), false).get(root);
    if (error == simdjson::UTF8_ERROR) {
        buffer = base::sanitize_utf8(fields_json);
        buffer.reserve(buffer.size() + simdjson::SIMDJSON_PADDING);
        error = parser.parse(buffer.data(), buffer.size(), false).get(root);
    }
    if (error != simdjson::SUCCESS) return unreadable(staging_id, simdjson::error_message(error));
    simdjson::dom::object fields;
    if (root.get(fields) != simdjson::SUCCESS) return unreadable(staging_id, "fields is no map");

    capture = model::Capture();
    capture.staging_id = staging_id;
    capture.update_time = update_time;
    if (const auto parsed = base::parse_rfc3339(update_time)) capture.update_time_parsed = *parsed;
    CaptureFields reader(capture);
    for (const auto field : fields) reader.take(field.key, dom::typed(field.value));
    reader.finish();
    return {};
}

base::Result<model::Capture> decode_capture(std::string_view staging_id, std::string_view fields_json,
                                            std::string_view update_time) {
    static thread_local CaptureDecoder decoder;
    return decoder.decode(staging_id, fields_json, update_time);
}

base::Result<model::Capture> decode_capture(std::string_view staging_id, const base::Json& fields,
                                            std::string_view update_time) {
    return decode_capture(staging_id, std::string_view(base::to_text(fields)), update_time);
}

model::Capture decode_capture_or_unreadable(std::string_view staging_id, std::string_view fields_json,
                                            std::string_view update_time) {
    auto decoded = decode_capture(staging_id, fields_json, update_time);
    return decoded ? std::move(*decoded) : unreadable_capture(staging_id, update_time);
}

model::Capture unreadable_capture(std::string_view staging_id, std::string_view update_time) {
    model::Capture capture;
    capture.staging_id = staging_id;
    capture.shape = model::SourceShape::unreadable;
    capture.update_time = update_time;
    if (const auto parsed = base::parse_rfc3339(update_time)) capture.update_time_parsed = *parsed;
    return capture;
}

std::string photo_path_from_url(std::string_view url) {
    const size_t mark = url.find("/o/");
    if (mark == std::string_view::npos) return {};
    const std::string_view path = url.substr(mark + 3);
    return percent_decoded(path.substr(0, std::min(path.find('?'), path.find('#'))));
}

}  // namespace linesman::sync
