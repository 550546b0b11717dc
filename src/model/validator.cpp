#include "model/validator.h"

#include <algorithm>
#include <set>

#include "model/keys.h"
#include "model/pool_run.h"
#include "model/rules/capture_index.h"
#include "model/rules/reference_index.h"
#include "model/rules/registry.h"

namespace linesman::model {
namespace {

constexpr size_t kGrain = 512;  // captures judged by one task: about a millisecond of work

void for_each_range(base::WorkerPool* pool, size_t count, const std::function<void(size_t, size_t)>& body) {
    if (pool && count > kGrain) {
        pool->parallel_for(count, kGrain, body);
    } else if (count > 0) {
        body(0, count);
    }
}

std::vector<std::string> sorted_ids(const CaptureIndex& captures, const std::vector<FactRow>& rows) {
    std::vector<std::pair<uint64_t, std::string_view>> keys;
    keys.reserve(rows.size());
    for (const FactRow row : rows) keys.emplace_back(head_of(captures.staging_id(row)), captures.staging_id(row));
    std::sort(keys.begin(), keys.end());
    std::vector<std::string> ids;
    ids.reserve(keys.size());
    for (const auto& [head, id] : keys) ids.emplace_back(id);
    return ids;
}

}  // namespace

struct Validator::State {
    explicit State(base::WorkerPool* workers)
        : pool(workers), reference(std::make_shared<const ReferenceData>()), captures(reference.largest_radius_m()) {}

    base::WorkerPool* pool;
    ReferenceIndex reference;
    CaptureIndex captures;
    std::vector<Findings> findings;  // by row

    bool all_due = true;  // until the first validate() and after set_reference()
    std::vector<FactRow> due;
    std::vector<uint8_t> is_due;  // by row
    std::vector<FactRow> touched;

    // Captures ahead of the clock are judged again when it reaches them: (time from which they are no longer in the
    // future, row). Entries of captures that changed since stay until their time; judging a capture once more does no
    // harm.
    std::set<std::pair<int64_t, FactRow>> ahead;
    base::Timestamp judged_at{INT64_MIN};

    bool is_begun = false;
    std::vector<uint8_t> is_changed;  // by place in `due`, of the run
    std::vector<FactRow> changed;     // by finished runs, not told yet
    std::unique_ptr<PoolRun> run;     // last: what it reads outlives it

