// linesman-field agent: the device's work on a timer. linesman-field status: where every capture stands.
#include <csignal>
#include <cstdio>
#include <ctime>

#include "cli/exit_codes.h"
#include "cli/field/verbs.h"

namespace linesman::cli {
namespace {

using base::Json;

// SIGTERM and SIGINT are blocked and waited for, so that none is lost between two rounds.
class StopSignals {
  public:
    StopSignals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGTERM);
        sigaddset(&set_, SIGINT);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    }
    // True when one came within this time.
    bool wait(int seconds) const {
        const timespec patience{seconds, 0};
        return sigtimedwait(&set_, nullptr, &patience) > 0;
    }

  private:
    sigset_t set_{};
};

std::string line_of(const field::RoundResult& result) {
    return "staged " + std::to_string(result.sync.staged) + ", failed " + std::to_string(result.sync.failures.size()) +
           ", commands " + std::to_string(result.commands_taken) + ", newly rejected " +
           std::to_string(result.server.rejected.size()) +
           (result.sync.paused.empty() ? "" : ", paused: " + result.sync.paused);
}

Json list_json(const std::vector<field::Overview::Item>& items) {
    Json out = Json::array();
    for (const auto& item : items)
        out.push_back({{"offline_id", item.offline_id}, {"poleNumber", item.pole_number}, {"text", item.text}});
    return out;
}

std::string counted(const char* title, const std::map<std::string, int64_t>& counts) {
    std::string out;
    for (const auto& [name, count] : counts) out += " " + name + " " + std::to_string(count);
    return out.empty() ? std::string() : "\n" + std::string(title) + ":" + out;
}

}  // namespace

int verb_field_agent(const FieldOptions& options, const SyncFlags& flags) {
    const StopSignals stop;  // before any thread is made, so that all of them have it blocked
    const Output out(options.json, options.quiet);
    const base::SystemClock clock;
    auto connection = field_connection(options);
    if (!connection) return fail(out, connection.error());
    const std::string folder = options.store_folder();
    auto store = open_logged_store(out, folder, clock);
    if (!store) return fail(out, store.error());
    field::FieldAgent agent(std::move(*connection));
    bool signed_in = false;
    for (int round = 1;; ++round) {
        if (!signed_in) {
            const auto status = agent.sign_in();
            signed_in = status.ok();
            // Without a line the captures wait; a wrong password does not mend itself.
            if (!status && !status.error().retryable()) return fail(out, status.error());
            if (!status) out.message(status.error().what);
        }
        if (signed_in) {
            const auto result = field::run_round(agent, *store, clock, round_options(flags, folder));
            if (!result) return fail(out, result.error());
            out.message(line_of(*result));
            if (out.json())
                out.line({{"round", round},
                          {"staged", result->sync.staged},
                          {"failed", result->sync.failures.size()},
                          {"commands", result->commands_taken},
                          {"paused", result->sync.paused}});
            for (const auto& problem : result->problems) out.message(problem.what);
        }
        if (flags.rounds > 0 && round >= flags.rounds) return kOk;
        if (stop.wait(flags.interval_s)) return kOk;
    }
}

int verb_field_status(const FieldOptions& options, bool check) {
    const Output out(options.json, options.quiet);
    const base::SystemClock clock;
    auto store = field::OfflinePoleStore::open(options.store_folder(), clock);
    if (!store) return fail(out, store.error());
    if (check) {
        auto connection = field_connection(options);
        if (!connection) return fail(out, connection.error());
        field::FieldAgent agent(std::move(*connection));
        if (const auto signed_in = agent.sign_in(); !signed_in) return fail(out, signed_in.error());
        if (const auto asked = field::check_server(agent, *store, clock); !asked) return fail(out, asked.error());
    }
    const auto overview = field::overview_of(*store);
    if (!overview) return fail(out, overview.error());
    Json queue = Json::object();
    std::string text = "device   " + store->device_id();
    for (const auto& [status, count] : overview->offline) {
        const std::string name(field::name_of(status));
        queue[name] = count;
        char line[48];
        std::snprintf(line, sizeof line, "\n%-8s %lld", name.c_str(), static_cast<long long>(count));
        text += line;
    }
    text += counted("in staging", overview->staging) + counted("decided", overview->decisions);
    text += "\nin production: " + std::to_string(overview->in_production);
    if (overview->lost_photos > 0) text += "\nphotos lost on this device: " + std::to_string(overview->lost_photos);
    for (const auto& item : overview->to_correct)
        text += "\n  " + item.offline_id + " " + item.pole_number + ": " + item.text;
    for (const auto& item : overview->failed) text += "\n  " + item.offline_id + ": " + item.text;
    out.data(text);
    out.document({{"device_id", store->device_id()},
                  {"queue", queue},
                  {"staging", overview->staging},
                  {"decisions", overview->decisions},
                  {"in_production", overview->in_production},
                  {"lost_photos", overview->lost_photos},
                  {"to_correct", list_json(overview->to_correct)},
                  {"failed", list_json(overview->failed)}});
    return overview->failed.empty() && overview->to_correct.empty() ? kOk : kFindings;
}

}  // namespace linesman::cli
