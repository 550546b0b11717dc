#include "model/device_session.h"

#include <algorithm>
#include <array>

namespace linesman::model {
namespace {

struct Advice {
    std::string_view outcome;
    AttemptAdvice words;
};
constexpr std::array<Advice, 14> kAdvice = {{
    {"offline", {"no connection", "Move to where there is a signal, or use Wi-Fi; the phone tries again by itself."}},
    {"timed_out", {"the connection is too slow", "Use Wi-Fi or wait for a better signal; what was sent is kept."}},
    {"rate_limited", {"the server asked to wait", "Nothing to do: the phone waits and tries again."}},
    {"unavailable",
     {"the server was not there", "Nothing to do unless many phones say so: then tell the administrator."}},
    {"aborted", {"somebody else wrote at the same moment", "Nothing to do: the phone tries again."}},
    {"internal", {"the server failed", "Tell the administrator when it lasts longer than an hour."}},
    {"unauthenticated", {"the worker is signed out", "Sign in again on the phone."}},
    {"permission_denied", {"the account may not do this", "Tell the administrator: role, or owner of the device."}},
    {"not_found", {"a photo is no longer on the phone", "Take the photo again, or send the capture without it."}},
    {"precondition_failed", {"the capture was changed at the desk", "Sync again; then look at the capture."}},
    {"invalid_argument", {"the capture is not complete", "Open it on the phone and fill in what is missing."}},
    {"corrupt",
     {"a photo or record on the phone is damaged", "Rescue it: linesmanctl rescue, from the phone's export."}},
    {"too_large", {"a photo is too large", "Take it again with the app's own camera."}},
    {"disk_full", {"the phone is full", "Free some space on the phone."}},
}};

std::optional<int64_t> share_of(std::vector<int64_t>& values, size_t percent) {
    if (values.empty()) return std::nullopt;
    const auto at = static_cast<ptrdiff_t>((values.size() - 1) * percent / 100);
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<size_t>(at)];
}

}  // namespace

AttemptAdvice advice_for(std::string_view outcome) {
    if (outcome == "staged" || outcome == "already_there") return {};
    for (const auto& entry : kAdvice) {
        if (entry.outcome == outcome) return entry.words;
    }
    return {"another fault", "Ask for the phone's log: linesmanctl retry DEVICE --log."};
}

UploadFigures upload_figures(const std::vector<DeviceSession>& sessions) {
    UploadFigures out;
    std::vector<int64_t> times;
    int64_t sending_ms = 0;
    for (const auto& session : sessions) {
        for (const auto& attempt : session.attempts) {
            ++out.attempts;
            out.failed += attempt.failed();
            out.bytes += std::max<int64_t>(attempt.bytes, 0);
            if (attempt.bytes > 0) sending_ms += std::max<int64_t>(attempt.elapsed_ms, 0);
            if (!attempt.failed()) times.push_back(attempt.elapsed_ms);
        }
    }
    if (sending_ms > 0) out.bytes_per_s = static_cast<double>(out.bytes) * 1000 / static_cast<double>(sending_ms);
    out.median_ms = share_of(times, 50);
    out.p95_ms = share_of(times, 95);
    return out;
}

}  // namespace linesman::model
