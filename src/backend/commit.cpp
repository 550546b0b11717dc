#include "backend/commit.h"

#include "backend/api_error.h"
#include "backend/transforms.h"
#include "backend/value_json.h"

namespace linesman::backend {

using base::ErrorKind;
using base::make_error;
using base::Result;
using base::Status;
using base::Timestamp;

namespace {

// The documents of one commit while its writes are applied one after another.
class Planner {
  public:
    Planner(const DocumentStore::Lookup& current, Timestamp commit_time, Timestamp request_time)
        : current_(current), commit_time_(commit_time), request_time_(request_time) {}

    Result<WriteResult> apply(const Write& write);
    std::vector<Change> changes();

  private:
    struct Slot {
        DocumentPtr before;
        DocumentPtr after;
    };

    Slot& slot(const std::string& name);
    Status check(const Write& write, const DocumentPtr& document) const;

    const DocumentStore::Lookup& current_;
    Timestamp commit_time_;
    Timestamp request_time_;
    std::map<std::string, Slot> slots_;
};

Planner::Slot& Planner::slot(const std::string& name) {
    const auto [it, added] = slots_.try_emplace(name);
    if (added) it->second.before = it->second.after = current_(name);
    return it->second;
}

Status Planner::check(const Write& write, const DocumentPtr& document) const {
    const Precondition& condition = write.precondition;
    if (condition.exists && *condition.exists && !document) {
        return make_error(ErrorKind::not_found, "No document to update: " + write.name);
    }
    if (condition.exists && !*condition.exists && document) {
        return make_error(ErrorKind::already_exists, "Document already exists: " + write.name);
    }
    if (condition.update_time && (!document || document->update_time != *condition.update_time)) {
        return make_error(ErrorKind::precondition_failed, "the stored version (" +
                                                              std::to_string(document ? document->update_time.us : 0) +
                                                              ") does not match the required base version (" +
                                                              std::to_string(condition.update_time->us) + ")");
    }
    return {};
}

// The fields after mask and update, before transforms.
Map masked_fields(const Write& write, const DocumentPtr& document) {
    if (!write.mask) return write.fields;
    Map fields = document ? document->fields : Map{};
    for (const FieldPath& path : *write.mask) {
        if (const Value* value = get(write.fields, path)) {
            put(fields, path, *value);
        } else {
            remove(fields, path);
        }
    }
    return fields;
}

Status check_size(const std::string& name, const Map& fields) {
    const size_t bytes = name.size() + 16 + stored_size(fields) + 32;
    if (bytes <= kMaxDocumentBytes) return {};
    return invalid("Document '" + name + "' cannot be written because its size (" + std::to_string(bytes) +
                   " bytes) exceeds the maximum allowed size of 1,048,576 bytes.");
}

Result<WriteResult> Planner::apply(const Write& write) {
    Slot& slot = this->slot(write.name);
    LINESMAN_TRY(check(write, slot.after));
    WriteResult result;
    if (write.kind == Write::Kind::remove) {
        slot.after = nullptr;
        return result;
    }
    if (write.kind == Write::Kind::verify) {
        if (slot.after) result.update_time = slot.after->update_time;
        return result;
    }
    Map fields = masked_fields(write, slot.after);
    for (const Transform& transform : write.transforms) {
        TransformOutcome outcome = transform_value(transform, get(fields, transform.path), request_time_);
        put(fields, transform.path, std::move(outcome.stored));
        result.transform_results.push_back(std::move(outcome.result));
    }
    LINESMAN_TRY(check_size(write.name, fields));
    const Timestamp created = slot.after ? slot.after->create_time : commit_time_;
    DocumentPtr next = make_document(write.name, std::move(fields), created, commit_time_);
    // A write that changes nothing keeps the version, as on the server.
    if (slot.after && slot.after->fields_text == next->fields_text) {
        result.update_time = slot.after->update_time;
        return result;
    }
    result.update_time = commit_time_;
    slot.after = std::move(next);
    return result;
}

std::vector<Change> Planner::changes() {
    std::vector<Change> changes;
    for (auto& [name, slot] : slots_) {
        if (slot.before != slot.after) changes.push_back({name, std::move(slot.before), std::move(slot.after)});
    }
    return changes;
}

Status check_reads(const ReadSet& reads, const DocumentStore::Lookup& current) {
    for (const auto& [name, version] : reads) {
        const DocumentPtr document = current(name);
        const bool same = document ? version && *version == document->update_time : !version;
        if (!same) {
            return make_error(ErrorKind::aborted, "Too much contention on these documents. Please try again.",
                              name + " changed since the transaction read it");
        }
    }
    return {};
}

}  // namespace

Result<CommitResult> commit_writes(DocumentStore& store, const std::vector<Write>& writes, Timestamp request_time,
                                   const ReadSet* reads) {
    CommitResult result;
    const auto plan = [&](const DocumentStore::Lookup& current, Timestamp commit_time) -> Result<std::vector<Change>> {
        if (reads) LINESMAN_TRY(check_reads(*reads, current));
        const int64_t request_us = std::min(request_time.us, commit_time.us);
        const int64_t floor_ms = request_us / 1000 - (request_us % 1000 < 0 ? 1 : 0);
        Planner planner(current, commit_time, Timestamp{floor_ms * 1000});
        for (const Write& write : writes) {
            auto applied = planner.apply(write);
            if (!applied) return applied.error();
            result.writes.push_back(std::move(*applied));
        }
        return planner.changes();
    };
    const auto commit = store.transact(plan);
    if (!commit) return commit.error();
    result.commit_time = (*commit)->time;
    return result;
}

}  // namespace linesman::backend
