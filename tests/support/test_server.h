// A tiny HTTP/1.1 server on loopback whose answers may be wrong on purpose: cut, reset, held back, raw bytes. Plain
// sockets, because a proper HTTP library refuses to misbehave. Header only, so that tests of net need no other room.
//
// Thread: the handler runs on a thread per connection; everything it touches must be its own or atomic. Requests are
// recorded.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace linesman::test {

struct TestRequest {
    std::string method;
    std::string target;                          // path and query as sent
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
    std::string header(const std::string& name) const {
        const auto it = headers.find(name);
        return it == headers.end() ? "" : it->second;
    }
};

enum class Fault {
    none,
    cut_body,    // Content-Length promises all, only `keep` bytes are sent, then the connection closes
    reset_body,  // the same, ended with a TCP reset
    reset,       // no answer, TCP reset
    close,       // no answer, closed
    hold,        // no answer until the server is released or destroyed
    hold_body,   // `keep` bytes, then silence until released
    raw,         // `body` is sent as it is, then closed
};

struct TestReply {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers = {{"Content-Type", "application/json"}};
    std::string body = {};
    Fault fault = Fault::none;
    size_t keep = 0;
    bool chunked = false;
};

class TestServer {
  public:
    using Handler = std::function<TestReply(const TestRequest&)>;

    explicit TestServer(Handler handler) : handler_(std::move(handler)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0)
            std::abort();
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        accepter_ = std::thread([this] { accept_all(); });
    }

    ~TestServer() {
        stopping_ = true;
        release();
        ::shutdown(listener_, SHUT_RDWR);
        accepter_.join();
        ::close(listener_);
        {
            const std::lock_guard lock(mutex_);
            for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
        }
        for (auto& thread : threads_) thread.join();
    }
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    int port() const { return port_; }
    std::string url(const std::string& path = "") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }

    std::vector<TestRequest> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    size_t connections() const {
        const std::lock_guard lock(mutex_);
        return connections_;
    }
    // Blocks until `count` requests have arrived in all.
    void wait_for_requests(size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return requests_.size() >= count || stopping_; });
    }
    // Lets every held answer go on (as an ordinary answer).
    void release() {
        const std::lock_guard lock(mutex_);
        released_ = true;
        changed_.notify_all();
    }

  private:
    void accept_all() {
        for (;;) {
            const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) return;
            const int one = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            const std::lock_guard lock(mutex_);
            ++connections_;
            open_.push_back(fd);
            threads_.emplace_back([this, fd] { serve(fd); });
        }
    }

    void serve(int fd) {
        std::string buffer;
        TestRequest request;
        while (!stopping_ && read_request(fd, buffer, request)) {
            {
                const std::lock_guard lock(mutex_);
                requests_.push_back(request);
                changed_.notify_all();
            }
            if (!answer(fd, handler_(request))) break;
        }
        const std::lock_guard lock(mutex_);
        std::erase(open_, fd);
        ::close(fd);
    }

    static std::string lower(std::string text) {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return text;
    }

    static bool fill(int fd, std::string& buffer) {
        char bytes[16384];
        const ssize_t got = ::recv(fd, bytes, sizeof bytes, 0);
        if (got <= 0) return false;
        buffer.append(bytes, static_cast<size_t>(got));
        return true;
    }

    static bool read_request(int fd, std::string& buffer, TestRequest& request) {
        size_t end = 0;
        while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
            if (!fill(fd, buffer)) return false;
        }
        request = {};
        const std::string head = buffer.substr(0, end);
        buffer.erase(0, end + 4);
        size_t at = head.find("\r\n");
        const std::string first = head.substr(0, at);
        const size_t space = first.find(' ');
        request.method = first.substr(0, space);
        request.target = first.substr(space + 1, first.rfind(' ') - space - 1);
        while (at != std::string::npos) {
            const size_t next = head.find("\r\n", at + 2);
            const std::string line = head.substr(at + 2, next == std::string::npos ? next : next - at - 2);
            const size_t colon = line.find(':');
            const size_t value = colon == std::string::npos ? colon : line.find_first_not_of(' ', colon + 1);
            if (colon != std::string::npos)
                request.headers[lower(line.substr(0, colon))] = value == std::string::npos ? "" : line.substr(value);
            at = next;
        }
        const std::string length = request.header("content-length");
        const size_t size = length.empty() ? 0 : std::stoul(length);
        while (buffer.size() < size) {
            if (!fill(fd, buffer)) return false;
        }
        request.body = buffer.substr(0, size);
        buffer.erase(0, size);
        return true;
    }

    static bool send_all(int fd, const std::string& bytes) {
        size_t sent = 0;
        while (sent < bytes.size()) {
            const ssize_t n = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (n <= 0) return false;
            sent += static_cast<size_t>(n);
        }
        return true;
    }

    static void make_reset_on_close(int fd) {
        const linger now{1, 0};
        ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }

    void wait_for_release() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return released_ || stopping_; });
    }

    static std::string head_of(const TestReply& reply) {
        std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " Reply\r\n";
        for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
        head += reply.chunked ? "Transfer-Encoding: chunked\r\n"
                              : "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
        return head + "\r\n";
    }

    static std::string body_of(const TestReply& reply) {
        if (!reply.chunked) return reply.body;
        char size[32];
        std::snprintf(size, sizeof size, "%zx\r\n", reply.body.size());
        return size + reply.body + "\r\n0\r\n\r\n";
    }

    // False when the connection ends here.
    bool answer(int fd, const TestReply& reply) {
        switch (reply.fault) {
            case Fault::reset:
                make_reset_on_close(fd);
                return false;
            case Fault::close:
                return false;
            case Fault::raw:
                send_all(fd, reply.body);
                return false;
            case Fault::cut_body:
            case Fault::reset_body:
                send_all(fd, head_of(reply) + body_of(reply).substr(0, reply.keep));
                if (reply.fault == Fault::reset_body) make_reset_on_close(fd);
                return false;
            case Fault::hold_body: {
                if (!send_all(fd, head_of(reply) + body_of(reply).substr(0, reply.keep))) return false;
                wait_for_release();
                return send_all(fd, body_of(reply).substr(reply.keep));
            }
            case Fault::hold:
                wait_for_release();
                break;
            case Fault::none:
                break;
        }
        return send_all(fd, head_of(reply) + body_of(reply));
    }

    Handler handler_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool released_ = false;
    size_t connections_ = 0;
    std::vector<TestRequest> requests_;
    std::vector<int> open_;
    std::list<std::thread> threads_;
    std::thread accepter_;
};

}  // namespace linesman::test
