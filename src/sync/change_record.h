// What the server keeps of a change: `capture-audit/{op_id}` (who, when, why, from and to) and
// `{staging}/versions/{op_id}` (the whole document before it). Read leniently: entries of other programs have less.
// Pure; thread: any.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/capture.h"
#include "model/operation.h"
#include "sync/reply_reader.h"

namespace linesman::sync {

struct ChangeRecord {
    std::string op_id;
    std::optional<model::OperationKind> kind;  // nullopt: not one of ours, see kind_name
    std::string kind_name, staging_id;
    std::string by, by_name, reason, comment, via, undo_of, target;
    std::optional<base::Timestamp> at;
    int64_t revision = 0;             // after the change
    std::vector<std::string> others;  // further captures that the commit changed
    base::Json to = base::Json::object();
};

struct VersionRecord {
    std::string id;  // op_id of the change that followed
    int64_t n = 0;   // revision
    base::Json fields = base::Json::object();
    model::Capture capture;
};

ChangeRecord read_change_record(const RawDocument& document);
VersionRecord read_version_record(const std::string& staging_id, const RawDocument& document);

// The capture as the change left it: what the entry says was set, on top of the document before.
model::Capture capture_after(const VersionRecord& before, const ChangeRecord& change);

}  // namespace linesman::sync
