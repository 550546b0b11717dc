#include "backend/http_server.h"

#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

namespace linesman::backend {
namespace {

constexpr int kReadTimeoutMs = 30'000;
constexpr size_t kReadBuffer = size_t{64} * 1024;
// A thread each. One that waits costs a stack of which it touches a few pages, and no processor time.
constexpr size_t kMaxConnections = 2000;
// httplib refuses forms of more than 8 KiB; under another name it leaves them alone.
constexpr const char* kFormType = "application/x-www-form-urlencoded";
constexpr const char* kHiddenType = "Linesman-Content-Type";

// One connection's bytes. httplib has no way to abandon a reply, so the handler tells this stream what may leave.
class ConnectionStream final : public httplib::Stream {
  public:
    explicit ConnectionStream(int socket) : socket_(socket), buffer_(kReadBuffer, '\0') {}

    bool is_readable() const override { return used_ < filled_ || poll_for(POLLIN, kReadTimeoutMs); }
    bool is_writable() const override { return poll_for(POLLOUT, kReadTimeoutMs); }

    ssize_t read(char* out, size_t size) override {
        if (used_ == filled_) {
            if (!poll_for(POLLIN, kReadTimeoutMs)) return -1;
            const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
            if (got <= 0) return got;
            used_ = 0;
            filled_ = static_cast<size_t>(got);
        }
        const size_t count = std::min(size, filled_ - used_);
        buffer_.copy(out, count, used_);
        used_ += count;
        return static_cast<ssize_t>(count);
    }

    ssize_t write(const char* data, size_t size) override {
        if (broken_ || delivery_ == Delivery::none || delivery_ == Delivery::reset) return broken_ = true, -1;
        // The first write of a reply is its header block; the cut falls into what follows.
        if (delivery_ == Delivery::cut && header_sent_) {
            broken_ = true;
            send_all(data, size / 2);
            return -1;
        }
        header_sent_ = true;
        if (!send_all(data, size)) return broken_ = true, -1;
        return static_cast<ssize_t>(size);
    }

    void get_remote_ip_and_port(std::string& ip, int& port) const override { ip = "127.0.0.1", port = 0; }
    void get_local_ip_and_port(std::string& ip, int& port) const override { ip = "127.0.0.1", port = 0; }
    socket_t socket() const override { return socket_; }

    bool wait_for_request() const { return used_ < filled_ || poll_for(POLLIN, -1); }
    void begin_reply(Delivery delivery) { delivery_ = delivery, header_sent_ = false; }
    void cut_next_write() { delivery_ = Delivery::cut, header_sent_ = true; }
    void break_off() { broken_ = true; }
    bool broken() const { return broken_; }
    bool peer_gone() const {
        char byte = 0;
        const ssize_t got = ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return broken_ || got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
    }

    void close() {
        if (delivery_ == Delivery::reset) {
            const linger now{1, 0};
            ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        } else {
            ::shutdown(socket_, SHUT_RDWR);
        }
        ::close(socket_);
    }

  private:
    bool poll_for(short events, int timeout_ms) const {
        pollfd item{socket_, events, 0};
        return ::poll(&item, 1, timeout_ms) > 0 && (item.revents & events) != 0;
    }

    bool send_all(const char* data, size_t size) {
        while (size > 0) {
            const ssize_t sent = ::send(socket_, data, size, MSG_NOSIGNAL);
            if (sent <= 0) return false;
            data += sent;
            size -= static_cast<size_t>(sent);
        }
        return true;
    }

    int socket_;
    std::string buffer_;
    size_t used_ = 0;
    size_t filled_ = 0;
    Delivery delivery_ = Delivery::whole;
    bool header_sent_ = false;
    bool broken_ = false;
};

thread_local ConnectionStream* current_stream = nullptr;

// A live reply's way to its socket.
class ChunkWriter final : public BodyWriter {
  public:
    ChunkWriter(httplib::DataSink& sink, ConnectionStream& stream) : sink_(sink), stream_(stream) {}
    bool write(std::string_view bytes) override {
        return !stream_.broken() && sink_.write(bytes.data(), bytes.size()) && !stream_.broken();
    }
    bool peer_gone() override { return stream_.peer_gone(); }
    void break_off(std::string_view bytes) override {
        stream_.cut_next_write();
        if (!bytes.empty()) sink_.write(bytes.data(), bytes.size());
        stream_.break_off();
    }

  private:
    httplib::DataSink& sink_;
    ConnectionStream& stream_;
};

// A thread for every connection that waits: long polls must not keep others out. Idle threads are used again.
class ConnectionThreads final : public httplib::TaskQueue {
  public:
    void enqueue(std::function<void()> task) override {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
        if (idle_ < tasks_.size()) threads_.emplace_back([this] { run(); });
        wake_.notify_one();
    }

    void shutdown() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }

