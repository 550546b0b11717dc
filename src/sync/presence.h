// Who looks at which capture now: `review-presence/{stagingId}`, so that two people do not judge the same one
// (contract, "Collections"). It is kept out of the staging document, whose updateTime it never touches.
//
// Document: people (map: uid -> {name, at (server time)}), by (uid that wrote last), updated_at (server time).
// Everybody writes their own entry of `people` and nothing else, so that several can be on one capture. An entry counts
// until `at` + ttl by the server's clock; a desk that dies is gone from the others by then.
//
// What it costs: a capture that was looked at for less than `dwell` writes nothing; then one write, one every
// `renew_every`, and one when the person leaves. One question every `look_every`, which is billed as one read for each
// person there is, or one. After `away_after` without a key or a click: no write, no read.
//
// Failures are not shown: presence is a courtesy, nothing depends on it. They are tried again, later each time; without
// permission only after `refused_again`.
//
// Thread: the queue of the Firestore client. Dropped without leave() the entry expires.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/queue.h"
#include "sync/collections.h"
#include "sync/firestore.h"
#include "sync/reply_reader.h"

namespace linesman::sync {

struct PresenceTuning {
    base::Duration dwell = base::seconds(4);         // a glance on the way to the next one is nobody's business
    base::Duration renew_every = base::seconds(45);  // one renewal may fail
    base::Duration ttl = base::seconds(100);
    base::Duration look_every = base::seconds(20);
    base::Duration away_after = base::minutes(5);
    base::Duration refused_again = base::minutes(10);
    base::BackoffTuning backoff;
};

struct PresentPerson {
    std::string uid, name;
    base::Timestamp until;  // by this desk's clock
    bool operator==(const PresentPerson&) const = default;
};
using PresentPeople = std::map<std::string, std::vector<PresentPerson>, std::less<>>;  // by staging id

class Presence {
  public:
    struct Me {
        std::string uid, name;
    };
    // `changed` runs on the queue when others() is another than before. References must outlive this.
    Presence(Firestore& firestore, base::Queue& queue, const base::Clock& clock, CollectionNames names, Me me,
             PresenceTuning tuning, std::function<void()> changed, uint64_t random_seed = std::random_device{}());
    ~Presence();
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;

    // The person is there, on this capture; empty: on none. Call it again while they do something.
    void looking_at(const std::string& staging_id);
    // Nothing is asked or written while paused; the entry expires.
    void pause(bool paused);
    // Takes the entry back; `done` runs once, whether that worked or not.
    void leave(std::function<void()> done);

    // The others; whose time has passed is still in it until the next look.
    const PresentPeople& others() const { return others_; }

  private:
    bool away() const;
    std::string wanted() const;  // capture whose document should name this person now
    void wake();
    void schedule();
    void write(const std::string& staging_id);
    void on_written(const std::string& staging_id, base::Result<CommitReply> reply);
    void take_back();
    void take_back_entry(const std::string& staging_id);
    void taken_back();
    void look();
    void on_look(base::Result<std::string> text);
    void read_person(const std::string& staging_id, const base::Json& people, base::Timestamp server_now,
                     PresentPeople& found) const;
    void failed(const base::Error& error, base::Duration& not_before);
    base::Timestamp server_now() const;
    std::string document_name(const std::string& staging_id) const;

    Firestore& firestore_;
    base::Queue& queue_;
    const base::Clock& clock_;
    CollectionNames names_;
    Me me_;
    PresenceTuning tuning_;
    std::function<void()> changed_;
    base::Backoff backoff_;

    std::string here_;                      // selected
    base::Duration since_{}, active_at_{};  // steady: selected, last act of the person
    bool started_ = false, paused_ = false, leaving_ = false;
    std::string written_;          // capture whose document names this person
    std::string version_;          // updateTime of our write
    base::Duration written_at_{};  // steady
    base::Duration write_not_before_{}, look_not_before_{};
    std::optional<base::Timestamp> server_time_;
    base::Duration server_noted_{};
    PresentPeople others_;
    std::function<void()> left_;
    base::TimerId timer_ = 0;
    net::Call writing_, looking_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace linesman::sync
