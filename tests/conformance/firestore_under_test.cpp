#include "conformance/firestore_under_test.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "backend/server.h"

extern char** environ;

namespace linesman::conformance {
namespace {

std::string emulator_jar() {
    if (const char* named = std::getenv("LINESMAN_FIRESTORE_EMULATOR_JAR")) return named;
    std::string path;
    if (FILE* pipe = ::popen("dpkg -L google-cloud-cli-firestore-emulator 2>/dev/null | grep 'jar$'", "r")) {
        char buffer[1024];
        if (std::fgets(buffer, sizeof buffer, pipe)) path = buffer;
        ::pclose(pipe);
    }
    while (!path.empty() && path.back() == '\n') path.pop_back();
    return path;
}

int free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(socket);
    return ntohs(address.sin_port);
}

// Google's emulator as a child process for as long as the test program lives.
class Emulator {
  public:
    explicit Emulator(const std::string& rules = {}) {
        const std::string jar = emulator_jar();
        if (jar.empty()) {
            endpoint_.why_missing =
                "Google's Firestore emulator (package google-cloud-cli-firestore-emulator) is not installed.";
            return;
        }
        const int port = free_port();
        if (!spawn(jar, port, rules)) {
            endpoint_.why_missing = "Java could not be started; the Firestore emulator needs version 17.";
        } else if (!ready(port)) {
            endpoint_.why_missing = "Google's Firestore emulator did not answer within 60 s.";
        } else {
            endpoint_.port = port;
        }
    }

    ~Emulator() {
        if (child_ <= 0) return;
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }

    const Endpoint& endpoint() const { return endpoint_; }

