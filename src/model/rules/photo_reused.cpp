#include "model/rules/registry.h"

#include <algorithm>

namespace linesman::model {

namespace {

// Whether an earlier slot of this capture holds the same file; that slot tells of the other poles.
bool within_capture(const CaptureFacts& capture, const RuleContext& context, Slot slot, std::vector<Finding>& out) {
    const uint64_t photo = capture.photo[index_of(slot)];
    for (const Slot earlier : kSlots) {
        if (earlier == slot) return false;
        if (capture.photo[index_of(earlier)] != photo) continue;
        Draft draft;
        draft.rule = Rule::photo_reused;
        draft.field = "photos." + std::string(name_of(slot));
        draft.discriminator = name_of(earlier);
        draft.value = name_of(earlier);
        draft.message = "The photo " + std::string(name_of(slot)) + " is the same file as the photo " +
                        std::string(name_of(earlier)) + " of this capture. Ask for the photo that the slot wants.";
        add_finding(capture, context, std::move(draft), out);
        return true;
    }
    return false;
}

// Another pole: not this upload, and not the same number of the same project (both are told by the duplicate rules).
bool is_another_pole(const CaptureFacts& capture, const CaptureFacts& other) {
    if (other.row == capture.row || other.upload == capture.upload) return false;
    return capture.number == 0 || other.number != capture.number || other.project != capture.project;
}

// A placeholder, or a broken app: one finding for the slot, so that such a file does not fill the desk. `walked`: how
// many captures of the file were looked at; there may be more.
void used_by_many(const CaptureFacts& capture, const RuleContext& context, Slot slot, size_t walked,
                  const std::vector<OtherUpload>& groups, std::vector<Finding>& out) {
    const std::string further = (walked < kMaxGroupWalk ? "" : "at least ") + std::to_string(groups.size() - 1);
    Draft draft;
    draft.rule = Rule::photo_reused;
    draft.field = "photos." + std::string(name_of(slot));
    draft.discriminator = "many";
    draft.value = shown_number(context, context.captures.at(groups.front().rows.front())) + " and " + further +
                  " further captures";
    for (size_t i = 0; i < kMaxOthers; ++i) draft.others.push_back(groups[i].rows.front());
    draft.message = "The photo " + std::string(name_of(slot)) + " is the same file as one of " + draft.value +
                    ". It shows no pole in particular: ask for the photo that the slot wants.";
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace

// The same file (md5) on another pole, or twice in this capture.
void photo_reused(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (capture.superseded || !context.is_on(Rule::photo_reused)) return;
    for (const Slot slot : kSlots) {
        const uint64_t photo = capture.photo[index_of(slot)];
        if (photo == 0) continue;
        if (within_capture(capture, context, slot, out)) continue;
        const auto rows = context.captures.with_photo(photo);
        if (rows.size() < 2) continue;
        std::vector<FactRow> elsewhere;
        for (const FactRow row : rows) {
            if (is_another_pole(capture, context.captures.at(row))) elsewhere.push_back(row);
        }
        const auto groups = group_by_upload(context, elsewhere);
        if (groups.size() > kMaxPerRule) {
            used_by_many(capture, context, slot, rows.size(), groups, out);
            continue;
        }
        for (size_t i = 0; i < groups.size(); ++i) {
            const CaptureFacts& other = context.captures.at(groups[i].rows.front());
            Draft draft;
            draft.rule = Rule::photo_reused;
            draft.field = "photos." + std::string(name_of(slot));
            draft.discriminator = std::string(context.text(groups[i].upload));
            draft.value = shown_number(context, other);
            draft.others = groups[i].rows;
            draft.message = "The photo " + std::string(name_of(slot)) + " is the same file as one of " + draft.value +
                            ". One of the two shows the wrong pole; compare them and reject the wrong one.";
            add_finding(capture, context, std::move(draft), out);
        }
    }
}

}  // namespace linesman::model
