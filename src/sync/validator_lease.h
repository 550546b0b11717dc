// The right to write the machine's judgements of one project: `validator-lease/{projectId}`, taken by commit with a
// precondition, renewed, given back, and taken over once it has expired (contract, "Machine write-back").
//
//   looking ──(absent, expired, ours)──► taking ──► held ──(renew_every)──► taking
//      ▲ │ somebody holds it: again when it expires     │ precondition failed: somebody took it over
//      │ └──────────────────────────────────────────────┘
//      └── refused (no permission): again after refused_again
//
// Document: holder, by (uid), by_name, until (server time), taken_at, updated_at (server time). All times that decide
// are the server's, as its read and commit times show them; held() counts on the steady clock from before the request
// was sent, so that this side stops before another can begin. A write that slips through nevertheless carries the
// updateTime of the document it was judged on.
//
// Thread: the queue of the Firestore client. Dropping it without release() leaves the lease to expire.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/backoff.h"
#include "base/queue.h"
#include "sync/collections.h"
#include "sync/firestore.h"
#include "sync/reply_reader.h"

namespace linesman::sync {

struct LeaseTuning {
    base::Duration ttl = base::seconds(120);
    base::Duration renew_every = base::seconds(40);  // two renewals may fail
    base::Duration margin = base::seconds(15);       // held() ends this much early
    base::Duration look_every = base::seconds(30);   // at least, while somebody else holds it
    base::Duration refused_again = base::minutes(10);
    base::BackoffTuning backoff;
};

struct LeaseHolder {
    std::string holder;  // one running process: desk id and something random
    std::string uid, by_name;
};

enum class LeaseState : uint8_t { looking, held, elsewhere, refused, released };
std::string_view name_of(LeaseState state);

class ValidatorLease {
  public:
    // `changed` runs on the queue after every change of state(). References must outlive the lease.
    ValidatorLease(Firestore& firestore, base::Queue& queue, const base::Clock& clock, const CollectionNames& names,
                   std::string lease_id, LeaseHolder holder, LeaseTuning tuning, std::function<void()> changed,
                   uint64_t random_seed = std::random_device{}());
    ~ValidatorLease();
    ValidatorLease(const ValidatorLease&) = delete;
    ValidatorLease& operator=(const ValidatorLease&) = delete;

    void start();
    // Gives it back so that another need not wait; `done` runs once, with the error when it could not be given back (it
    // then expires).
    void release(std::function<void(base::Status)> done);

    // Whether writing is allowed now.
    bool held() const;
    LeaseState state() const { return state_; }
    const std::string& other() const { return other_; }  // who holds it, while elsewhere
    std::optional<base::Timestamp> other_until() const { return other_until_; }
    const std::optional<base::Error>& last_error() const { return last_error_; }
    // The server's clock as its last answer showed it.
    base::Timestamp server_now() const;
    const std::string& id() const { return lease_id_; }

  private:
    void look();
    void on_look(base::Result<std::string> text);
    void take();
    void on_taken(base::Result<CommitReply> reply);
    void failed(const base::Error& error);
    void give_back(const std::string& version, int looks_left, std::function<void(base::Status)> done);
    void give_back_again(const base::Error& error, std::function<void(base::Status)> done);
    void find_to_give_back(std::function<void(base::Status)> done);
    void enter(LeaseState state);
    void again_in(base::Duration delay, void (ValidatorLease::*what)());
    void note_server_time(std::string_view rfc3339);
    std::string document_name() const;

    Firestore& firestore_;
    base::Queue& queue_;
    const base::Clock& clock_;
    const CollectionNames& names_;
    std::string lease_id_;
    LeaseHolder holder_;
    LeaseTuning tuning_;
    std::function<void()> changed_;
    base::Backoff backoff_;
    LeaseState state_ = LeaseState::looking;
    std::string version_;  // updateTime of the document to build on; empty: it does not exist
    bool ours_ = false;    // `version_` was written by us
    std::string other_;
    std::optional<base::Timestamp> other_until_, server_time_;
    base::Duration server_noted_{}, sent_at_{}, held_until_{};
    std::optional<base::Error> last_error_;
    base::TimerId timer_ = 0;
    int tries_to_give_back_ = 8;
    net::Call call_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace linesman::sync
