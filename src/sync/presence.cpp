#include "sync/presence.h"

#include <algorithm>

#include "base/text.h"
#include "sync/commit_parts.h"
#include "sync/pull_query.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::Json;

constexpr int64_t kMostAtOnce = 100;   // people of one project; more would not be told apart on the screen
constexpr size_t kMostNameBytes = 80;  // what somebody else's document puts on this screen
// By how much this desk's clock may be wrong before the server's is known.
constexpr base::Duration kClockMargin = base::minutes(10);

}  // namespace

Presence::Presence(Firestore& firestore, base::Queue& queue, const base::Clock& clock, CollectionNames names, Me me,
                   PresenceTuning tuning, std::function<void()> changed, uint64_t random_seed)
    : firestore_(firestore),
      queue_(queue),
      clock_(clock),
      names_(std::move(names)),
      me_(std::move(me)),
      tuning_(tuning),
      changed_(std::move(changed)),
      backoff_(tuning.backoff, random_seed) {}

Presence::~Presence() {
    if (timer_) queue_.cancel(timer_);
}

std::string Presence::document_name(const std::string& staging_id) const {
    return firestore_.endpoints().document_name(names_.presence, staging_id);
}

base::Timestamp Presence::server_now() const {
    return server_time_ ? *server_time_ + base::Duration{clock_.steady().us - server_noted_.us} : clock_.now();
}

bool Presence::away() const {
    return clock_.steady().us - active_at_.us >= tuning_.away_after.us;
}

std::string Presence::wanted() const {
    if (away() || leaving_ || here_.empty()) return {};
    const bool dwelt = clock_.steady().us - since_.us >= tuning_.dwell.us;
    return dwelt ? here_ : std::string();
}

void Presence::looking_at(const std::string& staging_id) {
    const bool moved = here_ != staging_id;
    active_at_ = clock_.steady();
    if (moved) since_ = active_at_;
    here_ = staging_id;
    started_ = true;
    if (moved || !timer_) wake();
}

void Presence::pause(bool paused) {
    if (std::exchange(paused_, paused) == paused) return;
    if (!paused && started_) wake();
}

void Presence::wake() {
    if (timer_) queue_.cancel(std::exchange(timer_, 0));
    if (paused_ || !started_) return;
    const base::Duration now = clock_.steady();
    const std::string want = wanted();
    if (!writing_ && now >= write_not_before_) {
        // Whoever moves on is gone at once, whether or not the next capture counts already.
        const bool stays = !leaving_ && !away() && here_ == written_;
        if (!written_.empty() && !stays) {
            take_back();
        } else if (!want.empty() && (written_ != want || now.us - written_at_.us >= tuning_.renew_every.us)) {
            write(want);
        }
    }
    if (!looking_ && !away() && !leaving_ && now >= look_not_before_) look();
    schedule();
}

// The next moment at which there is something to do.
void Presence::schedule() {
    if (paused_ || timer_ || leaving_) return;
    const int64_t now = clock_.steady().us;
    int64_t next = INT64_MAX;
    const auto at = [&](int64_t steady_us) { next = std::min(next, std::max(steady_us, now + 1000)); };
    if (!away()) {
        if (!looking_) at(look_not_before_.us);
        if (!writing_ && !here_.empty()) {
            const int64_t due =
                written_ == here_ ? written_at_.us + tuning_.renew_every.us : since_.us + tuning_.dwell.us;
            at(std::max(due, write_not_before_.us));
        }
        if (!written_.empty()) at(active_at_.us + tuning_.away_after.us);
    } else if (!written_.empty() && !writing_) {
        at(write_not_before_.us);
    }
    if (next == INT64_MAX) return;
    timer_ = queue_.post_after(base::Duration{next - now}, [this, weak = std::weak_ptr<bool>(alive_)] {
        if (!weak.lock()) return;
        timer_ = 0;
        wake();
    });
}

void Presence::write(const std::string& staging_id) {
    const std::string entry = value::field_path({"people", me_.uid});
    FieldChanges changes;
    changes.set = {{entry, value::map(Json{{"name", value::text(me_.name)}})}, {"by", value::text(me_.uid)}};
    changes.server_times = {value::field_path({"people", me_.uid, "at"}), "updated_at"};
    writing_ = firestore_.commit(
        Json::array({update_write(document_name(staging_id), changes, {})}),
        [this, staging_id](base::Result<CommitReply> reply) { on_written(staging_id, std::move(reply)); });
}

void Presence::on_written(const std::string& staging_id, base::Result<CommitReply> reply) {
    writing_ = {};
    if (!reply) {
        failed(reply.error(), write_not_before_);
    } else {
        backoff_.reset();
        written_ = staging_id;
        written_at_ = clock_.steady();
        version_ = reply->update_times.empty() ? reply->commit_time : reply->update_times.front();
    }
    wake();
    if (leaving_ && !writing_) taken_back();
}

