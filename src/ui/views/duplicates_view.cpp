#include "ui/views/duplicates_view.h"

#include <algorithm>

#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

const char* heading_of(app::DuplicateKind kind) {
    switch (kind) {
        case app::DuplicateKind::upload:
            return "ONE UPLOAD, ARRIVED TWICE";
        case app::DuplicateKind::number:
            return "ONE NUMBER, SEVERAL CAPTURES";
        case app::DuplicateKind::near:
            return "CLOSE TOGETHER, OTHER NUMBER";
    }
    return "";
}

// A field that is a photo is shown as one.
void draw_thumbnail(const Frame& frame, const std::string& staging_id, model::Slot slot, float height) {
    const app::PhotoView photo = frame.desk.photo(staging_id, slot, app::PhotoSize::slot);
    const bool has = photo.image != nullptr && !photo.image->empty();
    const ImTextureID texture = has ? frame.textures.photo(photo.image_id, *photo.image, false) : ImTextureID_Invalid;
    if (texture == ImTextureID_Invalid) {
        text_line(photo.state == app::PhotoState::loading ? "Loading" : "No photo", frame.theme.faint);
        return;
    }
    const float share = static_cast<float>(photo.image->width) / static_cast<float>(photo.image->height);
    ImGui::Image(texture, {height * share, height});
}

}  // namespace

void DuplicatesView::take(std::vector<std::string> ids) {
    draft_ = {};
    draft_.staging_ids = std::move(ids);
    suggested_ = false;
}

void DuplicatesView::open(const Frame& frame) {
    take(frame.state.to_merge);
    const auto groups = frame.desk.duplicate_groups();
    if (!draft_.staging_ids.empty() || groups == nullptr || groups->groups.empty()) return;
    const auto& here = frame.selection.staging_id();
    const auto found = std::find_if(groups->groups.begin(), groups->groups.end(), [&](const auto& group) {
        return std::binary_search(group.staging_ids.begin(), group.staging_ids.end(), here);
    });
    take(found != groups->groups.end() ? found->staging_ids : groups->groups[0].staging_ids);
}

void DuplicatesView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    // The groups may still have been worked out when the view was opened.
    const bool groups_came = draft_.staging_ids.empty() && frame.desk.duplicate_groups() != nullptr;
    if (fresh || groups_came) open(frame);
    begin_overlay(frame, "duplicates", {1180, 660}, fresh);
    overlay_title(frame, "Duplicates",
                  "Choose a value for each field; the other captures are marked as merged into the one that stays.");
    ImGui::BeginChild("groups", {list_width(frame, 250), 0});
    draw_groups(frame, intents);
    ImGui::EndChild();
    ImGui::SameLine(0, frame.px(14));
    ImGui::BeginChild("members");
    draw_members(frame, intents);
    ImGui::EndChild();
    end_overlay(frame, intents, fresh);
}

void DuplicatesView::draw_groups(const Frame& frame, Intents& intents) {
    const auto groups = frame.desk.duplicate_groups();
    if (groups == nullptr) {
        empty_state(frame, intents, icon::kHourglass, "Looking for duplicates", "The rules are still running.");
        return;
    }
    if (groups->groups.empty()) {
        empty_state(frame, intents, icon::kCheckCircle, "No duplicates",
                    "No two captures share an upload, a number or a place.");
        return;
    }
    std::optional<app::DuplicateKind> kind;
    for (size_t i = 0; i < groups->groups.size(); ++i) {
        const auto& group = groups->groups[i];
        if (kind != group.kind) {
            if (kind) ImGui::Dummy({0, frame.px(6)});
            kind = group.kind;
            section(frame, heading_of(group.kind));
        }
        ImGui::PushID(static_cast<int>(i));
        const std::string title = shortened(group.title.empty() ? "No number" : group.title,
                                            ImGui::GetContentRegionAvail().x - frame.px(50)) +
                                  "   " + std::to_string(group.staging_ids.size());
        if (ImGui::Selectable(title.c_str(), draft_.staging_ids == group.staging_ids)) {
            take(group.staging_ids);
            intents.select_id = group.staging_ids[0];
        }
        ImGui::PopID();
    }
}

void DuplicatesView::draw_members(const Frame& frame, Intents& intents) {
    if (draft_.staging_ids.size() < 2) {
        empty_state(
            frame, intents, icon::kLink, "Nothing to compare",
            "Choose a group on the left, or select two to eight captures in the queue with X and press Shift+D.");
        return;
    }
    if (draft_.staging_ids.size() > model::kMaxMerge) {
        empty_state(frame, intents, icon::kBan, "Too many for one merge",
                    "At most 8 captures are merged at once. Select fewer in the queue and press Shift+D.");
        return;
    }
    const auto members = frame.desk.duplicate_members(draft_.staging_ids);
    if (members == nullptr) {
        empty_state(frame, intents, icon::kHourglass, "Reading the captures", "They are there in a moment.");
        intents.pending = true;
        return;
    }
    if (!members->missing.empty()) {
        empty_state(frame, intents, icon::kUnlink, "A capture is gone",
                    members->missing + " is not on this desk any more. Choose another group.");
        return;
    }
    if (!suggested_) {
        draft_.choices = members->suggested;
        suggested_ = true;
    }
    draw_table(frame, *members);
    draw_foot(frame, intents);
}

