#include "field/offline_pole_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/ids.h"
#include "base/text.h"
#include "field/field_schema.h"
#include "store/sqlite.h"
#include "sync/storage_client.h"

namespace linesman::field {

using base::ErrorKind;
using base::make_error;
using base::Status;

namespace {

constexpr size_t kMaxTextBytes = 4096;  // of one typed field; what is longer is cut

// Held for the life of the store: the kernel drops it when the process dies, however it dies.
class FolderLock {
  public:
    FolderLock() = default;
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock() {
        if (fd_ >= 0) ::close(fd_);
    }
    Status take(const std::string& folder) {
        const std::string path = folder + "/lock";
        fd_ = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
        if (fd_ < 0) return base::file_error(errno, path, "opened");
        if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return {};
        return make_error(ErrorKind::unavailable,
                          "Another program uses the captures in " + folder + ". Close it first.");
    }

  private:
    int fd_ = -1;
};

std::string extension_of(std::string_view bytes) {
    return bytes.starts_with("\x89PNG") ? ".png" : ".jpg";
}

Status check(const NewCapture& capture) {
    if (base::trimmed(capture.pole_number).empty() && !capture.gps && capture.photos.empty()) {
        return make_error(ErrorKind::invalid_argument,
                          "A capture needs at least a pole number, a position or a photo.");
    }
    std::set<model::Slot> seen;
    for (const auto& photo : capture.photos) {
        const std::string slot(model::name_of(photo.slot));
        if (!seen.insert(photo.slot).second)
            return make_error(ErrorKind::invalid_argument, "There are two photos for the slot " + slot + ". Give one.");
        if (!sync::has_image_magic(photo.bytes))
            return make_error(ErrorKind::invalid_argument, "The photo for the slot " + slot + " is not an image.");
    }
    return {};
}

}  // namespace

struct OfflinePoleStore::Impl {
    Impl(std::string folder, const base::Clock& device_clock, StoreOptions store_options, store::Database database)
        : path(std::move(folder)), clock(device_clock), options(std::move(store_options)), db(std::move(database)) {}

    std::string path;
    const base::Clock& clock;
    StoreOptions options;
    store::Database db;
    std::string device;
    FolderLock lock;

    std::string base36(int count) const { return options.base36 ? options.base36(count) : base::random_base36(count); }
    std::string new_id(const char* prefix, base::Timestamp at) const {
        return std::string(prefix) + "_" + std::to_string(at.us / 1000) + "_" + base36(9);
    }
    std::string photo_path(const std::string& file) const { return path + "/photos/" + file; }

    Status take_device_id() {
        auto kept = db.text("SELECT value FROM facts WHERE name = 'device_id'");
        if (!kept) return kept.error();
        if (*kept) {
            device = **kept;
            return {};
        }
        device = new_id("device", clock.now());
        return db.run("INSERT INTO facts(name, value) VALUES('device_id', ?)", device);
    }

    // A crash between the photo's file and its row leaves a file that nothing names.
    Status remove_orphans() {
        std::set<std::string> named;
        LINESMAN_TRY(db.each("SELECT file FROM photos", [&](store::Statement& row) { named.insert(row.string(0)); }));
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(path + "/photos", error)) {
            if (named.count(entry.path().filename().string()) == 0) std::filesystem::remove(entry.path(), error);
        }
        return {};
    }

    Status change(const std::string& offline_id, ItemStatus to) {
        auto now_status = db.text("SELECT status FROM captures WHERE offline_id = ?", offline_id);
        if (!now_status) return now_status.error();
        if (!*now_status)
            return make_error(ErrorKind::not_found, "There is no capture " + offline_id + " on this device.");
        const auto from = item_status_from_name(**now_status);
        if (!from || !may_change(*from, to)) {
            return make_error(ErrorKind::precondition_failed, "The capture " + offline_id + " is " + **now_status +
                                                                  " and cannot become " + std::string(name_of(to)) +
                                                                  ".");
        }
        return db.run("UPDATE captures SET status = ? WHERE offline_id = ?", name_of(to), offline_id);
    }

