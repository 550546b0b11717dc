// Devices: the list with health in words, one device with its attempts, the bundle for another desk.
#include <algorithm>
#include <cmath>

#include "app/device_file.h"
#include "cli/verbs/office_verbs.h"
#include "cli/verbs/operations_verbs.h"

namespace linesman::cli {
namespace {

std::string when(const std::optional<base::Timestamp>& time, int offset) {
    return time ? base::format_local(*time, offset) : "unknown";
}

std::string age(const std::optional<base::Timestamp>& time, base::Timestamp now) {
    if (!time) return "-";
    const std::string text = base::format_age(now - *time);
    return text == "just now" || text == "in the future" ? text : text + " ago";
}

int64_t queued(const model::Heartbeat& beat, std::initializer_list<const char*> states) {
    int64_t count = 0;
    for (const char* state : states) {
        if (const auto found = beat.queue.find(state); found != beat.queue.end()) count += found->second;
    }
    return count;
}

// A figure with where it comes from; the two are never mixed.
base::Json reported(base::Json value) {
    return {{"value", std::move(value)}, {"source", "reported"}};
}
base::Json inferred(base::Json value) {
    return {{"value", std::move(value)}, {"source", "inferred"}};
}
base::Json time_json(const std::optional<base::Timestamp>& time) {
    return time ? base::Json(base::format_rfc3339(*time)) : base::Json();
}
base::Json seconds_json(const std::optional<base::Duration>& duration) {
    return duration ? base::Json(duration->seconds()) : base::Json();
}

base::Json figures_json(const model::DeviceSummary& d) {
    base::Json json = {{"captures", inferred(d.captures)},
                       {"captures_today", inferred(d.captures_today)},
                       {"waiting_for_judgement", inferred(d.open)},
                       {"rejected", inferred(d.rejected)},
                       {"last_submitted", inferred(time_json(d.last_submitted))},
                       {"median_capture_to_submit_s", inferred(seconds_json(d.median_lag))},
                       {"clock_ahead_s", inferred(seconds_json(d.clock_skew))},
                       {"missing_photos", inferred(d.missing_photos)},
                       {"duplicate_uploads", inferred(d.duplicate_uploads)},
                       {"person", inferred(d.person)}};
    if (!d.reported) return json;
    const auto& beat = *d.reported;
    json["last_seen"] = reported(time_json(beat.last_seen));
    json["app_version"] = reported(beat.app_version);
    json["platform"] = reported(beat.platform);
    json["network"] = reported(beat.network);
    json["battery"] = reported(beat.battery ? base::Json(*beat.battery) : base::Json());
    json["storage_left_bytes"] =
        reported(beat.storage_left_bytes ? base::Json(*beat.storage_left_bytes) : base::Json());
    json["queue"] = reported(beat.queue);
    json["last_error"] = reported(beat.last_error);
    return json;
}

// Worst first: failing, then the longest silence.
void order(std::vector<model::DeviceSummary>& devices, const std::string& key) {
    const auto contact = [](const model::DeviceSummary& d) {
        return d.reported && d.reported->last_seen ? *d.reported->last_seen
                                                   : d.last_submitted.value_or(base::Timestamp{INT64_MIN});
    };
    std::stable_sort(devices.begin(), devices.end(), [&](const auto& a, const auto& b) {
        if (key == "captures") return a.captures > b.captures;
        if (key == "contact") return contact(a) > contact(b);
        if (key == "missing") return a.missing_photos > b.missing_photos;
        if (key == "id") return a.device_id < b.device_id;
        if (a.failing != b.failing) return a.failing;
        return contact(a) < contact(b);
    });
}

std::vector<std::string> list_row(const model::DeviceSummary& d, base::Timestamp now) {
    const bool reports = d.reported.has_value();
    const auto& beat = d.reported;
    return {d.device_id,
            d.health.empty() ? "well" : d.health,
            reports ? age(beat->last_seen, now) + " (r)" : age(d.last_submitted, now) + " (i)",
            reports ? std::to_string(queued(*beat, {"pending", "syncing", "error"})) : "?",
            reports ? std::to_string(queued(*beat, {"error"})) : "?",
            std::to_string(d.captures),
            std::to_string(d.captures_today),
            std::to_string(d.missing_photos),
            d.median_lag ? base::format_age(*d.median_lag) : "-",
            reports ? beat->network : "?",
            reports ? beat->app_version : "?"};
}

void print_figures(const Output& out, const app::DeviceFile& file) {
    const auto& d = file.summary;
    const int offset = file.utc_offset_minutes;
    std::vector<std::vector<std::string>> rows = {{"FIGURE", "VALUE", "SOURCE"}};
    const auto add = [&](const char* name, std::string value, const char* source) {
        if (!value.empty()) rows.push_back({name, std::move(value), source});
    };
    if (d.reported) {
        const auto& beat = *d.reported;
        add("Last seen", when(beat.last_seen, offset), "reported");
        add("App", beat.app_version + " on " + beat.platform, "reported");
        add("Network", beat.network, "reported");
        if (beat.battery) add("Battery", std::to_string(std::lround(*beat.battery * 100)) + " %", "reported");
        if (beat.storage_left_bytes)
            add("Storage left", std::to_string(*beat.storage_left_bytes / 1'000'000) + " MB", "reported");
        for (const auto& [status, count] : beat.queue)
            add(("Queue: " + status).c_str(), std::to_string(count), "reported");
        add("Last error", beat.last_error, "reported");
    }
    add("Captures", std::to_string(d.captures), "inferred");
    add("Captures today", std::to_string(d.captures_today), "inferred");
    add("Waiting for judgement", std::to_string(d.open), "inferred");
    add("Rejected", std::to_string(d.rejected), "inferred");
    add("Last submitted", when(d.last_submitted, offset), "inferred");
    if (d.median_lag) add("Capture to submit, median", base::format_age(*d.median_lag), "inferred");
    if (d.clock_skew) add("Clock ahead by at least", base::format_age(*d.clock_skew), "inferred");
    add("Missing photos", std::to_string(d.missing_photos), "inferred");
    add("Duplicate uploads", std::to_string(d.duplicate_uploads), "inferred");
    const auto upload = model::upload_figures(file.sessions);
    if (upload.attempts > 0) {
        add("Attempts, failed", std::to_string(upload.attempts) + ", " + std::to_string(upload.failed), "reported");
        if (upload.median_ms)
            add("Upload, median and 95 %",
                std::to_string(*upload.median_ms) + " and " + std::to_string(*upload.p95_ms) + " ms", "reported");
        if (upload.bytes_per_s > 0)
            add("Throughput", std::to_string(static_cast<int64_t>(upload.bytes_per_s / 1000)) + " kB/s", "reported");
    }
    out.data(Output::table(rows));
}

void print_attempts(const Output& out, const app::DeviceFile& file, int most) {
    if (!file.sessions_unknown.empty()) out.data("\nSync sessions: " + file.sessions_unknown);
    int shown = 0;
    for (const auto& session : file.sessions) {
        if (shown++ == most) {
            out.data("... " + std::to_string(file.sessions.size() - static_cast<size_t>(most)) +
                     " older sessions; --sessions N shows more.");
            break;
        }
        out.data("\nSession " + session.id + ", " + when(session.started_at, file.utc_offset_minutes) + ", network " +
                 (session.network.empty() ? "unknown" : session.network));
        if (!session.log.empty()) out.data("  log of " + std::to_string(session.log.size()) + " bytes (--json has it)");
        std::vector<std::vector<std::string>> rows;
        for (const auto& a : session.attempts) {
            const auto advice = model::advice_for(a.outcome);
            rows.push_back({"  " + a.offline_id, a.stage, a.outcome, std::to_string(a.bytes / 1000) + " kB",
                            std::to_string(a.elapsed_ms) + " ms",
                            a.failed() ? (a.error.empty() ? std::string(advice.cause) : a.error) + " -> " +
                                             std::string(advice.cure)
                                       : ""});
        }
        if (!rows.empty()) out.data(Output::table(rows));
        if (session.attempts_left_out > 0)
            out.data("  " + std::to_string(session.attempts_left_out) + " earlier attempts are not listed.");
    }
}

void print(const Output& out, const app::DeviceFile& file, int sessions) {
    const auto& d = file.summary;
    std::string head = "Device " + d.device_id + ": " + (d.health.empty() ? "well" : d.health) + ".";
    if (file.is_redacted) head += " (redacted)";
    out.data(head);
    std::string person = file.person_name.empty() ? d.person : file.person_name;
    if (!file.crew.empty()) person += ", " + file.crew;
    if (!person.empty()) out.data("Person (inferred): " + person);
    if (!file.same_person.empty()) {
        std::string others;
        for (const auto& id : file.same_person) others += (others.empty() ? "" : ", ") + id;
        out.data("Other devices of the same person (inferred): " + others);
    }
    out.data("As of " + base::format_local(file.as_of, file.utc_offset_minutes) + ".");
    if (!d.reported)
        out.data(
            "It sends no heartbeat: it cannot be reached from here. Call the worker: open the app, check the signal, "
            "leave it open until the queue is empty. If the phone is broken, have its queue exported and use "
            "linesmanctl rescue.");
    out.data("");
    print_figures(out, file);
    if (!file.commands.empty()) {
        std::vector<std::vector<std::string>> rows = {{"COMMAND", "STATE", "SENT", "RESULT"}};
        for (const auto& c : file.commands)
            rows.push_back({c.kind, c.state, when(c.created_at, file.utc_offset_minutes), c.result});
        out.data("\n" + Output::table(rows));
    }
    print_attempts(out, file, sessions);
}

// The device with its sessions: from the cache, else from the server when somebody is signed in.
base::Result<app::DeviceFile> gather(Context& context, const DeviceOptions& options) {
    auto desk = context.open_desk(true, false);
    if (!desk) return desk.error();
    const auto profile = context.profile();
    if (!profile) return profile.error();
    auto file = app::read_device(*(*desk)->snapshot(), context.folders.data + "/cache.db", *profile, options.device);
    if (!file || !file->sessions.empty() || options.offline) return file;
    auto line = open_line(context);
    if (!line) {
        file->sessions_unknown = "not read: " + line.error().what;
        return file;
    }
    if (auto status = app::add_sessions(*file, **line); !status)
        file->sessions_unknown = "not read: " + status.error().what;
    return file;
}

base::Json as_json(const app::DeviceFile& file) {
    auto json = base::parse_json(app::to_bundle(file), "device").value_or(base::Json::object());
    json["figures"] = figures_json(file.summary);
    return json;
}

}  // namespace

int verb_devices_list(Context& context, const DeviceOptions& options) {
    auto desk = context.open_desk(true, false);
    if (!desk) return context.fail(desk.error());
    const auto s = (*desk)->snapshot();
    auto devices = s->devices;
    const size_t total = devices.size();
    const auto failing =
        static_cast<size_t>(std::count_if(devices.begin(), devices.end(), [](const auto& d) { return d.failing; }));
    if (options.only_failing) std::erase_if(devices, [](const auto& d) { return !d.failing; });
    order(devices, options.sort);
    base::Json list = base::Json::array();
    std::vector<std::vector<std::string>> table = {
        {"DEVICE", "HEALTH", "CONTACT", "WAITING", "FAILED", "CAPTURES", "TODAY", "NO PHOTO", "LAG", "NETWORK", "APP"}};
    for (const auto& d : devices) {
        list.push_back({{"device", d.device_id},
                        {"health", d.health},
                        {"failing", d.failing},
                        {"reachable", d.reported.has_value()},
                        {"figures", figures_json(d)}});
        table.push_back(list_row(d, (*desk)->now()));
    }
    context.out.document({{"total", total}, {"failing", failing}, {"devices", std::move(list)}});
    context.out.data(Output::table(table));
    context.out.message(std::to_string(failing) + " of " + std::to_string(total) +
                        " devices need attention. (r) the phone reported it; (i) inferred from its captures; ? only a "
                        "phone that reports could say.");
    return failing > 0 ? kFindings : kOk;
}

int verb_devices_show(Context& context, const DeviceOptions& options) {
    const auto file = gather(context, options);
    if (!file) return context.fail(file.error());
    context.out.document(as_json(*file));
    if (!context.out.json()) print(context.out, *file, options.sessions);
    return file->summary.failing ? kFindings : kOk;
}

int verb_devices_bundle(Context& context, const DeviceOptions& options) {
    const auto file = gather(context, options);
    if (!file) return context.fail(file.error());
    const std::string out = options.out.empty() ? options.device + ".linesman-device.json" : options.out;
    if (auto status = base::write_file_atomically(out, app::to_bundle(app::redacted(*file))); !status)
        return context.fail(status.error());
    context.out.document({{"bundle", out}, {"sessions", file->sessions.size()}, {"captures", file->captures.size()}});
    context.out.data(out);
    context.out.message("Names and accounts are pseudonyms in it. Open it anywhere with: linesmanctl devices open " +
                        out);
    return kOk;
}

int verb_devices_open(Context& context, const DeviceOptions& options) {
    const auto text = base::read_file(options.bundle, 64ULL << 20);
    if (!text) return context.fail(text.error());
    const auto file = app::device_from_bundle(*text);
    if (!file) return context.fail(file.error());
    context.out.document(as_json(*file));
    if (!context.out.json()) print(context.out, *file, options.sessions);
    return file->summary.failing ? kFindings : kOk;
}

}  // namespace linesman::cli