void DuplicatesView::draw_heads(const Frame& frame, const app::DuplicateMembers& members) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    text_line("Stays", frame.theme.text);
    if (ImGui::IsItemHovered()) tooltip("Its document becomes the merged capture; the others point to it.");
    for (size_t i = 0; i < members.captures.size(); ++i) {
        const auto& capture = members.captures[i];
        ImGui::TableNextColumn();
        ImGui::PushID(static_cast<int>(i));
        if (ImGui::RadioButton("##primary", draft_.choices.primary == i)) draft_.choices.primary = i;
        ImGui::SameLine(0, frame.px(6));
        const std::string& name = capture.pole_number.empty() ? capture.staging_id : capture.pole_number;
        text_fit(name, ImGui::GetContentRegionAvail().x, frame.theme.text);
        FontScope font(frame.fonts.regular, kSmallText);
        std::string line(model::name_of(capture.decision()));
        if (capture.decision() == model::Decision::none) line = "not judged";
        if (!capture.production_id.empty()) line += ", in production";
        if (capture.submitted_at) line += ", sent " + short_time(*capture.submitted_at, frame.now);
        text_fit(line, ImGui::GetContentRegionAvail().x, frame.theme.muted);
        ImGui::PopID();
    }
}

void DuplicatesView::draw_cell(const Frame& frame, const app::DuplicateMembers& members, model::CaptureField field,
                               size_t index, bool choosable) {
    const auto chosen = draft_.choices.from.find(field);
    const size_t from = chosen != draft_.choices.from.end() ? chosen->second : draft_.choices.primary;
    ImGui::TableNextColumn();
    ImGui::PushID(static_cast<int>(index));
    if (choosable) {
        if (ImGui::RadioButton("##from", from == index)) draft_.choices.from[field] = index;
        ImGui::SameLine(0, frame.px(6));
    }
    const auto& capture = members.captures[index];
    ImGui::BeginGroup();
    if (const auto slot = model::slot_of(field)) {
        draw_thumbnail(frame, capture.staging_id, *slot, frame.px(64));
    } else {
        const std::string text = model::display(field, capture);
        text_wrapped(text.empty() ? std::string_view("not set") : std::string_view(text),
                     from == index && choosable ? frame.theme.text : frame.theme.muted);
    }
    ImGui::EndGroup();
    if (choosable && ImGui::IsItemClicked()) draft_.choices.from[field] = index;
    ImGui::PopID();
}

void DuplicatesView::draw_field(const Frame& frame, const app::DuplicateMembers& members, model::CaptureField field) {
    const auto& first = members.captures[0];
    const bool differs = std::any_of(members.captures.begin(), members.captures.end(),
                                     [&](const auto& other) { return !model::same(field, first, other); });
    if (!differs && !show_equal_) return;
    ImGui::PushID(static_cast<int>(field));
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    text_line(model::title_of(field), differs ? frame.theme.text : frame.theme.faint);
    for (size_t i = 0; i < members.captures.size(); ++i) draw_cell(frame, members, field, i, differs);
    ImGui::PopID();
}

void DuplicatesView::draw_table(const Frame& frame, const app::DuplicateMembers& members) {
    const int columns = static_cast<int>(members.captures.size()) + 1;
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {frame.px(6), frame.px(4)});
    const int flags = kQuietTable | ImGuiTableFlags_ScrollX | ImGuiTableFlags_BordersInnerH;
    const float width = std::max(frame.px(170), (ImGui::GetContentRegionAvail().x - frame.px(124 + 40)) /
                                                    static_cast<float>(members.captures.size()));
    if (ImGui::BeginTable(("fields" + std::to_string(columns)).c_str(), columns, flags, {0, -frame.px(112)})) {
        ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, frame.px(124));
        for (int i = 1; i < columns; ++i) ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, width);
        ImGui::TableSetupScrollFreeze(1, 1);
        draw_heads(frame, members);
        for (const auto field : model::mergeable_fields()) draw_field(frame, members, field);
        ImGui::EndTable();
    }
    ImGui::PopStyleVar();
}

void DuplicatesView::draw_foot(const Frame& frame, Intents& intents) {
    const app::MergePreview preview = frame.desk.preview_merge(draft_);
    ImGui::Checkbox("Show fields that are equal", &show_equal_);
    ImGui::SameLine(0, frame.px(16));
    std::string words =
        std::to_string(preview.changes.size()) + (preview.changes.size() == 1 ? " field changes" : " fields change") +
        " of the one that stays, " + std::to_string(preview.plan.superseded.size()) +
        (preview.plan.superseded.size() == 1 ? " capture is merged into it" : " captures are merged into it");
    const size_t unused = preview.plan.not_used.size();
    if (unused > 0)
        words += ", " + std::to_string(unused) + (unused == 1 ? " photo stays" : " photos stay") + " with the others";
    if (!preview.permission.allowed) words = preview.permission.why_not;
    text_fit(words, ImGui::GetContentRegionAvail().x,
             preview.permission.allowed ? frame.theme.muted : frame.theme.warning);
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    input_text("##comment", "Comment (may be empty)", draft_.comment);
    if (text_button(frame, "Merge", preview.permission.allowed, preview.permission.why_not, true)) {
        intents.merge = draft_;
        intents.overlay = Overlay::duplicates;
    }
    ImGui::SameLine();
    if (text_button(frame, "Suggest again")) suggested_ = false;
    if (ImGui::IsItemHovered()) tooltip("The written policy: in production, then approved, then the most photos.");
    ImGui::SameLine();
    if (text_button(frame, "Close")) intents.overlay = Overlay::duplicates;
}

}  // namespace linesman::ui
