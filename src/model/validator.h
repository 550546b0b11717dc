// Runs the rules: from scratch or for what changed, with the same result. Holds the indexes that rules about other
// captures need (numbers, uploads, positions, photo md5s, device timelines).
//
// Cost: see bench/validator_bench.cpp. Texts are interned and never dropped; a removed capture keeps its (empty) row.
//
// Thread: one queue for changes; the results are values. Heavy work is split over a WorkerPool when one is given.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/worker_pool.h"
#include "model/capture.h"
#include "model/finding.h"
#include "model/project.h"
#include "model/reference_data.h"
#include "model/rules/rule_set.h"

namespace linesman::model {

// Findings of one capture, sorted by severity (worst first), rule, field, id.
using Findings = std::vector<Finding>;

class Validator {
  public:
    explicit Validator(base::WorkerPool* pool = nullptr);
    ~Validator();
    Validator(Validator&&) noexcept;
    Validator& operator=(Validator&&) noexcept;

    // Replaces the reference data: everything is judged again at the next validate().
    void set_reference(std::shared_ptr<const ReferenceData> reference);
    // Adds or replaces captures; their old and new neighbours become due as well.
    void put(const Capture& capture);
    void remove(const std::string& staging_id);

    // One change of the reference data without judging everything again. They hold until the next set_reference(),
    // whose data must include them. A blank production id takes the number out of production.
    void put_production_number(const std::string& project_id, const std::string& pole_number,
                               const std::string& production_id);
    // The pixels of a photo, once it has been decoded; `md5` as Storage writes it.
    void put_photo_size(const std::string& md5, PhotoSize size);
    void put_ignore(const std::string& staging_id, const std::string& finding_id, ReferenceData::Ignore ignore);
    void remove_ignore(const std::string& staging_id, const std::string& finding_id);

    // Judges everything due at time `now` and returns the ids whose findings changed (sorted).
    std::vector<std::string> validate(base::Timestamp now);
    // The same, and calls `on_changed` for each capture whose findings changed, in the order in which captures came or
    // became due: who looks each one up in something filled in that order finds it near the one before.
    using OnChanged = std::function<void(std::string_view staging_id, const Findings& findings)>;
    void validate(base::Timestamp now, const OnChanged& on_changed);
    // Begins to judge what is due on the pool and returns at once; the next validate() tells what it found and judges
    // what became due since. Every other call but planned_pole() and size() waits for it. Without a pool it does it
    // all.
    void start(base::Timestamp now);

    // Findings as of the last validate(); empty for unknown ids. The reference is valid until the next put, remove or
    // validate.
    const Findings& findings(const std::string& staging_id) const;
    size_t size() const;  // captures held

    // The planned pole with the capture's number, or nullptr. Valid until the next set_reference().
    const PlannedPole* planned_pole(const Capture& capture) const;

  private:
    friend struct RulePreviewer;
    struct State;
    std::unique_ptr<State> state_;
};

// What a changed rule set would do to the captures of a validator, without changing it: compared are the findings of
// the last validate() and those under `candidate`, for captures of candidate.project_id (blank: of every project
// without a rule set of its own). Ids sorted. Must not run while the validator changes.
struct RulePreview {
    std::vector<std::string> newly_failing, newly_passing;  // staging ids: had no error, has one; and back
};
RulePreview preview_rules(const Validator& validator, const RuleSet& candidate, base::Timestamp now,
                          base::WorkerPool* pool);

}  // namespace linesman::model
