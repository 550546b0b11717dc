// linesman-field sync, agent, status and demo-fleet: what talks to a server.
#include <sys/statvfs.h>

#include <cstdio>
#include <cstdlib>

#include "base/file.h"
#include "base/log.h"
#include "cli/exit_codes.h"
#include "cli/field/verbs.h"

namespace linesman::cli {
namespace {

using base::ErrorKind;
using base::Json;
using base::make_error;

std::string environment(const char* name) {
    const char* text = std::getenv(name);
    return text == nullptr ? std::string() : std::string(text);
}

void host_from(const char* name, std::string& host) {
    if (auto text = environment(name); !text.empty()) host = std::move(text);
}

std::string megabytes(uint64_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(bytes) / 1e6);
    return text;
}

std::optional<int64_t> free_bytes(const std::string& folder) {
    struct statvfs facts {};
    if (::statvfs(folder.c_str(), &facts) != 0) return std::nullopt;
    return static_cast<int64_t>(facts.f_bavail) * static_cast<int64_t>(facts.f_frsize);
}

// Flags win over what the system tells.
field::Conditions conditions_of(const SyncFlags& flags) {
    auto now = field::system_conditions();
    if (flags.battery_percent >= 0) {
        now.battery = flags.battery_percent / 100.0;
        now.charging = flags.charging;
    } else if (flags.charging) {
        now.charging = true;
    }
    now.metered = flags.metered;
    now.network = flags.sync.facts.network;
    return now;
}

Json counts_json(const std::map<field::ItemStatus, int64_t>& counts) {
    Json out = Json::object();
    for (const auto& [status, count] : counts) out[std::string(field::name_of(status))] = count;
    return out;
}

}  // namespace

base::Result<field::AgentOptions> field_connection(const FieldOptions& options) {
    field::AgentOptions out;
    out.email = environment("LINESMAN_EMAIL");
    out.password = environment("LINESMAN_PASSWORD");
    if (!options.backend.empty()) {
        auto endpoints = field::local_backend(options.backend);
        if (!endpoints) return endpoints.error();
        out.endpoints = std::move(*endpoints);
        if (out.email.empty()) out.email = "device@demo.linesman.test", out.password = "linesman";
        return out;
    }
    out.endpoints.project_id = environment("LINESMAN_PROJECT_ID");
    out.endpoints.api_key = environment("LINESMAN_API_KEY");
    out.endpoints.bucket = environment("LINESMAN_BUCKET");
    if (out.endpoints.bucket.empty()) out.endpoints.bucket = out.endpoints.project_id + ".appspot.com";
    host_from("LINESMAN_FIRESTORE_HOST", out.endpoints.firestore);
    host_from("LINESMAN_IDENTITY_HOST", out.endpoints.identity);
    host_from("LINESMAN_TOKEN_HOST", out.endpoints.token);
    host_from("LINESMAN_STORAGE_HOST", out.endpoints.storage);
    if (out.endpoints.project_id.empty()) {
        return make_error(
            ErrorKind::configuration,
            "No project is set. Set LINESMAN_PROJECT_ID and LINESMAN_API_KEY, or use --backend for a local one.");
    }
    if (out.email.empty() || out.password.empty()) {
        return make_error(ErrorKind::configuration, "Nobody to sign in as. Set LINESMAN_EMAIL and LINESMAN_PASSWORD.");
    }
    return out;
}

base::Result<field::OfflinePoleStore> open_logged_store(const Output& out, const std::string& folder,
                                                        const base::Clock& clock) {
    auto store = field::OfflinePoleStore::open(folder, clock);
    if (!store) return store;
    if (const auto logging = base::log_to(folder + "/field.log", base::LogLevel::info, false); !logging)
        out.message(logging.error().what);
    return store;
}

field::RoundOptions round_options(const SyncFlags& flags, const std::string& store_folder) {
    field::RoundOptions round;
    round.sync = flags.sync;
    if (flags.failed_only) round.sync.scope = field::SyncScope::failed_only;
    const auto now = conditions_of(flags);
    round.sync.facts.battery = now.battery;
    round.sync.facts.storage_left_bytes = free_bytes(store_folder);
    if (flags.metered && flags.sync.facts.network == "unknown") round.sync.facts.network = "metered";
    const field::PausePolicy policy{!flags.even_metered, !flags.even_low_battery};
    round.sync.pause_reason = [flags, policy] { return field::pause_reason(conditions_of(flags), policy); };
    round.delete_promoted = flags.delete_promoted;
    round.log = [store_folder] { return base::read_file(store_folder + "/field.log", 16 << 20).value_or(""); };
    return round;
}

