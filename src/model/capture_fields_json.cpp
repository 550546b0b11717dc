#include "model/capture_field_access.h"
#include "model/json_parts.h"

namespace linesman::model {

base::Json fields_to_json(const Capture& capture, std::span<const CaptureField> fields) {
    base::Json set = base::Json::object();
    for (const CaptureField field : fields) {
        set[std::string(wire_name_of(field))] =
            with_field(field, [&](auto get) { return json_parts::write(get(capture)); });
    }
    return set;
}

base::Status set_fields(Capture& capture, const base::Json& set) {
    const auto bad = [](std::string detail) {
        return base::make_error(base::ErrorKind::corrupt,
                                "A change carries values that cannot be read. Withdraw it and make it again.",
                                std::move(detail));
    };
    if (!set.is_object()) return bad("'set' is not an object");
    Capture changed = capture;
    for (const auto& [name, value] : set.items()) {
        const auto field = capture_field_from_wire_name(name);
        if (!field) return bad("unknown field " + name.substr(0, 64));
        if (!with_field(*field, [&, &json = value](auto get) { return json_parts::read(json, get(changed)); }))
            return bad("bad value of " + name);
    }
    capture = std::move(changed);
    return {};
}

std::vector<CaptureField> fields_named_in(const base::Json& set) {
    std::vector<CaptureField> fields;
    for (const CaptureField field : all_fields()) {
        if (base::find(set, wire_name_of(field))) fields.push_back(field);
    }
    return fields;
}

}  // namespace linesman::model
