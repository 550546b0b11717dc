// The ways of an item that is in staging already: a corrected one, one that the office asked for again, photos that
// staging lacks.
#include "field/item_upload.h"
#include "sync/device_writes.h"

namespace linesman::field {

using base::ErrorKind;
using base::make_error;
using base::Result;

namespace {

constexpr int kMostRereads = 3;  // the machine's judgement and the office may change a document at any time

}  // namespace

void ItemUpload::resubmit(Result<std::string> text) {
    if (!take_document(std::move(text))) return;
    const auto stored = item();
    if (!stored) return fail(stored.error());
    if (!existing_) {
        return fail(make_error(ErrorKind::not_found,
                               "The capture " + offline_id_ + " is no longer on the server. Ask the office."));
    }
    const int64_t before = stored->server ? stored->server->resubmission : 0;
    if (sync::has_arrived(*existing_, stored->op_id, before)) return succeed(true);
    sync::Resubmission resubmission;
    resubmission.op_id = stored->op_id;
    resubmission.by = sync_.owner_uid_;
    resubmission.device_id = sync_.store_.device_id();
    resubmission.made_at = sync_.clock_.now();
    resubmission.corrected = as_capture(*stored);
    resubmission.findings = basic_validation(resubmission.corrected, sync_.clock_.now());
    for (auto& entry : lost_photo_entries(lost_photos(*stored))) resubmission.findings.push_back(std::move(entry));
    auto writes = sync::resubmission_writes(sync_.firestore_.endpoints(), sync_.names_, *existing_, resubmission);
    if (!writes) return fail(writes.error());
    call_ = sync_.firestore_.commit(std::move(*writes), [weak = weak_from_this()](Result<sync::CommitReply> reply) {
        if (const auto self = weak.lock()) self->on_resubmitted(std::move(reply));
    });
}

void ItemUpload::on_resubmitted(Result<sync::CommitReply> reply) {
    if (reply) return succeed(false);
    const auto kind = reply.error().kind;
    const bool may_be_ours = kind == ErrorKind::already_exists || kind == ErrorKind::precondition_failed ||
                             kind == ErrorKind::permission_denied || kind == ErrorKind::aborted;
    if (!may_be_ours) return fail(reply.error());
    refused_ = reply.error();
    read_document(&ItemUpload::after_refusal);
}

// Either our first try took effect, or somebody changed the document in between.
void ItemUpload::after_refusal(Result<std::string> text) {
    const auto stored = item();
    if (!stored) return fail(stored.error());
    auto again = text;
    if (!take_document(std::move(text))) return;
    const int64_t before = stored->server ? stored->server->resubmission : 0;
    if (existing_ && sync::has_arrived(*existing_, stored->op_id, before)) return succeed(true);
    if (refused_->kind == ErrorKind::permission_denied || ++rereads_ > kMostRereads) return fail(*refused_);
    resubmit(std::move(again));
}

void ItemUpload::resend(Result<std::string> text) {
    if (!take_document(std::move(text))) return;
    if (existing_) return add_photos();
    const auto stored = item();
    if (!stored) return fail(stored.error());
    create_document(*stored);
}

// The document is there: photos that it lacks are linked, nothing else is touched.
void ItemUpload::add_photos() {
    const auto stored = item();
    if (!stored) return fail(stored.error());
    auto writes = sync::late_photo_writes(*existing_, as_capture(*stored));
    if (!writes) return fail(writes.error());
    if (writes->empty()) return succeed(true);
    call_ = sync_.firestore_.commit(std::move(*writes), [weak = weak_from_this()](Result<sync::CommitReply> reply) {
        const auto self = weak.lock();
        if (!self) return;
        if (reply) return self->succeed(true);
        const auto kind = reply.error().kind;
        const bool changed = kind == ErrorKind::precondition_failed || kind == ErrorKind::aborted;
        if (!changed || ++self->rereads_ > kMostRereads) return self->fail(reply.error());
        // A second look costs one read; a photo linked by the lost first try is then no longer missing.
        self->task_ = Task::resend;
        self->checked_ = model::kAllSlots;
        self->read_document(&ItemUpload::resend);
    });
}

}  // namespace linesman::field
