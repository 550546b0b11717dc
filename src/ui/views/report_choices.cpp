#include "ui/views/report_choices.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "model/period.h"
#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

using report::Format;
using report::Kind;

struct KindWords {
    Kind kind;
    const char *title, *what;
};
constexpr std::array<KindWords, 5> kKinds = {{
    {Kind::validation, "Validation",
     "Every capture with what the rules and the supervisors say; counts by project, zone, PON, rule, crew, device and "
     "day."},
    {Kind::coverage, "Coverage", "Every planned pole: captured, approved, rejected, not yet captured."},
    {Kind::devices, "Devices", "Every phone with its health, its queue and its failures; reported or inferred."},
    {Kind::decisions, "Decisions", "Who decided what, when and why; and the journal of this desk."},
    {Kind::handover, "Hand-over", "Poles in production with who approved them."},
}};

struct FormatWords {
    Format format;
    const char *title, *what;
};
constexpr std::array<FormatWords, 5> kFormats = {{
    {Format::csv, "CSV", "For a spreadsheet or a database; a file for each table."},
    {Format::xlsx, "XLSX", "One workbook with a sheet for each table."},
    {Format::html, "Page", "One HTML page with charts, map and photos, to look at or to print."},
    {Format::geojson, "GeoJSON", "For a map program; the tables that have positions."},
    {Format::jsonl, "JSON lines", "For programs; an object for each row."},
}};

constexpr std::pair<model::QueueScope, const char*> kScopes[] = {
    {model::QueueScope::all, "All captures"},       {model::QueueScope::open, "That wait"},
    {model::QueueScope::to_judge, "To judge"},      {model::QueueScope::held, "Held"},
    {model::QueueScope::decided, "Decided"},        {model::QueueScope::conflicts, "With a conflict"},
    {model::QueueScope::resubmitted, "Sent again"},
};

// Labels in one column, fields beside them.
void label(const Frame& frame, const char* text) {
    const float start = ImGui::GetCursorPosX();
    ImGui::AlignTextToFramePadding();
    text_line(text, frame.theme.muted);
    ImGui::SameLine(start + frame.px(92), 0);
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
}

// The first day of the month of `day` ("2026-11-22"), `back` months earlier.
std::string month_begin(const std::string& day, int back) {
    int year = 0, month = 1;
    std::from_chars(day.data(), day.data() + 4, year);
    std::from_chars(day.data() + 5, day.data() + 7, month);
    month -= back;
    if (month < 1) month += 12, --year;
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02d-01", year, month);
    return text;
}

}  // namespace

std::string expanded_path(const std::string& path) {
    const char* home = std::getenv("HOME");
    if (home == nullptr || (path != "~" && !path.starts_with("~/"))) return path;
    return home + path.substr(1);
}

void ReportChoices::open(const Frame& frame) {
    for (const auto& setting : frame.desk.settings()) {
        if (setting.key != "utc_offset_minutes") continue;
        int minutes = 0;
        const char* end = setting.value.data() + setting.value.size();
        if (std::from_chars(setting.value.data(), end, minutes).ptr == end) profile_offset_ = minutes;
    }
    if (folder_.empty()) folder_ = "~/linesman-reports";
    counted_.reset();
}

bool ReportChoices::has(Format format) const {
    return std::find(formats_.begin(), formats_.end(), format) != formats_.end();
}

base::Result<model::Filter> ReportChoices::filter() const {
    model::Filter filter = filter_;
    filter.from_us.reset();
    filter.to_us.reset();
    if (kind_ == Kind::devices) return app::ReportRequest::whole();  // phones are looked at as a whole
    const auto bound = [&](const std::string& text, bool is_end, std::optional<int64_t>& us) -> base::Status {
        if (text.empty()) return {};
        const auto time = model::parse_when(text, offset(), is_end);
        if (!time) return time.error();
        us = time->us;
        return {};
    };
    LINESMAN_TRY(bound(from_, false, filter.from_us));
    LINESMAN_TRY(bound(to_, true, filter.to_us));
    if (filter.from_us && filter.to_us && *filter.from_us >= *filter.to_us)
        return base::make_error(base::ErrorKind::invalid_argument,
                                "The period ends before it begins: no time lies between its days");
    return filter;
}

std::optional<app::ReportRequest> ReportChoices::previewed() const {
    auto chosen = filter();
    if (!chosen) return std::nullopt;
    app::ReportRequest request;
    request.kind = kind_;
    request.filter = std::move(*chosen);
    if (offset() != profile_offset_) request.utc_offset_minutes = offset();
    return request;
}

app::ReportOrder ReportChoices::order() const {
    app::ReportOrder order;
    order.request = previewed().value_or(app::ReportRequest{});
    order.request.csv_bom = csv_bom_;
    order.request.with_findings = with_findings_;
    order.formats = formats_;
    order.folder = expanded_path(folder_);
    while (order.folder.size() > 1 && order.folder.ends_with('/')) order.folder.pop_back();
    order.stem = name_;
    order.replace = replace_;
    return order;
}

