#include "field/staging_sync.h"

#include "base/backoff.h"
#include "base/ids.h"
#include "field/item_upload.h"
#include "model/validator.h"
#include "sync/capture_codec.h"

namespace linesman::field {

using base::Error;

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

LostPhotos lost_photos(const StoredCapture& item) {
    LostPhotos out;
    for (const auto slot : model::kSlots) {
        const auto& photo = item.photos[model::index_of(slot)];
        if (photo && photo->lost()) out[slot] = photo->error;
    }
    return out;
}

std::vector<model::ValidationEntry> lost_photo_entries(const LostPhotos& lost) {
    std::vector<model::ValidationEntry> out;
    for (const auto& [slot, cause] : lost) {
        const std::string name(model::name_of(slot));
        std::string what = "The photo \"";
        what.append(name).append("\" was lost on the device: ").append(cause);
        out.push_back({"photos." + name, "photo_lost", std::move(what), "error", "photo_lost", "photo_lost:" + name});
    }
    return out;
}

base::Json staging_write(const model::Capture& capture, base::Timestamp now, const std::string& document_name,
                         const LostPhotos& lost) {
    base::Json write = sync::encode_capture_create(capture, document_name);
    model::Capture judged = capture;
    judged.validation_errors = basic_validation(capture, now);
    for (auto& entry : lost_photo_entries(lost)) judged.validation_errors.push_back(std::move(entry));
    write["update"]["fields"]["validation_errors"] = sync::encode_capture(judged)["validation_errors"];
    return write;
}

std::optional<base::Duration> item_backoff(const std::string& offline_id, int attempts, const Error& error) {
    // A full disk is emptied some day, without anybody thinking of this item. An answer that cannot be understood is
    // often the line's doing; after some tries it is not.
    const bool may_pass = error.kind == base::ErrorKind::disk_full ||
                          (error.kind == base::ErrorKind::corrupt && attempts < kTriesOfUnreadable);
    if (!error.retryable() && !may_pass) return std::nullopt;
    constexpr base::BackoffTuning kTuning{base::seconds(30), 2.0, base::hours(1), 0.5};
    base::Backoff backoff(kTuning, base::fnv1a(offline_id) + static_cast<uint64_t>(attempts));
    base::Duration wait{};
    for (int i = 0; i < std::max(1, attempts); ++i) wait = backoff.next(error.retry_after_s);
    return wait;
}

}  // namespace linesman::field
