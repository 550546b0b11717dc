#include "ui/views/batches_view.h"

#include <algorithm>
#include <cmath>

#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/views/quiet_table.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

const char* word_of(app::BatchState state) {
    switch (state) {
        case app::BatchState::running:
            return "Running";
        case app::BatchState::paused:
            return "Paused";
        case app::BatchState::cancelled:
            return "Cancelled";
        case app::BatchState::finished:
            return "Finished";
    }
    return "";
}

ImU32 colour_of(const Theme& theme, const app::BatchSummary& batch) {
    if (batch.need_person > 0) return theme.warning;
    switch (batch.state) {
        case app::BatchState::running:
            return theme.accent;
        case app::BatchState::finished:
            return theme.good;
        case app::BatchState::paused:
        case app::BatchState::cancelled:
            return theme.muted;
    }
    return theme.muted;
}

void bar(const Frame& frame, const app::BatchSummary& batch, float width) {
    const float height = frame.px(5);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, {at.x + width, at.y + height}, frame.theme.active, height / 2);
    const size_t settled = batch.total - std::min(batch.total, batch.waiting + batch.sending);
    const float share = batch.total > 0 ? static_cast<float>(settled) / static_cast<float>(batch.total) : 0.0F;
    if (share > 0) {
        list.AddRectFilled(at, {at.x + width * share, at.y + height}, colour_of(frame.theme, batch), height / 2);
    }
    ImGui::Dummy({width, height});
}

}  // namespace

std::string progress_words(const app::BatchSummary& batch) {
    std::string words = with_thousands(batch.done) + " of " + with_thousands(batch.total) + " done";
    auto add = [&](size_t count, const char* what) {
        if (count > 0) words += ", " + with_thousands(count) + " " + what;
    };
    add(batch.need_person, batch.need_person == 1 ? "needs a person" : "need a person");
    add(batch.withdrawn, "taken back");
    add(batch.left_out, "left out");
    if (batch.state == app::BatchState::running && batch.seconds_left > 0) {
        const auto seconds = static_cast<int64_t>(std::ceil(batch.seconds_left));
        words += seconds < 120 ? ", " + std::to_string(seconds) + " s left"
                               : ", " + std::to_string((seconds + 59) / 60) + " min left";
    }
    return words;
}

void BatchesView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    if (fresh) chosen_.clear();
    begin_overlay(frame, "batches", {940, 620}, fresh);
    overlay_title(frame, "Batches", "One decision on many captures, sent one by one; a receipt for each.");
    const auto& batches = frame.snapshot.batches;
    if (batches.empty()) {
        empty_state(frame, intents, icon::kList, "No batch yet",
                    "Select captures with X or Shift and an arrow, then approve or reject the selection.");
        end_overlay(frame, intents, fresh);
        return;
    }
    auto chosen = std::find_if(batches.begin(), batches.end(), [&](const auto& b) { return b.batch_id == chosen_; });
    if (chosen == batches.end()) {
        chosen = batches.begin();
        chosen_ = chosen->batch_id;
    }
    draw_list(frame);
    ImGui::SameLine(0, frame.px(14));
    ImGui::BeginChild("batch");
    draw_batch(frame, intents, *chosen);
    ImGui::EndChild();
    end_overlay(frame, intents, fresh);
}

void BatchesView::draw_list(const Frame& frame) {
    ImGui::BeginChild("list", {list_width(frame, 270), 0});
    for (const auto& batch : frame.snapshot.batches) {
        ImGui::PushID(batch.batch_id.c_str());
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float width = ImGui::GetContentRegionAvail().x, height = frame.px(56);
        if (ImGui::InvisibleButton("batch", {width, height})) chosen_ = batch.batch_id;
        const bool hovered = ImGui::IsItemHovered();
        if (batch.batch_id == chosen_ || hovered) {
            ImGui::GetWindowDrawList()->AddRectFilled(
                at, {at.x + width, at.y + height}, batch.batch_id == chosen_ ? frame.theme.selected : frame.theme.hover,
                frame.px(6));
        }
        ImGui::SetCursorScreenPos({at.x + frame.px(8), at.y + frame.px(5)});
        text_fit(batch.title, width - frame.px(16), frame.theme.text);
        ImGui::SetCursorScreenPos({at.x + frame.px(8), at.y + frame.px(25)});
        {
            FontScope font(frame.fonts.regular, kSmallText);
            const std::string line = std::string(word_of(batch.state)) + "  ·  " + short_time(batch.made_at, frame.now);
            text_fit(line, width - frame.px(16), frame.theme.muted);
        }
        ImGui::SetCursorScreenPos({at.x + frame.px(8), at.y + frame.px(46)});
        bar(frame, batch, width - frame.px(16));
        ImGui::SetCursorScreenPos({at.x, at.y + height + frame.px(4)});
        ImGui::Dummy({1, 1});
        ImGui::PopID();
    }
    ImGui::EndChild();
}

