#include "sync/validator_lease.h"

#include <algorithm>

#include "sync/commit_parts.h"
#include "sync/value_codec.h"

namespace linesman::sync {

using base::ErrorKind;
using base::Json;

std::string_view name_of(LeaseState state) {
    switch (state) {
        case LeaseState::looking:
            return "looking";
        case LeaseState::held:
            return "held";
        case LeaseState::elsewhere:
            return "elsewhere";
        case LeaseState::refused:
            return "refused";
        case LeaseState::released:
            return "released";
    }
    return "?";
}

ValidatorLease::ValidatorLease(Firestore& firestore, base::Queue& queue, const base::Clock& clock,
                               const CollectionNames& names, std::string lease_id, LeaseHolder holder,
                               LeaseTuning tuning, std::function<void()> changed, uint64_t random_seed)
    : firestore_(firestore),
      queue_(queue),
      clock_(clock),
      names_(names),
      lease_id_(std::move(lease_id)),
      holder_(std::move(holder)),
      tuning_(tuning),
      changed_(std::move(changed)),
      backoff_(tuning.backoff, random_seed) {}

ValidatorLease::~ValidatorLease() {
    if (timer_) queue_.cancel(timer_);
}

void ValidatorLease::start() {
    if (state_ == LeaseState::looking && !call_ && !timer_) look();
}

bool ValidatorLease::held() const {
    return state_ == LeaseState::held && clock_.steady() < held_until_;
}

base::Timestamp ValidatorLease::server_now() const {
    return server_time_ ? *server_time_ + base::Duration{clock_.steady().us - server_noted_.us} : clock_.now();
}

void ValidatorLease::note_server_time(std::string_view rfc3339) {
    const auto parsed = base::parse_rfc3339(rfc3339);
    if (!parsed) return;
    server_time_ = *parsed;
    server_noted_ = clock_.steady();
}

std::string ValidatorLease::document_name() const {
    return firestore_.endpoints().document_name(names_.leases, lease_id_);
}

void ValidatorLease::again_in(base::Duration delay, void (ValidatorLease::*what)()) {
    if (timer_) queue_.cancel(timer_);
    timer_ = queue_.post_after(delay, [this, what, weak = std::weak_ptr<bool>(alive_)] {
        if (!weak.lock()) return;
        timer_ = 0;
        (this->*what)();
    });
}

void ValidatorLease::enter(LeaseState state) {
    const bool is_new = state_ != state;
    state_ = state;
    if (is_new && changed_) changed_();
}

void ValidatorLease::look() {
    if (state_ == LeaseState::released) return;
    call_ = firestore_.batch_get({document_name()}, {}, {},
                                 [this](base::Result<std::string> text) { on_look(std::move(text)); });
}

void ValidatorLease::on_look(base::Result<std::string> text) {
    auto reply = text ? read_reply(*text) : base::Result<Reply>(text.error());
    if (reply && reply->documents.empty() && reply->missing.empty())
        reply = base::make_error(ErrorKind::unavailable, "The server did not answer for the validator's lease.");
    if (!reply) return failed(reply.error());
    note_server_time(reply->read_time);
    version_.clear();
    ours_ = false;
    if (reply->documents.empty()) return take();
    const auto& document = reply->documents.front();
    version_ = document.update_time;
    const auto fields = value::parse_fields(document.fields_json);
    const std::string holder = fields ? value::text_at(*fields, "holder") : std::string();
    const auto until = fields ? value::timestamp_at(*fields, "until") : std::nullopt;
    // A reply to our own commit may have been lost: then the document is ours already.
    ours_ = holder == holder_.holder;
    if (ours_ || !until || *until <= server_now()) return take();
    other_ = holder;
    other_until_ = until;
    last_error_.reset();
    backoff_.reset();
    enter(LeaseState::elsewhere);
    const base::Duration left{(*until - server_now()).us + base::milliseconds(200).us};
    again_in(std::clamp(left, base::milliseconds(200), tuning_.look_every), &ValidatorLease::look);
}

void ValidatorLease::take() {
    if (state_ == LeaseState::released) return;
    sent_at_ = clock_.steady();
    FieldChanges changes;
    changes.set = {{"holder", value::text(holder_.holder)},
                   {"by", value::text(holder_.uid)},
                   {"by_name", value::text(holder_.by_name)},
                   {"until", value::timestamp(server_now() + tuning_.ttl)}};
    changes.server_times = {"updated_at"};
    if (!ours_) changes.server_times.emplace_back("taken_at");
    Json write = update_write(document_name(), changes, version_);
    if (version_.empty()) write["currentDocument"] = Json{{"exists", false}};
    call_ = firestore_.commit(Json::array({std::move(write)}),
                              [this](base::Result<CommitReply> reply) { on_taken(std::move(reply)); });
}

void ValidatorLease::on_taken(base::Result<CommitReply> reply) {
    if (!reply) return failed(reply.error());
    note_server_time(reply->commit_time);
    version_ = reply->update_times.empty() || reply->update_times.front().empty() ? reply->commit_time
                                                                                  : reply->update_times.front();
    ours_ = true;
    held_until_ = {sent_at_.us + tuning_.ttl.us - tuning_.margin.us};
    other_.clear();
    other_until_.reset();
    last_error_.reset();
    backoff_.reset();
    again_in(tuning_.renew_every, &ValidatorLease::take);
    enter(LeaseState::held);
}

void ValidatorLease::failed(const base::Error& error) {
    last_error_ = error;
    const bool moved = error.kind == ErrorKind::precondition_failed || error.kind == ErrorKind::already_exists ||
                       error.kind == ErrorKind::not_found;
    if (moved) {  // somebody took it over, or made or removed it at the same time
        enter(LeaseState::looking);
        return again_in(backoff_.next(), &ValidatorLease::look);
    }
    if (error.retryable() || error.kind == ErrorKind::corrupt || error.kind == ErrorKind::unauthenticated) {
        if (state_ == LeaseState::held && !held()) enter(LeaseState::looking);
        return again_in(backoff_.next(error.retry_after_s), &ValidatorLease::look);
    }
    enter(LeaseState::refused);
    again_in(tuning_.refused_again, &ValidatorLease::look);
}

void ValidatorLease::release(std::function<void(base::Status)> done) {
    if (timer_) queue_.cancel(timer_);
    timer_ = 0;
    const bool under_way = static_cast<bool>(call_);
    call_.cancel();
    enter(LeaseState::released);
    if (ours_ && !version_.empty()) return give_back(version_, 1, std::move(done));
    if (under_way) return find_to_give_back(std::move(done));
    queue_.post([done = std::move(done)] { done({}); });
}

// With the version as precondition: what somebody took over meanwhile stays theirs.
void ValidatorLease::give_back(const std::string& version, int looks_left, std::function<void(base::Status)> done) {
    call_ = firestore_.commit(Json::array({delete_write(document_name(), version)}),
                              [this, looks_left, done = std::move(done)](base::Result<CommitReply> reply) mutable {
                                  // A renewal under way may have taken effect and made a newer version.
                                  const bool moved = !reply && (reply.error().kind == ErrorKind::precondition_failed ||
                                                                reply.error().kind == ErrorKind::not_found);
                                  if (moved && looks_left > 0) return find_to_give_back(std::move(done));
                                  if (!reply && reply.error().retryable() && --tries_to_give_back_ > 0)
                                      return give_back_again(reply.error(), std::move(done));
                                  done(reply || moved ? base::Status() : base::Status(reply.error()));
                              });
}

// Soon: whoever ends does not wait for long. What an unanswered attempt did shows when the document is read.
void ValidatorLease::give_back_again(const base::Error& error, std::function<void(base::Status)> done) {
    const base::Duration delay{std::max(base::milliseconds(200).us, static_cast<int64_t>(error.retry_after_s * 1e6))};
    timer_ = queue_.post_after(delay, [this, weak = std::weak_ptr<bool>(alive_), done = std::move(done)]() mutable {
        if (!weak.lock()) return;
        timer_ = 0;
        find_to_give_back(std::move(done));
    });
}

void ValidatorLease::find_to_give_back(std::function<void(base::Status)> done) {
    call_ = firestore_.batch_get({document_name()}, {}, {},
                                 [this, done = std::move(done)](base::Result<std::string> text) mutable {
                                     const auto reply = text ? read_reply(*text) : base::Result<Reply>(text.error());
                                     if (!reply && reply.error().retryable() && --tries_to_give_back_ > 0)
                                         return give_back_again(reply.error(), std::move(done));
                                     if (!reply) return done(reply.error());
                                     if (reply->documents.empty()) return done({});
                                     const auto fields = value::parse_fields(reply->documents.front().fields_json);
                                     if (!fields || value::text_at(*fields, "holder") != holder_.holder)
                                         return done({});
                                     give_back(reply->documents.front().update_time, 0, std::move(done));
                                 });
}

}  // namespace linesman::sync
