// What is wrong on this machine, and what to do: configuration, folders, files, server, sign-in.
//
// Thread: any; may take some seconds. Contacts only the profile's own server, and only when `online`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/engine.h"
#include "base/file.h"

namespace linesman::app {

struct DoctorCheck {
    enum class Verdict : uint8_t { good, warning, bad } verdict = Verdict::good;
    std::string name;   // "outbox.db"
    std::string found;  // "412 journal entries, chain whole"
    std::string cure;   // empty when good
};

std::vector<DoctorCheck> run_doctor(const Profile& profile, const base::Folders& folders, bool online,
                                    const std::optional<Credentials>& credentials);

}  // namespace linesman::app
