#include "model/rules/registry.h"

#include <cmath>
#include <cstdio>

namespace linesman::model {

namespace {

constexpr int64_t kYear2020_us = 1'577'836'800'000'000;  // 2020-01-01T00:00:00Z

int64_t micros(double minutes_count) {
    return static_cast<int64_t>(minutes_count * 60e6);
}
std::string minutes_text(double count) {
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, "%g min", count);
    return buffer;
}

Draft draft_of(Rule rule, const CaptureFacts& capture) {
    Draft draft;
    draft.rule = rule;
    draft.field = "capturedAt";
    draft.value = shown_time(capture.captured_at_us);
    return draft;
}

void photo_times(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (!context.is_on(Rule::time_photo_far)) return;
    for (const Slot slot : kSlots) {
        const int32_t offset = capture.photo_offset_s[index_of(slot)];
        if (offset == CaptureFacts::kNoOffset ||
            std::abs(static_cast<double>(offset)) <= context.rules.photo_time_slack_min * 60)
            continue;
        Draft draft;
        draft.rule = Rule::time_photo_far;
        draft.field = "photos." + std::string(name_of(slot));
        draft.value = shown_span(std::abs(static_cast<double>(offset)));
        draft.threshold = minutes_text(context.rules.photo_time_slack_min);
        draft.message = "The photo " + std::string(name_of(slot)) + " was taken " + draft.value +
                        (offset < 0 ? " before" : " after") + " the capture (at most " + draft.threshold +
                        " is usual). Check that it shows this pole.";
        add_finding(capture, context, std::move(draft), out);
    }
}

}  // namespace

// time_future, time_too_old, time_after_submission, time_photo_far. Times that are not known are not judged.
void capture_times(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (!capture.has_captured_at) return;
    const int64_t slack_us = micros(context.rules.future_slack_min);
    const int64_t at_us = capture.captured_at_us;
    if (at_us > context.now.us + slack_us) {
        Draft draft = draft_of(Rule::time_future, capture);
        draft.threshold = minutes_text(context.rules.future_slack_min) + " ahead of now";
        draft.message = "The capture time " + draft.value +
                        " is in the future. The clock of the device is wrong; tell the worker to set it.";
        add_finding(capture, context, std::move(draft), out);
    }
    if (at_us < kYear2020_us) {
        Draft draft = draft_of(Rule::time_too_old, capture);
        draft.threshold = shown_time(kYear2020_us);
        draft.message = "The capture time " + draft.value +
                        " is before 2020. The clock of the device was reset; tell the worker to set it.";
        add_finding(capture, context, std::move(draft), out);
    }
    if (capture.has_submitted_at && at_us > capture.submitted_at_us + slack_us) {
        Draft draft = draft_of(Rule::time_after_submission, capture);
        draft.threshold = shown_time(capture.submitted_at_us);
        draft.message = "The capture time " + draft.value + " is later than its submission at " + draft.threshold +
                        ". The clock of the device runs ahead; tell the worker to set it.";
        add_finding(capture, context, std::move(draft), out);
    }
    photo_times(capture, context, out);
}

}  // namespace linesman::model
