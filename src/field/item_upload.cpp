#include "field/item_upload.h"

#include "base/log.h"
#include "sync/capture_codec.h"
#include "sync/pull_query.h"
#include "sync/reply_reader.h"
#include "sync/value_codec.h"

namespace linesman::field {

using base::Error;
using base::ErrorKind;
using base::Result;

ItemUpload::ItemUpload(const StagingSync& sync, std::string offline_id, StagingSync::Progress progress,
                       StagingSync::Done done)
    : sync_(sync), offline_id_(std::move(offline_id)), progress_(std::move(progress)), done_(std::move(done)) {}

ItemUpload::~ItemUpload() {
    if (!under_way_) return;
    if (auto back = sync_.store_.interrupted(offline_id_); !back)
        base::log(base::LogLevel::warning, "field", back.error());
}

void ItemUpload::start() {
    if (auto begun = sync_.store_.begin_attempt(offline_id_); !begun) return done_(begun.error());
    under_way_ = true;
    const auto stored = item();
    if (!stored) return fail(stored.error());
    task_ = stored->task;
    rescued_ = stored->origin == "rescue";
    result_.staging_id = stored->staging_id.empty() ? staging_id_for(offline_id_) : stored->staging_id;
    step("photos");
    if (task_ == Task::create && rescued_) return find_by_upload_key();
    next_photo();
}

void ItemUpload::step(const char* stage) {
    stage_ = stage;
    name_ = sync_.firestore_.endpoints().document_name(sync_.names_.staging, result_.staging_id);
    if (progress_) progress_({offline_id_, stage_, result_.bytes_sent});
}

void ItemUpload::fail(Error error) {
    under_way_ = false;
    const auto stored = item();
    const int attempts = stored ? stored->attempts : 1;
    std::optional<base::Timestamp> next;
    if (const auto wait = item_backoff(offline_id_, attempts, error)) next = sync_.clock_.now() + *wait;
    if (auto kept = sync_.store_.failed(offline_id_, error, next); !kept) return done_(kept.error());
    done_(std::move(error));
}

void ItemUpload::succeed(bool already_there) {
    under_way_ = false;
    result_.already_there = already_there;
    if (auto kept = sync_.store_.staged(offline_id_, result_.staging_id); !kept) return done_(kept.error());
    done_(result_);
}

Result<StoredCapture> ItemUpload::item() {
    return sync_.store_.get(offline_id_);
}

model::Capture ItemUpload::as_capture(const StoredCapture& stored) const {
    auto capture = stored.as_capture(sync_.store_.device_id());
    capture.staging_id = result_.staging_id;
    // The server lets a device stage only what its own person captured.
    if (capture.captured_by.empty() && !rescued_) capture.captured_by = sync_.owner_uid_;
    return capture;
}

bool ItemUpload::take_document(Result<std::string> text) {
    existing_.reset();
    if (!text) {
        fail(text.error());
        return false;
    }
    auto read = sync::read_reply(*text);
    if (!read) {
        fail(read.error());
        return false;
    }
    if (read->documents.empty()) return true;
    const auto& document = read->documents.front();
    auto fields = sync::value::parse_fields(document.fields_json);
    if (!fields) {
        fail(fields.error());
        return false;
    }
    existing_ = sync::CurrentDocument{document.name, document.update_time, std::move(*fields)};
    result_.staging_id = document.id();
    name_ = document.name;
    return true;
}

// Phones in use today make documents with random ids: only the upload key tells whether one is there.
void ItemUpload::find_by_upload_key() {
    auto query = sync::query_of(sync_.names_.staging);
    sync::set_where(query, {sync::field_filter("offline_id", "EQUAL", sync::value::text(offline_id_))});
    sync::set_limit(query, 1);
    call_ = sync_.firestore_.run_query(std::move(query), {}, [weak = weak_from_this()](Result<std::string> text) {
        if (const auto self = weak.lock()) self->on_found_by_key(std::move(text));
    });
}

void ItemUpload::on_found_by_key(Result<std::string> text) {
    // A device may not search the whole collection; its own id for the document still keeps it from making a second.
    if (!text && text.error().kind == ErrorKind::permission_denied) return next_photo();
    if (!take_document(std::move(text))) return;
    next_photo();
}

// ---- photos
// ----------------------------------------------------------------------------------------------------------

void ItemUpload::next_photo() {
    const auto stored = item();
    if (!stored) return fail(stored.error());
    model::SlotMask there = 0;
    if (existing_ && task_ == Task::create) {
        const auto capture = sync::decode_capture_or_unreadable(result_.staging_id, base::to_text(existing_->fields),
                                                                existing_->update_time);
        there = capture.photo_mask();
    }
    for (const auto slot : model::kSlots) {
        const auto& photo = stored->photos[model::index_of(slot)];
        if (!photo || photo->lost() || (there & model::bit(slot)) != 0) continue;
        if (task_ == Task::resend && (checked_ & model::bit(slot)) == 0) return check_photo(slot, *photo);
        if (!photo->uploaded()) return send_photo(slot, *photo);
    }
    document();
}

void ItemUpload::check_photo(model::Slot slot, const StoredPhoto& photo) {
    checked_ = static_cast<model::SlotMask>(checked_ | model::bit(slot));
    const sync::ObjectRef object{sync_.storage_.endpoints().bucket, photo.object_path};
    call_ = sync_.storage_.metadata(object, [weak = weak_from_this(), slot, photo](Result<sync::ObjectInfo> info) {
        const auto self = weak.lock();
        if (!self) return;
        if (!info && info.error().kind != ErrorKind::not_found) return self->photo_failed(slot, info.error());
        if (info && info->md5_base64 == photo.md5 && photo.uploaded()) return self->next_photo();
        self->send_photo(slot, photo);
    });
}

void ItemUpload::send_photo(model::Slot slot, const StoredPhoto& photo) {
    auto bytes = sync_.store_.photo_bytes(photo);
    if (!bytes) return photo_failed(slot, bytes.error());
    sync::Upload upload;
    upload.path = photo.object_path;
    upload.bytes = std::make_shared<const std::string>(std::move(*bytes));
    upload.content_type = photo.file.ends_with(".png") ? "image/png" : "image/jpeg";
    upload.session_url = photo.session_url;
    upload.on_session = [weak = weak_from_this(), slot](const std::string& url) {
        const auto self = weak.lock();
        if (!self) return;
        if (auto kept = self->sync_.store_.keep_upload_session(self->offline_id_, slot, url); !kept)
            base::log(base::LogLevel::warning, "field", kept.error());
    };
    const uint64_t size = photo.bytes;
    call_ = sync_.storage_.upload(std::move(upload), [weak = weak_from_this(), slot, size,
                                                      path = photo.object_path](Result<sync::ObjectInfo> info) {
        const auto self = weak.lock();
        if (!self) return;
        if (!info) return self->photo_failed(slot, info.error());
        self->photo_sent(slot, size, sync::photo_url(self->sync_.storage_.endpoints(), path, info->download_token));
    });
}

void ItemUpload::photo_sent(model::Slot slot, uint64_t bytes, const std::string& url) {
    if (auto kept = sync_.store_.photo_uploaded(offline_id_, slot, url); !kept) return fail(kept.error());
    result_.bytes_sent += bytes;
    step("photos");
    next_photo();
}

void ItemUpload::photo_failed(model::Slot slot, Error error) {
    if (auto kept = sync_.store_.photo_failed(offline_id_, slot, error); !kept)
        base::log(base::LogLevel::warning, "field", kept.error());
    error.what = "The photo \"" + std::string(model::name_of(slot)) + "\" of " + offline_id_ +
                 " could not be uploaded: " + error.what;
    fail(std::move(error));
}

// ---- document
// --------------------------------------------------------------------------------------------------------

void ItemUpload::document() {
    step("document");
    const auto stored = item();
    if (!stored) return fail(stored.error());
    if (task_ == Task::resubmit) return read_document(&ItemUpload::resubmit);
    if (task_ == Task::resend) return read_document(&ItemUpload::resend);
    if (existing_) return add_photos();
    create_document(*stored);
}

void ItemUpload::create_document(const StoredCapture& stored) {
    call_ = sync_.firestore_.commit(
        base::Json::array({staging_write(as_capture(stored), sync_.clock_.now(), name_, lost_photos(stored))}),
        [weak = weak_from_this()](Result<sync::CommitReply> reply) {
            if (const auto self = weak.lock()) self->on_created(std::move(reply));
        });
}

void ItemUpload::on_created(Result<sync::CommitReply> reply) {
    if (reply) return succeed(false);
    const auto kind = reply.error().kind;
    // Rules are judged before preconditions: a repeated create whose first try took effect is denied as an update.
    if (kind != ErrorKind::already_exists && kind != ErrorKind::precondition_failed &&
        kind != ErrorKind::permission_denied) {
        return fail(reply.error());
    }
    refused_ = reply.error();
    read_document(&ItemUpload::on_existing);
}

void ItemUpload::on_existing(Result<std::string> text) {
    if (!text && refused_->kind == ErrorKind::permission_denied) return fail(*refused_);
    if (!take_document(std::move(text))) return;
    if (!existing_) return fail(*refused_);
    if (sync::value::text_at(existing_->fields, "offline_id") == offline_id_) return succeed(true);
    fail(base::make_error(ErrorKind::already_exists,
                          "Another capture lies in staging under the name of " + offline_id_ + ". Tell support.",
                          result_.staging_id));
}

void ItemUpload::read_document(void (ItemUpload::*then)(Result<std::string>)) {
    call_ = sync_.firestore_.batch_get({name_}, {}, {}, [weak = weak_from_this(), then](Result<std::string> text) {
        if (const auto self = weak.lock()) ((*self).*then)(std::move(text));
    });
}

}  // namespace linesman::field
