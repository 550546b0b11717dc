// One operation on its way. Internal to outbox_sender*.cpp.
#pragma once

#include "sync/capture_codec.h"
#include "sync/outbox_sender.h"
#include "sync/value_codec.h"

namespace linesman::sync {

// What the outbox gives to be sent.
struct OutboxSender::Parcel {
    model::PendingOperation pending;
    // Operations of this desk on the same capture, made before this one and done since the version it was made on:
    // the person saw the capture with these on top. Oldest first.
    std::vector<model::PendingOperation> earlier;
    std::optional<model::PendingOperation> undone;  // what an undo of this desk's own operation takes back
};

struct OutboxSender::Shipment : Parcel {
    explicit Shipment(Parcel parcel) : Parcel(std::move(parcel)) {}
    bool was_overtaken = false;  // the commit met another version of one of its documents
    CurrentDocument staging;
    model::Capture before;
    std::map<std::string, CurrentDocument> related;
    net::Call call;
    base::TimerId timer = 0;

    const model::Operation& operation() const { return pending.operation; }
    // An earlier attempt may have taken effect without a word.
    bool was_sent() const { return pending.attempts > 0; }
    // The capture as the person saw it.
    model::Capture seen() const {
        model::Capture capture =
            decode_capture_or_unreadable(operation().staging_id, operation().base_fields, operation().base_update_time);
        for (const auto& done : earlier) capture = model::apply(std::move(capture), done.operation);
        return capture;
    }
};

// What the supervisor can do about a failure that repeating will not mend.
std::string cure_of(base::ErrorKind kind);

template <typename F, typename G>
void OutboxSender::on_outbox(F call, G then) {
    outbox_queue_.post([call = std::move(call), then = std::move(then), weak = std::weak_ptr<bool>(alive_),
                        &outbox = outbox_, &sync_queue = sync_queue_]() mutable {
        auto answer = call(outbox);
        sync_queue.post([answer = std::move(answer), then = std::move(then), weak]() mutable {
            if (weak.lock()) then(std::move(answer));
        });
    });
}

}  // namespace linesman::sync
