#include "app/duplicate_service.h"

#include <algorithm>
#include <map>

#include "model/keys.h"

namespace linesman::app {
namespace {

constexpr size_t kKeptMembers = 8;
constexpr char kSeparator = '\n';  // no staging id holds one

std::string key_of(const std::vector<std::string>& staging_ids) {
    std::string key;
    for (const auto& id : staging_ids) key += id + kSeparator;
    return key;
}

std::vector<std::string> ids_of(const std::string& key) {
    std::vector<std::string> ids;
    for (size_t at = 0; at < key.size();) {
        const size_t end = key.find(kSeparator, at);
        ids.push_back(key.substr(at, end - at));
        at = end + 1;
    }
    return ids;
}

struct Kind {
    DuplicateKind kind;
    model::Rule rule;
};
constexpr Kind kKinds[] = {{DuplicateKind::upload, model::Rule::duplicate_upload},
                           {DuplicateKind::number, model::Rule::duplicate_number},
                           {DuplicateKind::near, model::Rule::near_duplicate}};

// Connected by findings that name one another.
class Union {
  public:
    void join(const std::string& a, const std::string& b) { parent_[root(a)] = root(b); }
    std::map<std::string, std::vector<std::string>> groups() {
        std::map<std::string, std::vector<std::string>> out;
        std::vector<std::string> ids;
        for (const auto& [id, parent] : parent_) ids.push_back(id);
        for (const auto& id : ids) out[root(id)].push_back(id);
        return out;
    }

