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
#include "field/offline_store_impl.h"
#include "sync/storage_client.h"

namespace linesman::field {

using base::ErrorKind;
using base::make_error;
using base::Status;

namespace {

constexpr size_t kMaxTextBytes = 4096;  // of one typed field; what is longer is cut
constexpr size_t kMaxIdBytes = 128;

std::string extension_of(std::string_view bytes) {
    return bytes.starts_with("\x89PNG") ? ".png" : ".jpg";
}

bool is_plain(std::string_view id) {
    return std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    });
}

// Ids of other phones come from files of unknown origin: what is no plain name is not used as one.
std::string file_name_of(const std::string& offline_id) {
    return is_plain(offline_id) ? offline_id : "id_" + base::sha256_hex(offline_id).substr(0, 24);
}

std::string folder_in_storage(const std::string& offline_id) {
    std::string out = offline_id;
    std::replace(out.begin(), out.end(), '/', '_');
    return out == "." || out == ".." ? "id_" + base::sha256_hex(offline_id).substr(0, 24) : out;
}

Status check(const NewCapture& capture, const Provenance& from = {}) {
    if (base::trimmed(capture.pole_number).empty() && !capture.gps && capture.photos.empty() && from.lost.empty()) {
        return make_error(ErrorKind::invalid_argument,
                          "A capture needs at least a pole number, a position or a photo.");
    }
    if (from.offline_id.size() > kMaxIdBytes)
        return make_error(ErrorKind::invalid_argument, "Its id is longer than 128 characters.");
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

FolderLock::~FolderLock() {
    if (fd_ >= 0) ::close(fd_);
}

Status FolderLock::take(const std::string& folder) {
    const std::string path = folder + "/lock";
    fd_ = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (fd_ < 0) return base::file_error(errno, path, "opened");
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return {};
    return make_error(ErrorKind::unavailable, "Another program uses the captures in " + folder + ". Close it first.");
}

std::string OfflinePoleStore::Impl::new_id(const char* prefix, base::Timestamp at) const {
    return std::string(prefix) + "_" + std::to_string(at.us / 1000) + "_" +
           (options.base36 ? options.base36(9) : base::random_base36(9));
}

Status OfflinePoleStore::Impl::take_device_id() {
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
Status OfflinePoleStore::Impl::remove_orphans() {
    std::set<std::string> named;
    LINESMAN_TRY(db.each("SELECT file FROM photos", [&](store::Statement& row) { named.insert(row.string(0)); }));
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(path + "/photos", error)) {
        if (named.count(entry.path().filename().string()) == 0) std::filesystem::remove(entry.path(), error);
    }
    return {};
}

Status OfflinePoleStore::Impl::change(const std::string& offline_id, ItemStatus to) {
    auto now_status = db.text("SELECT status FROM captures WHERE offline_id = ?", offline_id);
    if (!now_status) return now_status.error();
    if (!*now_status) return make_error(ErrorKind::not_found, "There is no capture " + offline_id + " on this device.");
    const auto from = item_status_from_name(**now_status);
    if (!from || !may_change(*from, to)) {
        return make_error(ErrorKind::precondition_failed, "The capture " + offline_id + " is " + **now_status +
                                                              " and cannot become " + std::string(name_of(to)) + ".");
    }
    return db.run("UPDATE captures SET status = ? WHERE offline_id = ?", name_of(to), offline_id);
}

base::Result<std::vector<OfflinePoleStore::Impl::WrittenPhoto>> OfflinePoleStore::Impl::write_photos(
    const std::string& offline_id, const NewCapture& capture, base::Timestamp at) {
    std::vector<WrittenPhoto> written;
    for (const auto& photo : capture.photos) {
        const std::string slot(model::name_of(photo.slot));
        WrittenPhoto row{photo.slot, {}, base::md5_base64(photo.bytes), {}, photo.bytes.size()};
        row.file = file_name_of(offline_id) + "_" + slot + "_" + base::hex(std::string_view(row.md5).substr(0, 6)) +
                   extension_of(photo.bytes);
        row.object_path =
            "poles/staging/" + folder_in_storage(offline_id) + "/" + slot + "_" + std::to_string(at.us / 1000) + ".jpg";
        LINESMAN_TRY(may_write());
        LINESMAN_TRY(base::write_file_atomically(photo_path(row.file), photo.bytes, options.power_safe));
        written.push_back(std::move(row));
    }
    return written;
}

Status OfflinePoleStore::Impl::insert_photos(const std::string& offline_id, const std::vector<WrittenPhoto>& written,
                                             base::Timestamp at) {
    for (const auto& photo : written) {
        LINESMAN_TRY(
            db.run("INSERT OR REPLACE INTO photos(offline_id, slot, file, bytes, md5, captured_at, object_path, url,"
                   " session_url, error) VALUES(?, ?, ?, ?, ?, ?, ?, '', '', '')",
                   offline_id, static_cast<int64_t>(photo.slot), photo.file, static_cast<int64_t>(photo.bytes),
                   photo.md5, at, photo.object_path));
    }
    return {};
}

Status OfflinePoleStore::Impl::insert_lost(const std::string& offline_id,
                                           const std::map<model::Slot, std::string>& lost, base::Timestamp at) {
    for (const auto& [slot, cause] : lost) {
        LINESMAN_TRY(
            db.run("INSERT OR REPLACE INTO photos(offline_id, slot, file, bytes, md5, captured_at, object_path, url,"
                   " session_url, error) VALUES(?, ?, '', 0, '', ?, '', '', '', ?)",
                   offline_id, static_cast<int64_t>(slot), at, base::sanitize_utf8(cause, kMaxTextBytes)));
    }
    return {};
}

Status OfflinePoleStore::Impl::insert_capture(const std::string& offline_id, const NewCapture& capture,
                                              const Provenance& from, base::Timestamp at) {
    std::optional<double> latitude, longitude;
    if (capture.gps) latitude = capture.gps->latitude, longitude = capture.gps->longitude;
    return db.run(
        "INSERT INTO captures(offline_id, status, pole_number, project_id, latitude, longitude, accuracy_m, notes,"
        " captured_by, captured_at, stored_at, origin, device_id, import_key)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        offline_id, name_of(capture.draft ? ItemStatus::draft : ItemStatus::pending),
        base::sanitize_utf8(capture.pole_number, kMaxTextBytes), base::sanitize_utf8(capture.project_id, kMaxTextBytes),
        latitude, longitude, capture.gps_accuracy_m, base::sanitize_utf8(capture.notes, kMaxTextBytes),
        base::sanitize_utf8(capture.captured_by, kMaxTextBytes), at, clock.now(), from.origin,
        base::sanitize_utf8(from.device_id, kMaxIdBytes), from.import_key);
}

OfflinePoleStore::OfflinePoleStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OfflinePoleStore::OfflinePoleStore(OfflinePoleStore&&) noexcept = default;
OfflinePoleStore& OfflinePoleStore::operator=(OfflinePoleStore&&) noexcept = default;
OfflinePoleStore::~OfflinePoleStore() = default;

base::Result<OfflinePoleStore> OfflinePoleStore::open(const std::string& folder, const base::Clock& clock,
                                                      StoreOptions options) {
    LINESMAN_TRY(base::make_private_dirs(folder + "/photos"));
    store::OpenOptions how;
    how.synchronous = options.power_safe ? store::Synchronous::full : store::Synchronous::normal;
    auto database = store::Database::open(folder + "/field.db", how);
    if (!database) return database.error();
    auto impl = std::make_unique<Impl>(folder, clock, std::move(options), std::move(*database));
    LINESMAN_TRY(impl->lock.take(folder));
    auto migrated = store::migrate(impl->db, field_migrations());
    if (!migrated) return migrated.error();
    LINESMAN_TRY(impl->take_device_id());
    LINESMAN_TRY(impl->remove_orphans());
    OfflinePoleStore store(std::move(impl));
    LINESMAN_TRY(store.requeue_interrupted());
    return store;
}

const std::string& OfflinePoleStore::device_id() const {
    return impl_->device;
}
const std::string& OfflinePoleStore::folder() const {
    return impl_->path;
}

base::Result<std::string> OfflinePoleStore::add(const NewCapture& capture, const Provenance& from) {
    LINESMAN_TRY(check(capture, from));
    const base::Timestamp at = capture.captured_at.value_or(impl_->clock.now());
    const std::string id = from.offline_id.empty() ? impl_->new_id("offline", at) : from.offline_id;
    auto known = impl_->db.text(
        "SELECT offline_id FROM captures WHERE offline_id = ?1 OR (import_key = ?2 AND import_key <> '')", id,
        from.import_key);
    if (!known) return known.error();
    if (*known)
        return make_error(ErrorKind::already_exists, "It is on this device already, as " + **known + ".", **known);
    auto written = impl_->write_photos(id, capture, at);
    if (!written) return written.error();
    const auto written_whole = impl_->transact([&]() -> Status {
        LINESMAN_TRY(impl_->insert_capture(id, capture, from, at));
        LINESMAN_TRY(impl_->insert_photos(id, *written, at));
        return impl_->insert_lost(id, from.lost, at);
    });
    if (!written_whole) return written_whole.error();
    return id;
}

Status OfflinePoleStore::submit(const std::string& offline_id) {
    return impl_->change_with(offline_id, ItemStatus::pending, [] { return Status(); });
}

Status OfflinePoleStore::edit(const std::string& offline_id) {
    const auto item = get(offline_id);
    if (!item) return item.error();
    // What is in staging is changed as a correction (correct()).
    if (item->status == ItemStatus::staged)
        return make_error(ErrorKind::precondition_failed, "The capture " + offline_id + " is in staging.");
    return impl_->change_with(offline_id, ItemStatus::draft, [] { return Status(); });
}

Status OfflinePoleStore::update_draft(const std::string& offline_id, const NewCapture& capture) {
    auto stored = get(offline_id);
    if (!stored) return stored.error();
    Provenance kept;  // its photos count as well
    for (const auto slot : model::kSlots) {
        if (stored->photos[model::index_of(slot)]) kept.lost[slot] = "";
    }
    LINESMAN_TRY(check(capture, kept));
    if (stored->status != ItemStatus::draft)
        return make_error(ErrorKind::precondition_failed, "The capture " + offline_id + " is " +
                                                              std::string(name_of(stored->status)) +
                                                              ". Only drafts can be changed: take it back first.");
    const base::Timestamp at = impl_->clock.now();
    auto written = impl_->write_photos(offline_id, capture, at);
    if (!written) return written.error();
    std::optional<double> latitude, longitude;
    if (capture.gps) latitude = capture.gps->latitude, longitude = capture.gps->longitude;
    return impl_->transact([&]() -> Status {
        LINESMAN_TRY(
            impl_->db.run("UPDATE captures SET pole_number = ?, project_id = ?, latitude = ?, longitude = ?,"
                          " accuracy_m = ?, notes = ? WHERE offline_id = ?",
                          base::sanitize_utf8(capture.pole_number, kMaxTextBytes),
                          base::sanitize_utf8(capture.project_id, kMaxTextBytes), latitude, longitude,
                          capture.gps_accuracy_m, base::sanitize_utf8(capture.notes, kMaxTextBytes), offline_id));
        return impl_->insert_photos(offline_id, *written, at);
    });
}

base::Result<std::vector<StoredCapture>> OfflinePoleStore::list(std::optional<ItemStatus> status) {
    return read_captures(impl_->db, "", status ? std::string(name_of(*status)) : "");
}

base::Result<StoredCapture> OfflinePoleStore::get(const std::string& offline_id) {
    auto found = read_captures(impl_->db, offline_id, "");
    if (!found) return found.error();
    if (offline_id.empty() || found->empty())
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
    if (photo.lost()) return make_error(ErrorKind::not_found, "The photo was lost: " + photo.error);
    auto bytes = base::read_file(impl_->photo_path(photo.file), 64ULL << 20);
    if (bytes && base::md5_base64(*bytes) != photo.md5)
        return make_error(ErrorKind::corrupt,
                          "The photo " + photo.file + " was damaged on this device. Take it again.");
    return bytes;
}

std::string staging_id_for(const std::string& offline_id) {
    return "f_" + base::sha256_hex("staging\n" + offline_id).substr(0, 24);
}

}  // namespace linesman::field
