// Tables of the device report: what phones report, what their captures tell, commands, attempts.
#include <algorithm>
#include <cmath>

#include "app/report_tables.h"
#include "model/device_metrics.h"
#include "sync/collections.h"
#include "sync/device_commands.h"
#include "sync/device_sessions.h"

namespace linesman::app {
namespace {

using report::Cell;
using report::CellType;
using report::Column;
using report::MemoryTable;

Cell time_cell(const std::optional<base::Timestamp>& time) {
    return time ? Cell::of_time(time->us) : Cell::none();
}

Cell minutes_cell(const std::optional<base::Duration>& duration) {
    return duration ? Cell::of_number(duration->seconds() / 60) : Cell::none();
}

const std::vector<Column>& device_columns() {
    static const std::vector<Column> kColumns = {
        {"device", "Device"},
        {"person", "Person (inferred)"},
        {"crew", "Crew"},
        {"health", "Health"},
        {"failing", "Needs attention", CellType::boolean},
        {"reports", "Sends heartbeats", CellType::boolean},
        {"last_seen_reported", "Last seen (reported)", CellType::time},
        {"app_version_reported", "App (reported)"},
        {"platform_reported", "Platform (reported)"},
        {"network_reported", "Network (reported)"},
        {"battery_percent_reported", "Battery % (reported)", CellType::integer},
        {"storage_left_mb_reported", "Storage left MB (reported)", CellType::integer},
        {"queue_waiting_reported", "Waiting on phone (reported)", CellType::integer},
        {"queue_error_reported", "Failed on phone (reported)", CellType::integer},
        {"queue_staged_reported", "Staged (reported)", CellType::integer},
        {"last_error_reported", "Last error (reported)"},
        {"captures_inferred", "Captures (inferred)", CellType::integer},
        {"captures_that_day_inferred", "Captures that day (inferred)", CellType::integer},
        {"waiting_inferred", "Waiting for judgement (inferred)", CellType::integer},
        {"rejected_inferred", "Rejected (inferred)", CellType::integer},
        {"last_submitted_inferred", "Last submitted (inferred)", CellType::time},
        {"median_lag_min_inferred", "Capture to submit, median min (inferred)", CellType::number, 1},
        {"clock_ahead_min_inferred", "Clock ahead, min (inferred)", CellType::number, 1},
        {"missing_photos_inferred", "Missing photos (inferred)", CellType::integer},
        {"duplicate_uploads_inferred", "Duplicate uploads (inferred)", CellType::integer},
        {"other_devices_inferred", "Other devices of the person (inferred)"},
    };
    return kColumns;
}

int64_t queued(const model::Heartbeat& beat, std::initializer_list<const char*> states) {
    int64_t count = 0;
    for (const char* state : states) {
        if (const auto found = beat.queue.find(state); found != beat.queue.end())
            count += std::max<int64_t>(found->second, 0);
    }
    return count;
}

void add_device(MemoryTable& table, const Gathering& g, const std::vector<model::DeviceSummary>& all,
                const model::DeviceSummary& d) {
    std::string others;
    for (const auto& other : model::devices_of_same_person(all, d)) others += (others.empty() ? "" : "; ") + other;
    const model::Heartbeat beat = d.reported.value_or(model::Heartbeat{});
    const auto reported = [&](int64_t value) { return d.reported ? Cell::of_integer(value) : Cell::none(); };
    const auto n = [](uint32_t value) { return Cell::of_integer(value); };
    const std::string owner = d.person.empty() ? beat.owner_uid : d.person;
    const std::string person = g.name_of_person(owner), crew = g.crew_of(owner);
    table.add({Cell::of(d.device_id),
               Cell::of(person),
               Cell::of(crew),
               Cell::of(d.health),
               Cell::of_bool(d.failing),
               Cell::of_bool(d.reported.has_value()),
               time_cell(beat.last_seen),
               Cell::of(beat.app_version),
               Cell::of(beat.platform),
               Cell::of(beat.network),
               beat.battery ? Cell::of_integer(std::lround(*beat.battery * 100)) : Cell::none(),
               beat.storage_left_bytes ? Cell::of_integer(*beat.storage_left_bytes / 1'000'000) : Cell::none(),
               reported(queued(beat, {"pending", "syncing", "error"})),
               reported(queued(beat, {"error"})),
               reported(queued(beat, {"staged", "synced"})),
               Cell::of(beat.last_error),
               n(d.captures),
               n(d.captures_today),
               n(d.open),
               n(d.rejected),
               time_cell(d.last_submitted),
               minutes_cell(d.median_lag),
               minutes_cell(d.clock_skew),
               n(d.missing_photos),
               n(d.duplicate_uploads),
               Cell::of(others)});
}

}  // namespace

TableResult device_table(const Gathering& g) {
    auto devices = model::summarize_devices(g.columns(), g.heartbeats, g.as_of, device_limits_of(g.sources.profile));
    // By id, those that need attention first.
    std::stable_sort(devices.begin(), devices.end(),
                     [](const auto& a, const auto& b) { return a.failing > b.failing; });
    const auto& wanted = g.request.filter.devices;
    auto table = std::make_shared<MemoryTable>(device_columns());
    for (const auto& device : devices) {
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), device.device_id) == wanted.end()) continue;
        add_device(*table, g, devices, device);
    }
    return std::shared_ptr<const report::Table>(table);
}

