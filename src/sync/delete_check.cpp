#include "sync/delete_check.h"

#include <algorithm>

#include "sync/pull_query.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::Json;

void add_parts(std::vector<CountedPart>& parts, const ActiveScope& scope, const PullTarget& target,
               const std::string& project) {
    const Json of_project = field_filter(target.project_field, "EQUAL", value::text(project));
    if (!target.is_staging) {
        parts.push_back({target, {of_project}, project, true});
        return;
    }
    const auto synced = [](bool flag) { return field_filter("synced_to_production", "EQUAL", value::boolean(flag)); };
    parts.push_back({target, {of_project, synced(false)}, open_label(project), true});
    if (scope.scope.decided_days <= 0) return;
    const Json recent = field_filter("validated_at", "GREATER_THAN_OR_EQUAL", value::timestamp(scope.decided_cutoff));
    parts.push_back({target, {of_project, synced(true), recent}, decided_label(project), false});
}

// Projects that count: those of the scope, and every other that a cached document carries.
std::set<std::string> counted_projects(const ActiveScope& scope, const PullTarget& target,
                                       const std::set<std::string>& labels) {
    std::set<std::string> projects(scope.scope.projects.begin(), scope.scope.projects.end());
    if (scope.scope.projects.empty()) projects.insert(scope.known_projects.begin(), scope.known_projects.end());
    projects.insert("");
    const std::string prefix = target.collection + "\n";
    for (const auto& label : labels) {
        if (!label.starts_with(prefix)) continue;
        const std::string rest = label.substr(prefix.size());
        projects.insert(target.is_staging ? rest.substr(std::min(rest.find('\n') + 1, rest.size())) : rest);
    }
    std::erase_if(projects, [&](const std::string& project) { return !scope.has_project(project); });
    return projects;
}

}  // namespace

std::vector<CountedPart> counted_parts(const ActiveScope& scope, const std::vector<PullTarget>& targets,
                                       const std::set<std::string>& labels) {
    std::vector<CountedPart> parts;
    for (const auto& target : targets) {
        if (target.project_field.empty()) {
            parts.push_back({target, {}, std::nullopt, true});
            continue;
        }
        for (const auto& project : counted_projects(scope, target, labels)) add_parts(parts, scope, target, project);
    }
    return parts;
}

DeleteCheck::DeleteCheck(PullEnvironment& environment, ActiveScope scope, std::vector<CountedPart> parts,
                         std::string read_time, Done done)
    : environment_(environment),
      scope_(std::move(scope)),
      parts_(std::move(parts)),
      read_time_(std::move(read_time)),
      done_(std::move(done)) {}

void DeleteCheck::start() {
    for (size_t i = 0; i < parts_.size(); ++i) {
        Range whole{i, {}, {}, false, {}, {}, {}, 0};
        const auto local = environment_.cache.read().count(parts_[i].target.collection, local_range(whole));
        if (!local) return finish(local.error());
        whole.local = *local;
        waiting_.push_back(std::move(whole));
    }
    pump();
}

void DeleteCheck::start_with(std::vector<std::pair<size_t, std::string>> suspects) {
    suspects_ = std::move(suspects);
    confirm();
}

void DeleteCheck::pump() {
    while (!waiting_.empty() && calls_.size() < static_cast<size_t>(environment_.tuning.pages_in_flight)) {
        Range range = std::move(waiting_.back());
        waiting_.pop_back();
        range.list ? request_names(std::move(range)) : request(std::move(range));
    }
    if (waiting_.empty() && calls_.empty()) confirm();
}

Json DeleteCheck::part_query(const Range& range) const {
    const CountedPart& part = parts_[range.part];
    Json query = query_of(part.target.collection);
    set_where(query, part.filters);
    if (!part.cut_by_name) return query;
    const auto name = [&](const std::string& id) {
        return id.empty() ? std::string() : environment_.document_name(part.target.collection, id);
    };
    set_order(query, "");
    set_name_range(query, name(range.from), name(range.to));
    return query;
}

store::NameRange DeleteCheck::local_range(const Range& range) const {
    return {range.from, range.to, parts_[range.part].label};
}

void DeleteCheck::request(Range range) {
    const uint64_t id = next_call_++;
    Json query = part_query(range);
    calls_[id] =
        environment_.firestore.count(std::move(query), read_time_, [this, id, range](base::Result<CountReply> reply) {
            calls_.erase(id);
            on_count(range, std::move(reply));
        });
}

void DeleteCheck::on_count(Range range, base::Result<CountReply> reply) {
    if (!done_) return;
    if (!reply) return finish(std::move(reply).error());
    const auto local = range.local
                           ? base::Result<int64_t>(*range.local)
                           : environment_.cache.read().count(parts_[range.part].target.collection, local_range(range));
    if (!local) return finish(local.error());
    if (reply->count != *local) {
        const bool is_whole_part = range.from.empty() && range.to.empty();
        if (is_whole_part) ++result_.parts_differing;
        if (!parts_[range.part].cut_by_name) {
            result_.needs_sweep = true;
        } else if (auto cut = split(range, reply->count, *local); !cut) {
            return finish(cut.error());
        }
    }
    pump();
}

