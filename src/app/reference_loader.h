// Projects, planned poles, rule sets, ignored findings and the numbers in production, read from the cache into what the
// rules compare captures with. A document that cannot be understood is left out and named.
//
// Thread: any; a reader belongs to one thread. Some milliseconds per thousand planned poles.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "base/result.h"
#include "model/device.h"
#include "model/validator.h"
#include "store/cache.h"

namespace linesman::app {

struct LoadedReference {
    std::shared_ptr<const model::ReferenceData> data;
    std::vector<model::Person> people;
    std::vector<model::Heartbeat> heartbeats;
    std::vector<std::string> problems;       // one sentence per document left out
    std::vector<std::string> rule_problems;  // of these, the rule sets: the supervisor must know what is in force
    // Rule sets that can be used, as JSON text by last_good_key(): kept for the time when the server's cannot.
    std::map<std::string, std::string> good_rules;
};

// A document of field-devices; `fields` in Firestore's typed form.
model::Heartbeat read_heartbeat(const std::string& id, const base::Json& fields);

base::Result<LoadedReference> load_reference(store::CacheReader& reader, const Profile& profile);

// Whether a change in this collection makes the reference data due.
bool is_reference_collection(std::string_view collection, const Profile& profile);

inline constexpr const char* kProjects = "projects";
inline constexpr const char* kRuleSets = "rule-sets";
inline constexpr const char* kPeople = "people";
inline constexpr const char* kIgnores = "finding-ignores";
inline constexpr const char* kDevices = "field-devices";

}  // namespace linesman::app