    // Changes the status and whatever else in one transaction.
    template <typename More>
    Status change_with(const std::string& offline_id, ItemStatus to, More more) {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        LINESMAN_TRY(change(offline_id, to));
        LINESMAN_TRY(more());
        return transaction->commit();
    }

    // Files first, rows second: `rows` are written inside the caller's transaction.
    struct WrittenPhoto {
        model::Slot slot;
        std::string file, md5, object_path;
        uint64_t bytes;
    };
    base::Result<std::vector<WrittenPhoto>> write_photos(const std::string& offline_id, const NewCapture& capture,
                                                         base::Timestamp at) {
        std::vector<WrittenPhoto> written;
        for (const auto& photo : capture.photos) {
            const std::string slot(model::name_of(photo.slot));
            WrittenPhoto row{photo.slot, {}, base::md5_base64(photo.bytes), {}, photo.bytes.size()};
            row.file = offline_id + "_" + slot + "_" + base::hex(std::string_view(row.md5).substr(0, 6)) +
                       extension_of(photo.bytes);
            row.object_path = "poles/staging/" + offline_id + "/" + slot + "_" + std::to_string(at.us / 1000) + ".jpg";
            LINESMAN_TRY(base::write_file_atomically(photo_path(row.file), photo.bytes));
            written.push_back(std::move(row));
        }
        return written;
    }
    Status insert_photos(const std::string& offline_id, const std::vector<WrittenPhoto>& written, base::Timestamp at) {
        for (const auto& photo : written) {
            LINESMAN_TRY(db.run(
                "INSERT OR REPLACE INTO photos(offline_id, slot, file, bytes, md5, captured_at, object_path, url,"
                " session_url, error) VALUES(?, ?, ?, ?, ?, ?, ?, '', '', '')",
                offline_id, static_cast<int64_t>(photo.slot), photo.file, static_cast<int64_t>(photo.bytes), photo.md5,
                at, photo.object_path));
        }
        return {};
    }
};

OfflinePoleStore::OfflinePoleStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OfflinePoleStore::OfflinePoleStore(OfflinePoleStore&&) noexcept = default;
OfflinePoleStore& OfflinePoleStore::operator=(OfflinePoleStore&&) noexcept = default;
OfflinePoleStore::~OfflinePoleStore() = default;

base::Result<OfflinePoleStore> OfflinePoleStore::open(const std::string& folder, const base::Clock& clock,
                                                      StoreOptions options) {
    LINESMAN_TRY(base::make_private_dirs(folder + "/photos"));
    store::OpenOptions how;
    how.synchronous = store::Synchronous::full;
    auto database = store::Database::open(folder + "/field.db", how);
    if (!database) return database.error();
    auto impl = std::make_unique<Impl>(folder, clock, std::move(options), std::move(*database));
    LINESMAN_TRY(impl->lock.take(folder));
    auto migrated = store::migrate(impl->db, field_migrations());
    if (!migrated) return migrated.error();
    LINESMAN_TRY(impl->take_device_id());
    LINESMAN_TRY(impl->remove_orphans());
    LINESMAN_TRY(impl->db.exec("UPDATE captures SET status = 'pending' WHERE status = 'syncing'"));
    return OfflinePoleStore(std::move(impl));
}

const std::string& OfflinePoleStore::device_id() const {
    return impl_->device;
}
const std::string& OfflinePoleStore::folder() const {
    return impl_->path;
}

