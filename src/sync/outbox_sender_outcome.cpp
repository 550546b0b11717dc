// What becomes of a commit that did not simply succeed.
#include "base/log.h"
#include "model/conflict.h"
#include "sync/sender_shipment.h"

namespace linesman::sync {

using base::ErrorKind;

namespace {

constexpr base::Duration kMostWaitOffline = base::seconds(10);
constexpr int kMostOvertaken = 8;  // attempts; whoever is overtaken more often is shown a conflict

// The project's own backoff, but computed from the attempts in the outbox so that a restart does not begin at one
// second again.
base::Duration delay_of(const SenderOptions& options, int attempts, const base::Error& error) {
    const double at_least_s = error.retry_after_s;
    base::Backoff backoff(options.backoff, options.random_seed + static_cast<uint64_t>(attempts));
    base::Duration delay = backoff.next(at_least_s);
    for (int i = 1; i < std::min(attempts, 20); ++i) delay = backoff.next(at_least_s);
    // Nobody was asked: only the person waits, and not for long once the line is back.
    return error.kind == ErrorKind::offline ? std::min(delay, kMostWaitOffline) : delay;
}

// Photos came into empty slots, and nothing else that is material changed.
bool only_photos_arrived(const model::Capture& seen, const model::Capture& now) {
    bool arrived = false;
    for (const auto field : model::material_fields()) {
        if (model::same(field, seen, now)) continue;
        const auto slot = model::slot_of(field);
        if (!slot || seen.photos[model::index_of(*slot)] || !now.photos[model::index_of(*slot)]) return false;
        arrived = true;
    }
    return arrived;
}

}  // namespace

std::string cure_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::permission_denied:
            return "Ask an administrator for the right to decide in this project, sign out and in again, then send "
                   "again.";
        case ErrorKind::unauthenticated:
            return "Sign in again, then send again.";
        case ErrorKind::too_large:
            return "The document is too large for one change; shorten its notes or ask support.";
        case ErrorKind::unsupported:
        case ErrorKind::configuration:
            return "Check the project settings with linesmanctl doctor, then send again.";
        case ErrorKind::not_found:
        case ErrorKind::already_exists:
        case ErrorKind::precondition_failed:
        case ErrorKind::invalid_argument:
        case ErrorKind::corrupt:
            return "Look at the capture and decide again; if it repeats, send the log to support.";
        case ErrorKind::offline:
        case ErrorKind::timed_out:
        case ErrorKind::rate_limited:
        case ErrorKind::unavailable:
        case ErrorKind::aborted:
        case ErrorKind::internal:
        case ErrorKind::disk_full:
        case ErrorKind::io:
        case ErrorKind::cancelled:
            break;
    }
    return "Send again later.";
}

// Photos that only arrived since the capture was seen do not clash with the decision (contract: "late photos"), unless
// it rests on which photos there are: an approval that needs every photo seen, or a rejection because one is missing.
bool OutboxSender::may_ignore_arrivals(const model::Capture& seen, const model::Capture& now,
                                       const model::Operation& operation) const {
    using enum model::OperationKind;
    if (!only_photos_arrived(seen, now)) return false;
    if (operation.kind == reject) return operation.reason != "photo_missing";
    if (operation.kind == approve) return !hooks_.requires_seen_photos || !hooks_.requires_seen_photos(now.project_id);
    return operation.kind == hold || operation.kind == correct || operation.kind == promote;
}

// Not to be sent as it is. An earlier attempt may have taken effect all the same, its reply lost: then it is done.
void OutboxSender::refuse(Shipment& shipment, const base::Error& error, std::string cure) {
    if (shipment.was_sent()) return read_audit(shipment, error, std::move(cure));
    park(shipment, error, std::move(cure));
}