    void mark(FactRow row) {
        if (is_due.size() < captures.row_count()) is_due.resize(captures.row_count());
        if (is_due[row]) return;
        is_due[row] = 1;
        due.push_back(row);
    }
    void mark_touched() {
        for (const FactRow row : touched) mark(row);
        touched.clear();
    }
    const RuleSet& rules_of(const CaptureFacts& facts) const {
        return reference.rules_of(captures.text(facts.project)).rules;
    }
    int64_t no_longer_ahead_us(const CaptureFacts& facts) const {
        const auto slack_us = static_cast<int64_t>(rules_of(facts).future_slack_min * 60e6);
        return facts.captured_at_us < INT64_MIN + slack_us ? INT64_MIN : facts.captured_at_us - slack_us;
    }
    void mark_by_clock(base::Timestamp now);
    void take_all_due();
    // A run over what is due: between begin() and finish() nothing it reads may change, so whoever changes something
    // finishes it first.
    void begin(base::Timestamp now);
    void finish();
    // Judges what is due; returns the rows whose findings changed since the last call, mostly in the order of `due`.
    std::vector<FactRow> judge_due(base::Timestamp now);
};

// A capture's time_future finding changes when the clock passes it, in either direction.
void Validator::State::mark_by_clock(base::Timestamp now) {
    while (!ahead.empty() && ahead.begin()->first <= now.us) {
        mark(ahead.begin()->second);
        ahead.erase(ahead.begin());
    }
    if (now >= judged_at) return;
    for (FactRow row = 0; row < captures.row_count(); ++row) {
        const CaptureFacts& facts = captures.at(row);
        if (!facts.alive || !facts.has_captured_at) continue;
        const int64_t until = no_longer_ahead_us(facts);
        if (until > now.us && until <= judged_at.us) mark(row);
    }
}

void Validator::State::take_all_due() {
    ahead.clear();
    due.resize(captures.row_count());
    for (FactRow row = 0; row < captures.row_count(); ++row) due[row] = row;
    all_due = false;
}

Validator::Validator(base::WorkerPool* pool) : state_(std::make_unique<State>(pool)) {}
Validator::~Validator() = default;
Validator::Validator(Validator&&) noexcept = default;
Validator& Validator::operator=(Validator&&) noexcept = default;

void Validator::set_reference(std::shared_ptr<const ReferenceData> reference) {
    state_->finish();
    state_->reference = ReferenceIndex(reference ? std::move(reference) : std::make_shared<const ReferenceData>());
    state_->captures.set_near_m(state_->reference.largest_radius_m());
    state_->all_due = true;
}

void Validator::put(const Capture& capture) {
    State& s = *state_;
    s.finish();
    if (!s.captures.put(capture, s.all_due ? nullptr : &s.touched) || s.all_due) return;
    s.mark(s.captures.row_of(capture.staging_id));
    s.mark_touched();
}

void Validator::remove(const std::string& staging_id) {
    State& s = *state_;
    s.finish();
    const FactRow row = s.captures.remove(staging_id, s.all_due ? nullptr : &s.touched);
    if (row == kNoFactRow || s.all_due) return;
    s.mark(row);
    s.mark_touched();
}

void Validator::put_production_number(const std::string& project_id, const std::string& pole_number,
                                      const std::string& production_id) {
    State& s = *state_;
    s.finish();
    const std::string number = canonical_number(pole_number);
    s.reference.put_production(pole_key_id(project_id, number), production_id);
    const TextId id = s.captures.text_id(number);
    if (id == kNoText || id == 0) return;
    for (const FactRow row : s.captures.all_with_number(id)) s.mark(row);
}

void Validator::put_photo_size(const std::string& md5, PhotoSize size) {
    const uint64_t photo = photo_key(md5);
    if (photo == 0) return;
    state_->finish();
    state_->reference.put_photo_size(photo, size);
    for (const FactRow row : state_->captures.all_with_photo(photo)) state_->mark(row);
}

void Validator::put_ignore(const std::string& staging_id, const std::string& finding_id, ReferenceData::Ignore ignore) {
    state_->finish();
    state_->reference.put_ignore(finding_id, std::move(ignore));
    const FactRow row = state_->captures.row_of(staging_id);
    if (row != kNoFactRow) state_->mark(row);
}

void Validator::remove_ignore(const std::string& staging_id, const std::string& finding_id) {
    state_->finish();
    state_->reference.remove_ignore(finding_id);
    const FactRow row = state_->captures.row_of(staging_id);
    if (row != kNoFactRow) state_->mark(row);
}

void Validator::State::begin(base::Timestamp now) {
    finish();
    captures.finish_loading();
    findings.resize(captures.row_count());
    is_due.resize(captures.row_count());
    if (all_due) {
        take_all_due();
    } else {
        mark_by_clock(now);
    }
    is_changed.assign(due.size(), 0);
    judged_at = now;
    is_begun = true;
    const auto judge_range = [this, now](size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) {
            Findings found = judge(due[i], captures, reference, now);
            Findings& held = findings[due[i]];
            if (found == held) continue;
            is_changed[i] = 1;
            found.shrink_to_fit();
            held = std::move(found);
        }
    };
    if (pool && due.size() > kGrain) {
        run = std::make_unique<PoolRun>(*pool, due.size(), kGrain, judge_range);
    } else {
        judge_range(0, due.size());
    }
}

