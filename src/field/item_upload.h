// One item's way into staging, step by step. Internal to StagingSync (staging_sync.h).
//
//   create    photo, photo, ... ─► document ─► staged
//                                     │ ALREADY_EXISTS, or denied after a lost reply ─► read it: same offline id ─►
//                                     staged
//   create, rescued   the server is asked for the upload key first; what is there is not sent again, photos that it
//                     lacks are added
//   resend    each photo: is it in Storage with its md5? else sent again ─► the document is there? photos that it lacks
//             are added, else it is made anew
//   resubmit  photo, ... ─► read the document ─► one commit ─► staged again, back in the supervisor's queue
//                                  ▲───────────── changed meanwhile (up to 3 times)
//
// Thread: the queue of the clients. Dropped while under way: the item goes back to pending.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "field/staging_sync.h"
#include "sync/commit_parts.h"

namespace linesman::field {

class ItemUpload : public std::enable_shared_from_this<ItemUpload> {
  public:
    ItemUpload(const StagingSync& sync, std::string offline_id, StagingSync::Progress progress, StagingSync::Done done);
    ~ItemUpload();
    ItemUpload(const ItemUpload&) = delete;
    ItemUpload& operator=(const ItemUpload&) = delete;

    void start();

  private:
    void step(const char* stage);
    void fail(base::Error error);
    void succeed(bool already_there);
    base::Result<StoredCapture> item();
    model::Capture as_capture(const StoredCapture& stored) const;

    void find_by_upload_key();
    void on_found_by_key(base::Result<std::string> text);

    void next_photo();
    void check_photo(model::Slot slot, const StoredPhoto& photo);
    void send_photo(model::Slot slot, const StoredPhoto& photo);
    void photo_sent(model::Slot slot, uint64_t bytes, const std::string& url);
    void photo_failed(model::Slot slot, base::Error error);

    void document();
    void create_document(const StoredCapture& stored);
    void on_created(base::Result<sync::CommitReply> reply);
    void on_existing(base::Result<std::string> text);

    void read_document(void (ItemUpload::*then)(base::Result<std::string>));
    void resubmit(base::Result<std::string> text);
    void on_resubmitted(base::Result<sync::CommitReply> reply);
    void after_refusal(base::Result<std::string> text);
    void resend(base::Result<std::string> text);
    void add_photos();

    // Reads a batchGet or runQuery reply into existing_. False when the call failed; the item has ended then.
    bool take_document(base::Result<std::string> text);

    StagingSync sync_;  // a copy: it may outlive the run that started it
    std::string offline_id_;
    StagingSync::Progress progress_;
    StagingSync::Done done_;
    StagingResult result_;
    std::string stage_, name_;
    Task task_ = Task::create;
    bool rescued_ = false;
    std::optional<sync::CurrentDocument> existing_;
    model::SlotMask checked_ = 0;  // photos looked up in Storage in this try
    int rereads_ = 0;
    std::optional<base::Error> refused_;
    bool under_way_ = false;
    net::Call call_;
};

}  // namespace linesman::field
