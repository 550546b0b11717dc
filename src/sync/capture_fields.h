// Fills a Capture field by field while a document is walked once. Internal to capture_decode.cpp and
// capture_shapes.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/capture.h"
#include "sync/dom_value.h"

namespace linesman::sync {

class CaptureFields {
  public:
    explicit CaptureFields(model::Capture& capture) : capture_(capture) {}

    // One field of the document. Unknown names are ignored: the raw document is kept beside the capture.
    void take(std::string_view name, const dom::Typed& value);
    // Photos of both maps united, shape decided, bad fields sorted.
    void finish();

    model::Capture& capture() { return capture_; }

    // Typed copies; null counts as absent, another type puts `name` into bad_fields.
    void text(std::string_view name, const dom::Typed& value, std::string& out);
    void time(std::string_view name, const dom::Typed& value, std::optional<base::Timestamp>& out);
    void whole(std::string_view name, const dom::Typed& value, int64_t& out);
    void flag(std::string_view name, const dom::Typed& value, bool& out);
    void status(std::string_view name, const dom::Typed& value);
    void position(std::string_view name, const dom::Typed& value);
    void accuracy(std::string_view name, const dom::Typed& value);
    void photos(std::string_view name, const dom::Typed& value);
    void photo_urls(std::string_view name, const dom::Typed& value);
    void expected_photos(std::string_view name, const dom::Typed& value);
    void errors(std::string_view name, const dom::Typed& value);
    void review(std::string_view name, const dom::Typed& value);
    void bad(std::string_view name) { capture_.bad_fields.emplace_back(name); }

    bool has_pole_map = false;  // marks of the shape field_pole_captures
    bool has_validation_map = false;
    bool has_seed_status = false;  // validation_status or synced_to_production: the seed's own
    bool has_expiry = false;       // mark of the shape pole-plantings
    bool has_photo_urls_inside = false;

  private:
    model::Photo& photo(model::Slot slot);

    model::Capture& capture_;
};

// `pole`, `validation` and `metadata` of field_pole_captures.
void take_pole_map(CaptureFields& fields, const dom::Typed& value);
void take_validation_map(CaptureFields& fields, const dom::Typed& value);
void take_metadata_map(CaptureFields& fields, const dom::Typed& value);

}  // namespace linesman::sync