// `cure`: of an error that must be parked when nothing has taken effect; empty: judge() says what becomes of it.
void OutboxSender::read_audit(Shipment& shipment, base::Error error, std::string cure) {
    const std::string name = firestore_.endpoints().document_name(options_.names.audit, shipment.operation().op_id);
    batch_get(shipment, {name},
              [this, error = std::move(error), cure = std::move(cure)](Shipment& back, base::Result<Reply> reply) {
                  if (!reply) {
                      // Unreadable for us: nothing is known, so the commit is asked for again later; it cannot take
                      // effect twice.
                      const auto& cause = reply.error().kind == ErrorKind::permission_denied ? error : reply.error();
                      return cause.kind == ErrorKind::permission_denied ? park(back, cause, cure_of(cause.kind))
                                                                        : retry(back, cause);
                  }
                  if (!reply->documents.empty()) return read_back(back, reply->documents.front().update_time, 5);
                  if (!cure.empty()) return park(back, error, cure);
                  judge(back, error);
              });
}

void OutboxSender::judge(Shipment& shipment, const base::Error& error) {
    const bool may_have_changed = error.kind == ErrorKind::precondition_failed ||
                                  error.kind == ErrorKind::already_exists || error.kind == ErrorKind::not_found;
    if (may_have_changed && !is_about_finding(shipment.operation().kind)) return reread(shipment, error);
    park(shipment, error, cure_of(error.kind));
}

void OutboxSender::reread(Shipment& shipment, base::Error error) {
    batch_get(shipment, {staging_name(shipment)},
              [this, error = std::move(error)](Shipment& back, base::Result<Reply> reply) {
                  if (!reply) return retry(back, reply.error());
                  if (reply->documents.empty() && reply->missing.empty()) {
                      return retry(
                          back, base::make_error(ErrorKind::unavailable, "The server did not answer for the capture."));
                  }
                  if (!reply->documents.empty()) {
                      const RawDocument theirs = reply->documents.front();
                      if (hooks_.store) hooks_.store(options_.names.staging, theirs);
                      return reconcile(back, error, &theirs);
                  }
                  const auto as_of = base::parse_rfc3339(reply->read_time);
                  if (hooks_.forget && as_of)
                      hooks_.forget(options_.names.staging, back.operation().staging_id, *as_of);
                  reconcile(back, error, nullptr);
              });
}

void OutboxSender::reconcile(Shipment& shipment, const base::Error& error, const RawDocument* theirs) {
    const auto& operation = shipment.operation();
    if (!theirs)
        return conflict(shipment, "{}",
                        "The capture was deleted on the server; take the decision back or ask who deleted it.");
    if (theirs->update_time == operation.base_update_time) {
        // Another document of the commit changed after it was read: building it again tells whether that matters.
        if (shipment.was_overtaken && !shipment.related.empty() && shipment.pending.attempts < kMostOvertaken) {
            return retry(shipment,
                         base::make_error(ErrorKind::aborted, "Another change came in between; it is sent again."));
        }
        // The capture is as it was seen: something else stands in the way, a number in production or a merged capture.
        const std::string why =
            error.kind == ErrorKind::already_exists
                ? std::string(
                      "Another pole with this number is in production already, or this capture was promoted before.")
                : error.what;
        return conflict(shipment, theirs->fields_json, why);
    }
    const model::Capture now =
        decode_capture_or_unreadable(operation.staging_id, theirs->fields_json, theirs->update_time);
    const model::Capture seen = shipment.seen();
    if (!model::materially_equal(seen, now) && !may_ignore_arrivals(seen, now, operation)) {
        return conflict(shipment, theirs->fields_json,
                        "The capture was changed by somebody else since it was seen; compare and choose.");
    }
    if (hooks_.may_rebase && !hooks_.may_rebase(now, operation)) {
        return conflict(shipment, theirs->fields_json,
                        "A new finding stands against the capture since it was seen; look at it again.");
    }
    rebase(shipment, theirs->update_time, theirs->fields_json);
}