base::Status DeleteCheck::split(const Range& range, int64_t server, int64_t local) {
    const auto ways = static_cast<size_t>(environment_.tuning.bisect_ways);
    const bool is_small = std::max(server, local) <= environment_.tuning.bisect_leaf;
    auto ids =
        is_small ? base::Result<std::vector<std::string>>(std::vector<std::string>{})
                 : environment_.cache.read().names(parts_[range.part].target.collection, local_range(range), INT64_MAX);
    if (!ids) return ids.error();
    // Without enough names here there is nothing to cut by: most of the range is missing and has to be read anyway.
    if (is_small || ids->size() < ways * 2) {
        Range listed = range;
        listed.list = true;
        listed.local.reset();
        waiting_.push_back(std::move(listed));
        return {};
    }
    std::string from = range.from;
    for (size_t i = 1; i <= ways; ++i) {
        std::string to = i < ways ? (*ids)[ids->size() * i / ways] : range.to;
        waiting_.push_back({range.part, from, to, false, {}, {}, {}, 0});
        from = std::move(to);
    }
    return {};
}

void DeleteCheck::request_names(Range range) {
    const uint64_t id = next_call_++;
    Json query = part_query(range);
    if (!range.at.empty()) start_after(query, "", {}, range.at);
    select_names_only(query);
    range.asked = environment_.tuning.page_documents;
    set_limit(query, range.asked);
    calls_[id] = environment_.firestore.run_query(std::move(query), read_time_,
                                                  [this, id, range = std::move(range)](base::Result<std::string> text) {
                                                      calls_.erase(id);
                                                      on_names(range, std::move(text));
                                                  });
}

void DeleteCheck::on_names(Range range, base::Result<std::string> text) {
    if (!done_) return;
    auto reply = text ? reader_.read(*text) : base::Result<Reply>(text.error());
    if (!reply) return finish(std::move(reply).error());
    for (const auto& document : reply->documents) range.names.emplace_back(document.id());
    const bool is_full = static_cast<int64_t>(reply->documents.size()) >= range.asked;
    if (is_full) {
        range.at = reply->documents.back().name;
        waiting_.push_back(std::move(range));
    } else if (auto compared = compare_names(range); !compared) {
        return finish(compared.error());
    }
    pump();
}

base::Status DeleteCheck::compare_names(const Range& range) {
    auto local = environment_.cache.read().names(parts_[range.part].target.collection, local_range(range), INT64_MAX);
    if (!local) return local.error();
    std::vector<std::string> server = range.names;
    std::sort(server.begin(), server.end());
    std::sort(local->begin(), local->end());
    std::vector<std::string> differing;
    std::set_symmetric_difference(server.begin(), server.end(), local->begin(), local->end(),
                                  std::back_inserter(differing));
    for (auto& id : differing) suspects_.emplace_back(range.part, std::move(id));
    return {};
}

void DeleteCheck::confirm() {
    if (confirmed_ >= suspects_.size()) {
        if (auto applied = apply_batch(environment_, batch_, false); !applied) return finish(applied.error());
        return finish(result_);
    }
    // Asked at the present, not at the read time: what was written or deleted since is taken as it is now.
    const size_t end = std::min(suspects_.size(), confirmed_ + environment_.tuning.names_per_batch_get);
    std::vector<std::string> names;
    for (; confirmed_ < end; ++confirmed_) {
        const auto& [part, id] = suspects_[confirmed_];
        names.push_back(environment_.document_name(parts_[part].target.collection, id));
    }
    const uint64_t call = next_call_++;
    calls_[call] =
        environment_.firestore.batch_get(std::move(names), {}, {}, [this, call](base::Result<std::string> text) {
            calls_.erase(call);
            on_confirmed(std::move(text));
        });
}

void DeleteCheck::on_confirmed(base::Result<std::string> text) {
    if (!done_) return;
    auto reply = text ? reader_.read(*text) : base::Result<Reply>(text.error());
    if (!reply) return finish(std::move(reply).error());
    environment_.server_time.note(reply->read_time);
    const auto read_time = base::parse_rfc3339(reply->read_time);
    const base::Timestamp as_of = read_time ? *read_time : environment_.server_time.now();
    const auto target_of = [&](std::string_view name) -> const PullTarget* {
        for (const auto& part : parts_) {
            if (name == environment_.document_name(part.target.collection, document_id(name))) return &part.target;
        }
        return nullptr;
    };
    for (const auto& name : reply->missing) {
        const PullTarget* target = target_of(name);
        if (!target) continue;
        batch_.remove(target->collection, document_id(name), as_of, true);
        ++result_.lost;
    }
    for (auto& document : reply->documents) {
        const PullTarget* target = target_of(document.name);
        if (!target) continue;
        take_document(environment_, scope_, *target, std::move(document), batch_);
        ++result_.found;
    }
    confirm();
}

void DeleteCheck::finish(base::Result<DeleteCheckResult> result) {
    if (!done_) return;
    calls_.clear();
    finish_later(environment_.queue, alive_, done_, std::move(result));
}

}  // namespace linesman::sync
