// What the files of the offline pole store share. Internal to it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "field/offline_pole_store.h"
#include "store/sqlite.h"

namespace linesman::field {

// Held for the life of the store: the kernel drops it when the process dies, however it dies.
class FolderLock {
  public:
    FolderLock() = default;
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();
    base::Status take(const std::string& folder);

  private:
    int fd_ = -1;
};

struct OfflinePoleStore::Impl {
    Impl(std::string folder, const base::Clock& device_clock, StoreOptions store_options, store::Database database)
        : path(std::move(folder)), clock(device_clock), options(std::move(store_options)), db(std::move(database)) {}

    std::string path;
    const base::Clock& clock;
    StoreOptions options;
    store::Database db;
    std::string device;
    FolderLock lock;

    std::string new_id(const char* prefix, base::Timestamp at) const;
    std::string photo_path(const std::string& file) const { return path + "/photos/" + file; }
    base::Status may_write() const { return options.before_write ? options.before_write() : base::Status(); }

    base::Status take_device_id();
    base::Status remove_orphans();
    // Inside a transaction. Errors: not_found, precondition_failed.
    base::Status change(const std::string& offline_id, ItemStatus to);

    // All of `work` or nothing.
    template <typename Work>
    base::Status transact(Work work) {
        LINESMAN_TRY(may_write());
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        LINESMAN_TRY(work());
        LINESMAN_TRY(may_write());
        return transaction->commit();
    }
    // Changes the status and whatever else in one transaction.
    template <typename More>
    base::Status change_with(const std::string& offline_id, ItemStatus to, More more) {
        return transact([&]() -> base::Status {
            LINESMAN_TRY(change(offline_id, to));
            return more();
        });
    }
    template <typename... Args>
    base::Status write(std::string_view sql, const Args&... args) {
        LINESMAN_TRY(may_write());
        return db.run(sql, args...);
    }

    // Files first, rows second: `rows` are written inside the caller's transaction.
    struct WrittenPhoto {
        model::Slot slot;
        std::string file, md5, object_path;
        uint64_t bytes;
    };
    base::Result<std::vector<WrittenPhoto>> write_photos(const std::string& offline_id, const NewCapture& capture,
                                                         base::Timestamp at);
    base::Status insert_photos(const std::string& offline_id, const std::vector<WrittenPhoto>& written,
                               base::Timestamp at);
    base::Status insert_lost(const std::string& offline_id, const std::map<model::Slot, std::string>& lost,
                             base::Timestamp at);
    base::Status insert_capture(const std::string& offline_id, const NewCapture& capture, const Provenance& from,
                                base::Timestamp at);
    // The effect of a command in words; nullopt when it waits for the next sync. Inside a transaction.
    base::Result<std::optional<std::string>> local_effect(const model::DeviceCommand& command, std::string& offline_id,
                                                          std::string& state);
};

}  // namespace linesman::field
