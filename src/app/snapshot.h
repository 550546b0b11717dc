// What the desk shows, as one immutable value per change. The UI takes one pointer per frame and never sees anything
// half done.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/bulk.h"
#include "app/machine_state.h"
#include "app/run_log.h"
#include "base/time.h"
#include "image/image.h"
#include "model/columns.h"
#include "model/decision_policy.h"
#include "model/device.h"
#include "model/filter.h"
#include "model/operation.h"
#include "model/validator.h"

namespace linesman::app {

inline constexpr size_t kMaxCommands = 1000;

enum class Connection : uint8_t { signed_out, connecting, online, poor, offline, paused };

// How the exchange with the server stands, for the status bar and the sync view.
struct SyncState {
    Connection connection = Connection::connecting;
    std::string connection_reason;                     // "no answer for 40 s"
    std::string phase;                                 // "First sync", "Listening", "Polling (why)"
    uint64_t documents_done = 0, documents_total = 0;  // total 0 = unknown
    double documents_per_s = 0;
    double seconds_left = -1;  // < 0 = unknown
    std::optional<base::Timestamp> last_pull;
    std::optional<base::Timestamp> next_attempt;  // while backing off
    double latency_ms = 0;
    uint64_t reads_today = 0, writes_today = 0, bytes_received = 0;
    int prefetch_ahead = 24;  // captures whose photos the line bears to fetch before they are looked at
    // Measured of our own requests, and what was made of it; 0 = not measured yet.
    double bytes_per_s = 0;     // of one transfer
    double share_failing = 0;   // of the latest requests, 0 to 1
    int transfers = 6;          // at the same time
    int page_documents = 1000;  // asked for at once
    SyncRuns runs = std::make_shared<const std::vector<SyncRun>>();
    bool work_offline = false, paused = false;
    std::string last_error, last_cure;
};

// The newest attempt to sign in. One ends when `busy` falls; `error` empty then means that it was accepted.
struct SignInState {
    uint64_t attempts = 0;
    bool busy = false;
    bool in_browser = false;  // busy, and the person's browser has the next step
    std::string error, cure;
};

struct OutboxSummary {
    uint32_t waiting = 0, ready = 0, sending = 0, parked = 0, conflicts = 0;
    uint32_t blocked = 0;                   // of the unsent ones: behind one that waits for a person
    std::optional<base::Timestamp> oldest;  // oldest one not yet acknowledged
    // Non-empty: nothing can be decided, and why (corrupt outbox, disk full, newer version).
    std::string refused_because;
    uint32_t unsent() const { return waiting + ready + sending; }
    // Nothing more is sent before a person has settled something.
    bool at_rest() const { return unsent() == blocked; }
};

enum class NoticeLevel : uint8_t { info, good, warning, error };

// A message to the person at the desk, newest last. `id` is never reused.
struct Notice {
    uint64_t id = 0;
    NoticeLevel level = NoticeLevel::info;
    base::Timestamp at;
    std::string text;
    std::string cure;
    std::string staging_id;  // what it is about; may be empty
};

// An operation that needs a person: parked or in conflict.
struct OpenMatter {
    model::PendingOperation pending;
    std::string theirs_fields;  // conflict: the server's document as JSON text
    std::string pole_number;
};

struct MyDay {
    uint32_t decided_today = 0, approved_today = 0, rejected_today = 0;
    double per_hour = 0;
    std::vector<model::PendingOperation> latest;  // newest first, at most 200
    std::vector<std::string> latest_numbers;  // pole number of each of `latest`, as it was when decided; may be empty
};

// A capture that was put aside until a certain time.
struct Reminder {
    base::Timestamp at;
    std::string staging_id, pole_number;
};

// Another person who looks at a capture now; gone once `until` has passed.
struct PersonHere {
    std::string name;
    base::Timestamp until;  // by this desk's clock
};
using PeopleHere = std::map<std::string, std::vector<PersonHere>, std::less<>>;  // by staging id

struct Snapshot {
    uint64_t generation = 0;
    uint64_t rows_generation = 0;   // changes only when `columns` or what is behind them changes; RowList::generation
    bool loading = true;            // the cache is still being read
    bool rules_running = true;      // findings are those of the last session, or not complete yet
    std::string fatal;              // the desk cannot work at all: why, and what to do
    bool first_run = false;         // no profile yet (app/first_run_desk.h)
    std::string first_run_trouble;  // what was wrong with what was entered
    std::string profile;
    bool demo = false;  // connected to the local stand-in
    model::Columns columns;
    model::FilterCounts counts;
    std::shared_ptr<const model::ReferenceData> reference = std::make_shared<model::ReferenceData>();
    model::Session session;
    SignInState sign_in;
    std::string google_hint;  // why nobody can sign in with Google here and what to do; empty: it works
    SyncState sync;
    OutboxSummary outbox;
    MyDay my_day;
    std::vector<OpenMatter> matters;
    std::vector<BatchSummary> batches;    // newest first, at most 50
    double bulk_rate = kDefaultBulkRate;  // items per second
    std::vector<Reminder> reminders;      // of held captures, the earliest first
    std::vector<Notice> notices;          // at most the last 200
    std::vector<model::DeviceSummary> devices;
    // Of the office to devices, newest first, at most kMaxCommands.
    std::shared_ptr<const std::vector<model::DeviceCommand>> commands =
        std::make_shared<const std::vector<model::DeviceCommand>>();
    std::shared_ptr<const std::vector<model::Person>> people = std::make_shared<const std::vector<model::Person>>();
    MachineState machine;
    std::shared_ptr<const PeopleHere> people_here = std::make_shared<const PeopleHere>();
};

enum class PhotoState : uint8_t { absent, lost, loading, ready, failed };

// One photo as it can be drawn now.
struct PhotoView {
    PhotoState state = PhotoState::absent;
    std::shared_ptr<const image::Image> image;   // while loading a larger one, the best smaller one there is
    int full_width = 0, full_height = 0;         // of the original, 0 while unknown
    bool full_size = false;                      // `image` is the original at full size
    bool damaged = false;                        // cut short; what could be read is shown
    std::string why;                             // failed: the reason and what to do
    uint64_t image_id = 0;                       // changes when `image` changes; key for textures, never reused
    std::string md5;                             // base64, empty until known
    std::optional<base::Timestamp> taken_at;     // EXIF or document
    std::optional<model::GeoPoint> taken_where;  // EXIF
};

// Everything about one capture, read on demand.
struct CaptureDetail {
    uint64_t generation = 0;
    model::Capture capture;  // remote + pending operations
    model::Findings findings;
    std::optional<model::PlannedPole> planned;
    double planned_distance_m = -1;                   // < 0 = unknown
    std::vector<model::PendingOperation> operations;  // of this desk on this capture, oldest first
    bool pending = false;
};

}  // namespace linesman::app