// The document goes when nobody else is in it; else only the entry.
void Presence::take_back() {
    const std::string staging_id = std::exchange(written_, {});
    if (others_.contains(staging_id) || version_.empty()) return take_back_entry(staging_id);
    writing_ = firestore_.commit(Json::array({delete_write(document_name(staging_id), version_)}),
                                 [this, staging_id](base::Result<CommitReply> reply) {
                                     writing_ = {};
                                     // Somebody came since.
                                     const bool met = !reply && (reply.error().kind == ErrorKind::precondition_failed ||
                                                                 reply.error().kind == ErrorKind::permission_denied);
                                     if (met) return take_back_entry(staging_id);
                                     taken_back();
                                 });
}

void Presence::take_back_entry(const std::string& staging_id) {
    FieldChanges changes;
    changes.set = {{"by", value::text(me_.uid)}};
    changes.removed = {value::field_path({"people", me_.uid})};
    changes.server_times = {"updated_at"};
    Json write = update_write(document_name(staging_id), changes, {});
    write["currentDocument"] = Json{{"exists", true}};
    writing_ = firestore_.commit(Json::array({std::move(write)}), [this](base::Result<CommitReply>) {
        writing_ = {};
        taken_back();  // what could not be taken back expires
    });
}

void Presence::taken_back() {
    if (!leaving_) return wake();
    if (const auto done = std::exchange(left_, nullptr)) done();
}

void Presence::leave(std::function<void()> done) {
    leaving_ = true;
    left_ = std::move(done);
    if (timer_) queue_.cancel(std::exchange(timer_, 0));
    if (writing_) return;  // its answer goes on from here
    if (written_.empty() || paused_) return taken_back();
    take_back();
}

void Presence::look() {
    look_not_before_ = {clock_.steady().us + tuning_.look_every.us};
    Json query = query_of(names_.presence);
    const base::Timestamp from = server_now() - base::Duration{tuning_.ttl.us + (server_time_ ? 0 : kClockMargin.us)};
    set_where(query, {field_filter("updated_at", "GREATER_THAN_OR_EQUAL", value::timestamp(from))});
    set_order(query, "updated_at");
    set_limit(query, kMostAtOnce);
    looking_ = firestore_.run_query(std::move(query), {},
                                    [this](base::Result<std::string> text) { on_look(std::move(text)); });
}

void Presence::on_look(base::Result<std::string> text) {
    looking_ = {};
    const auto reply = text ? read_reply(*text) : base::Result<Reply>(text.error());
    const auto read_at = base::parse_rfc3339(reply ? reply->read_time : std::string());
    if (!reply || !read_at) {
        if (!reply) failed(reply.error(), look_not_before_);
        return wake();
    }
    backoff_.reset();
    server_time_ = *read_at;
    server_noted_ = clock_.steady();
    PresentPeople found;
    for (const auto& document : reply->documents) {
        const auto fields = value::parse_fields(document.fields_json);
        const Json* people = fields ? value::member(*fields, "people") : nullptr;
        const Json* entries = people != nullptr ? value::as_map(*people) : nullptr;
        if (entries != nullptr) read_person(std::string(document.id()), *entries, *read_at, found);
    }
    const auto whom = [](const PresentPeople& people) {
        std::vector<std::pair<std::string, std::string>> all;
        for (const auto& [id, present] : people) {
            for (const auto& person : present) all.emplace_back(id, person.uid);
        }
        return all;
    };
    const bool quiet = others_.empty() && whom(found).empty();
    others_ = std::move(found);
    if (!quiet && changed_) changed_();
    wake();
}

void Presence::read_person(const std::string& staging_id, const Json& people, base::Timestamp server_now,
                           PresentPeople& found) const {
    for (const auto& [uid, entry] : people.items()) {
        const Json* person = value::as_map(entry);
        const auto at = person != nullptr ? value::timestamp_at(*person, "at") : std::nullopt;
        if (uid == me_.uid || !at) continue;
        const int64_t left_us = at->us + tuning_.ttl.us - server_now.us;
        if (left_us <= 0 || left_us > tuning_.ttl.us + base::minutes(1).us) continue;
        const std::string name = base::sanitize_utf8(value::text_at(*person, "name"), kMostNameBytes);
        found[staging_id].push_back(
            {uid, name.empty() ? std::string("Somebody") : name, clock_.now() + base::Duration{left_us}});
    }
}

void Presence::failed(const base::Error& error, base::Duration& not_before) {
    const bool refused = error.kind == ErrorKind::permission_denied || error.kind == ErrorKind::unauthenticated;
    const base::Duration wait = refused ? tuning_.refused_again : backoff_.next(error.retry_after_s);
    not_before = {std::max(not_before.us, clock_.steady().us + wait.us)};
}

}  // namespace linesman::sync
