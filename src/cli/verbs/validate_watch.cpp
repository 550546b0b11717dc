#include <csignal>

#include "cli/verbs/office_verbs.h"

namespace linesman::cli {
namespace {

constexpr base::Duration kLookEvery = base::milliseconds(250);  // at the signal

std::atomic<int> g_signal{0};

void on_signal(int number) {
    g_signal = number;
}

// SIGTERM and SIGINT end the watch; what stood before comes back.
class SignalScope {
  public:
    SignalScope() {
        g_signal = 0;
        for (size_t i = 0; i < kSignals.size(); ++i) before_[i] = std::signal(kSignals[i], on_signal);
    }
    ~SignalScope() {
        for (size_t i = 0; i < kSignals.size(); ++i) std::signal(kSignals[i], before_[i]);
    }
    SignalScope(const SignalScope&) = delete;
    SignalScope& operator=(const SignalScope&) = delete;

  private:
    static constexpr std::array<int, 2> kSignals = {SIGTERM, SIGINT};
    std::array<void (*)(int), 2> before_{};
};

base::Json round_json(const app::Snapshot& s, base::Timestamp at) {
    base::Json leases = base::Json::array();
    for (const auto& lease : s.machine.leases)
        leases.push_back(
            {{"project", lease.project}, {"held", lease.held}, {"holder", lease.other}, {"problem", lease.problem}});
    return {{"at", base::format_rfc3339(at)},
            {"captures", s.counts.total},
            {"open", s.counts.open},
            {"written", s.machine.written},
            {"repaired", s.machine.repaired},
            {"unchanged", s.machine.unchanged},
            {"due", s.machine.due},
            {"waiting", s.machine.waiting},
            {"retried", s.machine.retried},
            {"leases", std::move(leases)},
            {"error", s.machine.last_error.empty() ? s.sync.last_error : s.machine.last_error}};
}

std::string round_text(const app::Snapshot& s, base::Timestamp at) {
    std::string held, elsewhere;
    for (const auto& lease : s.machine.leases) {
        auto& list = lease.held ? held : elsewhere;
        list += (list.empty() ? "" : ", ") + lease.project;
        if (!lease.held && !lease.other.empty()) list += " (" + lease.other + ")";
    }
    std::string text = base::format_rfc3339({at.us / base::kMicrosPerSecond * base::kMicrosPerSecond}) + "  " +
                       std::to_string(s.counts.total) + " captures, " + std::to_string(s.counts.open) + " wait; " +
                       std::to_string(s.machine.written) + " written, " + std::to_string(s.machine.repaired) +
                       " repaired, " + std::to_string(s.machine.due + s.machine.waiting) + " left";
    text += "; lease " + (held.empty() ? std::string("none") : held);
    if (!elsewhere.empty()) text += "; elsewhere " + elsewhere;
    const auto& error = s.machine.last_error.empty() ? s.sync.last_error : s.machine.last_error;
    if (!error.empty()) text += "; " + error;
    return text;
}

}  // namespace

int verb_validate_watch(Context& context, const ValidateOptions&) {
    const SignalScope signals;
    auto desk = context.open_desk(false, true);
    if (!desk) return context.fail(desk.error());
    app::Engine& engine = **desk;
    std::optional<base::Timestamp> last_round;
    const auto said = [&](const app::Snapshot& s) {
        return s.sync.last_pull != last_round && s.machine.finished() && !s.rules_running;
    };
    while (g_signal == 0) {
        const bool news = engine.wait_for(
            [&](const app::Snapshot& s) {
                return g_signal != 0 || said(s) || s.sync.connection == app::Connection::signed_out ||
                       !s.machine.why_not.empty();
            },
            kLookEvery);
        if (!news || g_signal != 0) continue;
        const auto s = engine.snapshot();
        if (!s->machine.why_not.empty())
            return context.fail(base::make_error(base::ErrorKind::permission_denied, s->machine.why_not));
        if (s->sync.connection == app::Connection::signed_out)
            return context.fail(base::make_error(
                base::ErrorKind::permission_denied,
                s->sync.last_error.empty()
                    ? "Nobody is signed in. Set LINESMAN_EMAIL and LINESMAN_PASSWORD for the validator's account."
                    : s->sync.last_error));
        if (!said(*s)) continue;
        last_round = s->sync.last_pull;
        if (context.out.json()) {
            context.out.line(round_json(*s, engine.now()));
        } else {
            context.out.data(round_text(*s, engine.now()));
        }
        std::fflush(stdout);
    }
    context.out.message("Ending: the leases are given back.");
    return kOk;
}

}  // namespace linesman::cli
