#include "ui/views/device_order_view.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/views/quiet_table.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

using Verdict = app::FleetTarget::Verdict;

struct Kind {
    const char* name;
    const char* title;
};
constexpr Kind kKinds[] = {{"retry_failed", "Send again what failed"},
                           {"resend_photos", "Send the photos of the capture again"},
                           {"resend_capture", "Send the capture again"},
                           {"upload_log", "Send its log"}};

int progress_of(std::string_view state) {
    return state == "queued" ? 1 : state == "delivered" ? 2 : state.empty() ? 0 : 3;
}

ImU32 colour_of(const Theme& theme, Verdict verdict) {
    switch (verdict) {
        case Verdict::will_send:
            return theme.good;
        case Verdict::under_way:
            return theme.accent;
        case Verdict::unreachable:
            return theme.warning;
        case Verdict::not_needed:
            return theme.muted;
    }
    return theme.muted;
}

std::string who(const app::FleetTarget& target) {
    const std::string name = target.person.empty() ? "unknown" : target.person;
    return target.phone.empty() ? name : name + ", " + target.phone;
}

void message(const Frame& frame, const std::string& what, const std::string& cure) {
    if (frame.fonts.has_icons) {
        text_line(icon::kWarning, frame.theme.warning);
        ImGui::SameLine();
    }
    text_wrapped(what, frame.theme.text);
    if (!cure.empty()) text_wrapped(cure, frame.theme.muted);
}

}  // namespace

std::string_view word_of_command_state(std::string_view state) {
    if (state == "queued") return "Queued";
    if (state == "delivered") return "Delivered";
    if (state == "done") return "Done";
    if (state == "failed") return "Failed";
    if (state == "expired") return "Expired";
    return "Not sent";
}

ImU32 colour_of_command_state(const Theme& theme, std::string_view state) {
    if (state == "queued") return theme.muted;
    if (state == "delivered") return theme.accent;
    if (state == "done") return theme.good;
    return state == "expired" ? theme.warning : theme.error;
}

std::string_view title_of_command(std::string_view kind) {
    for (const auto& known : kKinds) {
        if (known.name == kind) return known.title;
    }
    return kind;
}

const model::DeviceCommand& newer_of(const model::DeviceCommand& mine,
                                     const std::vector<model::DeviceCommand>& mirrored) {
    if (mine.state.empty()) return mine;
    const auto found = std::find_if(mirrored.begin(), mirrored.end(), [&](const auto& c) { return c.id == mine.id; });
    return found != mirrored.end() && progress_of(found->state) > progress_of(mine.state) ? *found : mine;
}

void DeviceOrderView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    if (fresh) {
        order_ = frame.state.devices.order;
        planned_for_ = UINT64_MAX;
        chosen_.clear();
    }
    begin_overlay(frame, "device_order", {1040, 620}, fresh);
    const auto run = frame.desk.devices().run();
    const bool sent = frame.state.devices.run != 0 && run->id == frame.state.devices.run;
    overlay_title(frame, sent ? title_of_command(run->plan.order.kind) : std::string_view("Tell phones to..."),
                  sent ? "Every phone answers when it next has contact." : "Nothing is sent before you start.");
    if (sent) {
        draw_run(frame, intents, *run);
        end_overlay(frame, intents, fresh);
        return;
    }
    draw_choices(frame);
    if (planned_for_ != frame.snapshot.generation || planned_kind_ != order_.kind) {
        planned_for_ = frame.snapshot.generation;
        planned_kind_ = order_.kind;
        plan_ = frame.desk.devices().plan(order_);
    }
    ImGui::BeginChild("plan", {0, -frame.px(52)});
    if (!plan_.refused_because.empty()) message(frame, plan_.refused_because, {});
    if (plan_.targets.empty()) {
        empty_state(frame, intents, order_.all_failing ? icon::kCheckCircle : icon::kMobile,
                    order_.all_failing ? "No phone needs attention" : "No phone chosen",
                    order_.all_failing ? "Phones that fail, and those that never reported, would be listed here."
                                       : "Choose phones in the list of devices (F6).");
    } else {
        draw_plan(frame);
    }
    ImGui::EndChild();
    draw_foot(frame, intents);
    end_overlay(frame, intents, fresh);
}

void DeviceOrderView::draw_choices(const Frame& frame) {
    for (const auto& kind : kKinds) {
        const bool about_capture = std::string_view(kind.name).starts_with("resend_");
        if (about_capture && order_.staging_id.empty()) continue;
        if (order_.all_failing && std::string_view(kind.name) != "retry_failed") continue;
        if (tab(frame, kind.name, kind.title, {}, order_.kind == kind.name)) order_.kind = kind.name;
        ImGui::SameLine(0, frame.px(2));
    }
    ImGui::NewLine();
    if (!order_.staging_id.empty()) text_line("About the capture " + order_.staging_id, frame.theme.muted);
}

void DeviceOrderView::draw_target(const Frame& frame, const app::FleetTarget& target, int id) {
    const Theme& theme = frame.theme;
    if (clickable_row(id, chosen_ == target.device_id)) chosen_ = target.device_id;
    text_fit(app::name_of(target.verdict), ImGui::GetContentRegionAvail().x, colour_of(theme, target.verdict));
    QuietTable::text(target.device_id, theme.text);
    QuietTable::text(who(target), theme.muted);
    const bool reports = target.verdict != Verdict::unreachable;
    QuietTable::text(reports ? std::to_string(target.failed) : std::string("unknown"),
                     target.failed > 0 ? theme.error : theme.faint);
    QuietTable::text(target.cause, target.failing ? theme.text : theme.muted);
    QuietTable::text(target.text, theme.muted);
}

