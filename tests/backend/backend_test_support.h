// Shorthand for the backend's own tests: requests without sockets.
#pragma once

#include <string>

#include "backend/server.h"
#include "base/json.h"

namespace linesman::backend {

inline HttpReply call(Server& server, const std::string& method, const std::string& target,
                      const std::string& body = "",
                      std::map<std::string, std::string> headers = {{"content-type", "application/json"}}) {
    HttpRequest request;
    request.method = method;
    const size_t question = std::min(target.find('?'), target.size());
    request.path = target.substr(0, question);
    if (question < target.size()) request.query = parse_query(std::string_view(target).substr(question + 1));
    request.headers = std::move(headers);
    request.body = body;
    return server.handle(request);
}

inline base::Json json_of(const HttpReply& reply) {
    return base::Json::parse(reply.body, nullptr, false);
}

inline std::string header_of(const HttpReply& reply, const std::string& name) {
    for (const auto& [key, value] : reply.headers) {
        if (key == name) return value;
    }
    return "";
}

inline const std::string kRoot = "/v1/projects/p/databases/(default)/documents";

inline std::string update_of(const std::string& path, int value) {
    return R"({"update":{"name":"projects/p/databases/(default)/documents/)" + path +
           R"(","fields":{"n":{"integerValue":")" + std::to_string(value) + R"("}}}})";
}

inline HttpReply put(Server& server, const std::string& path, int value) {
    return call(server, "POST", kRoot + ":commit", "{\"writes\":[" + update_of(path, value) + "]}");
}

}  // namespace linesman::backend
