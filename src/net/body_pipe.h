// Brings the body of a streamed reply from the net thread to a queue, in order, in pieces as large as have gathered.
//
//   net thread: receiver()(bytes) ──► gathered (bounded) ──one task──► queue: on_bytes(bytes)
//
// Bounded: a stream that fills the pipe faster than the queue empties it is stopped (the request ends as `cancelled`,
// overflowed() is true); protocols that number their messages ask again from where they are.
//
// The last bytes reach the queue before the request's own callback. Thread: make, destroy and ask on the queue's
// thread; destroyed, on_bytes is certain not to run any more.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/queue.h"

namespace linesman::net {

class BodyPipe {
  public:
    using OnBytes = std::function<void(std::string_view bytes)>;

    // `queue` must outlive the pipe.
    BodyPipe(base::Queue& queue, size_t most_bytes, OnBytes on_bytes);
    ~BodyPipe();
    BodyPipe(const BodyPipe&) = delete;
    BodyPipe& operator=(const BodyPipe&) = delete;

    // For Request::on_data. It may outlive the pipe, and then stops the stream.
    std::function<bool(std::string_view)> receiver() const;
    bool overflowed() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace linesman::net
