// HTTP/1.1 on one loopback port, by cpp-httplib, with the power to break off a reply. The only file that includes
// httplib.
//
// Threads: one accepts; each open connection has one of its own, at most 2,000 of them; the next are answered 503.
// stop() may be called from any thread but theirs.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "backend/http.h"

namespace linesman::backend {

// How a reply leaves the machine.
enum class Delivery {
    whole,
    none,   // close the connection instead
    reset,  // TCP reset instead
    cut,    // headers and half of the body, then close
};

class HttpServer {
  public:
    using Handler = std::function<HttpReply(const HttpRequest& request, Delivery& delivery)>;

    // `gzip`: compress JSON when the client accepts it.
    HttpServer(Handler handler, bool gzip);
    ~HttpServer();  // stops
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // Port 0 picks a free one. Errors: configuration for an address that is not loopback, io when the port is taken.
    base::Status start(const std::string& address, int port);
    void stop();
    int port() const { return port_; }

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    int port_ = 0;
};

// 127.0.0.0/8, ::1 or localhost.
bool is_loopback(const std::string& address);

}  // namespace linesman::backend
