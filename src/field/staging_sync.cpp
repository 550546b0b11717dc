#include "field/staging_sync.h"

#include "base/backoff.h"
#include "base/ids.h"
#include "base/log.h"
#include "model/validator.h"
#include "sync/capture_codec.h"
#include "sync/reply_reader.h"
#include "sync/value_codec.h"

namespace linesman::field {

using base::Error;
using base::ErrorKind;
using base::Result;

class ItemUpload : public std::enable_shared_from_this<ItemUpload> {
  public:
    ItemUpload(StagingSync& sync, std::string offline_id, StagingSync::Progress progress, StagingSync::Done done)
        : sync_(sync), offline_id_(std::move(offline_id)), progress_(std::move(progress)), done_(std::move(done)) {}

    ~ItemUpload() {
        if (!under_way_) return;
        if (auto back = sync_.store_.interrupted(offline_id_); !back)
            base::log(base::LogLevel::warning, "field", back.error());
    }
    ItemUpload(const ItemUpload&) = delete;
    ItemUpload& operator=(const ItemUpload&) = delete;

    void start() {
        if (auto begun = sync_.store_.begin_attempt(offline_id_); !begun) return done_(begun.error());
        under_way_ = true;
        step("photos");
        next_photo();
    }

  private:
    void step(const char* stage) {
        stage_ = stage;
        if (progress_) progress_({offline_id_, stage_, result_.bytes_sent});
    }

    void fail(Error error) {
        under_way_ = false;
        const auto item = sync_.store_.get(offline_id_);
        const int attempts = item ? item->attempts : 1;
        std::optional<base::Timestamp> next;
        if (const auto wait = item_backoff(offline_id_, attempts, error)) next = sync_.clock_.now() + *wait;
        if (auto kept = sync_.store_.failed(offline_id_, error, next); !kept) return done_(kept.error());
        done_(std::move(error));
    }

    void succeed(bool already_there) {
        under_way_ = false;
        result_.already_there = already_there;
        if (auto kept = sync_.store_.staged(offline_id_, result_.staging_id); !kept) return done_(kept.error());
        done_(result_);
    }

    void next_photo() {
        auto item = sync_.store_.get(offline_id_);
        if (!item) return fail(item.error());
        for (const auto slot : model::kSlots) {
            const auto& photo = item->photos[model::index_of(slot)];
            if (photo && !photo->uploaded()) return send_photo(slot, *photo);
        }
        send_document(*item);
    }

    void send_photo(model::Slot slot, const StoredPhoto& photo) {
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
            self->photo_sent(slot, size, photo_url(self->sync_.storage_.endpoints(), path, info->download_token));
        });
    }

    void photo_sent(model::Slot slot, uint64_t bytes, const std::string& url) {
        if (auto kept = sync_.store_.photo_uploaded(offline_id_, slot, url); !kept) return fail(kept.error());
        result_.bytes_sent += bytes;
        step("photos");
        next_photo();
    }

    void photo_failed(model::Slot slot, Error error) {
        if (auto kept = sync_.store_.photo_failed(offline_id_, slot, error); !kept)
            base::log(base::LogLevel::warning, "field", kept.error());
        error.what = "The photo \"" + std::string(model::name_of(slot)) + "\" of " + offline_id_ +
                     " could not be uploaded: " + error.what;
        fail(std::move(error));
    }

    void send_document(const StoredCapture& item) {
        step("document");
        const auto capture = item.as_capture(sync_.store_.device_id());
        result_.staging_id = capture.staging_id;
        name_ = sync_.firestore_.endpoints().document_name(sync_.names_.staging, capture.staging_id);
        call_ = sync_.firestore_.commit(base::Json::array({staging_write(capture, sync_.clock_.now(), name_)}),
                                        [weak = weak_from_this()](Result<sync::CommitReply> reply) {
                                            if (const auto self = weak.lock()) self->on_committed(std::move(reply));
                                        });
    }

    void on_committed(Result<sync::CommitReply> reply) {
        if (reply) return succeed(false);
        const auto kind = reply.error().kind;
        if (kind != ErrorKind::already_exists && kind != ErrorKind::precondition_failed) return fail(reply.error());
        call_ = sync_.firestore_.batch_get({name_}, {"offline_id"}, {},
                                           [weak = weak_from_this()](Result<std::string> text) {
                                               if (const auto self = weak.lock()) self->on_existing(std::move(text));
                                           });
    }

    void on_existing(Result<std::string> text) {
        if (!text) return fail(text.error());
        auto read = sync::read_reply(*text);
        if (!read) return fail(read.error());
        if (!read->documents.empty()) {
            const auto fields = sync::value::parse_fields(read->documents[0].fields_json);
            if (fields && sync::value::text_at(*fields, "offline_id") == offline_id_) return succeed(true);
        }
        fail(base::make_error(ErrorKind::already_exists,
                              "Another capture lies in staging under the name of " + offline_id_ + ". Tell support.",
                              result_.staging_id));
    }

    StagingSync& sync_;
    std::string offline_id_;
    StagingSync::Progress progress_;
    StagingSync::Done done_;
    StagingResult result_;
    std::string stage_, name_;
    bool under_way_ = false;
    net::Call call_;
};

net::Call StagingSync::stage(const std::string& offline_id, Progress progress, Done done) {
    auto item = std::make_shared<ItemUpload>(*this, offline_id, std::move(progress), std::move(done));
    item->start();
    return net::Call(std::move(item));
}

std::vector<model::ValidationEntry> basic_validation(const model::Capture& capture, base::Timestamp now) {
    model::Validator validator;
    validator.put(capture);
    validator.validate(now);
    std::vector<model::ValidationEntry> out;
    for (const auto& finding : validator.findings(capture.staging_id)) {
        // The project's own knowledge is the desk's: here only a blank project can be told.
        const auto severity = finding.severity == model::Severity::warning ? "warning" : "error";
        const std::string code(model::code_of(finding.rule));
        out.push_back({finding.field, code, finding.message, severity, code, finding.id});
    }
    return out;
}

base::Json staging_write(const model::Capture& capture, base::Timestamp now, const std::string& document_name) {
    base::Json write = sync::encode_capture_create(capture, document_name);
    model::Capture judged = capture;
    judged.validation_errors = basic_validation(capture, now);
    write["update"]["fields"]["validation_errors"] = sync::encode_capture(judged)["validation_errors"];
    return write;
}

std::optional<base::Duration> item_backoff(const std::string& offline_id, int attempts, const Error& error) {
    if (!error.retryable()) return std::nullopt;
    constexpr base::BackoffTuning kTuning{base::seconds(30), 2.0, base::hours(1), 0.5};
    base::Backoff backoff(kTuning, base::fnv1a(offline_id) + static_cast<uint64_t>(attempts));
    base::Duration wait{};
    for (int i = 0; i < std::max(1, attempts); ++i) wait = backoff.next(error.retry_after_s);
    return wait;
}

std::string photo_url(const sync::Endpoints& endpoints, const std::string& object_path, const std::string& token) {
    std::string url = endpoints.storage + "/v0/b/" + net::url_encode(endpoints.bucket) + "/o/" +
                      net::url_encode(object_path) + "?alt=media";
    if (!token.empty()) url += "&token=" + token;
    return url;
}

}  // namespace linesman::field
