// linesman-field sync and demo-fleet: what talks to a server.
#include <cstdio>
#include <cstdlib>

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

int verb_field_sync(const FieldOptions& options, field::SyncOptions how) {
    Output out(options.json, options.quiet);
    const base::SystemClock clock;
    auto connection = field_connection(options);
    if (!connection) return fail(out, connection.error());
    auto store = field::OfflinePoleStore::open(options.store_folder(), clock);
    if (!store) return fail(out, store.error());
    field::FieldAgent agent(std::move(*connection));
    if (auto signed_in = agent.sign_in(); !signed_in) return fail(out, signed_in.error());
    auto summary = agent.sync(*store, clock, std::move(how), [&](const field::SyncProgress& now) {
        out.progress(std::to_string(now.done) + " of " + std::to_string(now.total) + "  " + now.offline_id + "  " +
                     now.stage);
    });
    out.end_progress();
    if (!summary) return fail(out, summary.error());
    Json counts = Json::object();
    std::string text = "staged " + std::to_string(summary->staged) + ", failed " +
                       std::to_string(summary->failures.size()) + ", waiting for a later try " +
                       std::to_string(summary->waiting) + ", photos sent " + megabytes(summary->bytes_sent) +
                       "\non this device:";
    for (const auto& [status, count] : summary->counts) {
        counts[std::string(field::name_of(status))] = count;
        text += " " + std::string(field::name_of(status)) + " " + std::to_string(count);
    }
    out.data(text);
    Json failures = Json::array();
    for (const auto& failure : summary->failures) {
        failures.push_back({{"offline_id", failure.offline_id},
                            {"kind", base::name_of(failure.error.kind)},
                            {"error", failure.error.what}});
        out.message(failure.error.what);
    }
    if (summary->report_error) out.message("The report could not be sent: " + summary->report_error->what);
    out.document({{"staged", summary->staged},
                  {"already_there", summary->already_there},
                  {"waiting", summary->waiting},
                  {"bytes_sent", summary->bytes_sent},
                  {"counts", counts},
                  {"failures", failures}});
    if (summary->failures.empty()) return kOk;
    return summary->staged == 0 ? exit_code(summary->failures.front().error.kind) : kFindings;
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
