#include "net/loopback_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace linesman::net {
namespace {

constexpr size_t kMaxRequestBytes = 8192;
constexpr int kRequestTimeoutMs = 2000;

base::Error listen_error(int error_number) {
    return base::make_error(
        base::ErrorKind::io,
        "No local port could be opened for the browser's answer. Sign in with email and password instead.",
        "errno " + std::to_string(error_number));
}

void send_page(int fd, const LoopbackAnswer& answer) {
    const std::string page = "HTTP/1.1 " + std::to_string(answer.status) +
                             (answer.status == 200 ? " OK" : " Not Found") +
                             "\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nConnection: "
                             "close\r\nContent-Length: " +
                             std::to_string(answer.html.size()) + "\r\n\r\n" + answer.html;
    size_t sent = 0;
    while (sent < page.size()) {
        const ssize_t n = ::send(fd, page.data() + sent, page.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) return;  // the browser went away; what it asked has been seen
        sent += static_cast<size_t>(n);
    }
}

}  // namespace

base::Result<std::unique_ptr<LoopbackListener>> LoopbackListener::open(
    std::function<LoopbackAnswer(const std::string&)> answer) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return listen_error(errno);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    const int wake = ::eventfd(0, EFD_CLOEXEC);
    if (wake < 0 || ::bind(fd, raw, size) != 0 || ::listen(fd, 8) != 0 || ::getsockname(fd, raw, &size) != 0) {
        const int error_number = errno;
        ::close(fd);
        if (wake >= 0) ::close(wake);
        return listen_error(error_number);
    }
    return std::unique_ptr<LoopbackListener>(
        new LoopbackListener(fd, wake, ntohs(address.sin_port), std::move(answer)));
}

LoopbackListener::LoopbackListener(int listen_fd, int wake_fd, int port,
                                   std::function<LoopbackAnswer(const std::string&)> answer)
    : listen_fd_(listen_fd), wake_fd_(wake_fd), port_(port), answer_(std::move(answer)) {
    thread_ = std::thread([this] { run(); });
}

LoopbackListener::~LoopbackListener() {
    const uint64_t one = 1;
    if (::write(wake_fd_, &one, sizeof one) < 0) { /* an eventfd that is already signalled */
    }
    thread_.join();
    ::close(listen_fd_);
    ::close(wake_fd_);
}

// False on timeout and when the listener is to stop.
bool LoopbackListener::wait_readable(int fd, int timeout_ms) const {
    std::array<pollfd, 2> fds{{{fd, POLLIN, 0}, {wake_fd_, POLLIN, 0}}};
    int ready = 0;
    do {
        ready = ::poll(fds.data(), fds.size(), timeout_ms);
    } while (ready < 0 && errno == EINTR);
    return ready > 0 && fds[1].revents == 0;
}

void LoopbackListener::run() {
    while (wait_readable(listen_fd_, -1)) {
        const int fd = ::accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) continue;
        const bool finished = serve(fd);
        ::close(fd);
        if (finished) return;
    }
}

bool LoopbackListener::serve(int fd) {
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos) {
        std::array<char, 2048> bytes{};
        if (request.size() > kMaxRequestBytes || !wait_readable(fd, kRequestTimeoutMs)) return false;
        const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), 0);
        if (got <= 0) return false;
        request.append(bytes.data(), static_cast<size_t>(got));
    }
    const size_t space = request.find(' ');
    const size_t end = space == std::string::npos ? space : request.find(' ', space + 1);
    if (end == std::string::npos || request.compare(0, 4, "GET ") != 0) return false;
    const LoopbackAnswer answer = answer_(request.substr(space + 1, end - space - 1));
    send_page(fd, answer);
    return answer.finished;
}

}  // namespace linesman::net