base::Result<std::string> OfflinePoleStore::add(const NewCapture& capture) {
    LINESMAN_TRY(check(capture));
    const base::Timestamp now = impl_->clock.now();
    const base::Timestamp at = capture.captured_at.value_or(now);
    const std::string id = impl_->new_id("offline", at);
    auto written = impl_->write_photos(id, capture, at);
    if (!written) return written.error();
    auto transaction = store::Transaction::begin(impl_->db);
    if (!transaction) return transaction.error();
    std::optional<double> latitude, longitude;
    if (capture.gps) latitude = capture.gps->latitude, longitude = capture.gps->longitude;
    LINESMAN_TRY(impl_->db.run(
        "INSERT INTO captures(offline_id, status, pole_number, project_id, latitude, longitude, accuracy_m, notes,"
        " captured_by, captured_at, stored_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id, name_of(capture.draft ? ItemStatus::draft : ItemStatus::pending),
        base::sanitize_utf8(capture.pole_number, kMaxTextBytes), base::sanitize_utf8(capture.project_id, kMaxTextBytes),
        latitude, longitude, capture.gps_accuracy_m, base::sanitize_utf8(capture.notes, kMaxTextBytes),
        base::sanitize_utf8(capture.captured_by, kMaxTextBytes), at, now));
    LINESMAN_TRY(impl_->insert_photos(id, *written, at));
    LINESMAN_TRY(transaction->commit());
    return id;
}

Status OfflinePoleStore::submit(const std::string& offline_id) {
    return impl_->change_with(offline_id, ItemStatus::pending, [] { return Status(); });
}

Status OfflinePoleStore::edit(const std::string& offline_id) {
    return impl_->change_with(offline_id, ItemStatus::draft, [] { return Status(); });
}

Status OfflinePoleStore::update_draft(const std::string& offline_id, const NewCapture& capture) {
    LINESMAN_TRY(check(capture));
    auto stored = get(offline_id);
    if (!stored) return stored.error();
    if (stored->status != ItemStatus::draft)
        return make_error(ErrorKind::precondition_failed, "The capture " + offline_id + " is " +
                                                              std::string(name_of(stored->status)) +
                                                              ". Only drafts can be changed: take it back first.");
    const base::Timestamp at = impl_->clock.now();
    auto written = impl_->write_photos(offline_id, capture, at);
    if (!written) return written.error();
    auto transaction = store::Transaction::begin(impl_->db);
    if (!transaction) return transaction.error();
    std::optional<double> latitude, longitude;
    if (capture.gps) latitude = capture.gps->latitude, longitude = capture.gps->longitude;
    LINESMAN_TRY(impl_->db.run(
        "UPDATE captures SET pole_number = ?, project_id = ?, latitude = ?, longitude = ?,"
        " accuracy_m = ?, notes = ? WHERE offline_id = ?",
        base::sanitize_utf8(capture.pole_number, kMaxTextBytes), base::sanitize_utf8(capture.project_id, kMaxTextBytes),
        latitude, longitude, capture.gps_accuracy_m, base::sanitize_utf8(capture.notes, kMaxTextBytes), offline_id));
    LINESMAN_TRY(impl_->insert_photos(offline_id, *written, at));
    return transaction->commit();
}

Status OfflinePoleStore::retry(const std::string& offline_id) {
    return impl_->change_with(offline_id, ItemStatus::pending, [&] {
        return impl_->db.run("UPDATE captures SET next_attempt_at = NULL WHERE offline_id = ?", offline_id);
    });
}

Status OfflinePoleStore::mark_synced(const std::string& offline_id) {
    return impl_->change_with(offline_id, ItemStatus::synced, [] { return Status(); });
}

base::Result<std::vector<StoredCapture>> OfflinePoleStore::list(std::optional<ItemStatus> status) {
    return read_captures(impl_->db, "", status ? std::string(name_of(*status)) : "");
}

base::Result<StoredCapture> OfflinePoleStore::get(const std::string& offline_id) {
    auto found = read_captures(impl_->db, offline_id, "");
    if (!found) return found.error();
    if (found->empty())
        return make_error(ErrorKind::not_found, "There is no capture " + offline_id + " on this device.");
    return std::move(found->front());
}

