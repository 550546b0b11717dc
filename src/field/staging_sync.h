// One item from the device into staging (the seed's StagingSyncService).
//
//   pending ─► syncing ─► photo, photo, ... ─► basic validation ─► staging document ─► staged
//                             │                                        │
//                             └── fails: error, with its cause ◄───────┤ ALREADY_EXISTS ─► read it:
//                                                                      │   same offline_id ─► staged
//
// Items to be corrected or sent again go other ways: item_upload.h.
//
// Photos go first, to poles/staging/{offline_id}/{slot}_{epochMs}.jpg, resumable, one after another; those that an
// earlier try has sent are not sent again. The document's id is derived from the offline id, so that a retry after a
// lost reply finds the first one instead of making a second. A photo that fails fails the item: nothing is swallowed.
// Photos that are lost for good (give_up_photo(), rescue) are named in expected_photos and, with their cause, in
// validation_errors.
// Basic validation is the model's own rules without reference data; what they find is written as validation_errors and
// never keeps an item from being staged.
//
// Thread: the queue of the clients; the store belongs to that thread while an item is under way.
// Errors handed to `done` are those of the store, of Storage and of Firestore, in words that name the item.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "field/offline_pole_store.h"
#include "sync/collections.h"
#include "sync/firestore.h"
#include "sync/storage_client.h"

namespace linesman::field {

struct StagingResult {
    std::string staging_id;
    bool already_there = false;  // an earlier try had made the document
    uint64_t bytes_sent = 0;     // of photos, in this try
};

// What is known when an item ends, well or not.
struct StagingStep {
    std::string offline_id;
    std::string stage;  // "photos" or "document"
    uint64_t bytes_sent = 0;
};

class StagingSync {
  public:
    using Progress = std::function<void(const StagingStep&)>;
    using Done = std::function<void(base::Result<StagingResult>)>;

    // All must outlive the calls.
    StagingSync(OfflinePoleStore& store, sync::Firestore& firestore, sync::Storage& storage, const base::Clock& clock,
                sync::CollectionNames names = {}, std::string owner_uid = {})
        : store_(store),
          firestore_(firestore),
          storage_(storage),
          clock_(clock),
          names_(std::move(names)),
          owner_uid_(std::move(owner_uid)) {}

    // The item must be pending. On an error it is in `error` with next_attempt_at by item_backoff(), unless the store
    // itself failed. Dropping the call stops the work and puts the item back to pending.
    [[nodiscard]] net::Call stage(const std::string& offline_id, Progress progress, Done done);

  private:
    friend class ItemUpload;
    OfflinePoleStore& store_;
    sync::Firestore& firestore_;
    sync::Storage& storage_;
    const base::Clock& clock_;
    sync::CollectionNames names_;
    std::string owner_uid_;  // capturedBy of captures that name nobody, and who corrects
};

// Slots whose photo is gone for good, with the cause. Pure.
using LostPhotos = std::map<model::Slot, std::string>;
LostPhotos lost_photos(const StoredCapture& item);
std::vector<model::ValidationEntry> lost_photo_entries(const LostPhotos& lost);

// The model's rules on one capture alone, as entries for the document. Pure.
std::vector<model::ValidationEntry> basic_validation(const model::Capture& capture, base::Timestamp now);

// The write that creates the staging document, validation_errors included. Pure.
base::Json staging_write(const model::Capture& capture, base::Timestamp now, const std::string& document_name,
                         const LostPhotos& lost = {});

// When a failed item is due again: 30 s × 2 per attempt, at most 1 h, ± 50 %, at least what the server asked for; the
// same for the same item and attempt. Nullopt when trying again changes nothing: for an answer that cannot be
// understood, from the attempt kTriesOfUnreadable on.
inline constexpr int kTriesOfUnreadable = 5;
std::optional<base::Duration> item_backoff(const std::string& offline_id, int attempts, const base::Error& error);

}  // namespace linesman::field