void BatchesView::draw_batch(const Frame& frame, Intents& intents, const app::BatchSummary& batch) {
    using What = Intents::BatchAct::What;
    {
        FontScope font(frame.fonts.bold, kBodyText + 1);
        text_fit(batch.title, ImGui::GetContentRegionAvail().x, frame.theme.text);
    }
    text_fit(std::string(word_of(batch.state)) + ": " + progress_words(batch), ImGui::GetContentRegionAvail().x,
             colour_of(frame.theme, batch));
    bar(frame, batch, ImGui::GetContentRegionAvail().x);
    ImGui::Dummy({0, frame.px(4)});
    const bool over = batch.state == app::BatchState::finished || batch.state == app::BatchState::cancelled;
    const char* foreign = "Another person started this batch; it can only be looked at.";
    const char* why = !batch.started_here ? foreign : "This batch is over.";
    const bool paused = batch.state == app::BatchState::paused, may = batch.started_here && !over;
    if (text_button(frame, paused ? "Resume" : "Pause", may, why))
        intents.batch_acts.push_back({paused ? What::resume : What::pause, batch.batch_id});
    ImGui::SameLine();
    if (text_button(frame, "Cancel the rest", may && batch.waiting > 0, may ? "Nothing is left to be cancelled." : why))
        intents.batch_acts.push_back({What::cancel, batch.batch_id});
    if (ImGui::IsItemHovered()) tooltip("What was sent stays; what waits is taken back.");
    ImGui::SameLine(0, frame.px(16));
    ImGui::SetNextItemWidth(frame.px(150));
    if (!ImGui::IsAnyItemActive()) rate_ = static_cast<float>(frame.snapshot.bulk_rate);
    ImGui::SliderFloat("##rate", &rate_, static_cast<float>(app::kLeastBulkRate),
                       static_cast<float>(app::kMostBulkRate), "%.3g a second", ImGuiSliderFlags_Logarithmic);
    if (ImGui::IsItemHovered()) tooltip("How many captures are sent each second, of all batches.");
    if (ImGui::IsItemDeactivatedAfterEdit()) intents.bulk_rate = static_cast<double>(rate_);
    draw_receipts(frame, intents, batch);
}

void BatchesView::draw_receipts(const Frame& frame, Intents& intents, const app::BatchSummary& batch) {
    const auto receipts = frame.desk.batch_receipts(batch.batch_id);
    if (receipts == nullptr) {
        empty_state(frame, intents, icon::kHourglass, "Reading the receipts", "They are on this computer.");
        intents.pending = true;
        return;
    }
    ImGui::Checkbox("Only what is not done", &only_open_);
    std::vector<uint32_t> shown;
    for (uint32_t i = 0; i < receipts->items.size(); ++i) {
        if (!only_open_ || receipts->items[i].state != model::OperationState::done) shown.push_back(i);
    }
    constexpr TableColumn kColumns[] = {{"Pole", 130}, {"What became of it", 0, 240}, {"Receipt", 100}};
    const QuietTable table(frame, "receipts", kColumns);
    if (!table.open()) return;
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(shown.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            ImGui::PushID(i);
            draw_receipt(frame, intents, receipts->items[shown[static_cast<size_t>(i)]]);
            ImGui::PopID();
        }
    }
}

void BatchesView::draw_receipt(const Frame& frame, Intents& intents, const app::BatchReceipt& item) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    const std::string& name = item.pole_number.empty() ? item.staging_id : item.pole_number;
    if (ImGui::TextLink(shortened(name, ImGui::GetContentRegionAvail().x).c_str())) intents.select_id = item.staging_id;
    const bool done = item.state == model::OperationState::done && !item.left_out;
    const bool bad =
        item.state == model::OperationState::parked || item.state == model::OperationState::conflict || item.left_out;
    std::string words = item.text;
    if (!item.cure.empty()) words += " " + item.cure;
    QuietTable::text(words, done ? frame.theme.good : bad ? frame.theme.warning : frame.theme.muted);
    ImGui::TableNextColumn();
    FontScope font(frame.fonts.regular, kSmallText);
    text_line(item.hash.substr(0, 10), frame.theme.faint);
    if (item.hash.empty() || !ImGui::IsItemHovered()) return;
    tooltip("Entry in this desk's journal: " + item.hash +
            (item.update_time.empty() ? "" : "\nVersion on the server: " + item.update_time));
}

}  // namespace linesman::ui
