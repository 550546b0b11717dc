#include "ui/views/filter_popup.h"

#include <algorithm>
#include <cctype>
#include <functional>

#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

constexpr const char* kPopup = "filters";

const char* blank_of(model::Facet facet) {
    switch (facet) {
        case model::Facet::project:
            return "No project";
        case model::Facet::zone:
            return "No zone: not planned";
        case model::Facet::pon:
            return "No PON: not planned";
        case model::Facet::person:
            return "Unknown crew";
        case model::Facet::device:
            return "Unknown device";
    }
    return "none";
}

}  // namespace

void FilterPopup::open() {
    ImGui::OpenPopup(kPopup);
}

void FilterPopup::draw(const Frame& frame, Intents& intents) {
    ImGui::SetNextWindowSize({frame.px(440), std::min(frame.px(460), ImGui::GetMainViewport()->Size.y * 0.8F)});
    if (!ImGui::BeginPopup(kPopup)) return;
    constexpr std::pair<Page, const char*> pages[] = {
        {Page::findings, "Findings"}, {Page::project, "Project"}, {Page::zone, "Zone"}, {Page::pon, "PON"},
        {Page::person, "Crew"},       {Page::device, "Device"},   {Page::time, "Time"}, {Page::saved, "Saved"}};
    for (const auto& [page, title] : pages) {
        if (tab(frame, title, title, {}, page_ == page)) {
            page_ = page;
            query_.clear();
        }
        ImGui::SameLine(0, 0);
    }
    ImGui::NewLine();
    ImGui::BeginChild("page", {0, -frame.px(38)});
    switch (page_) {
        case Page::findings:
            draw_findings(frame, intents);
            break;
        case Page::project:
            draw_facet(frame, intents, model::Facet::project);
            break;
        case Page::zone:
            draw_facet(frame, intents, model::Facet::zone);
            break;
        case Page::pon:
            draw_facet(frame, intents, model::Facet::pon);
            break;
        case Page::person:
            draw_facet(frame, intents, model::Facet::person);
            break;
        case Page::device:
            draw_facet(frame, intents, model::Facet::device);
            break;
        case Page::time:
            draw_time(frame, intents);
            break;
        case Page::saved:
            draw_saved(frame, intents);
            break;
    }
    ImGui::EndChild();
    for (const auto id : {CommandId::queue_clear_filters, CommandId::queue_save_filter}) {
        const Availability available = availability(id, frame.commands);
        const std::string title(command(id).title);
        if (text_button(frame, title.c_str(), available.yes, available.why_not)) {
            intents.run(id);
            if (id == CommandId::queue_save_filter) ImGui::CloseCurrentPopup();
        }
        ImGui::SameLine();
    }
    ImGui::EndPopup();
}

void FilterPopup::draw_findings(const Frame& frame, Intents& intents) const {
    model::Filter filter = frame.state.filter;
    bool changed = false;
    const auto& counts = frame.snapshot.counts;
    auto box = [&](const std::string& title, uint32_t count, bool on, const std::function<void()>& flip) {
        if (count == 0 && !on) return;
        if (ImGui::Checkbox((title + "   " + with_thousands(count)).c_str(), &on)) {
            flip();
            changed = true;
        }
    };
    section(frame, "AT LEAST");
    for (const auto severity : {model::Severity::blocking, model::Severity::error, model::Severity::warning}) {
        uint32_t count = 0;
        for (size_t i = static_cast<size_t>(severity); i < 4; ++i) count += counts.by_severity[i];
        const bool on = filter.least_severity == severity;
        box(std::string(model::name_of(severity)), count, on,
            [&] { filter.least_severity = on ? std::nullopt : std::optional(severity); });
    }
    section(frame, "WITH ANY OF");
    std::vector<model::Rule> rules;
    for (size_t i = 0; i < model::kRuleCount; ++i) rules.push_back(static_cast<model::Rule>(i));
    auto count_of = [&](model::Rule rule) {
        const auto i = static_cast<size_t>(rule);
        return i < counts.by_rule.size() ? counts.by_rule[i] : 0U;
    };
    std::stable_sort(rules.begin(), rules.end(), [&](auto a, auto b) { return count_of(a) > count_of(b); });
    for (const auto rule : rules) {
        box(std::string(model::title_of(rule)), count_of(rule), (filter.rules & model::bit(rule)) != 0,
            [&] { filter.rules ^= model::bit(rule); });
    }
    box("Lost photos", counts.lost_photos, filter.only_lost_photos,
        [&] { filter.only_lost_photos = !filter.only_lost_photos; });
    if (changed) intents.filter = filter;
}

