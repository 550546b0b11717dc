// What happens between a key and the next capture: decide, wait for the disk, advance, undo. Pure logic over app::Desk;
// the shell moves the selection and shows what is said.
//
//   idle ──R──► rejecting ──1-9 / Enter──► decide        idle ──A──► decide ──needs override──► overriding ──Enter──►
//   decide
//        ──H──► holding ──Enter──► decide                idle ──C──► correcting ──Enter──► decide (stays on the
//        capture)
//   idle ──Shift+U──► taking back ──Enter──► the newest decision on the capture is undone, whoever made it (the shell)
//   decide: durable → advance now · waiting → advance when decision_state() says durable · refused → say why, stay
//
// Thread: main.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/desk.h"

namespace linesman::ui {

using PhotosSeen = std::map<model::Slot, model::PhotoSeen>;

// What the shell must do after a step.
struct Step {
    bool advance = false;  // the decision is on disk
    std::string go_to;     // undo: the capture to go back to
    app::NoticeLevel level = app::NoticeLevel::info;
    std::string said;  // for a toast; may be empty
};

class ReviewFlow {
  public:
    enum class Mode : uint8_t { idle, rejecting, holding, overriding, correcting, commenting, taking_back };

    Mode mode() const { return mode_; }
    bool waiting() const { return waiting_.has_value(); }
    // The capture whose decision is not on disk yet; empty when none.
    std::string waiting_for() const { return waiting_ ? waiting_->staging_id : std::string(); }
    size_t last_reason() const { return last_reason_; }
    const std::string& comment() const { return comment_; }
    const std::vector<std::string>& needs_override() const { return needs_override_; }
    uint32_t decided() const { return decided_; }
    // Counts mode changes: a strip that opens takes the keyboard once.
    uint64_t openings() const { return openings_; }

    // The desk is on another capture now: keeps the unsent comment of the old one as a draft, brings back the new
    // one's.
    void selected(app::Desk& desk, const std::string& staging_id);
    void set_comment(app::Desk& desk, std::string comment);

    Step approve(app::Desk& desk, const PhotosSeen& seen);
    void begin(Mode mode);
    void cancel();
    // Index into model::kRejectReasons; only while rejecting.
    Step reject(app::Desk& desk, size_t reason, const PhotosSeen& seen);
    Step hold(app::Desk& desk, const std::string& note, const PhotosSeen& seen,
              std::optional<base::Timestamp> remind_at = std::nullopt);
    Step override_and_approve(app::Desk& desk, const std::string& reason, const PhotosSeen& seen);
    Step correct(app::Desk& desk, const model::Correction& correction);
    Step undo(app::Desk& desk);
    // Each frame while waiting().
    Step poll(app::Desk& desk);

  private:
    struct Waiting {
        std::string op_id, staging_id, said;
        bool advances = false;
        std::string go_to;
    };
    Step decide(app::Desk& desk, app::DecisionDraft draft, std::string said, bool advances);
    Step take(app::Desk& desk, const app::DecisionOutcome& outcome, const std::string& staging_id, std::string said,
              bool advances, std::string go_to);
    Step finish(app::Desk& desk, const Waiting& done);

    Mode mode_ = Mode::idle;
    std::string staging_id_, comment_;
    size_t last_reason_ = 0;
    std::vector<std::string> needs_override_;
    std::optional<Waiting> waiting_;
    uint32_t decided_ = 0;
    uint64_t openings_ = 0;
};

}  // namespace linesman::ui