void DeviceOrderView::draw_plan(const Frame& frame) {
    std::string sum = std::to_string(plan_.will_send) + " would be told";
    if (plan_.under_way > 0) sum += ", " + std::to_string(plan_.under_way) + " were asked already";
    if (plan_.unreachable > 0) sum += ", " + std::to_string(plan_.unreachable) + " cannot be reached from here";
    if (plan_.not_needed > 0) sum += ", " + std::to_string(plan_.not_needed) + " have nothing to send again";
    text_line(sum + ".", frame.theme.text);
    const float steps = plan_.unreachable > 0 ? frame.px(128) : 0;
    draw_targets(frame, steps);
    if (steps > 0) draw_steps(frame);
}

void DeviceOrderView::draw_targets(const Frame& frame, float steps) {
    constexpr TableColumn kColumns[] = {{"What happens", 190}, {"Device", 190},   {"Person", 150},
                                        {"Failed", 62},        {"Cause", 0, 190}, {"Note", 0, 190}};
    const QuietTable table(frame, "targets", kColumns,
                           {0, std::max(ImGui::GetContentRegionAvail().y - steps, frame.px(150))});
    if (!table.open()) return;
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(plan_.targets.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
            draw_target(frame, plan_.targets[static_cast<size_t>(i)], i);
    }
}

// Of the chosen phone, else of the first that cannot be reached.
void DeviceOrderView::draw_steps(const Frame& frame) const {
    const app::FleetTarget* of = nullptr;
    for (const auto& target : plan_.targets) {
        if (target.verdict != Verdict::unreachable) continue;
        if (!of || target.device_id == chosen_) of = &target;
    }
    if (!of) return;
    section(frame, "WHAT TO DO ABOUT " + of->device_id);
    int number = 0;
    for (const auto& step : of->steps) text_wrapped(std::to_string(++number) + ".  " + step, frame.theme.muted);
}

void DeviceOrderView::draw_foot(const Frame& frame, Intents& intents) const {
    ImGui::SetCursorPosY(ImGui::GetWindowHeight() - frame.px(48));
    const bool may = plan_.refused_because.empty() && plan_.will_send + plan_.under_way > 0;
    std::string why = plan_.refused_because;
    if (why.empty() && plan_.unreachable > 0)
        why = "None of them can be reached from here: they never reported. Follow the steps with the workers.";
    if (why.empty()) why = "There is nothing to send.";
    const std::string title =
        plan_.will_send == 0 && plan_.under_way > 0
            ? std::string("Follow what is under way")
            : "Send to " + std::to_string(plan_.will_send) + (plan_.will_send == 1 ? " phone" : " phones");
    if (text_button(frame, title.c_str(), may, why, true)) intents.devices.send = order_;
    ImGui::SameLine(0, frame.px(12));
    text_fit(may ? "A command waits for its phone for a week; each answer is kept as a receipt." : why,
             ImGui::GetContentRegionAvail().x, frame.theme.faint);
}

void DeviceOrderView::draw_run(const Frame& frame, Intents& intents, const app::OrderRun& run) const {
    const auto& mirrored = *frame.snapshot.commands;
    std::map<std::string_view, size_t> counts;
    for (const auto& receipt : run.receipts) ++counts[word_of_command_state(newer_of(receipt.command, mirrored).state)];
    std::string sum = run.busy ? "Sending..." : "";
    for (const auto& [word, count] : counts) {
        sum += sum.empty() ? "" : "   ";
        sum += std::to_string(count) + " " + base::fold(word);
    }
    if (!sum.empty()) text_line(sum, frame.theme.text);
    if (!run.error.empty()) message(frame, run.error, run.cure);
    draw_receipts(frame, intents, run);
    ImGui::SetCursorPosY(ImGui::GetWindowHeight() - frame.px(48));
    if (text_button(frame, "Prepare another", !run.busy, "The commands are still being sent."))
        intents.devices.prepare = run.plan.order;
    ImGui::SameLine(0, frame.px(12));
    text_fit("Escape closes this; the answers stay under Commands of each phone.", ImGui::GetContentRegionAvail().x,
             frame.theme.faint);
}

void DeviceOrderView::draw_receipts(const Frame& frame, Intents& intents, const app::OrderRun& run) const {
    constexpr TableColumn kColumns[] = {{"State", 110}, {"Device", 210}, {"Person", 150}, {"Answer", 0, 300}};
    const QuietTable table(frame, "receipts", kColumns, {0, -frame.px(52)});
    if (!table.open()) return;
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(run.receipts.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const auto& receipt = run.receipts[static_cast<size_t>(i)];
            const auto& command = newer_of(receipt.command, *frame.snapshot.commands);
            ImGui::TableNextRow();
            QuietTable::text(word_of_command_state(command.state), colour_of_command_state(frame.theme, command.state));
            ImGui::TableNextColumn();
            ImGui::PushID(i);
            if (ImGui::TextLink(shortened(receipt.device_id, ImGui::GetContentRegionAvail().x).c_str()))
                intents.devices.show = DeviceIntents::Show{receipt.device_id, {}, DevicePage::commands};
            ImGui::PopID();
            QuietTable::text(receipt.person, frame.theme.muted);
            std::string answer = receipt.why.empty() ? command.result : receipt.why;
            if (answer.empty() && command.state == "queued") answer = "The phone has not taken it yet.";
            if (answer.empty() && command.state == "delivered") answer = "The phone has taken it and is at work.";
            if (answer.empty() && command.state == "expired")
                answer = "The phone did not take it in time. Call the worker.";
            QuietTable::text(answer, frame.theme.muted);
        }
    }
}

}  // namespace linesman::ui