int report_round(const Output& out, const field::RoundResult& result) {
    const auto& summary = result.sync;
    std::string text = "staged " + std::to_string(summary.staged) + ", failed " +
                       std::to_string(summary.failures.size()) + ", waiting for a later try " +
                       std::to_string(summary.waiting) + ", photos sent " + megabytes(summary.bytes_sent) +
                       "\non this device:";
    for (const auto& [status, count] : summary.counts)
        text += " " + std::string(field::name_of(status)) + " " + std::to_string(count);
    if (result.commands_taken > 0) text += "\ncommands of the office: " + std::to_string(result.commands_taken);
    if (!result.server.rejected.empty())
        text += "\nrejected by the office: " + std::to_string(result.server.rejected.size()) + " (see status)";
    if (!result.deletion.deleted.empty() || !result.deletion.kept.empty()) {
        text += "\ndeleted here, since production holds them: " + std::to_string(result.deletion.deleted.size()) +
                " (" + megabytes(result.deletion.bytes_freed) + "), kept " +
                std::to_string(result.deletion.kept.size());
    }
    out.data(text);
    if (!summary.paused.empty()) out.message("Paused, " + std::to_string(summary.left) + " left: " + summary.paused);
    Json failures = Json::array(), kept = Json::array();
    for (const auto& failure : summary.failures) {
        failures.push_back({{"offline_id", failure.offline_id},
                            {"kind", base::name_of(failure.error.kind)},
                            {"error", failure.error.what}});
        out.message(failure.error.what);
    }
    for (const auto& [id, why] : result.deletion.kept) {
        kept.push_back({{"offline_id", id}, {"why", why}});
        out.message(std::string(id).append(" stays on this device: ").append(why));
    }
    if (summary.report_error) out.message("The report could not be sent: " + summary.report_error->what);
    for (const auto& problem : result.problems) out.message(problem.what);
    out.document({{"staged", summary.staged},
                  {"already_there", summary.already_there},
                  {"waiting", summary.waiting},
                  {"left", summary.left},
                  {"paused", summary.paused},
                  {"bytes_sent", summary.bytes_sent},
                  {"most_lanes", summary.most_lanes},
                  {"counts", counts_json(summary.counts)},
                  {"commands", result.commands_taken},
                  {"rejected", result.server.rejected},
                  {"deleted", result.deletion.deleted},
                  {"kept", kept},
                  {"failures", failures}});
    if (summary.failures.empty()) return summary.paused.empty() ? kOk : kTryLater;
    return summary.staged == 0 ? exit_code(summary.failures.front().error.kind) : kFindings;
}

int verb_field_sync(const FieldOptions& options, const SyncFlags& flags) {
    Output out(options.json, options.quiet);
    const base::SystemClock clock;
    auto connection = field_connection(options);
    if (!connection) return fail(out, connection.error());
    const std::string folder = options.store_folder();
    auto store = open_logged_store(out, folder, clock);
    if (!store) return fail(out, store.error());
    field::FieldAgent agent(std::move(*connection));
    if (auto signed_in = agent.sign_in(); !signed_in) return fail(out, signed_in.error());
    const auto result =
        field::run_round(agent, *store, clock, round_options(flags, folder), [&](const field::SyncProgress& now) {
            out.progress(std::to_string(now.done) + " of " + std::to_string(now.total) + "  " + now.offline_id + "  " +
                         now.stage);
        });
    out.end_progress();
    if (!result) return fail(out, result.error());
    return report_round(out, *result);
}

int verb_demo_fleet(const FieldOptions& options, field::DemoFleetOptions fleet) {
    const Output out(options.json, options.quiet);
    fleet.progress = [&](const std::string& line) { out.message(line); };
    auto made = field::run_demo_fleet(std::move(fleet));
    if (!made) return fail(out, made.error());
    std::string text = std::to_string(made->captures) + " captures in " + std::to_string(made->documents) +
                       " staging documents, " + std::to_string(made->photos) + " photos (" +
                       megabytes(made->photo_bytes) + "), " + std::to_string(made->waiting) +
                       " captures still on a device";
    for (const auto& [fault, ids] : made->manifest["faults"].items()) {
        char line[80];
        std::snprintf(line, sizeof line, "\n  %-28s %4zu", fault.c_str(), ids.size());
        text += line;
    }
    out.data(text);
    out.document(made->manifest);
    return kOk;
}

}  // namespace linesman::cli