base::Result<std::map<ItemStatus, int64_t>> OfflinePoleStore::counts() {
    std::map<ItemStatus, int64_t> out;
    for (const auto status : kItemStatuses) out[status] = 0;
    LINESMAN_TRY(impl_->db.each("SELECT status, count(*) FROM captures GROUP BY status", [&](store::Statement& row) {
        if (const auto status = item_status_from_name(row.text(0))) out[*status] = row.int64(1);
    }));
    return out;
}

base::Result<std::string> OfflinePoleStore::photo_bytes(const StoredPhoto& photo) const {
    auto bytes = base::read_file(impl_->photo_path(photo.file), 64ULL << 20);
    if (bytes && base::md5_base64(*bytes) != photo.md5)
        return make_error(ErrorKind::corrupt,
                          "The photo " + photo.file + " was damaged on this device. Take it again.");
    return bytes;
}

Status OfflinePoleStore::begin_attempt(const std::string& offline_id) {
    return impl_->change_with(offline_id, ItemStatus::syncing, [&] {
        return impl_->db.run(
            "UPDATE captures SET attempts = attempts + 1, last_attempt_at = ?, next_attempt_at = NULL"
            " WHERE offline_id = ?",
            impl_->clock.now(), offline_id);
    });
}

Status OfflinePoleStore::keep_upload_session(const std::string& offline_id, model::Slot slot,
                                             const std::string& session_url) {
    return impl_->db.run("UPDATE photos SET session_url = ? WHERE offline_id = ? AND slot = ?", session_url, offline_id,
                         static_cast<int64_t>(slot));
}

Status OfflinePoleStore::photo_uploaded(const std::string& offline_id, model::Slot slot, const std::string& url) {
    return impl_->db.run("UPDATE photos SET url = ?, session_url = '', error = '' WHERE offline_id = ? AND slot = ?",
                         url, offline_id, static_cast<int64_t>(slot));
}

Status OfflinePoleStore::photo_failed(const std::string& offline_id, model::Slot slot, const base::Error& error) {
    return impl_->db.run("UPDATE photos SET error = ? WHERE offline_id = ? AND slot = ?", error.what, offline_id,
                         static_cast<int64_t>(slot));
}

Status OfflinePoleStore::staged(const std::string& offline_id, const std::string& staging_id) {
    return impl_->change_with(offline_id, ItemStatus::staged, [&] {
        return impl_->db.run("UPDATE captures SET staging_id = ?, error = '', error_kind = '' WHERE offline_id = ?",
                             staging_id, offline_id);
    });
}

Status OfflinePoleStore::interrupted(const std::string& offline_id) {
    return impl_->change_with(offline_id, ItemStatus::pending, [] { return Status(); });
}

Status OfflinePoleStore::failed(const std::string& offline_id, const base::Error& error,
                                std::optional<base::Timestamp> next_attempt_at) {
    return impl_->change_with(offline_id, ItemStatus::error, [&] {
        return impl_->db.run("UPDATE captures SET error = ?, error_kind = ?, next_attempt_at = ? WHERE offline_id = ?",
                             error.what, base::name_of(error.kind), next_attempt_at, offline_id);
    });
}

Status OfflinePoleStore::record_attempt(const Attempt& attempt) {
    return impl_->db.run(
        "INSERT INTO attempts(offline_id, session_id, stage, outcome, error, bytes, elapsed_ms, at)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        attempt.offline_id, attempt.session_id, attempt.stage, attempt.outcome, attempt.error,
        static_cast<int64_t>(attempt.bytes), attempt.elapsed_ms, attempt.at);
}

base::Result<std::vector<Attempt>> OfflinePoleStore::attempts(const std::string& offline_id) {
    return read_attempts(impl_->db, offline_id);
}

std::string staging_id_for(const std::string& offline_id) {
    return "f_" + base::sha256_hex("staging\n" + offline_id).substr(0, 24);
}

}  // namespace linesman::field