std::string ReportChoices::problem(std::optional<bool> has_positions) const {
    if (const auto chosen = filter(); !chosen) return chosen.error().what + ".";
    if (formats_.empty()) return "Choose at least one kind of file.";
    if (has(Format::geojson) && has_positions == false)
        return "This report has no positions: no GeoJSON can be made of it.";
    if (folder_.empty()) return "Name the folder for the files.";
    if (name_.find('/') != std::string::npos || name_.starts_with('.'))
        return "The name cannot begin with a dot or hold a slash.";
    return {};
}

void ReportChoices::draw(const Frame& frame) {
    draw_kind(frame);
    if (kind_ == Kind::devices) {
        section(frame, "PHONES");
        text_wrapped("All of them: phones are looked at as a whole, as of the last contact with the server.",
                     frame.theme.muted);
    } else {
        draw_captures(frame);
        draw_period(frame);
    }
    draw_files(frame);
}

void ReportChoices::draw_kind(const Frame& frame) {
    section(frame, "REPORT");
    const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
    const char* what = "";
    bool first = true;
    for (const auto& entry : kKinds) {
        const float width = text_width(entry.title) + frame.px(18);
        if (!first) {
            ImGui::SameLine(0, frame.px(2));
            if (ImGui::GetCursorPosX() + width > right) ImGui::NewLine();
        }
        first = false;
        if (tab(frame, entry.title, entry.title, {}, kind_ == entry.kind)) kind_ = entry.kind;
        if (kind_ == entry.kind) what = entry.what;
    }
    text_wrapped(what, frame.theme.muted);
}

void ReportChoices::draw_captures(const Frame& frame) {
    section(frame, "CAPTURES");
    if (text_button(frame, "As the queue shows now")) {
        filter_ = frame.state.filter;
        // A period of the queue becomes the period of the report.
        const auto entered = [](const std::optional<int64_t>& us) {
            return us ? base::format_rfc3339({*us}) : std::string();
        };
        from_ = entered(filter_.from_us);
        to_ = entered(filter_.to_us);
    }
    ImGui::SameLine();
    if (text_button(frame, "All")) {
        filter_ = app::ReportRequest::whole();
        from_.clear();
        to_.clear();
    }
    const char* shown = "";
    for (const auto& [scope, title] : kScopes) {
        if (scope == filter_.scope) shown = title;
    }
    label(frame, "Which");
    if (ImGui::BeginCombo("##scope", shown)) {
        for (const auto& [scope, title] : kScopes) {
            if (ImGui::Selectable(title, scope == filter_.scope)) filter_.scope = scope;
        }
        ImGui::EndCombo();
    }
    draw_facet(frame, model::Facet::project, "Project");
    draw_facet(frame, model::Facet::zone, "Zone");
    draw_facet(frame, model::Facet::pon, "PON");
    draw_facet(frame, model::Facet::person, "Crew");
    draw_facet(frame, model::Facet::device, "Device");
    draw_rules(frame);
    model::Filter bare = filter_;
    bare.from_us.reset();
    bare.to_us.reset();
    text_wrapped("That is: " + app::words_of(bare) + ".", frame.theme.muted);
}

void ReportChoices::draw_facet(const Frame& frame, model::Facet facet, const char* title) {
    auto& values = model::values_of(filter_, facet);
    const auto name = [&](const std::string& value) {
        if (value.empty()) return std::string("none");
        return facet == model::Facet::person ? name_and_crew(frame.snapshot, value) : value;
    };
    const std::string shown = values.empty()       ? "Any"
                              : values.size() == 1 ? name(values[0])
                                                   : std::to_string(values.size()) + " chosen";
    label(frame, title);
    ImGui::PushID(title);
    if (ImGui::BeginCombo("##values", shown.c_str(), ImGuiComboFlags_HeightLarge)) {
        if (counted_ != facet || !(counted_filter_ == filter_) || counted_generation_ != frame.snapshot.generation) {
            counted_ = facet;
            counted_filter_ = filter_;
            counted_generation_ = frame.snapshot.generation;
            counts_ = model::facet_counts(frame.snapshot.columns, filter_, facet);
        }
        if (counts_.empty()) text_line("Nothing to choose from.", frame.theme.muted);
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(counts_.size()));
        while (clipper.Step()) {
            for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
                const auto& entry = counts_[static_cast<size_t>(i)];
                bool on = entry.chosen;
                const std::string line =
                    name(entry.value) + "   " + with_thousands(entry.count) + "##" + std::to_string(i);
                if (!ImGui::Checkbox(line.c_str(), &on)) continue;
                if (on) {
                    values.push_back(entry.value);
                } else {
                    std::erase(values, entry.value);
                }
            }
        }
        ImGui::EndCombo();
    }
    ImGui::PopID();
}

