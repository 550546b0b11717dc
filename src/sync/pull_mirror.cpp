// First sync, change of scope and daily sweep of Pull.
#include <algorithm>

#include "base/ids.h"
#include "sync/pull.h"
#include "sync/pull_query.h"

namespace linesman::sync {
namespace {

// Positions fit only the very same lanes.
std::string save_key_of(const MirrorPlan& plan, std::string_view part) {
    std::string text = base::to_text(to_json(plan.scope.scope)) + std::to_string(plan.scope.decided_cutoff.us);
    for (const auto& lane : plan.lanes) text.append("\n").append(lane.id);
    return std::string("pull.mirror.").append(part).append(".").append(base::sha256_hex(text).substr(0, 16));
}

void append(std::vector<Lane>& lanes, std::vector<Lane> more, const std::string& prefix = {}) {
    for (auto& lane : more) {
        lane.id = prefix + lane.id;
        lanes.push_back(std::move(lane));
    }
}

}  // namespace

ActiveScope Pull::wanted_scope() const {
    ActiveScope wanted = state_.active;
    wanted.scope = options_.scope;
    // Cut to whole days, so that a first sync killed and begun again asks the same.
    const int64_t day_us = base::hours(24).us;
    const auto cutoff = decided_cutoff(options_.scope, environment_.server_time.now());
    wanted.decided_cutoff = {cutoff.us - cutoff.us % day_us};
    return wanted;
}

void Pull::begin_mirror() {
    if (state_.mirrored) return widen();
    if (!is_bulk_) {
        if (auto begun = environment_.cache.cache().begin_bulk(); !begun) return fail(begun.error());
        is_bulk_ = true;
    }
    enter(PullPhase::first_sync);
    state_.active = wanted_scope();
    mirror_reference();
}

void Pull::start_mirror(MirrorPlan plan, std::function<void(const MirrorResult&)> then) {
    count_expected(plan);
    mirror_ = std::make_unique<Mirror>(environment_, std::move(plan),
                                       [this, then = std::move(then)](base::Result<MirrorResult> result) {
                                           if (!result) return fail(std::move(result).error());
                                           then(*result);
                                       });
    mirror_->start();
}

void Pull::count_expected(const MirrorPlan& plan) {
    counts_.clear();
    progress_.expected = progress_.documents;
    std::vector<std::string> counted;
    for (const auto& lane : plan.lanes) {
        // Lanes of one query share its filters: it is counted once.
        std::string key = plan.targets[lane.target].collection + base::to_text(base::Json(lane.filters));
        if (std::ranges::find(counted, key) != counted.end()) continue;
        counted.push_back(std::move(key));
        base::Json query = query_of(plan.targets[lane.target].collection);
        set_where(query, lane.filters);
        counts_.push_back(environment_.firestore.count(std::move(query), {}, [this](base::Result<CountReply> reply) {
            if (reply) progress_.expected += static_cast<uint64_t>(std::max<int64_t>(reply->count, 0));
        }));
    }
}

void Pull::mirror_reference() {
    MirrorPlan plan;
    plan.scope = state_.active;
    for (const auto& target : targets_) {
        if (!target.is_staging) plan.targets.push_back(target);
    }
    plan.lanes = lanes_for(environment_, plan.scope, plan.targets);
    plan.save_key = save_key_of(plan, "reference");
    start_mirror(std::move(plan), [this](const MirrorResult& result) {
        mirror_.reset();
        auto projects = cached_projects(environment_);
        if (!projects) return fail(std::move(projects).error());
        state_.active.known_projects = std::move(*projects);
        mirror_staging(result.oldest);
    });
}

void Pull::mirror_staging(base::Timestamp reference_oldest) {
    MirrorPlan plan;
    plan.scope = state_.active;
    for (const auto& target : targets_) {
        if (target.is_staging) plan.targets.push_back(target);
    }
    plan.lanes = lanes_for(environment_, plan.scope, plan.targets);
    append(plan.lanes, unknown_project_lanes(plan.scope, plan.targets));
    plan.save_key = save_key_of(plan, "staging");
    const std::string key = plan.save_key;
    start_mirror(std::move(plan), [this, reference_oldest, key](const MirrorResult& result) {
        mirror_.reset();
        std::map<std::string, std::optional<std::string>> values;
        for (const auto& target : targets_) {
            const auto oldest = target.is_staging ? result.oldest : reference_oldest;
            values[cursor_key(target.collection)] = std::to_string((oldest - environment_.tuning.overlap).us);
        }
        values[key] = std::nullopt;
        state_.mirrored = true;
        state_.swept_at = result.oldest;
        if (auto saved = save_state(std::move(values)); !saved) return fail(saved.error());
        if (is_bulk_) {
            is_bulk_ = false;
            if (hooks_.on_loaded) hooks_.on_loaded();
            if (auto ended = environment_.cache.cache().end_bulk(); !ended) return fail(ended.error());
        }
        progress_.mirrored = true;
        publish(true);
        wake();
    });
}

base::Status Pull::save_state(std::map<std::string, std::optional<std::string>> values) {
    store::CacheBatch batch;
    batch.values = std::move(values);
    batch.values[kStateKey] = pull_state_text(state_);
    return environment_.cache.apply(std::move(batch), true);
}

void Pull::widen() {
    const ActiveScope before = state_.active;
    const ActiveScope wanted = wanted_scope();
    MirrorPlan plan;
    plan.bulk = false;
    plan.scope = wanted;
    for (const auto& target : targets_) {
        if (!target.project_field.empty()) plan.targets.push_back(target);
    }
    if (!before.scope.projects.empty()) {
        ActiveScope added = wanted;
        std::erase_if(added.scope.projects, [&](const std::string& project) { return before.has_project(project); });
        if (wanted.scope.projects.empty() || !added.scope.projects.empty())
            append(plan.lanes, lanes_for(environment_, added, plan.targets));
    }
    if (wanted.scope.decided_days > 0 &&
        (wanted.decided_cutoff < before.decided_cutoff || before.scope.decided_days == 0)) {
        const auto until = before.scope.decided_days == 0 ? std::nullopt : std::optional(before.decided_cutoff);
        append(plan.lanes, decided_lanes(environment_, wanted, plan.targets, wanted.decided_cutoff, until), "wider/");
    }
    plan.save_key = save_key_of(plan, "widening");
    enter(PullPhase::widening);
    const std::string key = plan.save_key;
    start_mirror(std::move(plan), [this, wanted, key](const MirrorResult&) {
        mirror_.reset();
        if (auto dropped = drop_out_of_scope(environment_, wanted, targets_); !dropped)
            return fail(std::move(dropped).error());
        state_.active = wanted;
        if (auto saved = save_state({{key, std::nullopt}}); !saved) return fail(saved.error());
        wake();
    });
}

bool Pull::sweep_due() const {
    if (decided_differ_ || !state_.swept_at) return true;
    return environment_.server_time.now() - *state_.swept_at >= environment_.tuning.sweep_every;
}

void Pull::begin_sweep() {
    const bool with_decided = std::exchange(decided_differ_, false);
    MirrorPlan plan;
    plan.bulk = false;
    plan.note_names = true;
    plan.scope = wanted_scope();
    plan.targets = targets_;
    plan.lanes = lanes_for(environment_, plan.scope, plan.targets, with_decided);
    append(plan.lanes, unknown_project_lanes(plan.scope, plan.targets));
    enter(PullPhase::sweep);
    const ActiveScope swept = plan.scope;
    start_mirror(std::move(plan),
                 [this, with_decided, swept](const MirrorResult&) { confirm_sweep(swept, with_decided); });
}

void Pull::confirm_sweep(ActiveScope swept, bool with_decided) {
    const auto mirror = std::move(mirror_);
    std::vector<CountedPart> parts;
    std::vector<std::pair<size_t, std::string>> suspects;
    for (size_t t = 0; t < targets_.size(); ++t) {
        const PullTarget& target = targets_[t];
        parts.push_back({target, {}, std::nullopt, true});
        std::vector<std::optional<std::string>> labels;
        if (target.project_field.empty()) labels.emplace_back(std::nullopt);
        for (const auto& entry : environment_.labels) {
            if (!entry.starts_with(target.collection + "\n")) continue;
            std::string label = entry.substr(target.collection.size() + 1);
            const bool is_decided = target.is_staging && label.starts_with("decided\n");
            if (!is_decided || with_decided) labels.emplace_back(std::move(label));
        }
        for (const auto& label : labels) {
            auto names = environment_.cache.read().names(target.collection, {{}, {}, label}, INT64_MAX);
            if (!names) return fail(std::move(names).error());
            for (auto& id : *names) {
                if (!mirror->saw(target.collection, id)) suspects.emplace_back(t, std::move(id));
            }
        }
    }
    deletes_ = std::make_unique<DeleteCheck>(environment_, swept, std::move(parts), std::string(),
                                             [this, swept](base::Result<DeleteCheckResult> result) {
                                                 if (!result) return fail(std::move(result).error());
                                                 deletes_.reset();
                                                 progress_.deletes_found += result->lost;
                                                 finish_sweep(swept);
                                             });
    deletes_->start_with(std::move(suspects));
}

void Pull::finish_sweep(const ActiveScope& swept) {
    if (auto dropped = drop_out_of_scope(environment_, swept, targets_); !dropped)
        return fail(std::move(dropped).error());
    state_.active = swept;
    state_.swept_at = environment_.server_time.now();
    if (auto saved = save_state({}); !saved) return fail(saved.error());
    wake();
}

}  // namespace linesman::sync