TableResult command_table(const Gathering& g) {
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{"command_id", "Command"},
                                                                   {"device", "Device"},
                                                                   {"kind", "What"},
                                                                   {"state", "State"},
                                                                   {"staging_id", "Capture"},
                                                                   {"result", "Result"},
                                                                   {"created_by", "Sent by"},
                                                                   {"created_at", "Sent", CellType::time},
                                                                   {"finished_at", "Finished", CellType::time}});
    std::vector<model::DeviceCommand> commands;
    LINESMAN_TRY(g.cache.for_each(sync::CollectionNames{}.commands, [&](const store::DocumentView& document) {
        auto command = sync::decode_command(document.id, document.fields, g.as_of);
        if (command) commands.push_back(std::move(*command));
        return true;
    }));
    std::sort(commands.begin(), commands.end(), [](const auto& a, const auto& b) {
        return a.created_at != b.created_at ? a.created_at > b.created_at : a.id < b.id;
    });
    for (const auto& c : commands) {
        const std::string by = g.name_of_person(c.created_by);
        table->add({Cell::of(c.id), Cell::of(c.device_id), Cell::of(c.kind), Cell::of(c.state), Cell::of(c.staging_id),
                    Cell::of(c.result), Cell::of(by), time_cell(c.created_at), time_cell(c.finished_at)});
    }
    return std::shared_ptr<const report::Table>(table);
}

TableResult attempt_table(const Gathering& g) {
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{"session_id", "Session"},
                                                                   {"device", "Device"},
                                                                   {"started_at", "Started", CellType::time},
                                                                   {"network", "Network"},
                                                                   {"offline_id", "Offline id"},
                                                                   {"stage", "Stage"},
                                                                   {"outcome", "Outcome"},
                                                                   {"failed", "Failed", CellType::boolean},
                                                                   {"error", "Error"},
                                                                   {"cure", "What to do"},
                                                                   {"bytes", "Bytes", CellType::integer},
                                                                   {"elapsed_ms", "ms", CellType::integer}});
    std::vector<model::DeviceSession> sessions;
    LINESMAN_TRY(g.cache.for_each(sync::CollectionNames{}.sessions, [&](const store::DocumentView& document) {
        auto session = sync::decode_session(document.id, document.fields);
        if (session) sessions.push_back(std::move(*session));
        return true;
    }));
    std::sort(sessions.begin(), sessions.end(), [](const auto& a, const auto& b) {
        return a.started_at != b.started_at ? a.started_at > b.started_at : a.id < b.id;
    });
    for (const auto& s : sessions) {
        for (const auto& a : s.attempts) {
            table->add({Cell::of(s.id), Cell::of(s.device_id), time_cell(s.started_at), Cell::of(s.network),
                        Cell::of(a.offline_id), Cell::of(a.stage), Cell::of(a.outcome), Cell::of_bool(a.failed()),
                        Cell::of(a.error), Cell::of(model::advice_for(a.outcome).cure), Cell::of_integer(a.bytes),
                        Cell::of_integer(a.elapsed_ms)});
        }
    }
    // Not every desk mirrors sessions: then there is no such table, rather than an empty one that says all is well.
    return table->row_count() > 0 ? std::shared_ptr<const report::Table>(table) : nullptr;
}

}  // namespace linesman::app
