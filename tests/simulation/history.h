// Looks at every commit of the server in a simulation and holds it against the contract: one production pole for a
// number, keys and production one to one, no decision on what its author had not seen, a before-image and an audit
// entry for every human change, undo gives everything back.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "backend/server.h"
#include "model/conflict.h"
#include "model/keys.h"
#include "model/operation.h"
#include "sync/builders.h"
#include "sync/promotion.h"

namespace linesman::simulation {

using base::Json;

inline std::string tail_of(const std::string& name) {
    return name.substr(name.find_last_of('/') + 1);
}

class History {
  public:
    explicit History(backend::DocumentStore& store) : store_(store) {
        listener_ = store_.subscribe([this](const backend::CommitPtr& commit) { commits_.push_back(commit); });
    }
    ~History() { store_.unsubscribe(listener_); }
    History(const History&) = delete;
    History& operator=(const History&) = delete;

    // The person who made the operation has seen the capture like this.
    void saw(const std::string& op_id, const model::Capture& capture) {
        seen_[op_id + "/" + capture.staging_id].push_back(capture);
    }

    // Holds what was committed since the last call against the contract.
    void check() {
        const auto commits = std::exchange(commits_, {});
        for (const auto& commit : commits) check_commit(*commit);
    }

    const std::vector<std::string>& faults() const { return faults_; }
    const std::string& capture_at_fault() const { return capture_at_fault_; }
    uint64_t human_commits() const { return audits_.size(); }
    uint64_t promotions() const { return promotions_; }
    uint64_t exact_undos() const { return exact_undos_; }
    uint64_t undos() const { return undos_; }
    uint64_t deleted() const { return deleted_.size(); }
    const std::map<std::string, Json>& audits() const { return audits_; }
    const std::map<std::string, Json>& production() const { return production_; }
    const std::map<std::string, Json>& keys() const { return keys_; }

    void fault(std::string what) {
        if (faults_.size() < 50) faults_.push_back(std::move(what));
    }

  private:
    struct Parts {
        std::string collection, id;
        bool is_version = false;
    };
    static Parts parts_of(const std::string& name) {
        const std::string path = name.substr(sync::test::kRoot.size());
        const size_t slash = path.find('/');
        Parts parts{path.substr(0, slash), path.substr(slash + 1), false};
        parts.is_version = parts.id.find('/') != std::string::npos;
        return parts;
    }
    static Json fields_of(const backend::DocumentPtr& document) {
        return document ? *sync::value::parse_fields(document->fields_text) : Json();
    }
    static model::Capture decoded(const std::string& id, const backend::DocumentPtr& document) {
        return sync::decode_capture_or_unreadable(id, document->fields_text,
                                                  base::format_rfc3339(document->update_time));
    }

    void check_commit(const backend::Commit& commit) {
        std::string op_id;
        std::map<std::string, Json> images;  // staging id -> image
        for (const auto& change : commit.changes) {
            const Parts parts = parts_of(change.name);
            if (parts.collection == names_.audit) op_id = note_audit(change, parts.id);
            if (parts.collection == names_.production) note(production_, change, parts.id);
            if (parts.collection == names_.pole_keys && parts.id != sync::kIndexMarkerId) note(keys_, change, parts.id);
            if (parts.collection == names_.staging && parts.is_version) note_image(change, parts.id, images);
        }
        for (const auto& change : commit.changes) {
            const Parts parts = parts_of(change.name);
            if (parts.collection != names_.staging || parts.is_version) continue;
            note(staging_, change, parts.id);
            if (!change.after) {
                deleted_.insert(parts.id);
                continue;
            }
            if (deleted_.contains(parts.id)) fault(parts.id + " was deleted and came back, by " + op_id);
            if (!change.before) continue;
            if (op_id.empty()) {
                check_machine(change, parts.id);
            } else {
                check_human(change, parts.id, op_id, images);
            }
        }
        check_production(op_id);
    }

    static void note(std::map<std::string, Json>& into, const backend::Change& change, const std::string& id) {
        if (change.after) {
            into[id] = fields_of(change.after);
        } else {
            into.erase(id);
        }
    }

    std::string note_audit(const backend::Change& change, const std::string& id) {
        if (change.before) fault("the audit entry " + id + " was changed");
        audits_[id] = fields_of(change.after);
        if (change.after) commit_times_[id] = change.after->update_time;
        return id;
    }

    void note_image(const backend::Change& change, const std::string& id, std::map<std::string, Json>& images) {
        if (change.before) fault("the version " + id + " was changed");
        const Json fields = fields_of(change.after);
        const Json* image = sync::value::member(fields, "image");
        const Json* map = image ? sync::value::as_map(*image) : nullptr;
        if (map) images[id.substr(0, id.find('/'))] = *map;
    }

    void check_machine(const backend::Change& change, const std::string& id) {
        const Json before = fields_of(change.before), after = fields_of(change.after);
        for (const char* field : {"review", "revision", "revision_op", "synced_to_production", "production_id"}) {
            const Json *a = sync::value::member(before, field), *b = sync::value::member(after, field);
            if ((a == nullptr) != (b == nullptr) || (a && *a != *b))
                fault(std::string(field) + " of " + id + " changed without an audit entry");
        }
    }

    // What somebody saw, with the photos that only arrived since (docs/decisions, late photos).
    static model::Capture with_arrivals(model::Capture seen, const model::Capture& now) {
        for (size_t slot = 0; slot < seen.photos.size(); ++slot) {
            if (!seen.photos[slot]) seen.photos[slot] = now.photos[slot];
        }
        return seen;
    }

