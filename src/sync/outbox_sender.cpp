#include "sync/outbox_sender.h"

#include <algorithm>
#include <limits>

#include "model/conflict.h"
#include "model/undo.h"
#include "sync/sender_shipment.h"

namespace linesman::sync {

using base::ErrorKind;
using model::PendingOperation;

namespace {

bool is_about_findings(const model::Operation& operation) {
    return operation.kind == model::OperationKind::ignore_finding ||
           operation.kind == model::OperationKind::unignore_finding;
}

// `all`: every operation on the capture, oldest first.
std::vector<PendingOperation> done_since(const model::Operation& operation, std::vector<PendingOperation> all) {
    std::vector<PendingOperation> done;
    const auto seen = base::parse_rfc3339(operation.base_update_time);
    if (is_about_findings(operation) || !seen) return done;
    for (auto& other : all) {
        if (other.operation.op_id == operation.op_id) break;
        const auto version = base::parse_rfc3339(other.committed_update_time);
        if (other.state != model::OperationState::done || is_about_findings(other.operation)) continue;
        if (version && *version > *seen) done.push_back(std::move(other));
    }
    return done;
}

}  // namespace

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

void OutboxSender::set_bulk_rate(double per_second) {
    bulk_rate_ = per_second;
    bulk_counted_at_ = clock_.steady();
    bulk_tokens_ = std::min(bulk_tokens_, std::max(1.0, per_second));
    poke();
}

int64_t OutboxSender::bulk_allowed() {
    if (bulk_rate_ <= 0) return std::numeric_limits<int64_t>::max();
    const auto now = clock_.steady();
    const double passed = base::Duration{now.us - bulk_counted_at_.us}.seconds();
    bulk_counted_at_ = now;
    bulk_tokens_ = std::min(std::max(1.0, bulk_rate_), bulk_tokens_ + passed * bulk_rate_);
    return static_cast<int64_t>(bulk_tokens_ + 1e-6);
}

std::optional<base::Timestamp> OutboxSender::next_bulk() const {
    if (bulk_rate_ <= 0 || bulk_tokens_ >= 1 - 1e-6) return std::nullopt;
    return clock_.now() + base::Duration{static_cast<int64_t>(1e6 * (1 - bulk_tokens_) / bulk_rate_) + 1};
}

void OutboxSender::line_is_back() {
    if (uid_.empty() || paused_) return;
    on_outbox([uid = uid_](store::Outbox& outbox) { return outbox.hasten(uid); },
              [this](const base::Result<bool>& any) {
                  if (!any) status_.last_error = any.error();
                  if (any && *any) poke();
              });
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
        std::vector<Parcel> ready;
        std::optional<base::Timestamp> next_due;
        bool bulk_waits = false;
    };
    const auto limit = static_cast<int64_t>(options_.in_flight - shipments_.size());
    on_outbox(
        [limit, uid = uid_, now = clock_.now(), bulk_limit = bulk_allowed()](store::Outbox& outbox) {
            Answer answer;
            const auto is_sender = outbox.become_sender();
            if (!is_sender || !*is_sender) {
                if (!is_sender) answer.status = is_sender.error();
                // Another process sends. It may end without a word, so it is asked again now and then.
                answer.next_due = now + base::seconds(30);
                return answer;
            }
            auto ready = outbox.ready(now, limit, uid, bulk_limit);
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
                Parcel parcel;
                if (auto found = outbox.for_capture(pending.operation.staging_id))
                    parcel.earlier = done_since(pending.operation, std::move(*found));
                if (!pending.operation.undo_of.empty()) {
                    if (auto found = outbox.find(pending.operation.undo_of)) parcel.undone = std::move(*found);
                }
                parcel.pending = std::move(pending);
                answer.ready.push_back(std::move(parcel));
            }
            if (auto due = outbox.next_due(now, uid)) answer.next_due = *due;
            if (auto waits = outbox.has_open_bulk(uid)) answer.bulk_waits = *waits;
            return answer;
        },
        [this](Answer answer) {
            asking_ = false;
            status_.last_error.reset();
            if (!answer.status) status_.last_error = answer.status.error();
            const bool again = std::exchange(ask_again_, false);
            for (const auto& parcel : answer.ready) {
                if (!parcel.pending.operation.batch_id.empty() && bulk_rate_ > 0) bulk_tokens_ -= 1;
            }
            auto next = answer.next_due;
            if (const auto bulk = next_bulk(); bulk && answer.bulk_waits) next = next ? std::min(*next, *bulk) : *bulk;
            for (auto& parcel : answer.ready) begin(std::move(parcel));
            arm(answer.status ? next : std::optional(clock_.now() + base::seconds(10)));
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

void OutboxSender::begin(Parcel parcel) {
    const std::string op_id = parcel.pending.operation.op_id;
    Shipment& mine = *(shipments_[op_id] = std::make_unique<Shipment>(std::move(parcel)));
    status_.in_flight = shipments_.size();
    if (hooks_.on_change) hooks_.on_change(op_id);
    if (!mine.earlier.empty()) return follow_earlier(mine);
    read_related(mine);
}

// The person saw the capture before an earlier operation had taken effect: this one goes on top of what that one made.
void OutboxSender::follow_earlier(Shipment& shipment) {
    const auto cached = cache_.document(options_.names.staging, shipment.operation().staging_id);
    if (cached && *cached && (*cached)->update_time == shipment.earlier.back().committed_update_time &&
        model::materially_equal(
            shipment.seen(),
            decode_capture_or_unreadable(shipment.operation().staging_id, (*cached)->fields, (*cached)->update_time))) {
        return rebase(shipment, (*cached)->update_time, (*cached)->fields);
    }
    reread(shipment,
           base::make_error(ErrorKind::precondition_failed, "The capture changed since the first of two decisions."));
}

// The values that an undo carries were worked out when it was made. What it takes back may have gone on top of a newer
// version since, and the machine may have judged the capture again: given back is what was really replaced, to what is
// there now. False when the shipment has ended here.
bool OutboxSender::renew_undo(Shipment& shipment) {
    if (!shipment.undone) return true;
    const auto& undone = *shipment.undone;
    if (undone.state == model::OperationState::withdrawn) {
        refuse(shipment,
               base::make_error(ErrorKind::precondition_failed,
                                "The decision that this takes back was withdrawn, so that nothing is left to undo."),
               "Withdraw this one too.");
        return false;
    }
    if (undone.state != model::OperationState::done || undone.operation.staging_id != shipment.operation().staging_id)
        return true;
    const auto replaced = decode_capture_or_unreadable(undone.operation.staging_id, undone.operation.base_fields,
                                                       undone.operation.base_update_time);
    const auto plan = model::undo_capture(shipment.before, replaced, undone.operation);
    if (!plan.possible()) {
        read_audit(shipment, base::make_error(ErrorKind::precondition_failed, plan.why_not));
        return false;
    }
    for (const auto& [key, content] : plan.extra.items()) shipment.pending.operation.extra[key] = content;
    return true;
}

void OutboxSender::read_related(Shipment& shipment) {
    const auto& operation = shipment.operation();
    auto fields = value::parse_fields(operation.base_fields);
    if (!fields) return refuse(shipment, fields.error(), "Look at the capture and decide again.");
    shipment.staging = {staging_name(shipment), operation.base_update_time, std::move(*fields)};
    shipment.before =
        decode_capture_or_unreadable(operation.staging_id, operation.base_fields, operation.base_update_time);
    if (!renew_undo(shipment)) return;
    auto names = related_documents(firestore_.endpoints(), options_.names, operation, shipment.before);
    if (names.empty()) return send(shipment);
    batch_get(shipment, std::move(names), [this](Shipment& back, base::Result<Reply> reply) {
        if (!reply)
            return reply.error().retryable() || reply.error().kind == ErrorKind::corrupt
                       ? retry(back, reply.error())
                       : refuse(back, reply.error(), cure_of(reply.error().kind));
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
    const CommitInput input{shipment.operation(), shipment.staging, shipment.related, promotion_rules(shipment.before),
                            hooks_.planned};
    auto built = build_commit(firestore_.endpoints(), options_.names, input);
    if (!built) {
        const auto& error = built.error();
        if (error.kind != ErrorKind::precondition_failed)
            return refuse(shipment, error, "Correct the capture, then decide again.");
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
    if (reply.error().kind == ErrorKind::unauthenticated) {
        auto later = reply.error();
        later.retry_after_s = std::max(later.retry_after_s, 60.0);
        return retry(shipment, later);
    }
    if (reply.error().retryable()) return retry(shipment, reply.error());
    shipment.was_overtaken = reply.error().kind == ErrorKind::precondition_failed;
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
