// One incremental pull over the time windows of some collections: every window read at one read time, applied as one
// batch together with the cursors (contract, "Pull, scope, deletes, cost"; docs/decisions/2026-11-22-pull-windows.md).
//
// Thread: the sync queue. Dropping it cancels.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/change_aggregator.h"
#include "sync/pull_environment.h"

namespace linesman::sync {

struct WindowTarget {
    PullTarget target;
    base::Timestamp from;       // stamps at or after this are read
    bool moves_cursor = false;  // an overlap: its end becomes the saved cursor
};

// Key of the saved cursor of a collection: microseconds as text, never past read time - W.
std::string cursor_key(const std::string& collection);

class WindowPull {
  public:
    using Done = std::function<void(base::Result<std::string>)>;  // the read time, verbatim

    WindowPull(PullEnvironment& environment, ActiveScope scope, std::vector<WindowTarget> targets, Done done);
    void start();

  private:
    struct Stream {
        size_t target = 0;
        std::string field;
        std::vector<std::string> projects;
        base::Json at_value;
        std::string at_name;
        int64_t asked = 0;  // documents at most, of the page under way
        bool done = false;
    };
    void pump();
    void request(size_t index);
    void on_page(size_t index, base::Result<std::string> text);
    void take_page(Stream& stream, Reply reply);
    void complete();
    void finish(base::Result<std::string> result);

    PullEnvironment& environment_;
    ActiveScope scope_;
    std::vector<WindowTarget> targets_;
    Done done_;
    std::vector<Stream> streams_;
    std::map<size_t, net::Call> calls_;
    ReplyReader reader_;
    ChangeAggregator batch_;
    std::string read_time_;
    base::Duration started_{};
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace linesman::sync