    void check_human(const backend::Change& change, const std::string& id, const std::string& op_id,
                     const std::map<std::string, Json>& images) {
        const Json before = fields_of(change.before), after = fields_of(change.after);
        const Json& audit = audits_[op_id];
        const std::string kind = sync::value::text_at(audit, "kind");
        const std::string label = kind + " " + op_id + " of " + id;
        if (faults_.empty()) capture_at_fault_ = id;
        if (sync::value::integer_at(after, "revision") != sync::value::integer_at(before, "revision") + 1)
            fault(label + ": the revision did not go up by one");
        const auto image = images.find(id);
        if (image == images.end() || image->second != before) fault(label + ": no before-image");
        images_[op_id + "/" + id] = before;
        if (kind == "resubmit") return;
        const model::Capture was = decoded(id, change.before);
        const auto& seen = seen_[op_id + "/" + id];
        const bool takes_arrivals = kind == "approve" || kind == "hold" || kind == "correct" || kind == "promote" ||
                                    (kind == "reject" && sync::value::text_at(audit, "reason") != "photo_missing");
        // An undo of a merge gives the others back as they are; only what the merge set on them must still stand.
        const bool returned = kind == "undo" && id != sync::value::text_at(audit, "staging_id") && was.review &&
                              was.review->op_id == sync::value::text_at(audit, "undo_of");
        const bool known =
            returned || std::any_of(seen.begin(), seen.end(), [&](const auto& capture) {
                return model::materially_equal(takes_arrivals ? with_arrivals(capture, was) : capture, was);
            });
        if (!known) fault(label + ": decided on what its author had not seen: " + difference(seen, was));
        if (kind == "undo") check_undo(change, id, sync::value::text_at(audit, "undo_of"), after, label);
    }

    static std::string difference(const std::vector<model::Capture>& seen, const model::Capture& was) {
        if (seen.empty()) return "never seen";
        std::string out;
        for (const auto& pair : model::difference(seen.back(), was))
            out += std::string(model::title_of(pair.field)) + " [" + pair.left + "] is [" + pair.right + "] ";
        return out;
    }

    // When nobody wrote in between, the document is as it was, to the last field but two.
    void check_undo(const backend::Change& change, const std::string& id, const std::string& undone, Json after,
                    const std::string& label) {
        ++undos_;
        const auto image = images_.find(undone + "/" + id);
        const auto time = commit_times_.find(undone);
        if (image == images_.end() || time == commit_times_.end()) return fault(label + ": undoes what never was");
        if (change.before->update_time != time->second) return;
        ++exact_undos_;
        Json was = image->second;
        for (Json* fields : {&was, &after}) {
            fields->erase("updated_at");
            fields->erase("revision");
            fields->erase("revision_op");  // names the last change, for the security rules
        }
        if (was == after) return;
        std::string keys;
        for (const auto& [key, content] : was.items())
            if (!after.contains(key) || after[key] != content) keys += key + " ";
        for (const auto& [key, content] : after.items())
            if (!was.contains(key)) keys += "+" + key + " ";
        fault(label + ": not restored: " + keys);
    }

    void check_production(const std::string& op_id) {
        std::map<std::string, std::string> by_number;
        size_t numbered = 0;
        for (const auto& [id, fields] : production_) {
            const std::string number = sync::value::text_at(fields, "poleNumber");
            const std::string project = sync::value::text_at(fields, "projectId");
            const auto staging = staging_.find(sync::value::text_at(fields, "staging_id"));
            if (staging == staging_.end() || !sync::value::boolean_at(staging->second, "synced_to_production") ||
                sync::value::text_at(staging->second, "production_id") != id) {
                fault("production " + id + " has no capture that says so, after " + op_id);
            } else if (model::canonical_number(sync::value::text_at(staging->second, "poleNumber")) != number ||
                       sync::value::text_at(staging->second, "projectId") != project) {
                fault("production " + id + " has another number than its capture, after " + op_id);
            }
            if (number.empty()) continue;
            ++numbered;
            const std::string key = model::pole_key_id(project, number);
            if (!by_number.try_emplace(key, id).second) fault("two poles in production for " + number);
            const auto held = keys_.find(key);
            if (held == keys_.end() || sync::value::text_at(held->second, "production_id") != id)
                fault("production " + id + " does not hold the key of " + number + ", after " + op_id);
        }
        if (keys_.size() != numbered) fault("keys and production are not one to one, after " + op_id);
        size_t synced = 0;
        for (const auto& [id, fields] : staging_)
            synced += sync::value::boolean_at(fields, "synced_to_production") ? 1 : 0;
        if (synced != production_.size()) fault("captures in production are not production's poles, after " + op_id);
        promotions_ = std::max<uint64_t>(promotions_, production_.size());
    }

    backend::DocumentStore& store_;
    uint64_t listener_ = 0;
    sync::CollectionNames names_;
    std::vector<backend::CommitPtr> commits_;
    std::map<std::string, std::vector<model::Capture>> seen_;  // op id / staging id
    std::map<std::string, Json> images_;                       // op id / staging id -> fields before
    std::map<std::string, Json> audits_, staging_, production_, keys_;
    std::map<std::string, base::Timestamp> commit_times_;
    std::set<std::string> deleted_;  // captures
    std::vector<std::string> faults_;
    std::string capture_at_fault_;
    uint64_t promotions_ = 0, undos_ = 0, exact_undos_ = 0;
};

}  // namespace linesman::simulation
