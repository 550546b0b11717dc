// One operation on its way. Internal to outbox_sender*.cpp.
#pragma once

#include "sync/capture_codec.h"
#include "sync/outbox_sender.h"
#include "sync/value_codec.h"

namespace linesman::sync {

struct OutboxSender::Shipment {
    model::PendingOperation pending;
    std::optional<model::Operation> predecessor;
    CurrentDocument staging;
    model::Capture before;
    std::map<std::string, CurrentDocument> related;
    net::Call call;
    base::TimerId timer = 0;

    const model::Operation& operation() const { return pending.operation; }
    bool is_at_or_after(const std::string& update_time) const {
        const auto base_version = base::parse_rfc3339(operation().base_update_time);
        const auto other = base::parse_rfc3339(update_time);
        return base_version && other && *base_version >= *other;
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
