// The fake desk's history, duplicates, ignores, rules and matters.
#include <algorithm>
#include <bit>

#include "support/fake_desk.h"

namespace linesman::test {

namespace {

constexpr double kNearM = 5;

std::string_view past_of(model::OperationKind kind) {
    switch (kind) {
        case model::OperationKind::approve:
            return "Approved";
        case model::OperationKind::reject:
            return "Rejected";
        case model::OperationKind::hold:
            return "Held";
        case model::OperationKind::correct:
            return "Corrected";
        case model::OperationKind::restore:
            return "Older version restored";
        case model::OperationKind::merge:
            return "Merged";
        default:
            return "Changed";
    }
}

std::optional<app::DuplicateKind> related(const model::Capture& a, const model::Capture& b) {
    if (a.offline_id == b.offline_id) return app::DuplicateKind::upload;
    if (a.pole_number == b.pole_number && a.project_id == b.project_id && !a.pole_number.empty())
        return app::DuplicateKind::number;
    if (a.gps && b.gps && model::distance_m(*a.gps, *b.gps) < kNearM) return app::DuplicateKind::near;
    return std::nullopt;
}

}  // namespace

void FakeDesk::make_duplicates() {
    if (captures_.size() < 6) return;
    captures_[1].pole_number = captures_[0].pole_number;
    captures_[1].project_id = captures_[0].project_id;
    captures_[3].offline_id = captures_[2].offline_id;
    captures_[3].pole_number = captures_[2].pole_number;
    captures_[5].gps = captures_[4].gps;
    if (captures_[5].gps) captures_[5].gps->latitude += 0.000018;
    for (size_t i = 0; i < 6; ++i) captures_[i].review.reset();
}

void FakeDesk::keep_version(const model::Capture& before, const std::string& op_id, const app::DecisionDraft& draft) {
    using enum model::OperationKind;
    if (draft.kind == ignore_finding || draft.kind == unignore_finding || draft.kind == undo) return;
    app::CaptureVersion version;
    version.id = op_id;
    version.n = before.revision;
    version.capture = before;
    version.sent = true;
    versions_[before.staging_id].push_back(std::move(version));
}

void FakeDesk::apply_target(model::Capture& capture, const app::DecisionDraft& draft, const std::string& op_id) {
    auto& kept = versions_[capture.staging_id];
    if (draft.kind == model::OperationKind::ignore_finding) {
        app::IgnoredFinding ignored;
        ignored.finding_id = draft.target;
        ignored.staging_id = capture.staging_id;
        ignored.reason = draft.reason.empty() ? draft.comment : draft.reason;
        ignored.by_name = snapshot_->session.name;
        ignored.op_id = op_id;
        ignored.at = options_.now;
        ignored.pending = true;
        for (const auto& finding : found_in(capture)) {
            if (finding.id != draft.target) continue;
            ignored.title = model::title_of(finding.rule);
            ignored.message = finding.message;
            ignored.stands = true;
        }
        ignored_[draft.target] = std::move(ignored);
    } else if (draft.kind == model::OperationKind::unignore_finding) {
        ignored_.erase(draft.target);
    } else if (draft.kind == model::OperationKind::restore) {
        const auto version =
            std::find_if(kept.begin(), kept.end(), [&](const auto& item) { return item.id == draft.target; });
        if (version == kept.end()) return;
        for (const auto field : model::mergeable_fields()) model::copy_field(field, version->capture, capture);
        ++capture.revision;
    } else if (draft.kind == model::OperationKind::undo && !kept.empty()) {
        capture = kept.back().capture;
        kept.pop_back();
    }
}

model::Findings FakeDesk::found_in(const model::Capture& capture) const {
    model::Findings findings;
    auto add = [&](model::Rule rule, model::Severity severity, std::string message, std::string value,
                   std::string threshold) {
        model::Finding finding;
        finding.rule = rule;
        finding.severity = severity;
        finding.message = std::move(message);
        finding.value = std::move(value);
        finding.threshold = std::move(threshold);
        finding.id = capture.staging_id + "_" + std::string(model::code_of(rule));
        findings.push_back(std::move(finding));
    };
    if (!capture.gps)
        add(model::Rule::gps_missing, model::Severity::blocking,
            "The phone sent no position. Ask the crew to capture the pole again.", "", "");
    if (capture.project_id.empty())
        add(model::Rule::project_unknown, model::Severity::blocking, "The project is blank. Correct it with C.", "",
            "");
    if (capture.pole_number.empty())
        add(model::Rule::number_missing, model::Severity::error,
            "The pole number is missing. Read it from the photos and correct it with C.", "", "");
    if (capture.pole_number.starts_with("LAW-")) {
        add(model::Rule::number_format, model::Severity::error, "The number does not look like LAW.P.A123.",
            capture.pole_number, "LAW.P.A123");
    }
    if (capture.photo_mask() != model::kAllSlots) {
        add(model::Rule::photos_missing, model::Severity::warning, "Photos are missing from this capture.",
            std::to_string(std::popcount(static_cast<unsigned>(capture.photo_mask()))) + " of 6", "6 of 6");
    }
    if (capture.gps_accuracy_m && *capture.gps_accuracy_m > 15) {
        add(model::Rule::gps_accuracy, model::Severity::warning,
            "The GPS was not accurate enough to be sure which pole this is.",
            std::to_string(static_cast<int>(*capture.gps_accuracy_m)) + " m", "15 m");
    }
    std::stable_sort(findings.begin(), findings.end(),
                     [](const auto& a, const auto& b) { return a.severity > b.severity; });
    return findings;
}

model::Findings FakeDesk::findings_of(const model::Capture& capture) const {
    model::Findings findings = found_in(capture);
    for (auto& finding : findings) {
        const auto ignored = ignored_.find(finding.id);
        finding.ignored = ignored != ignored_.end();
        if (finding.ignored) finding.ignore_reason = ignored->second.reason;
    }
    return findings;
}

model::Permission FakeDesk::may_target(const app::DecisionDraft& draft) const {
    const auto& capture = captures_[index_.at(draft.staging_id)];
    if (draft.kind == model::OperationKind::ignore_finding) {
        const auto findings = findings_of(capture);
        const auto found =
            std::find_if(findings.begin(), findings.end(), [&](const auto& f) { return f.id == draft.target; });
        if (found == findings.end()) return model::Permission::no("This finding is no longer there.");
        if (found->severity == model::Severity::blocking)
            return model::Permission::no("This finding blocks approval and cannot be ignored.");
        if (draft.reason.empty() && draft.comment.empty())
            return model::Permission::no("Say why this finding can be ignored.");
    }
    if (draft.kind == model::OperationKind::restore) {
        const auto kept = versions_.find(draft.staging_id);
        const bool known = kept != versions_.end() && std::any_of(kept->second.begin(), kept->second.end(),
                                                                  [&](const auto& v) { return v.id == draft.target; });
        if (!known) return model::Permission::no("Choose the version to restore.");
    }
    return model::Permission::yes();
}

std::shared_ptr<const app::CaptureHistory> FakeDesk::history(const std::string& staging_id) {
    const auto found = index_.find(staging_id);
    if (found == index_.end()) return nullptr;
    auto history = std::make_shared<app::CaptureHistory>();
    history->staging_id = staging_id;
    history->generation = snapshot_->rows_generation;
    history->complete = !options_.offline;
    if (options_.offline)
        history->incomplete = "Without a connection only the decisions of this desk are shown. Connect to see all.";
    if (const auto kept = versions_.find(staging_id); kept != versions_.end()) history->versions = kept->second;
    app::CaptureVersion now;
    now.now = true;
    now.capture = captures_[found->second];
    now.n = now.capture.revision;
    history->versions.push_back(std::move(now));
    std::vector<const app::DecisionDraft*> made;
    for (const auto& draft : history_) {
        if (draft.staging_id == staging_id) made.push_back(&draft);
    }
    for (size_t i = 0; i < history->versions.size(); ++i) {
        auto& version = history->versions[i];
        if (i == 0) {
            version.what = "Sent by the crew";
            version.by_name = version.capture.captured_by;
            version.at = version.capture.submitted_at;
            version.via = "field";
            continue;
        }
        version.op_id = history->versions[i - 1].id;
        version.by_name = snapshot_->session.name;
        version.at = options_.now;
        version.via = "desk";
        if (i - 1 < made.size()) {
            version.kind = made[i - 1]->kind;
            version.what = past_of(made[i - 1]->kind);
            version.note = made[i - 1]->comment;
        }
    }
    return history;
}

std::shared_ptr<const app::DuplicateGroups> FakeDesk::duplicate_groups() {
    auto groups = std::make_shared<app::DuplicateGroups>();
    groups->generation = snapshot_->rows_generation;
    if (!options_.with_duplicates) return groups;
    for (size_t i = 0; i + 1 < std::min<size_t>(captures_.size(), 6); i += 2) {
        const auto &a = captures_[i], &b = captures_[i + 1];
        const auto kind = related(a, b);
        if (!kind || a.decision() == model::Decision::superseded || b.decision() == model::Decision::superseded)
            continue;
        app::DuplicateGroup group{*kind, a.pole_number, {a.staging_id, b.staging_id}};
        if (*kind == app::DuplicateKind::near) group.title = "2 captures within 5 m";
        std::sort(group.staging_ids.begin(), group.staging_ids.end());
        groups->groups.push_back(std::move(group));
    }
    std::stable_sort(groups->groups.begin(), groups->groups.end(),
                     [](const auto& a, const auto& b) { return a.kind < b.kind; });
    return groups;
}

std::shared_ptr<const app::DuplicateMembers> FakeDesk::duplicate_members(const std::vector<std::string>& ids) {
    auto members = std::make_shared<app::DuplicateMembers>();
    members->generation = snapshot_->rows_generation;
    members->staging_ids = ids;
    for (const auto& id : ids) {
        const auto found = index_.find(id);
        if (found == index_.end()) {
            members->missing = id;
            members->captures.clear();
            return members;
        }
        members->captures.push_back(captures_[found->second]);
    }
    members->suggested = model::default_merge_choices(members->captures);
    return members;
}

app::MergePreview FakeDesk::preview_merge(const app::MergeDraft& draft) {
    app::MergePreview preview;
    const auto members = duplicate_members(draft.staging_ids);
    auto plan = model::merge_captures(members->captures, draft.choices);
    if (!plan) {
        preview.permission = model::Permission::no(plan.error().what);
        return preview;
    }
    preview.permission =
        snapshot_->session.signed_in ? model::Permission::yes() : model::Permission::no("Sign in to merge captures.");
    preview.plan = std::move(*plan);
    preview.changes = model::difference(members->captures[draft.choices.primary], preview.plan.merged);
    return preview;
}

app::DecisionOutcome FakeDesk::merge(const app::MergeDraft& draft) {
    app::DecisionOutcome outcome;
    const auto preview = preview_merge(draft);
    outcome.why = preview.permission.why_not;
    if (!preview.permission.allowed) return outcome;
    merged.push_back(draft);
    app::DecisionDraft made;
    made.kind = model::OperationKind::merge;
    made.staging_id = draft.staging_ids[draft.choices.primary];
    made.comment = draft.comment;
    outcome.op_id = "op" + std::to_string(next_op_++);
    keep_version(captures_[index_.at(made.staging_id)], outcome.op_id, made);
    captures_[index_.at(made.staging_id)] = preview.plan.merged;
    put(index_.at(made.staging_id));
    for (const auto& id : preview.plan.superseded) {
        auto& capture = captures_[index_.at(id)];
        capture.review.emplace();
        capture.review->decision = model::Decision::superseded;
        capture.review->superseded_by = made.staging_id;
        put(index_.at(id));
    }
    outcome.staging_id = made.staging_id;
    outcome.state = app::DecisionOutcome::State::durable;
    history_.push_back(std::move(made));
    publish();
    return outcome;
}

std::shared_ptr<const app::IgnoreList> FakeDesk::ignores() {
    auto list = std::make_shared<app::IgnoreList>();
    list->generation = snapshot_->rows_generation;
    for (const auto& [id, ignored] : ignored_) list->items.push_back(ignored);
    return list;
}

app::RulesInForce FakeDesk::rules_in_force(const std::string& project_id) {
    app::RulesInForce in_force;
    in_force.rules.project_id = project_id;
    in_force.rules.version = 3;
    in_force.defaults = false;
    in_force.origin = "rule-sets/" + project_id + ", version 3";
    in_force.hash = model::hash_of(in_force.rules);
    return in_force;
}

std::shared_ptr<const app::RulePreviewView> FakeDesk::preview_rules(const model::RuleSet& candidate) {
    auto view = std::make_shared<app::RulePreviewView>();
    view->candidate = candidate;
    view->generation = snapshot_->rows_generation;
    view->ready = true;
    view->milliseconds = 12.5;
    const model::RuleSet before;
    for (const auto& capture : captures_) {
        const double accuracy = capture.gps_accuracy_m.value_or(0);
        const bool fails = accuracy > candidate.max_accuracy_m, failed = accuracy > before.max_accuracy_m;
        if (fails && !failed) view->newly_failing.push_back(capture.staging_id);
        if (!fails && failed) view->newly_passing.push_back(capture.staging_id);
    }
    std::sort(view->newly_failing.begin(), view->newly_failing.end());
    std::sort(view->newly_passing.begin(), view->newly_passing.end());
    return view;
}

}  // namespace linesman::test