void Validator::State::finish() {
    if (!is_begun) return;
    is_begun = false;
    run.reset();
    for (size_t i = 0; i < due.size(); ++i) {
        const FactRow row = due[i];
        is_due[row] = 0;
        if (is_changed[i]) changed.push_back(row);
        const CaptureFacts& facts = captures.at(row);
        if (!facts.alive || !facts.has_captured_at) continue;
        const int64_t until = no_longer_ahead_us(facts);
        if (until > judged_at.us) ahead.emplace(until, row);
    }
    due.clear();
    if (due.capacity() > 1U << 16) due.shrink_to_fit();
}

std::vector<FactRow> Validator::State::judge_due(base::Timestamp now) {
    finish();
    const bool told_before = !changed.empty();
    begin(now);
    finish();
    auto rows = std::exchange(changed, {});
    if (told_before) {  // judged in a run that was started, and perhaps once more: each is named once
        std::sort(rows.begin(), rows.end());
        rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    }
    return rows;
}

std::vector<std::string> Validator::validate(base::Timestamp now) {
    const auto rows = state_->judge_due(now);
    return sorted_ids(state_->captures, rows);
}

void Validator::validate(base::Timestamp now, const OnChanged& on_changed) {
    State& s = *state_;
    for (const FactRow row : s.judge_due(now)) on_changed(s.captures.staging_id(row), s.findings[row]);
}

void Validator::start(base::Timestamp now) {
    state_->begin(now);
}

const Findings& Validator::findings(const std::string& staging_id) const {
    static const Findings kNone;
    state_->finish();
    const FactRow row = state_->captures.row_of(staging_id);
    return row == kNoFactRow || row >= state_->findings.size() ? kNone : state_->findings[row];
}

size_t Validator::size() const {
    return state_->captures.alive_count();
}

const PlannedPole* Validator::planned_pole(const Capture& capture) const {
    return state_->reference.planned(capture.project_id, canonical_number(capture.pole_number));
}

// Reads the state of a validator for preview_rules().
struct RulePreviewer {
    const Validator::State& state;
    const CompiledRules candidate;

    bool concerns(const CaptureFacts& facts) const {
        if (!facts.alive) return false;
        const std::string_view project = state.captures.text(facts.project);
        return candidate.rules.project_id.empty() ? !state.reference.has_own_rules(project)
                                                  : candidate.rules.project_id == project;
    }

    // -1 newly passing, 1 newly failing, 0 no difference.
    int difference(FactRow row, base::Timestamp now) const {
        if (row >= state.findings.size() || !concerns(state.captures.at(row))) return 0;
        const bool failed = worst_of(state.findings[row]) >= Severity::error;
        const bool fails = worst_of(judge(row, state.captures, state.reference, now, &candidate)) >= Severity::error;
        return static_cast<int>(fails) - static_cast<int>(failed);
    }

    static RulePreview run(const Validator& validator, const RuleSet& rules, base::Timestamp now,
                           base::WorkerPool* pool) {
        validator.state_->finish();
        const State& s = *validator.state_;
        const RulePreviewer previewer{s, CompiledRules(rules)};
        std::vector<int8_t> differences(s.captures.row_count());
        for_each_range(pool, differences.size(), [&](size_t begin, size_t end) {
            for (size_t row = begin; row < end; ++row)
                differences[row] = static_cast<int8_t>(previewer.difference(static_cast<FactRow>(row), now));
        });
        std::vector<FactRow> failing, passing;
        for (size_t row = 0; row < differences.size(); ++row) {
            if (differences[row] == 0) continue;
            (differences[row] > 0 ? failing : passing).push_back(static_cast<FactRow>(row));
        }
        return {sorted_ids(s.captures, failing), sorted_ids(s.captures, passing)};
    }
    using State = Validator::State;
};

RulePreview preview_rules(const Validator& validator, const RuleSet& candidate, base::Timestamp now,
                          base::WorkerPool* pool) {
    return RulePreviewer::run(validator, candidate, now, pool);
}

}  // namespace linesman::model
