// TLS as an office has it: a server that nobody vouches for, an office's own authority, and a proxy in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <future>

#include "net/http.h"

namespace linesman::net {
namespace {

using base::ErrorKind;
using ::testing::HasSubstr;

// Certificates made by the openssl program: an authority, and servers that it vouches for.
class Authority {
  public:
    Authority() {
        char pattern[] = "/tmp/linesman-tls-XXXXXX";
        folder_ = mkdtemp(pattern);
        made_ =
            run("req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=Office authority' -keyout ca.key -out ca.pem") &&
            issue("server", "DNS:firestore.invalid,IP:127.0.0.1") && issue("other", "DNS:elsewhere.invalid");
    }
    ~Authority() { std::filesystem::remove_all(folder_); }
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    bool made() const { return made_; }
    std::string file(const std::string& name) const { return folder_ + "/" + name; }

  private:
    bool run(const std::string& words) const {
        return std::system(("cd " + folder_ + " && openssl " + words + " >/dev/null 2>&1").c_str()) == 0;
    }
    bool issue(const std::string& name, const std::string& names) const {
        return run("req -newkey rsa:2048 -nodes -subj '/CN=" + name + "' -keyout " + name + ".key -out " + name +
                   ".csr") &&
               std::system(("printf 'subjectAltName=" + names + "' >" + file(name + ".ext")).c_str()) == 0 &&
               run("x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile " + name +
                   ".ext -out " + name + ".pem");
    }
    std::string folder_;
    bool made_ = false;
};

class TlsServer {
  public:
    TlsServer(const Authority& authority, const std::string& name)
        : server_(authority.file(name + ".pem").c_str(), authority.file(name + ".key").c_str()) {
        server_.Get("/", [this](const httplib::Request&, httplib::Response& response) {
            ++asked;
            response.set_content("{}", "application/json");
        });
        port_ = server_.bind_to_any_port("127.0.0.1");
        thread_ = std::thread([this] { server_.listen_after_bind(); });
        while (!server_.is_running()) std::this_thread::yield();  // stop() would do nothing before
    }
    ~TlsServer() {
        server_.stop();
        thread_.join();
    }
    int port() const { return port_; }
    std::atomic<int> asked{0};

  private:
    httplib::SSLServer server_;
    int port_ = 0;
    std::thread thread_;
};

// An office proxy: carries every CONNECT to one port of this machine, whatever host was asked for.
class TunnelProxy {
  public:
    explicit TunnelProxy(int port) : to_(port) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0)
            std::abort();
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~TunnelProxy() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    std::string first_line() const { return first_line_; }

  private:
    void serve() {
        for (;;) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0) return;
            std::string head;
            char byte = 0;
            while (!head.ends_with("\r\n\r\n") && ::recv(client, &byte, 1, 0) == 1) head += byte;
            first_line_ = head.substr(0, head.find("\r\n"));
            const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            address.sin_port = htons(static_cast<uint16_t>(to_));
            if (::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
                constexpr std::string_view kReady = "HTTP/1.1 200 Connection established\r\n\r\n";
                (void)!::send(client, kReady.data(), kReady.size(), MSG_NOSIGNAL);
                carry(client, server);
            }
            ::close(server);
            ::close(client);
        }
    }
    static bool move_bytes(int from, int to) {
        char bytes[16384];
        const ssize_t got = ::recv(from, bytes, sizeof bytes, 0);
        return got > 0 && ::send(to, bytes, static_cast<size_t>(got), MSG_NOSIGNAL) == got;
    }
    static void carry(int client, int server) {
        pollfd ends[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        while (::poll(ends, 2, -1) > 0) {
            if (ends[0].revents != 0 && !move_bytes(client, server)) return;
            if (ends[1].revents != 0 && !move_bytes(server, client)) return;
        }
    }
    int to_, listener_ = -1, port_ = 0;
    std::string first_line_;
    std::thread thread_;
};

class TlsTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() { authority = new Authority; }
    static void TearDownTestSuite() {
        delete authority;
        authority = nullptr;
    }
    void SetUp() override {
        if (!authority->made()) GTEST_SKIP() << "the openssl program is not installed";
    }
    base::Result<Response> fetch(const std::string& url, const std::string& ca_file) {
        const auto http = make_http({.ca_file = ca_file});
        std::promise<base::Result<Response>> promise;
        auto future = promise.get_future();
        Request request;
        request.url = url;
        const Call call =
            http->send(std::move(request), queue_, [&](base::Result<Response> r) { promise.set_value(std::move(r)); });
        return future.get();
    }
    static std::string url_of(const TlsServer& server) {
        return "https://127.0.0.1:" + std::to_string(server.port()) + "/";
    }

    static Authority* authority;
    base::ThreadQueue queue_{"test"};
};
Authority* TlsTest::authority = nullptr;

TEST_F(TlsTest, AServerThatNobodyVouchesForIsRefusedWithTheCure) {
    TlsServer server(*authority, "server");
    const auto result = fetch(url_of(server), "");
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::offline);
    EXPECT_THAT(result.error().what, HasSubstr("not trusted"));
    EXPECT_THAT(result.error().what, HasSubstr("ca_file"));
    EXPECT_EQ(server.asked, 0);
}

TEST_F(TlsTest, TheExtraCaFileMakesItTrusted) {
    TlsServer server(*authority, "server");
    const auto result = fetch(url_of(server), authority->file("ca.pem"));
    ASSERT_TRUE(result.ok()) << result.error().full();
    EXPECT_EQ(result->status, 200);
    EXPECT_EQ(server.asked, 1);
}

TEST_F(TlsTest, ACertificateOfAnotherHostIsRefusedAllTheSame) {
    TlsServer server(*authority, "other");
    const auto result = fetch(url_of(server), authority->file("ca.pem"));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::offline);
    EXPECT_EQ(server.asked, 0);
}

TEST_F(TlsTest, TheOfficeProxyOfTheEnvironmentCarriesTheConnectionToTheEnd) {
    TlsServer server(*authority, "server");
    TunnelProxy proxy(server.port());
    setenv("https_proxy", proxy.url().c_str(), 1);
    const auto trusted = fetch("https://firestore.invalid/", authority->file("ca.pem"));
    const auto stranger = fetch("https://firestore.invalid/", "");
    unsetenv("https_proxy");
    ASSERT_TRUE(trusted.ok()) << trusted.error().full();
    EXPECT_EQ(trusted->status, 200);
    EXPECT_EQ(proxy.first_line(), "CONNECT firestore.invalid:443 HTTP/1.1");
    // A proxy that looks into TLS is a stranger until its authority is named.
    ASSERT_FALSE(stranger.ok());
    EXPECT_THAT(stranger.error().what, HasSubstr("ca_file"));
    EXPECT_EQ(server.asked, 1);
}

}  // namespace
}  // namespace linesman::net
