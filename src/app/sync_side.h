// Everything that lives on the sync queue: the cache, the capture book, the session, the pull and the sender; and what
// it tells the board.
//
//   start: cache ─► columns file ─► rows on the screen ─► reference data ─► every capture through the rules ─► session
//   ─► pull, sender
//
// Captures are read for the rules by the pool and put in slices, so that decisions and details are served in between.
//
// Thread: construct and destroy on main; everything else runs on the sync queue unless it says otherwise.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/board.h"
#include "app/capture_book.h"
#include "app/config.h"
#include "app/detail_service.h"
#include "app/engine.h"
#include "app/outbox_desk.h"
#include "app/photo_source.h"
#include "app/reference_loader.h"
#include "app/sync_access.h"
#include "base/queue.h"
#include "base/worker_pool.h"
#include "net/http.h"
#include "store/cache.h"
#include "sync/auth.h"
#include "sync/cache_applier.h"
#include "sync/index_existing.h"
#include "sync/outbox_sender.h"
#include "sync/photo_fetcher.h"
#include "sync/pull.h"

namespace linesman::app {

class SyncSide {
  public:
    struct Needs {
        const Profile& profile;
        const base::Folders& folders;
        const base::Clock& clock;
        base::ThreadQueue& queue;
        base::WorkerPool& pool;
        net::Http& http;
        Board& board;
        OutboxDesk& outbox;
        DetailService& details;
        Mode mode;
        bool work_offline;
        std::optional<Credentials> credentials;
    };

    explicit SyncSide(Needs needs);
    ~SyncSide();

    // Thread: main, once. Everything after it happens on the queue.
    void start();
    // Thread: main. Stops the exchange with the server, writes the columns file, closes the cache. The queue must still
    // run.
    void stop();

    // Thread: any; each posts to the queue.
    void load_detail(std::string staging_id);
    // What changed in the outbox; `all`: every unfinished operation.
    void set_pending(std::vector<model::PendingOperation> changed, bool all);
    void set_bulk_rate(double per_second);
    // The person is at this capture; empty: at none (sync/presence.h).
    void looking_at(std::string staging_id);
    void sync_now();
    void set_paused(bool paused);
    void set_work_offline(bool offline);
    void sign_in(std::string email, std::string password, bool remember);
    void sign_in_google(bool remember);
    void sign_out();
    // Makes the keys of poles that are in production already; promotion is refused before. `done` runs on the sync
    // queue.
    void index_existing(std::function<void(base::Result<sync::IndexReport>)> done);
    // A person saw the server's version that an operation in conflict met, and wants the operation on top of it. When
    // the capture was changed yet again since, it meets a conflict with that version.
    void keep_mine(std::string op_id);
    // Runs `work` on the queue; with nullptr when there is no cache (it could not be opened, or the desk closes).
    void with(std::function<void(SyncAccess*)> work);
    // What another reader got of a collection that this desk mirrors: kept as if the pull had brought it.
    void keep(std::string collection, std::vector<sync::RawDocument> documents);
    // What lines beside this one have used of the server so far.
    void note_usage(sync::Usage beside);
    // Valid until stop() has returned.
    sync::TokenSource& tokens();
    // An operation was written, or is due: have the sender look.
    void poke_sender();
    // A measurement of the line. Thread: net.
    void observe(const net::Sample& sample);

    // Photos through Storage and the disk cache. Lives as long as this.
    PhotoSource& photos();

  private:
    // Leases and presence, so that others need not wait until they expire. Waits a moment for the server.
    void give_back();

    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace linesman::app
