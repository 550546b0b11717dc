#include "net/body_pipe.h"

#include <mutex>

namespace linesman::net {

struct BodyPipe::State {
    std::mutex mutex;
    base::Queue* queue = nullptr;  // null once the pipe is gone
    size_t most_bytes = 0;
    std::string gathered;
    bool posted = false;
    bool overflowed = false;
    OnBytes on_bytes;  // the queue's thread only
};

namespace {

template <typename State>
void drain(const std::shared_ptr<State>& state) {
    std::string bytes;
    {
        const std::lock_guard lock(state->mutex);
        state->posted = false;
        if (state->queue == nullptr) return;
        bytes.swap(state->gathered);
    }
    // A copy, because the receiver may destroy the pipe.
    const auto on_bytes = state->on_bytes;
    on_bytes(bytes);
}

template <typename State>
bool receive(const std::shared_ptr<State>& state, std::string_view bytes) {
    const std::lock_guard lock(state->mutex);
    if (state->queue == nullptr || state->overflowed) return false;
    if (state->gathered.size() + bytes.size() > state->most_bytes) {
        state->overflowed = true;
        return false;
    }
    state->gathered.append(bytes);
    if (state->posted) return true;
    state->posted = true;
    // With the lock held, so that once the pipe is gone nobody touches its queue any more.
    state->queue->post([state] { drain(state); });
    return true;
}

}  // namespace

BodyPipe::BodyPipe(base::Queue& queue, size_t most_bytes, OnBytes on_bytes) : state_(std::make_shared<State>()) {
    state_->queue = &queue;
    state_->most_bytes = most_bytes;
    state_->on_bytes = std::move(on_bytes);
}

BodyPipe::~BodyPipe() {
    const std::lock_guard lock(state_->mutex);
    state_->queue = nullptr;
}

std::function<bool(std::string_view)> BodyPipe::receiver() const {
    return [state = state_](std::string_view bytes) { return receive(state, bytes); };
}

bool BodyPipe::overflowed() const {
    const std::lock_guard lock(state_->mutex);
    return state_->overflowed;
}

}  // namespace linesman::net
