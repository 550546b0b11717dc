#include "cli/verbs/matter_choices.h"

#include <algorithm>
#include <charconv>

namespace linesman::cli {
namespace {

using app::Side;
using base::ErrorKind;
using base::make_error;
using model::CaptureField;

std::optional<double> number_in(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string names_to_choose(const app::MatterDetail& detail) {
    std::string names;
    for (const auto field : detail.choosable)
        names.append(names.empty() ? "" : ", ").append(model::wire_name_of(field));
    return names.empty() ? "none" : names;
}

base::Status type(CaptureField field, const std::string& value, model::Correction& typed) {
    if (field == CaptureField::pole_number) {
        typed.pole_number = value;
    } else if (field == CaptureField::project_id) {
        typed.project_id = value;
    } else if (field == CaptureField::notes) {
        typed.notes = value;
    } else if (field == CaptureField::gps) {
        typed.gps = parse_position(value);
        if (!typed.gps)
            return make_error(ErrorKind::invalid_argument,
                              "\"" + value + "\" is no position. Write latitude,longitude in degrees.");
    } else {
        return make_error(ErrorKind::invalid_argument,
                          std::string(model::title_of(field)) +
                              " cannot be typed: choose mine or theirs. Number, project, notes and position can.");
    }
    return {};
}

base::Status take(const app::MatterDetail& detail, const std::string& given, MatterChoices& choices) {
    const auto equals = given.find('=');
    const auto field = model::capture_field_from_wire_name(given.substr(0, equals));
    if (equals == std::string::npos || !field)
        return make_error(ErrorKind::invalid_argument,
                          "--field " + given +
                              " is not NAME=mine|theirs|VALUE. Fields of this one: " + names_to_choose(detail) + ".");
    const std::string value = given.substr(equals + 1);
    auto& resolution = choices.resolution;
    choices.words.append(choices.words.empty() ? "" : ", ").append(model::wire_name_of(*field)).append(" ");
    if (value != "mine" && value != "theirs") {
        choices.words.append("as typed");
        resolution.fields[*field] = Side::theirs;
        return type(*field, value, resolution.typed);
    }
    if (!detail.can_choose(*field))
        return make_error(ErrorKind::invalid_argument,
                          std::string(model::title_of(*field)) +
                              " is not open to choice here. Fields that are: " + names_to_choose(detail) + ".");
    choices.words.append(value);
    resolution.fields[*field] = value == "mine" ? Side::mine : Side::theirs;
    return {};
}

// Fields that both changed and that nothing was said about.
std::string unsaid(const app::MatterDetail& detail, const app::MatterResolution& resolution) {
    std::string names;
    for (const auto& field : detail.fields) {
        if (!field.clash || !detail.can_choose(field.field) || resolution.fields.contains(field.field)) continue;
        names.append(names.empty() ? "" : ", ").append(model::wire_name_of(field.field));
    }
    return names;
}

base::Result<MatterChoices> whole(const app::MatterDetail& detail, const std::string& keep) {
    if (keep.empty()) {
        return make_error(ErrorKind::invalid_argument,
                          "Say --keep mine or --keep theirs. linesmanctl conflicts show tells what each would be.");
    }
    if (keep == "mine" && detail.deleted) return make_error(ErrorKind::precondition_failed, detail.keep_mine.why_not);
    MatterChoices choices;
    choices.is_all_theirs = keep == "theirs";
    choices.words = keep;
    return choices;
}

}  // namespace

std::optional<model::GeoPoint> parse_position(std::string_view text) {
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    const auto latitude = number_in(text.substr(0, comma)), longitude = number_in(text.substr(comma + 1));
    if (!latitude || !longitude) return std::nullopt;
    return model::GeoPoint{*latitude, *longitude};
}

base::Result<MatterChoices> matter_choices(const app::MatterDetail& detail, const std::string& keep,
                                           const std::vector<std::string>& fields) {
    if (!fields.empty() && (detail.deleted || !detail.conflict)) {
        return make_error(ErrorKind::precondition_failed,
                          detail.deleted ? "The capture was deleted on the server: there are no fields to choose. Take "
                                           "the decision back with --keep theirs."
                                         : "This decision met no other version: there are no fields to choose. --keep "
                                           "mine sends it again, --keep theirs takes it back.");
    }
    if (fields.empty()) return whole(detail, keep);
    MatterChoices choices;
    choices.words = keep;
    if (keep == "theirs") {
        for (const auto field : detail.choosable) choices.resolution.fields[field] = Side::theirs;
    }
    for (const auto& given : fields) LINESMAN_TRY(take(detail, given, choices));
    if (const auto names = unsaid(detail, choices.resolution); keep.empty() && !names.empty())
        return make_error(ErrorKind::invalid_argument,
                          "Both changed these fields as well: " + names + ". Name each with --field, or say --keep.");
    return choices;
}

}  // namespace linesman::cli