void FilterPopup::count(const Frame& frame, model::Facet facet) {
    if (generation_ == frame.snapshot.generation && filter_ == frame.state.filter && facet_ == facet) return;
    generation_ = frame.snapshot.generation;
    filter_ = frame.state.filter;
    facet_ = facet;
    counts_ = model::facet_counts(frame.snapshot.columns, filter_, facet);
}

void FilterPopup::draw_facet(const Frame& frame, Intents& intents, model::Facet facet) {
    count(frame, facet);
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    input_text("##find", "Find", query_);
    std::vector<const model::FacetCount*> shown;
    for (const auto& entry : counts_) {
        const auto same = [](char a, char b) { return std::tolower(a) == std::tolower(b); };
        if (query_.empty() || std::search(entry.value.begin(), entry.value.end(), query_.begin(), query_.end(), same) !=
                                  entry.value.end())
            shown.push_back(&entry);
    }
    if (shown.empty()) text_line("Nothing to choose from.", frame.theme.muted);
    ImGui::BeginChild("values");
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(shown.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const auto& entry = *shown[static_cast<size_t>(i)];
            bool on = entry.chosen;
            const std::string title = (entry.value.empty() ? blank_of(facet) : entry.value) + "   " +
                                      with_thousands(entry.count) + "##" + std::to_string(i);
            if (!ImGui::Checkbox(title.c_str(), &on)) continue;
            model::Filter filter = frame.state.filter;
            auto& values = model::values_of(filter, facet);
            if (on) {
                values.push_back(entry.value);
            } else {
                std::erase(values, entry.value);
            }
            intents.filter = filter;
        }
    }
    ImGui::EndChild();
}

// When, by which clock, and what was decided.
void FilterPopup::draw_time(const Frame& frame, Intents& intents) {
    constexpr int64_t kDayUs = 86'400'000'000;
    const int64_t offset_us = int64_t{kSouthAfricaOffsetMinutes} * 60'000'000;
    const int64_t midnight = (frame.now.us + offset_us) / kDayUs * kDayUs - offset_us;
    struct Span {
        const char* title;
        std::optional<int64_t> from, to;
    };
    const Span spans[] = {{"At any time", {}, {}},
                          {"Today", midnight, {}},
                          {"Yesterday", midnight - kDayUs, midnight},
                          {"In the last 7 days", midnight - 6 * kDayUs, {}},
                          {"Before that", {}, midnight - 6 * kDayUs}};
    model::Filter filter = frame.state.filter;
    bool changed = false;
    section(frame, "WHICH TIME");
    constexpr std::pair<model::Filter::Time, const char*> clocks[] = {{model::Filter::Time::submitted, "Sent"},
                                                                      {model::Filter::Time::captured, "Captured"},
                                                                      {model::Filter::Time::decided, "Decided"}};
    for (const auto& [time, title] : clocks) {
        if (ImGui::RadioButton(title, filter.time == time)) filter.time = time, changed = true;
        ImGui::SameLine();
    }
    ImGui::NewLine();
    section(frame, "WHEN");
    for (const auto& span : spans) {
        if (ImGui::RadioButton(span.title, filter.from_us == span.from && filter.to_us == span.to)) {
            filter.from_us = span.from;
            filter.to_us = span.to;
            changed = true;
        }
    }
    section(frame, "DECISION");
    if (ImGui::RadioButton("Any", !filter.decision)) filter.decision.reset(), changed = true;
    for (const auto decision :
         {model::Decision::approved, model::Decision::rejected, model::Decision::held, model::Decision::superseded}) {
        const std::string title(model::name_of(decision));
        if (ImGui::RadioButton(title.c_str(), filter.decision == decision)) filter.decision = decision, changed = true;
    }
    if (changed) intents.filter = filter;
}

