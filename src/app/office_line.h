// A signed-in line to the server for programs without a window that do one thing after another: audit, imports, rule
// sets. Needs no profile lock, so it works beside a running console.
//
// Calls wait. Reads are repeated while the server is busy or the line is gone, up to `patience`, Retry-After obeyed; a
// commit is sent once, since only its caller knows how to tell whether a lost reply took effect.
//
// Thread: one; never the line's own queue.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/engine.h"
#include "base/backoff.h"
#include "model/decision_policy.h"
#include "sync/collections.h"
#include "sync/firestore.h"
#include "sync/reply_reader.h"
#include "sync/storage_client.h"

namespace linesman::app {

struct OfficeLineOptions {
    base::Duration patience = base::seconds(60);  // for one read with its repeats
    base::BackoffTuning backoff;
};

// The names of the profile's collections.
sync::CollectionNames collection_names(const Profile& profile);

class OfficeLine {
  public:
    // Signs in with `credentials`, or with the session kept in the keyring. Errors: permission_denied when nobody is
    // signed in, those of sync/auth.h.
    static base::Result<std::unique_ptr<OfficeLine>> open(const Profile& profile,
                                                          const std::optional<Credentials>& credentials,
                                                          OfficeLineOptions options = {});
    // Beside a console that is signed in already: its session, its tokens. `tokens` must outlive the line.
    static std::unique_ptr<OfficeLine> beside(const Profile& profile, model::Session session, sync::TokenSource& tokens,
                                              OfficeLineOptions options = {});
    ~OfficeLine();
    OfficeLine(const OfficeLine&) = delete;
    OfficeLine& operator=(const OfficeLine&) = delete;

    const model::Session& session() const;  // desk_id is not set
    // Of a line beside a console: somebody else is signed in there now.
    void become(model::Session session);
    const sync::CollectionNames& names() const;
    const sync::Endpoints& endpoints() const;
    sync::Usage usage() const;

    base::Result<sync::Reply> query(base::Json structured_query);
    // Every document of a collection whose `field` is `text` (all, when `field` is empty), in pages by name; `take`
    // returns false to stop.
    base::Status each(const std::string& collection, const std::string& field, const std::string& text,
                      const std::function<bool(const sync::RawDocument&)>& take);
    // Any number of full names; asked in groups.
    base::Result<sync::Reply> get(std::vector<std::string> names);
    // Paths of the objects in Storage whose name begins so, at most `most`. Errors: those of storage_client.h.
    base::Result<std::vector<std::string>> list_objects(const std::string& prefix, size_t most);
    // One object in Storage: size, content, download token. Errors: not_found, those of storage_client.h.
    base::Result<sync::ObjectInfo> object_info(const std::string& path);
    base::Result<sync::CommitReply> commit(base::Json writes);
    // Waits as long as the backoff says; the server's Retry-After counts.
    void back_off(const base::Error& error);
    void reset_backoff();
    // What waits, and whatever is asked from now on, ends as cancelled. Thread: any.
    void stop();
    // Waits that long. False, at once, when the line was stopped.
    bool rest(base::Duration time);

  private:
    struct Impl;
    explicit OfficeLine(std::unique_ptr<Impl> impl);
    base::Result<sync::Reply> read(
        const std::function<net::Call(sync::Firestore&, sync::Firestore::Done<std::string>)>& start);
    std::unique_ptr<Impl> impl_;
};

}  // namespace linesman::app
