#include "sync/reference_import.h"

#include <unordered_map>

#include "sync/commit_parts.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::Json;

constexpr size_t kWritesPerCommit = 200;             // far below 500, so that one reply is soon there
constexpr size_t kBytesPerCommit = size_t{2} << 20;  // of the 4 MiB the client allows

std::optional<std::string> text_of(const Json& content) {
    if (auto text = value::as_text(content)) return text;
    if (const auto number = value::as_integer(content)) return std::to_string(*number);
    return std::nullopt;
}

FieldChanges difference_of(const WantedDocument& wanted, const Json& now) {
    FieldChanges changes;
    for (const auto& [key, content] : wanted.fields.items()) {
        const Json* known = value::member(now, key);
        // A position may stand under the other name (contract, "Collections").
        if (!known && key == "location") known = value::member(now, "plannedLocation");
        if (known && same_meaning(*known, content)) continue;
        if (!known && text_of(content) == "") continue;
        changes.set.emplace_back(value::path_segment(key), content);
    }
    return changes;
}

}  // namespace

bool same_meaning(const Json& a, const Json& b) {
    if (a == b) return true;
    const auto here = value::as_position(a), there = value::as_position(b);
    if (here && there) return *here == *there;
    const auto left = text_of(a), right = text_of(b);
    return left && right && *left == *right;
}

ImportPlan plan_import(const std::string& collection_name, const std::vector<WantedDocument>& wanted,
                       const std::vector<ExistingDocument>& existing) {
    std::unordered_map<std::string, const ExistingDocument*> by_name, by_match;
    for (const auto& document : existing) {
        by_name[document.name] = &document;
        if (!document.match.empty()) by_match.try_emplace(document.match, &document);
    }
    ImportPlan plan;
    size_t met = 0;
    for (const auto& document : wanted) {
        const std::string name = collection_name + "/" + document.id;
        const ExistingDocument* known = nullptr;
        if (const auto found = by_name.find(name); found != by_name.end()) known = found->second;
        if (const auto found = by_match.find(document.match); !known && found != by_match.end()) known = found->second;
        if (!known) {
            ++plan.created;
            plan.writes.push_back(create_write(name, document.fields, {"updated_at"}));
            continue;
        }
        ++met;
        FieldChanges changes = difference_of(document, known->fields);
        if (changes.empty()) {
            ++plan.unchanged;
            continue;
        }
        ++plan.changed;
        changes.server_times = {"updated_at"};
        plan.writes.push_back(update_write(known->name, changes, known->update_time));
    }
    plan.others = existing.size() - std::min(existing.size(), met);
    return plan;
}

std::vector<Json> commits_of(std::vector<Json> writes, size_t first_room) {
    std::vector<Json> commits;
    size_t bytes = 0, room = kWritesPerCommit - std::min(first_room, kWritesPerCommit - 1);
    for (auto& write : writes) {
        const size_t size = base::to_text(write).size();
        if (commits.empty() || commits.back().size() >= room || bytes + size > kBytesPerCommit) {
            if (!commits.empty()) room = kWritesPerCommit;
            commits.push_back(Json::array());
            bytes = 0;
        }
        bytes += size;
        commits.back().push_back(std::move(write));
    }
    return commits;
}

}  // namespace linesman::sync
