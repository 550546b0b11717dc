#include "backend/channel.h"

#include "backend/api_error.h"
#include "backend/value_json.h"
#include "base/ids.h"

namespace linesman::backend {

namespace {

constexpr size_t kFrameBytes = size_t{64} * 1024;
// A back channel ends after so many messages; the client opens the next with what it has received, which is the only
// way a streaming client acknowledges when it has nothing to say.
constexpr uint64_t kMessagesPerBackChannel = 50'000;
// How often a waiting connection looks whether its client is still there.
constexpr auto kPeerCheck = std::chrono::milliseconds(2000);

// As base64, whose "=", "+" and "/" must survive a client's URL encoding.
std::string random_sid() {
    const std::string text = base::random_hex(16);
    std::string bytes;
    for (size_t i = 0; i < text.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    }
    return base::base64_encode(bytes);
}

}  // namespace

Channel::Channel(std::string service, StreamRules& rules, const base::Clock& clock)
    : service_(std::move(service)),
      sid_(random_sid()),
      http_session_(base::random_hex(8)),
      rules_(rules),
      clock_(clock),
      last_used_(clock.steady()) {
    rules_.count(&StreamStats::channels_opened);
}

void Channel::queue(OutMessage message) {
    queue_.push_back({next_id_++, std::move(message)});
}

void Channel::send(std::string json) {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    queue({std::move(json), nullptr, nullptr});
    wake_.notify_all();
}

void Channel::send(std::vector<OutMessage> messages) {
    const std::lock_guard lock(mutex_);
    if (finished_ || messages.empty()) return;
    for (OutMessage& message : messages) queue(std::move(message));
    wake_.notify_all();
}

void Channel::fail(const base::Error& error) {
    const CanonicalStatus status = canonical(error.kind);
    fail(status.http, std::string(status.name), error.what);
}

void Channel::fail(int code, const std::string& status, const std::string& message) {
    const base::Json body = {{"error", {{"code", code}, {"message", message}, {"status", status}}}};
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    queue({base::to_text(body), nullptr, nullptr});
    finished_ = true;
    wake_.notify_all();
}

std::string Channel::greeting() const {
    const std::string json =
        R"([[0,["c",")" + sid_ + R"(","",8,12,)" + std::to_string(rules_.settings().keep_alive_ms) + "]]]";
    return frame(json);
}

base::Status Channel::receive(const ForwardForm& form) {
    const std::lock_guard lock(forward_mutex_);
    if (!form.messages.empty() && form.offset > next_offset_) {
        return invalid("Messages " + std::to_string(next_offset_) + " to " + std::to_string(form.offset - 1) +
                       " never arrived.");
    }
    for (size_t i = 0; i < form.messages.size(); ++i) {
        if (form.offset + i < next_offset_) continue;  // a repeated request
        ++next_offset_;
        if (finished()) continue;  // nothing that follows an error may have an effect
        const auto message = parse_body(form.messages[i]);
        if (message) {
            session_->receive(*message);
        } else {
            fail(message.error());
        }
    }
    return {};
}

void Channel::acknowledge(uint64_t last_received) {
    const std::lock_guard lock(mutex_);
    last_used_ = clock_.steady();
    while (!queue_.empty() && queue_.front().id <= last_received && queue_.front().id <= last_sent_) queue_.pop_front();
}

std::string Channel::forward_reply() const {
    const std::lock_guard lock(mutex_);
    size_t outstanding = 0;
    for (const Numbered& item : queue_) {
        if (item.id > last_sent_) break;
        outstanding +=
            item.message.text.size() + (item.message.document ? item.message.document->fields_text.size() : 0);
    }
    return frame("[" + std::to_string(back_channels_ > 0 ? 1 : 0) + "," + std::to_string(last_sent_) + "," +
                 std::to_string(outstanding) + "]");
}

std::vector<Channel::Numbered> Channel::take(Back& back, const StreamSettings& settings) const {
    std::vector<Numbered> taken;
    auto limit = static_cast<size_t>(settings.messages_per_frame);
    if (back.cut && !back.cut->half_frame) {
        limit = std::min(limit, static_cast<size_t>(back.cut->after_messages) - static_cast<size_t>(back.sent));
    }
    size_t bytes = 0;
    const auto first =
        std::partition_point(queue_.begin(), queue_.end(), [&](const Numbered& item) { return item.id < back.next; });
    // All that came after what this back channel began with was acknowledged by a forward request meanwhile.
    if (first == queue_.end()) back.next = std::max(back.next, next_id_);
    for (auto it = first; it != queue_.end() && taken.size() < limit && bytes < kFrameBytes; ++it) {
        bytes += it->message.text.size() + (it->message.document ? it->message.document->fields_text.size() : 0) + 200;
        taken.push_back(*it);
        back.next = it->id + 1;
    }
    return taken;
}

std::string Channel::encode(const std::vector<Numbered>& messages) {
    std::string json = "[";
    for (const auto& [id, message] : messages) {
        if (json.size() > 1) json += ',';
        json += '[';
        json += std::to_string(id);
        json += ",[";
        json += message.text;
        if (message.document) {
            append_document(json, *message.document, message.tail->select ? &*message.tail->select : nullptr);
            json += message.tail->text;
        }
        json += "]]";
    }
    return frame(json += ']');
}

// Sends one frame. False when there is nothing to send.
bool Channel::deliver(std::unique_lock<std::mutex>& lock, Back& back, const StreamSettings& settings, BodyWriter& out) {
    const bool cut = back.cut && back.sent >= static_cast<uint64_t>(back.cut->after_messages);
    if (cut && !back.cut->half_frame) {
        rules_.count(&StreamStats::cut);
        out.break_off("");
        back.done = true;
        return true;
    }
    const std::vector<Numbered> messages = take(back, settings);
    if (messages.empty()) return false;
    if (settings.frame_delay_ms > 0) {
        const auto delay = std::chrono::milliseconds(settings.frame_delay_ms);
        wake_.wait_for(lock, delay, [&] { return generation_ != back.generation || dropped_; });
    }
    if (generation_ != back.generation || dropped_) return back.done = true;
    last_sent_ = std::max(last_sent_, messages.back().id);
    lock.unlock();
    const std::string text = encode(messages);
    if (cut) {
        rules_.count(&StreamStats::cut);
        out.break_off(text);
        back.done = true;
    } else {
        rules_.count(&StreamStats::messages, messages.size());
        back.done = !out.write(text);
    }
    lock.lock();
    back.sent += messages.size();
    if (back.sent >= kMessagesPerBackChannel) back.done = true;
    return true;
}

// Waits for something to send, at most for the keep-alive interval; then a noop is queued.
void Channel::idle(std::unique_lock<std::mutex>& lock, Back& back, const StreamSettings& settings, BodyWriter& out) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(settings.keep_alive_ms);
    const auto changed = [&] {
        return generation_ != back.generation || dropped_ || finished_ || next_id_ > back.next;
    };
    while (!changed()) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= until) {
            lock.unlock();
            if (session_) session_->heartbeat();
            lock.lock();
            if (!settings.silent) queue({"\"noop\"", nullptr, nullptr});
            return;
        }
        wake_.wait_until(lock, std::min(until, now + kPeerCheck), changed);
        if (out.peer_gone()) {
            back.done = true;
            return;
        }
    }
}