  private:
    bool spawn(const std::string& jar, int port, const std::string& rules) {
        std::vector<std::string> words = {"java",
                                          "-Duser.language=en",
                                          "-cp",
                                          jar,
                                          "com.google.cloud.datastore.emulator.firestore.CloudFirestore",
                                          "start",
                                          "--host=127.0.0.1",
                                          "--port=" + std::to_string(port)};
        if (!rules.empty()) words.push_back("--rules=" + rules);
        std::vector<char*> argv;
        for (std::string& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
        const int failed = ::posix_spawnp(&child_, "java", &actions, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        if (failed != 0) child_ = -1;
        return failed == 0;
    }

    bool ready(int port) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (std::chrono::steady_clock::now() < deadline) {
            httplib::Client client("127.0.0.1", port);
            if (client.Get("/")) return true;
            if (::waitpid(child_, nullptr, WNOHANG) != 0) {
                child_ = -1;
                return false;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        return false;
    }

    pid_t child_ = -1;
    Endpoint endpoint_;
};

Endpoint own_backend() {
    static backend::Server server;
    static const base::Status started = server.start();
    return started ? Endpoint{server.port(), ""} : Endpoint{0, started.error().what};
}

Json value(const char* type, Json inner) {
    return Json{{type, std::move(inner)}};
}

}  // namespace

Endpoint endpoint(Which which) {
    if (which == Which::backend) return own_backend();
    if (which == Which::emulator_with_rules) {
        static const Emulator guarded(LINESMAN_SOURCE_DIR "/packaging/firebase/firestore.rules");
        return guarded.endpoint();
    }
    static const Emulator emulator;
    return emulator.endpoint();
}

std::string Reply::status() const {
    const Json& holder = body.is_array() && !body.empty() ? body[0] : body;
    const Json* error = base::find(holder, "error");
    return error ? base::string_at(*error, "status").value_or("?") : "";
}

Firestore::Firestore(int port, const std::string& project, const std::string& bearer)
    : project_(project), client_("127.0.0.1", port) {
    client_.set_keep_alive(true);
    client_.set_tcp_nodelay(true);
    client_.set_url_encode(false);
    client_.set_read_timeout(30);
    if (!bearer.empty()) client_.set_default_headers({{"Authorization", "Bearer " + bearer}});
}

Reply Firestore::finish(const httplib::Result& result) {
    Reply reply;
    if (!result) return reply;
    reply.http = result->status;
    reply.text = result->body;
    reply.body = Json::parse(result->body, nullptr, false);
    return reply;
}

Reply Firestore::get(const std::string& path) {
    return finish(client_.Get(("/v1/" + path).c_str()));
}

Reply Firestore::post(const std::string& path, const Json& body) {
    return finish(client_.Post(("/v1/" + path).c_str(), body.dump(), "application/json"));
}

Reply Firestore::patch(const std::string& path, const Json& body) {
    return finish(client_.Patch(("/v1/" + path).c_str(), body.dump(), "application/json"));
}

Reply Firestore::remove(const std::string& path) {
    return finish(client_.Delete(("/v1/" + path).c_str()));
}

Reply Firestore::commit(const Json& writes) {
    return post(root() + ":commit", {{"writes", writes}});
}

Reply Firestore::query(const Json& structured, const std::string& parent) {
    return post((parent.empty() ? root() : name(parent)) + ":runQuery", {{"structuredQuery", structured}});
}

Reply Firestore::aggregate(const Json& structured, const Json& aggregations) {
    return post(root() + ":runAggregationQuery",
                {{"structuredAggregationQuery", {{"structuredQuery", structured}, {"aggregations", aggregations}}}});
}

std::string Firestore::set(const std::string& path, const Json& fields) {
    const Reply reply = commit(Json::array({update(name(path), fields)}));
    return reply.http == 200 ? reply.body["writeResults"][0]["updateTime"].get<std::string>() : reply.text;
}

std::string Firestore::ids(const Json& structured, const std::string& parent) {
    const Reply reply = query(structured, parent);
    if (reply.http != 200) return "HTTP " + std::to_string(reply.http) + " " + reply.text;
    std::string out;
    for (const Json& element : reply.body) {
        if (!element.contains("document")) continue;
        const std::string full = element["document"]["name"];
        out += (out.empty() ? "" : " ") + full.substr(full.rfind('/') + 1);
    }
    return out;
}

Json integer(int64_t n) {
    return value("integerValue", std::to_string(n));
}
Json number(double n) {
    if (n != n) return value("doubleValue", "NaN");
    return value("doubleValue", n);
}
Json text(const std::string& s) {
    return value("stringValue", s);
}
Json boolean(bool b) {
    return value("booleanValue", b);
}
Json null() {
    return value("nullValue", nullptr);
}
Json time(const std::string& t) {
    return value("timestampValue", t);
}
Json array(const std::vector<Json>& values) {
    return value("arrayValue", values.empty() ? Json::object() : Json{{"values", values}});
}
Json map(const Json& fields) {
    return value("mapValue", fields.empty() ? Json::object() : Json{{"fields", fields}});
}
Json reference(const std::string& name) {
    return value("referenceValue", name);
}

Json update(const std::string& name, const Json& fields) {
    return {{"update", {{"name", name}, {"fields", fields}}}};
}

Json from(const std::string& collection, bool all_descendants) {
    Json selector = {{"collectionId", collection}};
    if (all_descendants) selector["allDescendants"] = true;
    return {{"from", Json::array({selector})}};
}

Json where(const std::string& path, const std::string& op, const Json& wanted) {
    return {{"fieldFilter", {{"field", {{"fieldPath", path}}}, {"op", op}, {"value", wanted}}}};
}

Json unary(const std::string& path, const std::string& op) {
    return {{"unaryFilter", {{"field", {{"fieldPath", path}}}, {"op", op}}}};
}

Json composite(const std::string& op, const std::vector<Json>& filters) {
    return {{"compositeFilter", {{"op", op}, {"filters", filters}}}};
}

Json order(const std::string& path, bool descending) {
    return {{"field", {{"fieldPath", path}}}, {"direction", descending ? "DESCENDING" : "ASCENDING"}};
}

}  // namespace linesman::conformance
