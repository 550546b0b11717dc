#include "ui/views/filter_popup.h"

#include <algorithm>
#include <functional>

#include "base/text.h"
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

// "Sent 2026-11-22".
std::string period_plate(const model::Filter& filter) {
    const char* clock = filter.time == model::Filter::Time::captured  ? "Captured "
                        : filter.time == model::Filter::Time::decided ? "Decided "
                                                                      : "Sent ";
    return clock + period_words(filter);
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
            counted_ = nullptr;
            counts_.clear();
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

const app::RowList* FilterPopup::rows_for(const Frame& frame, Intents& intents, const model::Filter& filter) {
    auto rows = frame.desk.rows(filter, {});
    const bool current = rows != nullptr && rows->filter == filter;
    intents.pending |= !current;
    if (current) rows_ = std::move(rows);
    return current ? rows_.get() : nullptr;
}

void FilterPopup::draw_facet(const Frame& frame, Intents& intents, model::Facet facet) {
    const app::RowList* rows = rows_for(frame, intents, model::without_facet(frame.state.filter, facet));
    if (rows != nullptr && (rows != counted_ || !(counted_filter_ == frame.state.filter))) {
        counted_ = rows;
        counted_filter_ = frame.state.filter;
        counts_ = model::facet_counts(frame.snapshot.columns, rows->rows, frame.state.filter, facet);
    }
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    input_text("##find", "Find", query_);
    const auto title_of = [&](const std::string& value) {
        if (value.empty()) return std::string(blank_of(facet));
        return facet == model::Facet::person ? name_and_crew(frame.snapshot, value) : value;
    };
    std::vector<const model::FacetCount*> shown;
    const std::string wanted = base::fold(query_);
    for (const auto& entry : counts_) {
        if (wanted.empty() || base::fold(title_of(entry.value)).find(wanted) != std::string::npos)
            shown.push_back(&entry);
    }
    if (counted_ == nullptr) {
        text_line("Counting.", frame.theme.muted);
    } else if (shown.empty()) {
        text_line("Nothing to choose from.", frame.theme.muted);
    }
    ImGui::BeginChild("values");
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(shown.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const auto& entry = *shown[static_cast<size_t>(i)];
            bool on = entry.chosen;
            const std::string title =
                title_of(entry.value) + "   " + with_thousands(entry.count) + "##" + std::to_string(i);
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

void FilterPopup::draw_saved(const Frame& frame, Intents& intents) const {
    if (frame.saved_filters.all().empty()) {
        empty_state(frame, intents, icon::kList, "No saved filters",
                    "Set a search or filters, then save them under a name.", CommandId::queue_save_filter);
        return;
    }
    for (const auto& saved : frame.saved_filters.all()) {
        ImGui::PushID(saved.name.c_str());
        const float start = ImGui::GetCursorPosX();
        const model::Filter meant = filter_now(saved, frame.now);
        if (ImGui::Selectable(shortened(saved.name, frame.px(300)).c_str(), meant == frame.state.filter, 0,
                              {frame.px(310), 0}))
            intents.filter = meant;
        if (ImGui::IsItemHovered()) tooltip(words_of(meant));
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
            const std::string title = facet == model::Facet::person ? name_of_person(frame.snapshot, value)
                                                                    : kTitles[static_cast<size_t>(facet)] + value;
            plate(value.empty() ? blank_of(facet) : title,
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
        plate(period_plate(now), [](model::Filter& filter) { filter.from_us.reset(), filter.to_us.reset(); });
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
