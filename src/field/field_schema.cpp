#include "field/field_schema.h"

#include <algorithm>
#include <unordered_map>

namespace linesman::field {
namespace {

constexpr const char* kFirst = R"sql(
CREATE TABLE facts(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE captures(
    seq INTEGER PRIMARY KEY,
    offline_id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK(status IN ('draft','pending','syncing','staged','synced','error')),
    pole_number TEXT NOT NULL, project_id TEXT NOT NULL,
    latitude REAL, longitude REAL, accuracy_m REAL,
    notes TEXT NOT NULL, captured_by TEXT NOT NULL,
    captured_at INTEGER NOT NULL, stored_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, last_attempt_at INTEGER, next_attempt_at INTEGER,
    error_kind TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '', staging_id TEXT NOT NULL DEFAULT '');
CREATE INDEX captures_by_status ON captures(status, seq);
CREATE TABLE photos(
    offline_id TEXT NOT NULL REFERENCES captures(offline_id), slot INTEGER NOT NULL,
    file TEXT NOT NULL, bytes INTEGER NOT NULL, md5 TEXT NOT NULL, captured_at INTEGER NOT NULL,
    object_path TEXT NOT NULL, url TEXT NOT NULL, session_url TEXT NOT NULL, error TEXT NOT NULL,
    PRIMARY KEY(offline_id, slot)) WITHOUT ROWID;
CREATE TABLE attempts(
    id INTEGER PRIMARY KEY, offline_id TEXT NOT NULL, session_id TEXT NOT NULL, stage TEXT NOT NULL,
    outcome TEXT NOT NULL, error TEXT NOT NULL, bytes INTEGER NOT NULL, elapsed_ms INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE INDEX attempts_by_capture ON attempts(offline_id, id);
)sql";

constexpr const char* kSecond = R"sql(
ALTER TABLE captures ADD COLUMN task TEXT NOT NULL DEFAULT 'create';
ALTER TABLE captures ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE captures ADD COLUMN device_id TEXT NOT NULL DEFAULT '';
ALTER TABLE captures ADD COLUMN import_key TEXT NOT NULL DEFAULT '';
ALTER TABLE captures ADD COLUMN op_id TEXT NOT NULL DEFAULT '';
ALTER TABLE captures ADD COLUMN server TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX captures_by_import ON captures(import_key) WHERE import_key <> '';
CREATE TABLE commands(
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, staging_id TEXT NOT NULL,
    offline_id TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN ('taken','done','failed','expired')),
    result TEXT NOT NULL, acknowledged INTEGER NOT NULL DEFAULT 0, taken_at INTEGER NOT NULL);
)sql";

constexpr std::string_view kCaptureColumns =
    "SELECT offline_id, status, pole_number, project_id, latitude, longitude, accuracy_m, notes, captured_by,"
    " captured_at, attempts, last_attempt_at, next_attempt_at, error_kind, error, staging_id, task, origin, device_id,"
    " op_id, server FROM captures c";
constexpr std::string_view kPhotoColumns =
    "SELECT p.offline_id, p.slot, p.file, p.bytes, p.md5, p.captured_at, p.object_path, p.url, p.session_url, p.error"
    " FROM photos p JOIN captures c USING(offline_id)";
constexpr std::string_view kAttemptColumns =
    "SELECT offline_id, session_id, stage, outcome, error, bytes, elapsed_ms, at FROM attempts";

std::optional<base::Timestamp> time_at(const store::Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return base::Timestamp{row.int64(column)};
}

Task task_from_name(std::string_view name) {
    return name == "resubmit" ? Task::resubmit : name == "resend" ? Task::resend : Task::create;
}

StoredCapture capture_of(const store::Statement& row) {
    StoredCapture out;
    out.offline_id = row.string(0);
    out.status = item_status_from_name(row.text(1)).value_or(ItemStatus::error);
    out.content.pole_number = row.string(2);
    out.content.project_id = row.string(3);
    if (!row.is_null(4) && !row.is_null(5)) out.content.gps = model::GeoPoint{row.real(4), row.real(5)};
    out.content.gps_accuracy_m = row.optional_real(6);
    out.content.notes = row.string(7);
    out.content.captured_by = row.string(8);
    out.content.captured_at = base::Timestamp{row.int64(9)};
    out.content.draft = out.status == ItemStatus::draft;
    out.attempts = row.as_int(10);
    out.last_attempt_at = time_at(row, 11);
    out.next_attempt_at = time_at(row, 12);
    out.error_kind = row.string(13);
    out.error = row.string(14);
    out.staging_id = row.string(15);
    out.task = task_from_name(row.text(16));
    out.origin = row.string(17);
    out.device_id = row.string(18);
    out.op_id = row.string(19);
    if (!row.text(20).empty()) {
        if (const auto json = base::parse_json(row.text(20), "state on the server"))
            out.server = server_state_from_json(*json);
    }
    return out;
}

StoredPhoto photo_of(const store::Statement& row) {
    StoredPhoto photo;
    photo.file = row.string(2);
    photo.bytes = static_cast<uint64_t>(row.int64(3));
    photo.md5 = row.string(4);
    photo.captured_at = {row.int64(5)};
    photo.object_path = row.string(6);
    photo.url = row.string(7);
    photo.session_url = row.string(8);
    photo.error = row.string(9);
    return photo;
}

Attempt attempt_of(const store::Statement& row) {
    return {row.string(0), row.string(1),
            row.string(2), row.string(3),
            row.string(4), static_cast<uint64_t>(row.int64(5)),
            row.int64(6),  base::Timestamp{row.int64(7)}};
}

}  // namespace

