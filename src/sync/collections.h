// Names of the collections (contract, "Collections"). Defaults of a profile: real projects use others.
#pragma once

#include <string>

namespace linesman::sync {

struct CollectionNames {
    std::string staging = "staging-field-captures";
    std::string production = "planted-poles";
    std::string pole_keys = "pole-keys";
    std::string planned = "planned-poles";
    std::string projects = "projects";
    std::string rule_sets = "rule-sets";
    std::string people = "people";
    std::string audit = "capture-audit";
    std::string ignores = "finding-ignores";
    std::string presence = "review-presence";
    std::string leases = "validator-lease";
    std::string devices = "field-devices";
    std::string commands = "device-commands";
    std::string sessions = "device-sync-sessions";
    std::string versions = "versions";  // subcollection of a staging document
};

}  // namespace linesman::sync