  private:
    std::string root(const std::string& id) {
        std::string at = id;
        for (;;) {
            const auto parent = parent_.try_emplace(at, at).first->second;
            if (parent == at) return at;
            parent_[id] = parent;  // shortens the way for the next time
            at = parent;
        }
    }
    std::map<std::string, std::string> parent_;
};

std::string title_of(DuplicateKind kind, size_t size, const std::string& number) {
    switch (kind) {
        case DuplicateKind::upload:
            return number.empty() ? "One upload, " + std::to_string(size) + " times" : number;
        case DuplicateKind::number:
            return number;
        case DuplicateKind::near:
            break;
    }
    return std::to_string(size) + " captures close together" + (number.empty() ? "" : ", " + number);
}

}  // namespace

DuplicateService::DuplicateService(SyncSide& sync, Board& board, OperationMaker maker)
    : sync_(sync),
      board_(board),
      maker_(std::move(maker)),
      groups_(
          [this](std::string, uint64_t) {
              sync_.with([this, snapshot = board_.snapshot()](SyncAccess* access) {
                  if (access) find_groups(*access, snapshot);
              });
          },
          1),
      members_(
          [this](std::string key, uint64_t) {
              sync_.with([this, key = std::move(key)](SyncAccess* access) {
                  if (!access) return;
                  members_.provide(key, read(*access, key));
                  board_.wake();
              });
          },
          kKeptMembers) {}

std::shared_ptr<const DuplicateGroups> DuplicateService::groups(const Snapshot& snapshot) {
    return groups_.get({}, snapshot.rows_generation);
}

void DuplicateService::find_groups(SyncAccess& access, const std::shared_ptr<const Snapshot>& snapshot) {
    const auto& columns = snapshot->columns;
    auto found = std::make_shared<DuplicateGroups>();
    found->generation = snapshot->rows_generation;
    for (const auto& [kind, rule] : kKinds) {
        Union joined;
        std::map<std::string, std::string> numbers;
        for (model::Row row = 0; row < columns.row_count(); ++row) {
            const auto& chunk = columns.chunk_of(row);
            const auto at = row % model::kChunkRows;
            const bool gone = (chunk.flags[at] & (model::kFlagGone | model::kFlagSuperseded)) != 0;
            // Who rejected one of them has told which is the pole; as the rules see it too.
            const bool rejected =
                chunk.decision[at] == model::Decision::rejected && (chunk.flags[at] & model::kFlagInQueue) == 0;
            if (gone || rejected || (chunk.findings[at] & model::bit(rule)) == 0) continue;
            const std::string id(columns.staging_id(row));
            numbers[id] = columns.pole_number(row);
            for (const auto& finding : access.book.findings(id)) {
                if (finding.rule != rule || finding.ignored) continue;
                for (const auto& other : finding.others) joined.join(id, other);
            }
        }
        for (auto& [root, ids] : joined.groups()) {
            if (ids.size() < 2) continue;
            DuplicateGroup group;
            group.kind = kind;
            group.title = title_of(kind, ids.size(), numbers[ids.front()]);
            group.staging_ids = std::move(ids);
            found->groups.push_back(std::move(group));
        }
    }
    std::stable_sort(found->groups.begin(), found->groups.end(), [](const auto& a, const auto& b) {
        return std::pair(a.kind, a.title) < std::pair(b.kind, b.title);
    });
    groups_.provide({}, std::move(found));
    board_.wake();
}

std::shared_ptr<const DuplicateService::Members> DuplicateService::read(SyncAccess& access, const std::string& key) {
    auto members = std::make_shared<Members>();
    auto& view = members->view;
    view.generation = access.rows_generation;
    view.staging_ids = ids_of(key);
    for (const auto& id : view.staging_ids) {
        auto loaded = access.load(id);
        if (!loaded) {
            view.missing = id;
            view.captures.clear();
            members->loaded.clear();
            return members;
        }
        view.captures.push_back(loaded->detail->capture);
        members->loaded.push_back(std::move(loaded));
    }
    view.suggested = model::default_merge_choices(view.captures);
    return members;
}

std::shared_ptr<const DuplicateMembers> DuplicateService::members(const std::vector<std::string>& staging_ids,
                                                                  const Snapshot& snapshot) {
    const auto known = members_.get(key_of(staging_ids), snapshot.rows_generation);
    return known ? std::shared_ptr<const DuplicateMembers>(known, &known->view) : nullptr;
}

model::Operation DuplicateService::merge_operation(const Members& members, const model::MergePlan& plan,
                                                   const MergeDraft& draft, const Snapshot& snapshot) const {
    DecisionDraft wish;
    wish.kind = model::OperationKind::merge;
    wish.staging_id = wish.target = plan.merged.staging_id;
    wish.comment = draft.comment;
    auto operation = maker_.make(*members.loaded[draft.choices.primary], snapshot.session, wish);
    operation.extra = plan.extra;
    return operation;
}

MergePreview DuplicateService::preview(const MergeDraft& draft, const Snapshot& snapshot) {
    MergePreview preview;
    const auto members = members_.get(key_of(draft.staging_ids), snapshot.rows_generation);
    if (!members) {
        preview.permission = model::Permission::no("The captures are still being read.");
        return preview;
    }
    if (!members->view.missing.empty()) {
        preview.permission = model::Permission::no("The capture " + members->view.missing +
                                                   " is not on this desk any more. Look at the group again.");
        return preview;
    }
    auto plan = model::merge_captures(members->view.captures, draft.choices);
    if (!plan) {
        preview.permission = model::Permission::no(plan.error().what);
        return preview;
    }
    preview.plan = std::move(*plan);
    preview.changes = model::difference(members->view.captures[draft.choices.primary], preview.plan.merged);
    const auto operation = merge_operation(*members, preview.plan, draft, snapshot);
    preview.permission = model::Permission::yes();
    for (const auto& loaded : members->loaded) {
        const auto permission =
            model::may({snapshot.session, loaded->detail->capture, loaded->detail->findings, nullptr}, operation);
        if (!permission.allowed) {
            preview.permission = permission;
            break;
        }
    }
    return preview;
}

base::Result<model::Operation> DuplicateService::operation(const MergeDraft& draft, const Snapshot& snapshot) {
    const auto checked = preview(draft, snapshot);
    if (!checked.permission.allowed)
        return base::make_error(base::ErrorKind::precondition_failed, checked.permission.why_not);
    const auto members = members_.get(key_of(draft.staging_ids), snapshot.rows_generation);
    return merge_operation(*members, checked.plan, draft, snapshot);
}

}  // namespace linesman::app