std::string_view name_of(Task task) {
    switch (task) {
        case Task::create:
            return "create";
        case Task::resubmit:
            return "resubmit";
        case Task::resend:
            return "resend";
    }
    return "create";
}

std::vector<store::Migration> field_migrations() {
    return {store::sql_migration(kFirst), store::sql_migration(kSecond)};
}

// Calls `each` with the WHERE clause that fits and its value: one index each, never a scan of everything for one item.
template <typename Each>
static base::Status filtered(const std::string& offline_id, const std::string& status, Each each) {
    if (!offline_id.empty()) return each(" WHERE c.offline_id = ?1", offline_id);
    if (!status.empty()) return each(" WHERE c.status = ?1", status);
    return each(" WHERE ?1 = ''", std::string());
}

base::Result<std::vector<StoredCapture>> read_captures(store::Database& db, const std::string& offline_id,
                                                       const std::string& status) {
    std::vector<StoredCapture> out;
    std::unordered_map<std::string, size_t> place;
    LINESMAN_TRY(filtered(offline_id, status, [&](const char* where, const std::string& value) {
        return db.each(
            std::string(kCaptureColumns) + where + " ORDER BY c.seq",
            [&](store::Statement& row) {
                out.push_back(capture_of(row));
                place[out.back().offline_id] = out.size() - 1;
            },
            value);
    }));
    LINESMAN_TRY(filtered(offline_id, status, [&](const char* where, const std::string& value) {
        return db.each(
            std::string(kPhotoColumns) + where,
            [&](store::Statement& row) {
                const auto found = place.find(row.string(0));
                const auto slot = static_cast<size_t>(row.int64(1));
                if (found == place.end() || slot >= model::kSlotCount) return;
                out[found->second].photos[slot] = photo_of(row);
            },
            value);
    }));
    return out;
}

base::Result<std::vector<Attempt>> read_attempts(store::Database& db, const std::string& offline_id) {
    std::vector<Attempt> out;
    LINESMAN_TRY(db.each(
        std::string(kAttemptColumns) + " WHERE offline_id = ? ORDER BY id",
        [&](store::Statement& row) { out.push_back(attempt_of(row)); }, offline_id));
    return out;
}

base::Result<std::vector<Attempt>> read_latest_attempts(store::Database& db, int count) {
    std::vector<Attempt> out;
    LINESMAN_TRY(db.each(
        std::string(kAttemptColumns) + " ORDER BY id DESC LIMIT ?",
        [&](store::Statement& row) { out.push_back(attempt_of(row)); }, count));
    std::reverse(out.begin(), out.end());
    return out;
}

model::Capture StoredCapture::as_capture(const std::string& own_device_id) const {
    model::Capture out;
    out.staging_id = staging_id.empty() ? staging_id_for(offline_id) : staging_id;
    out.pole_number = content.pole_number;
    out.project_id = content.project_id;
    out.gps = content.gps;
    out.gps_accuracy_m = content.gps_accuracy_m;
    out.notes = content.notes;
    out.captured_by = content.captured_by;
    out.captured_at = content.captured_at;
    out.offline_id = offline_id;
    out.device_id = this->device_id.empty() ? own_device_id : this->device_id;
    model::SlotMask expected = 0;
    for (const auto slot : model::kSlots) {
        const auto& photo = photos[model::index_of(slot)];
        if (!photo) continue;
        expected = static_cast<model::SlotMask>(expected | model::bit(slot));
        if (!photo->uploaded()) continue;
        model::Photo linked;
        linked.url = photo->url;
        linked.path = photo->object_path;
        linked.bytes = photo->bytes;
        linked.md5 = photo->md5;
        linked.captured_at = photo->captured_at;
        out.photos[model::index_of(slot)] = std::move(linked);
    }
    out.expected_photos = expected;
    return out;
}

}  // namespace linesman::field