// The server's truth comes into the cache before the outbox closes the row, so that the desk never shows the old state
// in between.
void OutboxSender::read_back(Shipment& shipment, std::string update_time, int attempts_left) {
    std::vector<std::string> names;
    const bool is_ignore = is_about_finding(shipment.operation().kind);
    const auto& endpoints = firestore_.endpoints();
    names.push_back(is_ignore ? endpoints.document_name(options_.names.ignores, shipment.operation().target)
                              : staging_name(shipment));
    for (const auto& [name, document] : shipment.related) {
        if (name == endpoints.document_name(options_.names.staging, document_id(name))) names.push_back(name);
    }
    batch_get(
        shipment, std::move(names), [this, update_time, attempts_left](Shipment& back, base::Result<Reply> reply) {
            if (reply) {
                const bool ignored = is_about_finding(back.operation().kind);
                for (auto& document : reply->documents) {
                    if (hooks_.store)
                        hooks_.store(ignored ? options_.names.ignores : options_.names.staging, std::move(document));
                }
                return done(back, update_time);
            }
            if (attempts_left <= 1) {  // the pull will bring it
                base::log(base::LogLevel::warning, "sync", reply.error());
                return done(back, update_time);
            }
            const auto delay = delay_of(options_, 6 - attempts_left, reply.error());
            sync_queue_.post_after(delay, [this, weak = std::weak_ptr<bool>(alive_), op_id = back.operation().op_id,
                                           update_time, attempts_left] {
                if (!weak.lock()) return;
                const auto found = shipments_.find(op_id);
                if (found != shipments_.end()) read_back(*found->second, update_time, attempts_left - 1);
            });
        });
}

void OutboxSender::done(Shipment& shipment, std::string update_time) {
    ++status_.sent;
    const std::string op_id = shipment.operation().op_id;
    on_outbox([op_id, update_time](store::Outbox& outbox) { return outbox.mark_done(op_id, update_time); },
              [this, op_id](base::Status written) { leave(op_id, std::move(written)); });
}

void OutboxSender::retry(Shipment& shipment, const base::Error& error) {
    ++status_.retried;
    const std::string op_id = shipment.operation().op_id;
    const auto at = clock_.now() + delay_of(options_, shipment.pending.attempts + 1, error);
    on_outbox([op_id, error, at](store::Outbox& outbox) { return outbox.mark_retry(op_id, error, at); },
              [this, op_id](base::Status written) { leave(op_id, std::move(written)); });
}

void OutboxSender::park(Shipment& shipment, const base::Error& error, std::string cure) {
    ++status_.parked;
    const std::string op_id = shipment.operation().op_id;
    on_outbox([op_id, error,
               cure = std::move(cure)](store::Outbox& outbox) { return outbox.mark_parked(op_id, error, cure); },
              [this, op_id](base::Status written) { leave(op_id, std::move(written)); });
}

void OutboxSender::conflict(Shipment& shipment, std::string theirs_fields, std::string why) {
    ++status_.conflicts;
    const std::string op_id = shipment.operation().op_id;
    on_outbox([op_id, theirs = std::move(theirs_fields),
               why = std::move(why)](store::Outbox& outbox) { return outbox.mark_conflict(op_id, theirs, why); },
              [this, op_id](base::Status written) { leave(op_id, std::move(written)); });
}

void OutboxSender::rebase(Shipment& shipment, std::string update_time, std::string fields) {
    ++status_.rebased;
    const std::string op_id = shipment.operation().op_id;
    on_outbox([op_id, update_time = std::move(update_time),
               fields = std::move(fields)](store::Outbox& outbox) { return outbox.rebase(op_id, update_time, fields); },
              [this, op_id](base::Status written) { leave(op_id, std::move(written)); });
}

void OutboxSender::leave(std::string op_id, base::Status written) {
    shipments_.erase(op_id);
    status_.in_flight = shipments_.size();
    if (!written) {
        status_.last_error = written.error();
        base::log(base::LogLevel::error, "sync", written.error());
    }
    if (hooks_.on_change) hooks_.on_change(op_id);
    poke();
}

}  // namespace linesman::sync
