// A listener on 127.0.0.1 for one browser redirect (RFC 8252, section 7.3): reads request lines, answers small pages,
// ends. Not a web server: one connection at a time, 8 KiB of request at most, two seconds for each.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/result.h"

namespace linesman::net {

struct LoopbackAnswer {
    int status = 404;
    std::string html;
    bool finished = false;  // close the listener after this answer
};

class LoopbackListener {
  public:
    // `answer` is asked on the listener's own thread with the target of each GET ("/?code=..."). Errors: io.
    static base::Result<std::unique_ptr<LoopbackListener>> open(
        std::function<LoopbackAnswer(const std::string& target)> answer);
    ~LoopbackListener();  // stops and joins; never from within `answer`
    LoopbackListener(const LoopbackListener&) = delete;
    LoopbackListener& operator=(const LoopbackListener&) = delete;

    int port() const { return port_; }

  private:
    LoopbackListener(int listen_fd, int wake_fd, int port, std::function<LoopbackAnswer(const std::string&)> answer);
    void run();
    bool serve(int fd);
    bool wait_readable(int fd, int timeout_ms) const;

    int listen_fd_;
    int wake_fd_;
    int port_;
    std::function<LoopbackAnswer(const std::string&)> answer_;
    std::thread thread_;
};

}  // namespace linesman::net
