// A request of our HTTP interface put to a backend in the same process, without sockets.
#pragma once

#include <cctype>
#include <string>

#include "backend/server.h"
#include "net/http.h"

namespace linesman::test {

// "/v1/projects/…", without the query.
inline std::string path_of(const net::Request& request) {
    const size_t host_end = request.url.find('/', request.url.find("//") + 2);
    return request.url.substr(host_end, request.url.find('?', host_end) - host_end);
}

inline net::Response answer_of(backend::Server& server, const net::Request& request) {
    backend::HttpRequest in;
    in.method = request.method;
    in.path = path_of(request);
    if (const size_t mark = request.url.find('?'); mark != std::string::npos)
        in.query = backend::parse_query(request.url.substr(mark + 1));
    for (const auto& [name, content] : request.headers) {
        std::string lower = name;
        for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        in.headers[lower] = content;
    }
    in.body = request.body;
    const backend::HttpReply reply = server.handle(in);
    net::Response response;
    response.status = reply.status;
    response.body = reply.body;
    response.headers = reply.headers;
    response.headers.emplace_back("Content-Type", reply.content_type);
    response.bytes_received = reply.body.size();
    return response;
}

}  // namespace linesman::test
