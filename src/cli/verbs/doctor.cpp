#include "app/doctor.h"
#include "cli/verbs/verbs.h"

namespace linesman::cli {

int verb_doctor(Context& context) {
    const auto profile = context.profile();
    if (!profile) return context.fail(profile.error());
    if (auto status = context.folders.create(); !status) return context.fail(status.error());
    using Verdict = app::DoctorCheck::Verdict;
    const auto checks = app::run_doctor(*profile, context.folders, true, credentials_from_environment());
    base::Json items = base::Json::array();
    int code = kOk;
    for (const auto& check : checks) {
        const char* verdict = check.verdict == Verdict::good      ? "good"
                              : check.verdict == Verdict::warning ? "warning"
                                                                  : "bad";
        items.push_back({{"name", check.name}, {"verdict", verdict}, {"found", check.found}, {"cure", check.cure}});
        context.out.data((check.verdict == Verdict::good      ? "ok       "
                          : check.verdict == Verdict::warning ? "warning  "
                                                              : "BAD      ") +
                         check.name + ": " + check.found);
        if (!check.cure.empty()) context.out.data("         -> " + check.cure);
        if (check.verdict == Verdict::bad) code = check.name == "server" ? kOffline : kConfiguration;
        if (check.verdict == Verdict::warning && code == kOk) code = kFindings;
    }
    context.out.document({{"checks", std::move(items)}});
    return code;
}

}  // namespace linesman::cli
