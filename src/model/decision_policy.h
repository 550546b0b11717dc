// Who may do what to which capture, and if not, why not, in words. The one place: desk, bulk, command line and sender
// ask here.
#pragma once

#include <optional>
#include <string>

#include "model/capture.h"
#include "model/finding.h"
#include "model/operation.h"
#include "model/project.h"

namespace linesman::model {

enum class Role : uint8_t { none, supervisor, support, analyst, admin, device };
std::string_view name_of(Role role);
Role role_from_name(std::string_view name);  // none for anything unknown

struct Session {
    std::string uid;
    std::string name;  // for by_name
    std::string email;
    Role role = Role::none;
    bool signed_in = false;
    bool roles_enforced = true;  // false: projects that use no role claims; everyone signed in may decide
    std::string desk_id;
};

struct Permission {
    bool allowed = false;
    std::string why_not;  // for the supervisor; empty when allowed
    // Findings that stand in the way and can be overridden with a reason.
    std::vector<std::string> needs_override;
    static Permission yes();
    static Permission no(std::string why);
};

struct PolicyInput {
    const Session& session;
    const Capture& capture;  // with pending operations applied
    const std::vector<Finding>& findings;
    const Project* project = nullptr;  // nullptr when unknown
};

// Fields of `operation` that matter here: kind, reason, comment, remind_at, made_at, overrides, correction, via,
// undo_of, target, extra, promote, photos_seen. A supervisor or an admin decides; support requeues; a signed-in person
// without a role decides only where roles are not enforced. Undoing, or deciding otherwise than, another person needs
// words why. Does not check whether the capture is still as it was seen: the commit's precondition does.
Permission may(const PolicyInput& input, const Operation& operation);

}  // namespace linesman::model