  private:
    void run() {
        std::unique_lock lock(mutex_);
        while (true) {
            ++idle_;
            wake_.wait(lock, [&] { return stopping_ || !tasks_.empty(); });
            --idle_;
            if (tasks_.empty()) return;
            const auto task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> tasks_;
    size_t idle_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

HttpRequest to_request(const httplib::Request& from) {
    HttpRequest request;
    request.method = from.method;
    const size_t question = std::min(from.target.find('?'), from.target.size());
    request.path = from.target.substr(0, question);
    if (question < from.target.size()) request.query = parse_query(std::string_view(from.target).substr(question + 1));
    for (const auto& [name, value] : from.headers) {
        std::string lower = name;
        for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (lower == "linesman-content-type") lower = "content-type";
        request.headers.emplace(std::move(lower), value);
    }
    request.body = from.body;
    return request;
}

}  // namespace

struct HttpServer::Impl final : public httplib::Server {
    Impl(HttpServer::Handler handler, bool gzip) : handler_(std::move(handler)), gzip_(gzip) {
        new_task_queue = [] { return new ConnectionThreads; };
        set_tcp_nodelay(true);
        // Only what the Keep-Alive header says: an idle connection stays open until either side closes it.
        set_keep_alive_timeout(300);
        set_keep_alive_max_count(100'000);
        const auto serve = [this](const httplib::Request& from, httplib::Response& to) { answer(from, to); };
        const char* any = R"([\s\S]*)";
        Get(any, serve).Post(any, serve).Put(any, serve).Patch(any, serve).Delete(any, serve).Options(any, serve);
    }

    void answer(const httplib::Request& from, httplib::Response& to) {
        Delivery delivery = Delivery::whole;
        HttpReply reply = handler_(to_request(from), delivery);
        if (current_stream) current_stream->begin_reply(delivery);
        to.status = reply.status;
        for (const auto& [name, value] : reply.headers) to.set_header(name, value);
        if (reply.stream && current_stream) {
            const auto provide = [stream = std::move(reply.stream), done = false](size_t,
                                                                                  httplib::DataSink& sink) mutable {
                if (!done) {
                    done = true;
                    ChunkWriter writer(sink, *current_stream);
                    stream(writer);
                }
                if (current_stream->broken()) return false;
                sink.done();
                return true;
            };
            to.set_chunked_content_provider(reply.content_type, provide);
            return;
        }
        to.body = std::move(reply.body);
        // httplib compresses only the exact type.
        to.set_header("Content-Type", reply.content_type == "application/json; charset=UTF-8" && gzip_
                                          ? "application/json"
                                          : reply.content_type);
    }

    // Before routing: httplib would choose brotli at its slowest level, and apply ranges to every reply. A live reply
    // is never compressed: its pieces must leave at once.
    void prepare(httplib::Request& request) const {
        request.ranges.clear();
        if (const std::string type = request.get_header_value("Content-Type"); type.starts_with(kFormType)) {
            request.headers.erase("Content-Type");
            request.headers.emplace(kHiddenType, type);
        }
        const bool live = request.path.ends_with("/channel");
        const bool accepts =
            gzip_ && !live && request.get_header_value("Accept-Encoding").find("gzip") != std::string::npos;
        request.headers.erase("Accept-Encoding");
        if (accepts) request.headers.emplace("Accept-Encoding", "gzip");
    }

    bool process_and_close_socket(socket_t socket) override {
        ConnectionStream stream(socket);
        {
            const std::lock_guard lock(mutex_);
            open_.insert(socket);
            if (open_.size() > kMaxConnections) {
                static constexpr std::string_view kFull =
                    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
                stream.write(kFull.data(), kFull.size());
                open_.erase(socket);
                stream.close();
                return true;
            }
        }
        current_stream = &stream;
        while (!stopping_ && stream.wait_for_request()) {
            stream.begin_reply(Delivery::whole);
            bool closed = false;
            if (!process_request(stream, false, closed, [this](httplib::Request& r) { prepare(r); })) break;
            if (closed || stream.broken()) break;
        }
        current_stream = nullptr;
        const std::lock_guard lock(mutex_);
        open_.erase(socket);
        stream.close();
        return true;
    }

    // httplib lets five connections wait; when hundreds come at once the others would be put off for seconds.
    void widen_queue() { ::listen(svr_sock_, static_cast<int>(kMaxConnections)); }

    void interrupt_connections() {
        stopping_ = true;
        const std::lock_guard lock(mutex_);
        for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
    }

    HttpServer::Handler handler_;
    bool gzip_;
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::set<int> open_;
    std::thread listener_;
};

HttpServer::HttpServer(Handler handler, bool gzip) : impl_(std::make_unique<Impl>(std::move(handler), gzip)) {}

HttpServer::~HttpServer() {
    stop();
}

base::Status HttpServer::start(const std::string& address, int port) {
    if (!is_loopback(address)) {
        return base::make_error(base::ErrorKind::configuration,
                                "The local backend listens on loopback only and refuses the address \"" + address +
                                    "\". It is for demo and tests; production is Firebase.");
    }
    if (port == 0) {
        port_ = impl_->bind_to_any_port(address);
    } else {
        port_ = impl_->bind_to_port(address, port) ? port : -1;
    }
    if (port_ <= 0) {
        return base::make_error(base::ErrorKind::io, "Port " + std::to_string(port) + " on " + address +
                                                         " could not be opened. Another program may use it.");
    }
    impl_->widen_queue();
    impl_->listener_ = std::thread([this] { impl_->listen_after_bind(); });
    while (!impl_->is_running()) std::this_thread::yield();
    return {};
}

void HttpServer::stop() {
    if (!impl_->listener_.joinable()) return;
    impl_->interrupt_connections();
    impl_->stop();
    impl_->interrupt_connections();  // those accepted meanwhile
    impl_->listener_.join();
}

bool is_loopback(const std::string& address) {
    if (address == "localhost" || address == "::1") return true;
    in_addr parsed{};
    return ::inet_pton(AF_INET, address.c_str(), &parsed) == 1 && (ntohl(parsed.s_addr) >> 24) == 127;
}

}  // namespace linesman::backend