void ReportChoices::draw_rules(const Frame& frame) {
    const auto& counts = frame.snapshot.counts.by_rule;
    size_t chosen = 0;
    std::string one;
    for (size_t i = 0; i < model::kRuleCount; ++i) {
        const auto rule = static_cast<model::Rule>(i);
        if ((filter_.rules & model::bit(rule)) == 0) continue;
        ++chosen;
        one = model::title_of(rule);
    }
    label(frame, "Finding");
    const std::string shown = chosen == 0 ? "With or without" : chosen == 1 ? one : std::to_string(chosen) + " chosen";
    if (!ImGui::BeginCombo("##rules", shown.c_str(), ImGuiComboFlags_HeightLarge)) return;
    for (size_t i = 0; i < model::kRuleCount; ++i) {
        const auto rule = static_cast<model::Rule>(i);
        bool on = (filter_.rules & model::bit(rule)) != 0;
        const uint32_t count = i < counts.size() ? counts[i] : 0;
        if (ImGui::Checkbox((std::string(model::title_of(rule)) + "   " + with_thousands(count)).c_str(), &on))
            filter_.rules ^= model::bit(rule);
    }
    ImGui::EndCombo();
}

void ReportChoices::draw_presets(const Frame& frame) {
    const std::string today = model::day_of(frame.now, offset());
    const struct {
        const char* title;
        std::string from, to;
    } presets[] = {{"Any time", "", ""},
                   {"Today", today, today},
                   {"Last 7 days", model::day_of(frame.now - base::hours(6 * 24), offset()), today},
                   {"This month", month_begin(today, 0), today},
                   {"Last month", month_begin(today, 1),
                    model::day_of(*model::parse_when(month_begin(today, 0), 0, false) - base::hours(24), 0)}};
    std::string shown = "Other days";
    for (const auto& preset : presets) {
        if (preset.from == from_ && preset.to == to_) shown = preset.title;
    }
    label(frame, "When");
    if (!ImGui::BeginCombo("##preset", shown.c_str())) return;
    for (const auto& preset : presets) {
        if (!ImGui::Selectable(preset.title, shown == preset.title)) continue;
        from_ = preset.from;
        to_ = preset.to;
    }
    ImGui::EndCombo();
}

void ReportChoices::draw_period(const Frame& frame) {
    section(frame, "PERIOD");
    constexpr std::pair<model::Filter::Time, const char*> kTimes[] = {{model::Filter::Time::captured, "Captured"},
                                                                      {model::Filter::Time::submitted, "Submitted"},
                                                                      {model::Filter::Time::decided, "Decided"}};
    for (const auto& [time, title] : kTimes) {
        if (ImGui::RadioButton(title, filter_.time == time)) filter_.time = time;
        ImGui::SameLine();
    }
    ImGui::NewLine();
    draw_presets(frame);
    label(frame, "From, to");
    const float half = (ImGui::GetContentRegionAvail().x - frame.px(8)) / 2;
    ImGui::SetNextItemWidth(half);
    input_text("##from", "2026-11-01", from_);
    ImGui::SameLine(0, frame.px(8));
    ImGui::SetNextItemWidth(half);
    input_text("##to", "and with this day", to_);
    label(frame, "Time zone");
    const std::string own = model::offset_words(profile_offset_) + ", the profile's";
    if (ImGui::BeginCombo("##zone", in_utc_ ? "UTC" : own.c_str())) {
        if (ImGui::Selectable(own.c_str(), !in_utc_)) in_utc_ = false;
        if (ImGui::Selectable("UTC", in_utc_)) in_utc_ = true;
        ImGui::EndCombo();
    }
    if (const auto chosen = filter(); !chosen) text_wrapped(chosen.error().what + ".", frame.theme.error);
}

void ReportChoices::draw_files(const Frame& frame) {
    section(frame, "FILES");
    const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
    bool first = true;
    for (const auto& entry : kFormats) {
        const float width = text_width(entry.title) + ImGui::GetFrameHeight() + frame.px(16);
        if (!first) {
            ImGui::SameLine(0, frame.px(12));
            if (ImGui::GetCursorPosX() + width > right) ImGui::NewLine();
        }
        first = false;
        bool on = has(entry.format);
        if (ImGui::Checkbox(entry.title, &on)) {
            if (on) {
                formats_.push_back(entry.format);
                std::sort(formats_.begin(), formats_.end());
            } else {
                std::erase(formats_, entry.format);
            }
        }
        if (ImGui::IsItemHovered()) tooltip(entry.what);
    }
    label(frame, "Folder");
    input_text("##folder", "Where the files go", folder_);
    label(frame, "Name");
    const std::string usual(report::name_of(kind_));
    input_text("##name", usual.c_str(), name_);
    ImGui::Checkbox("Replace a report of this name", &replace_);
    if (kind_ == Kind::validation) ImGui::Checkbox("With a row for each finding", &with_findings_);
    if (has(Format::csv)) ImGui::Checkbox("CSV with a byte order mark, for Excel", &csv_bom_);
}

}  // namespace linesman::ui