void Channel::run_back_channel(uint64_t last_received, bool long_poll, BodyWriter& out) {
    acknowledge(last_received);
    std::unique_lock lock(mutex_);
    Back back;
    back.generation = ++generation_;
    back.next = last_received + 1;
    back.cut = rules_.take_cut(service_);
    ++back_channels_;
    wake_.notify_all();  // the one before gives way
    // At once, so that the client sees that nothing on the way holds replies back; silent polls would end by it.
    if (!long_poll && next_id_ <= back.next && !finished_) queue({"\"noop\"", nullptr, nullptr});
    while (!back.done && generation_ == back.generation && !dropped_) {
        const StreamSettings settings = rules_.settings();
        if (settings.silent) {
            wake_.wait_for(lock, std::chrono::milliseconds(20));
            back.done = out.peer_gone();
        } else if (!deliver(lock, back, settings, out)) {
            if (finished_ || (long_poll && back.sent > 0)) break;
            idle(lock, back, settings, out);
        }
    }
    --back_channels_;
    last_used_ = clock_.steady();
}

void Channel::drop() {
    const std::lock_guard lock(mutex_);
    dropped_ = finished_ = true;
    wake_.notify_all();
}

base::Duration Channel::abandoned_for() const {
    const std::lock_guard lock(mutex_);
    return back_channels_ > 0 ? base::Duration{} : base::Duration{clock_.steady().us - last_used_.us};
}

bool Channel::finished() const {
    const std::lock_guard lock(mutex_);
    return finished_;
}

bool Channel::over() const {
    const std::lock_guard lock(mutex_);
    return dropped_ || (finished_ && (queue_.empty() || queue_.back().id <= last_sent_));
}

}  // namespace linesman::backend
