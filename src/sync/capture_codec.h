// The staging document and model::Capture, both ways (contract, "The staging document"; docs/schema.md).
//
// Reading is lenient: documents of older apps lack our additions, other apps write other shapes
// (`pole-plantings-staging`, `field_pole_captures`: read-only), times and positions come in several forms. A field of a
// wrong type is named in Capture::bad_fields and the rest of the document stands. Only a document that is not a map of
// fields at all is unreadable.
//
// Writing: a new capture exactly as the seed writes it plus our additions. Human changes are built by commit_builder.h.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "model/capture.h"

namespace linesman::sync {

// Reads many documents with one reused parser. Thread: one at a time; make one per thread.
class CaptureDecoder {
  public:
    CaptureDecoder();
    ~CaptureDecoder();
    CaptureDecoder(CaptureDecoder&&) noexcept;
    CaptureDecoder& operator=(CaptureDecoder&&) noexcept;

    // `fields_json` is the text of the document's `fields` object; empty text is a document without fields. `shape`
    // overrides what the content suggests. Errors: corrupt, when it is no map of fields.
    base::Result<model::Capture> decode(std::string_view staging_id, std::string_view fields_json,
                                        std::string_view update_time, std::optional<model::SourceShape> shape = {});
    // The same into `capture`, whatever it held before. After an error it is of no use.
    base::Status decode_into(model::Capture& capture, std::string_view staging_id, std::string_view fields_json,
                             std::string_view update_time);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// The same for one document. Thread: any.
base::Result<model::Capture> decode_capture(std::string_view staging_id, std::string_view fields_json,
                                            std::string_view update_time);
base::Result<model::Capture> decode_capture(std::string_view staging_id, const base::Json& fields,
                                            std::string_view update_time);

// decode_capture, or unreadable_capture when that fails: a document never vanishes.
model::Capture decode_capture_or_unreadable(std::string_view staging_id, std::string_view fields_json,
                                            std::string_view update_time);

// What stands in the queue for a document that could not be read: shape unreadable, everything else empty.
model::Capture unreadable_capture(std::string_view staging_id, std::string_view update_time);

// The object path in Storage of a download URL: what follows "/o/" up to "?", percent-decoded. Empty when the URL has
// none.
std::string photo_path_from_url(std::string_view url);

// `fields` of the whole capture as we would write it, every known field included. encode_capture and decode_capture are
// inverse for captures of shape staging whose photo paths are set.
base::Json encode_capture(const model::Capture& capture);

// The write that creates a capture in staging, as the seed writes it: poleNumber, gpsLocation, gpsAccuracy, notes and
// device_id only when truthy, submitted_at by server time; plus schema, revision, resubmission, photos, expected_photos
// and updated_at by server time. `document_name` is the full resource name. The write fails with ALREADY_EXISTS when
// the document is there.
base::Json encode_capture_create(const model::Capture& capture, const std::string& document_name);

// Values (mapValue) of parts, for commits.
base::Json encode_review(const model::Review& review);
base::Json encode_photo(const model::Photo& photo);
base::Json encode_photos(const model::Capture& capture);
base::Json encode_photo_urls(const model::Capture& capture);
base::Json encode_position(model::GeoPoint point);  // {latitude, longitude}, as the seed writes gpsLocation
base::Json encode_slots(model::SlotMask slots);     // ["before", ...]

inline constexpr int64_t kCaptureSchema = 1;  // value of `schema` in what we write

}  // namespace linesman::sync