void FilterPopup::draw_saved(const Frame& frame, Intents& intents) const {
    if (frame.saved_filters.all().empty()) {
        empty_state(frame, intents, icon::kList, "No saved filters",
                    "Set a search or filters, then save them under a name.", CommandId::queue_save_filter);
        return;
    }
    for (const auto& saved : frame.saved_filters.all()) {
        ImGui::PushID(saved.name.c_str());
        const float start = ImGui::GetCursorPosX();
        if (ImGui::Selectable(shortened(saved.name, frame.px(300)).c_str(), saved.filter == frame.state.filter, 0,
                              {frame.px(310), 0}))
            intents.filter = saved.filter;
        if (ImGui::IsItemHovered()) tooltip(words_of(saved.filter));
        ImGui::SameLine(start + frame.px(330), 0);
        if (ImGui::TextLink("Forget")) intents.forget_filter = saved.name;
        ImGui::PopID();
    }
}

void draw_filter_plates(const Frame& frame, Intents& intents) {
    FontScope font(frame.fonts.regular, kSmallText);
    const model::Filter& now = frame.state.filter;
    const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
    bool first = true;
    int id = 0;
    auto plate = [&](const std::string& title, const std::function<void(model::Filter&)>& take_away) {
        const std::string words = shortened(title, frame.px(170)) + "  ×";
        const float width = text_width(words) + frame.px(14), height = frame.px(22);
        if (!first) {
            ImGui::SameLine(0, frame.px(4));
            if (ImGui::GetCursorPosX() + width > right) ImGui::NewLine();
        }
        first = false;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImGui::PushID(++id);
        if (ImGui::InvisibleButton("plate", {width, height})) {
            model::Filter filter = now;
            take_away(filter);
            intents.filter = filter;
        }
        ImGui::PopID();
        const bool hovered = ImGui::IsItemHovered();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        list.AddRectFilled(at, {at.x + width, at.y + height}, hovered ? frame.theme.active : frame.theme.accent_soft,
                           frame.px(5));
        list.AddText({at.x + frame.px(7), at.y + (height - ImGui::GetFontSize()) / 2}, frame.theme.text, words.c_str());
        if (hovered) tooltip("Takes this filter away: " + title);
    };
    for (const auto facet :
         {model::Facet::project, model::Facet::zone, model::Facet::pon, model::Facet::person, model::Facet::device}) {
        constexpr const char* kTitles[] = {"", "Zone ", "PON ", "", ""};
        for (const auto& value : model::values_of(now, facet)) {
            plate(value.empty() ? blank_of(facet) : kTitles[static_cast<size_t>(facet)] + value,
                  [&](model::Filter& filter) { std::erase(model::values_of(filter, facet), value); });
        }
    }
    for (size_t i = 0; i < model::kRuleCount; ++i) {
        const auto rule = static_cast<model::Rule>(i);
        if ((now.rules & model::bit(rule)) != 0)
            plate(std::string(model::title_of(rule)),
                  [&](model::Filter& filter) { filter.rules &= ~model::bit(rule); });
    }
    if (now.least_severity)
        plate("At least " + std::string(model::name_of(*now.least_severity)),
              [](model::Filter& filter) { filter.least_severity.reset(); });
    if (now.only_lost_photos) plate("Lost photos", [](model::Filter& filter) { filter.only_lost_photos = false; });
    if (now.from_us || now.to_us)
        plate(now.from_us ? now.to_us ? "Between two times" : "Since " + short_time({*now.from_us}, frame.now)
                          : "Before " + short_time({*now.to_us}, frame.now),
              [](model::Filter& filter) { filter.from_us.reset(), filter.to_us.reset(); });
    if (now.decision)
        plate(std::string(model::name_of(*now.decision)), [](model::Filter& filter) { filter.decision.reset(); });
    if (!now.area.empty()) plate("Area on the map", [](model::Filter& filter) { filter.area.clear(); });
}

void SaveFilterView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    if (fresh) name_ = shortened(words_of(frame.state.filter), frame.px(300));
    begin_overlay(frame, "save filter", {460, 170}, fresh);
    overlay_title(frame, "Save this filter");
    text_fit(words_of(frame.state.filter), ImGui::GetContentRegionAvail().x, frame.theme.muted);
    if (fresh) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    const bool entered =
        input_text("##name", "Name", name_, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
    if (text_button(frame, "Save", !name_.empty(), "Give it a name.", true) || (entered && !name_.empty())) {
        intents.save_filter = name_;
        intents.overlay = Overlay::save_filter;
    }
    ImGui::SameLine();
    if (text_button(frame, "Cancel")) intents.overlay = Overlay::save_filter;
    end_overlay(frame, intents, fresh);
}

}  // namespace linesman::ui
