#include "report/meta.h"

#include <array>

#include "report/format.h"

namespace linesman::report {
namespace {

struct KindName {
    Kind kind;
    std::string_view name, title;
};
constexpr std::array<KindName, 5> kKinds = {{
    {Kind::validation, "validation", "Validation report"},
    {Kind::coverage, "coverage", "Coverage report"},
    {Kind::devices, "devices", "Device report"},
    {Kind::decisions, "decisions", "Decision log"},
    {Kind::handover, "handover", "Production hand-over"},
}};
constexpr int64_t kMostOffset = 840;  // minutes from UTC
constexpr std::array<std::string_view, 5> kFormats = {"csv", "xlsx", "geojson", "jsonl", "html"};

base::Json optional_time(const std::optional<int64_t>& us) {
    return us ? base::Json(*us) : base::Json();
}

}  // namespace

std::string_view name_of(Kind kind) {
    return kKinds[static_cast<size_t>(kind)].name;
}
std::string_view title_of(Kind kind) {
    return kKinds[static_cast<size_t>(kind)].title;
}
std::optional<Kind> kind_from_name(std::string_view name) {
    for (const auto& entry : kKinds) {
        if (entry.name == name) return entry.kind;
    }
    return std::nullopt;
}

std::string_view name_of(Format format) {
    return kFormats[static_cast<size_t>(format)];
}
std::optional<Format> format_from_name(std::string_view name) {
    for (size_t i = 0; i < kFormats.size(); ++i) {
        if (kFormats[i] == name) return static_cast<Format>(i);
    }
    return std::nullopt;
}

base::Json to_json(const Meta& meta) {
    return {{"report", name_of(meta.kind)},
            {"profile", meta.profile},
            {"firebase_project", meta.project_id},
            {"version", meta.version},
            {"rules_hash", meta.rules_hash},
            {"as_of_us", meta.as_of_us},
            {"utc_offset_minutes", meta.utc_offset_minutes},
            {"period_time", meta.period_time},
            {"from_us", optional_time(meta.from_us)},
            {"to_us", optional_time(meta.to_us)},
            {"filter", meta.filter},
            {"note", meta.note},
            {"csv_bom", meta.csv_bom},
            {"sheet_rows", meta.sheet_rows},
            {"html_rows", meta.html_rows}};
}

base::Result<Meta> meta_from_json(const base::Json& json) {
    const auto kind = kind_from_name(base::string_at(json, "report").value_or(""));
    const auto sheet_rows = base::int_at(json, "sheet_rows").value_or(0);
    const auto html_rows = base::int_at(json, "html_rows").value_or(-1);
    const auto offset = base::int_at(json, "utc_offset_minutes").value_or(9999);
    const std::string period_time = base::string_at(json, "period_time").value_or("submitted");
    const bool known_time = period_time == "captured" || period_time == "submitted" || period_time == "decided";
    if (!kind || !known_time || sheet_rows < 1 || sheet_rows > static_cast<int64_t>(kSheetRows) || html_rows < 0 ||
        offset < -kMostOffset || offset > kMostOffset)
        return base::make_error(base::ErrorKind::corrupt, "The kept inputs do not say what report they belong to.");
    Meta meta;
    meta.kind = *kind;
    meta.profile = base::string_at(json, "profile").value_or("");
    meta.project_id = base::string_at(json, "firebase_project").value_or("");
    meta.version = base::string_at(json, "version").value_or("");
    meta.rules_hash = base::string_at(json, "rules_hash").value_or("");
    meta.as_of_us = base::int_at(json, "as_of_us").value_or(0);
    meta.utc_offset_minutes = static_cast<int>(offset);
    meta.period_time = period_time;
    meta.from_us = base::int_at(json, "from_us");
    meta.to_us = base::int_at(json, "to_us");
    meta.filter = base::string_at(json, "filter").value_or("");
    meta.note = base::string_at(json, "note").value_or("");
    meta.csv_bom = base::bool_at(json, "csv_bom").value_or(false);
    meta.sheet_rows = static_cast<size_t>(sheet_rows);
    meta.html_rows = static_cast<size_t>(html_rows);
    return meta;
}

std::string period_text(const Meta& meta) {
    const std::string zone = zone_name(meta.utc_offset_minutes);
    if (!meta.from_us && !meta.to_us) return meta.period_time + " at any time; times are " + zone;
    std::string text = meta.period_time;
    if (meta.from_us) {
        text += " from ";
        append_time(text, *meta.from_us, meta.utc_offset_minutes);
    }
    if (meta.to_us) {
        text += " until before ";
        append_time(text, *meta.to_us, meta.utc_offset_minutes);
    }
    return text + "; times are " + zone;
}

}  // namespace linesman::report
