// The pages of the filters that are about judgements: findings by rule and severity, time, decision.
#include <algorithm>
#include <functional>
#include <utility>

#include "base/text.h"
#include "model/period.h"
#include "model/rules/rule_set.h"
#include "ui/views/filter_popup.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

// Rules under the severity that they have here: in the one project that is chosen, else the worst of all projects.
model::Severity FilterPopup::severity_here(const Frame& frame, model::Rule rule) {
    const auto& chosen = frame.state.filter.projects;
    const auto at = static_cast<size_t>(rule);
    if (chosen.size() == 1) return frame.desk.rules_in_force(chosen[0]).rules.severities[at];
    auto worst = model::Severity::none;
    for (const auto& project : frame.snapshot.reference->projects)
        worst = std::max(worst, frame.desk.rules_in_force(project.id).rules.severities[at]);
    return worst != model::Severity::none ? worst : model::RuleSet().severities[at];
}

void FilterPopup::draw_findings(const Frame& frame, Intents& intents) {
    model::Filter filter = frame.state.filter;
    const app::RowList* rows = rows_for(frame, intents, model::without_findings(filter));
    if (rows != nullptr && rows != counted_) {
        counted_ = rows;
        judged_ = model::judgement_counts(frame.snapshot.columns, rows->rows);
        for (size_t i = 0; i < model::kRuleCount; ++i)
            severities_[i] = severity_here(frame, static_cast<model::Rule>(i));
    }
    bool changed = false;
    auto box = [&](const std::string& title, uint32_t count, bool on, const std::function<void()>& flip) {
        if (count == 0 && !on) return;
        if (ImGui::Checkbox((title + "   " + with_thousands(count) + "###" + title).c_str(), &on)) {
            flip();
            changed = true;
        }
    };
    section(frame, "AT LEAST");
    for (const auto severity : {model::Severity::blocking, model::Severity::error, model::Severity::warning}) {
        uint32_t count = 0;
        for (size_t i = static_cast<size_t>(severity); i < judged_.by_severity.size(); ++i)
            count += judged_.by_severity[i];
        const bool on = filter.least_severity == severity;
        box(std::string(model::name_of(severity)), count, on,
            [&] { filter.least_severity = on ? std::nullopt : std::optional(severity); });
    }
    box("Lost photos", judged_.lost_photos, filter.only_lost_photos,
        [&] { filter.only_lost_photos = !filter.only_lost_photos; });
    std::vector<model::Rule> rules;
    for (size_t i = 0; i < model::kRuleCount; ++i) rules.push_back(static_cast<model::Rule>(i));
    auto count_of = [&](model::Rule rule) { return judged_.by_rule[static_cast<size_t>(rule)]; };
    std::stable_sort(rules.begin(), rules.end(), [&](auto a, auto b) { return count_of(a) > count_of(b); });
    constexpr std::pair<model::Severity, const char*> groups[] = {{model::Severity::blocking, "BLOCKING RULES"},
                                                                  {model::Severity::error, "RULES WITH ERRORS"},
                                                                  {model::Severity::warning, "RULES WITH WARNINGS"},
                                                                  {model::Severity::none, "RULES SWITCHED OFF HERE"}};
    bool any = false;
    for (const auto& [severity, title] : groups) {
        bool headed = false;
        for (const auto rule : rules) {
            const bool on = (filter.rules & model::bit(rule)) != 0;
            if (severities_[static_cast<size_t>(rule)] != severity || (count_of(rule) == 0 && !on)) continue;
            if (!std::exchange(headed, true)) section(frame, title);
            any = true;
            box(std::string(model::title_of(rule)), count_of(rule), on, [&] { filter.rules ^= model::bit(rule); });
        }
    }
    if (!any) text_wrapped("No capture of this list has a finding.", frame.theme.muted);
    if (changed) intents.filter = filter;
}

