#include "sync/outbox_sender.h"

#include "sync/sender_shipment.h"

namespace linesman::sync {

using base::ErrorKind;
using model::PendingOperation;

OutboxSender::OutboxSender(Firestore& firestore, store::CacheReader& cache, store::Outbox& outbox,
                           base::Queue& sync_queue, base::Queue& outbox_queue, const base::Clock& clock,
                           SenderOptions options, SenderHooks hooks)
    : firestore_(firestore),
      cache_(cache),
      outbox_(outbox),
      sync_queue_(sync_queue),
      outbox_queue_(outbox_queue),
      clock_(clock),
      options_(std::move(options)),
      hooks_(std::move(hooks)) {}

OutboxSender::~OutboxSender() {
    if (timer_) sync_queue_.cancel(timer_);
}

void OutboxSender::set_person(std::string uid) {
    uid_ = std::move(uid);
    poke();
}

void OutboxSender::pause(bool paused) {
    paused_ = paused;
    if (!paused) poke();
}

void OutboxSender::poke() {
    if (uid_.empty() || paused_) return;
    if (asking_) {
        ask_again_ = true;
        return;
    }
    if (shipments_.size() >= options_.in_flight) return;  // asked again when one comes home
    asking_ = true;
    struct Answer {
        base::Status status;
        std::vector<PendingOperation> ready;
        std::vector<std::optional<PendingOperation>> predecessors;
        std::optional<base::Timestamp> next_due;
    };
    const auto limit = static_cast<int64_t>(options_.in_flight - shipments_.size());
    on_outbox(
        [limit, uid = uid_, now = clock_.now()](store::Outbox& outbox) {
            Answer answer;
            const auto is_sender = outbox.become_sender();
            if (!is_sender || !*is_sender) {
                if (!is_sender) answer.status = is_sender.error();
                // Another process sends. It may end without a word, so it is asked again now and then.
                answer.next_due = now + base::seconds(30);
                return answer;
            }
            auto ready = outbox.ready(now, limit, uid);
            if (!ready) {
                answer.status = ready.error();
                return answer;
            }
            for (auto& pending : *ready) {
                auto marked = outbox.mark_sending(pending.operation.op_id);
                if (!marked) {
                    answer.status = marked.error();
                    break;
                }
                std::optional<PendingOperation> predecessor;
                if (!pending.operation.predecessor.empty()) {
                    if (auto found = outbox.find(pending.operation.predecessor)) predecessor = std::move(*found);
                }
                answer.ready.push_back(std::move(pending));
                answer.predecessors.push_back(std::move(predecessor));
            }
            if (auto due = outbox.next_due(now, uid)) answer.next_due = *due;
            return answer;
        },
        [this](Answer answer) {
            asking_ = false;
            status_.last_error.reset();
            if (!answer.status) status_.last_error = answer.status.error();
            const bool again = std::exchange(ask_again_, false);
            for (size_t i = 0; i < answer.ready.size(); ++i)
                begin(std::move(answer.ready[i]), std::move(answer.predecessors[i]));
            arm(answer.status ? answer.next_due : std::optional(clock_.now() + base::seconds(10)));
            if (again) poke();
        });
}

void OutboxSender::arm(std::optional<base::Timestamp> at) {
    if (timer_) sync_queue_.cancel(timer_);
    timer_ = 0;
    if (!at) return;
    const base::Duration delay{std::max<int64_t>((*at - clock_.now()).us, 1000)};
    timer_ = sync_queue_.post_after(delay, [this, weak = std::weak_ptr<bool>(alive_)] {
        if (!weak.lock()) return;
        timer_ = 0;
        poke();
    });
}

void OutboxSender::begin(PendingOperation pending, std::optional<PendingOperation> predecessor) {
    const std::string op_id = pending.operation.op_id;
    auto& slot = shipments_[op_id];
    slot = std::make_unique<Shipment>();
    slot->pending = std::move(pending);
    status_.in_flight = shipments_.size();
    if (hooks_.on_change) hooks_.on_change(op_id);
    const bool follows = predecessor && predecessor->state == model::OperationState::done &&
                         !predecessor->committed_update_time.empty() &&
                         predecessor->operation.kind != model::OperationKind::ignore_finding &&
                         slot->pending.operation.kind != model::OperationKind::ignore_finding;
    if (follows && !slot->is_at_or_after(predecessor->committed_update_time))
        return follow_predecessor(*slot, *predecessor);
    read_related(*slot);
}

// The person saw the capture before the first operation had taken effect: the second goes on top of what the first
// made.
void OutboxSender::follow_predecessor(Shipment& shipment, const PendingOperation& predecessor) {
    shipment.predecessor = predecessor.operation;
    const auto cached = cache_.document(options_.names.staging, shipment.operation().staging_id);
    if (cached && *cached && (*cached)->update_time == predecessor.committed_update_time) {
        return rebase(shipment, (*cached)->update_time, (*cached)->fields);
    }
    reread(shipment,
           base::make_error(ErrorKind::precondition_failed, "The capture changed since the first of two decisions."));
}

void OutboxSender::read_related(Shipment& shipment) {
    const auto& operation = shipment.operation();
    auto fields = value::parse_fields(operation.base_fields);
    if (!fields) return park(shipment, fields.error(), "Look at the capture and decide again.");
    shipment.staging = {staging_name(shipment), operation.base_update_time, std::move(*fields)};
    shipment.before =
        decode_capture_or_unreadable(operation.staging_id, operation.base_fields, operation.base_update_time);
    auto names = related_documents(firestore_.endpoints(), options_.names, operation, shipment.before);
    if (names.empty()) return send(shipment);
    batch_get(shipment, std::move(names), [this](Shipment& back, base::Result<Reply> reply) {
        if (!reply)
            return reply.error().retryable() || reply.error().kind == ErrorKind::corrupt
                       ? retry(back, reply.error())
                       : park(back, reply.error(), cure_of(reply.error().kind));
        for (auto& document : reply->documents) {
            auto parsed = value::parse_fields(document.fields_json);
            if (parsed) back.related[document.name] = {document.name, document.update_time, std::move(*parsed)};
        }
        send(back);
    });
}

PromotionRules OutboxSender::promotion_rules(const model::Capture& capture) {
    PromotionRules rules;
    rules.allows_blank_number = hooks_.allows_blank_number && hooks_.allows_blank_number(capture.project_id);
    const auto marker = cache_.document(options_.names.pole_keys, kIndexMarkerId);
    rules.keys_indexed = !options_.require_key_index || (marker && marker->has_value());
    return rules;
}

void OutboxSender::send(Shipment& shipment) {
    const CommitInput input{shipment.operation(), shipment.staging, shipment.related, promotion_rules(shipment.before)};
    auto built = build_commit(firestore_.endpoints(), options_.names, input);
    if (!built) {
        const auto& error = built.error();
        if (error.kind != ErrorKind::precondition_failed)
            return park(shipment, error, "Correct the capture, then decide again.");
        // An earlier attempt of ours may have taken effect: production gone, for instance.
        return read_audit(shipment, error);
    }
    const std::string op_id = shipment.operation().op_id;
    shipment.call = firestore_.commit(std::move(built->writes), [this, op_id](base::Result<CommitReply> reply) {
        const auto found = shipments_.find(op_id);
        if (found != shipments_.end()) on_commit(*found->second, std::move(reply));
    });
}

void OutboxSender::on_commit(Shipment& shipment, base::Result<CommitReply> reply) {
    if (reply) {
        std::string update_time = reply->update_times.empty() ? reply->commit_time : reply->update_times.front();
        return read_back(shipment, update_time.empty() ? reply->commit_time : std::move(update_time), 5);
    }
    if (reply.error().retryable()) return retry(shipment, reply.error());
    if (reply.error().kind == ErrorKind::unauthenticated) {
        auto later = reply.error();
        later.retry_after_s = std::max(later.retry_after_s, 60.0);
        return retry(shipment, later);
    }
    read_audit(shipment, reply.error());
}

std::string OutboxSender::staging_name(const Shipment& shipment) const {
    return firestore_.endpoints().document_name(options_.names.staging, shipment.operation().staging_id);
}

void OutboxSender::batch_get(Shipment& shipment, std::vector<std::string> names,
                             std::function<void(Shipment&, base::Result<Reply>)> then) {
    const std::string op_id = shipment.operation().op_id;
    shipment.call = firestore_.batch_get(
        std::move(names), {}, {}, [this, op_id, then = std::move(then)](base::Result<std::string> text) {
            const auto found = shipments_.find(op_id);
            if (found == shipments_.end()) return;
            then(*found->second, text ? reader_.read(*text) : base::Result<Reply>(text.error()));
        });
}

}  // namespace linesman::sync
