// Runs the rules: from scratch or for what changed, with the same result. Holds the indexes that rules about other captures
// need (numbers, uploads, positions, photo md5s, device timelines).
//
// Thread: one queue for changes; the results are values. Heavy work is split over a WorkerPool when one is given.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/worker_pool.h"
#include "model/capture.h"
#include "model/finding.h"
#include "model/project.h"
#include "model/rules/rule_set.h"

namespace linesman::model {

// What captures are compared with besides one another. Immutable; replaced as a whole.
struct ReferenceData {
    std::vector<Project> projects;
    std::vector<PlannedPole> planned;
    std::vector<RuleSet> rule_sets;                                   // by project; defaults for the others
    std::unordered_map<std::string, std::string> production_numbers;  // pole_key_id -> production id
    struct Ignore {
        std::string reason, by;
    };
    std::unordered_map<std::string, Ignore> ignores;  // finding id -> why
    bool projects_known = false;  // without any project document, project_unknown cannot be judged and stays silent
};

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

    // Judges everything due at time `now` and returns the ids whose findings changed (sorted).
    std::vector<std::string> validate(base::Timestamp now);

    // Findings as of the last validate(); empty for unknown ids.
    const Findings& findings(const std::string& staging_id) const;
    size_t size() const;

    // The planned pole with the capture's number, or nullptr. Valid until the next set_reference().
    const PlannedPole* planned_pole(const Capture& capture) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// What a changed rule set would do to the captures of a validator, without changing it.
struct RulePreview {
    std::vector<std::string> newly_failing, newly_passing;  // staging ids: had no error, has one; and back
};
RulePreview preview_rules(const Validator& validator, const RuleSet& candidate, base::Timestamp now, base::WorkerPool* pool);

}  // namespace linesman::model
