// Listen over WebChannel on loopback, our backend at one end and a bare socket at the other: how fast an initial result
// arrives, and how long a commit takes to reach a listener.
//
//   bench_listen [documents]      default: 10000
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "backend/server.h"
#include "base/json.h"

namespace {

using namespace linesman;
using Clock = std::chrono::steady_clock;

const std::string kDatabase = "projects/demo/databases/(default)";
const std::string kPath =
    "/google.firestore.v1.Firestore/Listen/channel?VER=8&database=" + backend::url_encode(kDatabase);

double ms_since(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

class Socket {
  public:
    explicit Socket(int port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::exit(1);
    }
    ~Socket() { ::close(fd_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    void send(const std::string& text) { static_cast<void>(::send(fd_, text.data(), text.size(), 0)); }
    // Appends what has come; false at the end.
    bool receive(std::string& text) {
        char bytes[64 * 1024];
        const ssize_t got = ::recv(fd_, bytes, sizeof bytes, 0);
        if (got <= 0) return false;
        text.append(bytes, static_cast<size_t>(got));
        return true;
    }
    void until(std::string& text, const std::string& mark) {
        size_t searched = 0;
        while (text.find(mark, searched) == std::string::npos) {
            searched = text.size() - std::min(text.size(), mark.size());
            if (!receive(text)) std::exit(1);
        }
    }

  private:
    int fd_;
};

std::string between(const std::string& text, const std::string& before, char after) {
    const size_t begin = text.find(before) + before.size();
    return text.substr(begin, text.find(after, begin) - begin);
}

// A back channel of a new Listen stream for the whole collection.
void open(Socket& back, int port) {
    const base::Json add = {{"database", kDatabase},
                            {"addTarget",
                             {{"targetId", 2},
                              {"query",
                               {{"parent", kDatabase + "/documents"},
                                {"structuredQuery", {{"from", {{{"collectionId", "captures"}}}}}}}}}}};
    const std::string body = "count=1&ofs=0&req0___data__=" + backend::url_encode(add.dump());
    Socket forward(port);
    forward.send("POST " + kPath + "&RID=1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
                 "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    std::string reply;
    forward.until(reply, "]]]");
    back.send("GET " + kPath +
              "&RID=rpc&CI=0&TYPE=xmlhttp&AID=0&SID=" + backend::url_encode(between(reply, "[\"c\",\"", '"')) +
              "&gsessionid=" + between(reply, "X-HTTP-Session-Id: ", '\r') + " HTTP/1.1\r\nHost: x\r\n\r\n");
}

backend::DocumentPtr document(size_t i) {
    backend::Map fields;
    backend::set(fields, "n", backend::Value{static_cast<int64_t>(i)});
    backend::set(fields, "notes", backend::Value{std::string(900, 'n')});
    char id[32];
    std::snprintf(id, sizeof id, "%020zu", i);
    const base::Timestamp time{1'763'800'000'000'000};
    return backend::make_document(kDatabase + "/documents/captures/" + id, std::move(fields), time, time);
}

void initial_result(int port, size_t count) {
    const auto begin = Clock::now();
    Socket back(port);
    open(back, port);
    size_t bytes = 0;
    std::string text;
    while (text.find("\"CURRENT\"") == std::string::npos) {
        bytes += text.size();
        text.erase(0, text.size() - std::min<size_t>(text.size(), 16));
        bytes -= text.size();
        if (!back.receive(text)) std::exit(1);
    }
    const double ms = ms_since(begin);
    std::printf("initial result: %zu documents, %.1f MB in %.0f ms = %.0f documents/s\n", count,
                static_cast<double>(bytes + text.size()) / 1e6, ms, static_cast<double>(count) / ms * 1000);
}

void latency(backend::Server& server, int listeners) {
    std::vector<std::unique_ptr<Socket>> backs;
    std::vector<std::string> texts(static_cast<size_t>(listeners));
    for (int i = 0; i < listeners; ++i) {
        backs.push_back(std::make_unique<Socket>(server.port()));
        open(*backs.back(), server.port());
        backs.back()->until(texts[static_cast<size_t>(i)], "\"CURRENT\"");
    }
    std::vector<double> first, last;
    for (int i = 0; i < 200; ++i) {
        const std::string mark = "mark-" + std::to_string(listeners) + "-" + std::to_string(i) + "-";
        backend::Write write;
        write.name = kDatabase + "/documents/captures/latency";
        backend::set(write.fields, "mark", backend::Value{mark});
        const auto begin = Clock::now();
        if (!backend::commit_writes(server.documents(), {write}, server.clock().now())) std::exit(1);
        for (size_t k = 0; k < backs.size(); ++k) {
            texts[k].clear();
            backs[k]->until(texts[k], mark);
            if (k == 0) first.push_back(ms_since(begin));
        }
        last.push_back(ms_since(begin));
    }
    const auto quantile = [](std::vector<double>& values, double q) {
        std::sort(values.begin(), values.end());
        return values[static_cast<size_t>(q * static_cast<double>(values.size() - 1))];
    };
    std::printf(
        "commit to message, %d listeners: first one median %.2f ms, p95 %.2f ms; the last of all median %.2f ms, p95 "
        "%.2f ms\n",
        listeners, quantile(first, 0.5), quantile(first, 0.95), quantile(last, 0.5), quantile(last, 0.95));
}

}  // namespace

int main(int argc, char** argv) {
    const size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10'000;
    backend::Server server;
    if (!server.start()) return 1;
    std::vector<backend::DocumentPtr> documents;
    for (size_t i = 0; i < count; ++i) documents.push_back(document(i));
    if (!server.load_documents(std::move(documents))) return 1;
    for (int run = 0; run < 3; ++run) initial_result(server.port(), count);
    if (!server.load_documents({})) return 1;
    latency(server, 1);
    latency(server, 100);
    return 0;
}