// When, by which clock, and what was decided.
void FilterPopup::draw_time(const Frame& frame, Intents& intents) {
    constexpr std::pair<FilterSpan, const char*> spans[] = {{FilterSpan::fixed, "At any time"},
                                                            {FilterSpan::today, "Today"},
                                                            {FilterSpan::yesterday, "Yesterday"},
                                                            {FilterSpan::last_7_days, "In the last 7 days"},
                                                            {FilterSpan::before_7_days, "Before that"}};
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
    model::Filter always = frame.state.filter;
    always.from_us.reset();
    always.to_us.reset();
    const app::RowList* rows = rows_for(frame, intents, always);
    for (const auto& [span, title] : spans) {
        const SpanBounds bounds = bounds_of(span, frame.now);
        std::string words = title;
        if (rows != nullptr) {
            words += "   " + with_thousands(model::count_between(frame.snapshot.columns, rows->rows, filter.time,
                                                                 bounds.from_us, bounds.to_us));
        }
        if (ImGui::RadioButton((words + "###" + title).c_str(),
                               filter.from_us == bounds.from_us && filter.to_us == bounds.to_us)) {
            filter.from_us = bounds.from_us;
            filter.to_us = bounds.to_us;
            changed = true;
        }
    }
    draw_days(frame, filter, changed);
    if (changed) intents.filter = filter;
    draw_decision(frame, intents);
}

// Days of one's own: from and to, both in it.
void FilterPopup::draw_days(const Frame& frame, model::Filter& filter, bool& changed) {
    const model::Filter& now = frame.state.filter;
    if (typed_from_us_ != now.from_us || typed_to_us_ != now.to_us) {
        typed_from_us_ = now.from_us;
        typed_to_us_ = now.to_us;
        from_ = now.from_us ? model::day_of({*now.from_us}, kSouthAfricaOffsetMinutes) : std::string();
        to_ = now.to_us ? model::day_of({*now.to_us - 1}, kSouthAfricaOffsetMinutes) : std::string();
    }
    ImGui::AlignTextToFramePadding();
    text_line("From", frame.theme.muted);
    const auto day = [&](const char* id, std::string& text) {
        ImGui::SameLine(0, frame.px(8));
        ImGui::SetNextItemWidth(frame.px(116));
        return input_text(id, "2026-11-22", text, ImGuiInputTextFlags_EnterReturnsTrue) ||
               ImGui::IsItemDeactivatedAfterEdit();
    };
    bool entered = day("##from", from_);
    ImGui::SameLine(0, frame.px(8));
    text_line("to", frame.theme.muted);
    entered |= day("##to", to_);
    const auto read = [](const std::string& text, bool is_end, std::optional<int64_t>& us) {
        us.reset();
        if (base::trimmed(text).empty()) return true;
        const auto time = model::parse_when(text, kSouthAfricaOffsetMinutes, is_end);
        if (time) us = time->us;
        return time.ok();
    };
    std::optional<int64_t> from, to;
    const bool good = read(from_, false, from) && read(to_, true, to) && (!from || !to || *from < *to);
    if (!good) text_wrapped("Days are written 2026-11-22; the first one comes before the last.", frame.theme.warning);
    if (!entered || !good || (from == now.from_us && to == now.to_us)) return;
    filter.from_us = from;
    filter.to_us = to;
    changed = true;
}

void FilterPopup::draw_decision(const Frame& frame, Intents& intents) {
    section(frame, "DECISION");
    model::Filter filter = frame.state.filter;
    model::Filter any = filter;
    any.decision.reset();
    // A list of its own beside that of the period.
    const auto rows = frame.desk.rows(any, {});
    intents.pending |= rows == nullptr;
    if (rows != nullptr && rows != rows_decided_) {
        rows_decided_ = rows;
        decided_ = model::judgement_counts(frame.snapshot.columns, rows->rows);
    }
    const auto choice = [&](const char* title, uint32_t count, std::optional<model::Decision> decision) {
        const std::string words = std::string(title) + "   " + with_thousands(count) + "###" + title;
        if (!ImGui::RadioButton(words.c_str(), filter.decision == decision)) return;
        filter.decision = decision;
        intents.filter = filter;
    };
    choice("Any", rows != nullptr ? static_cast<uint32_t>(rows->rows.size()) : 0, {});
    constexpr std::pair<model::Decision, const char*> decisions[] = {{model::Decision::none, "Not judged"},
                                                                     {model::Decision::approved, "Approved"},
                                                                     {model::Decision::rejected, "Rejected"},
                                                                     {model::Decision::held, "Held"},
                                                                     {model::Decision::superseded, "Merged"}};
    for (const auto& [decision, title] : decisions)
        choice(title, decided_.by_decision[static_cast<size_t>(decision)], decision);
}

}  // namespace linesman::ui
