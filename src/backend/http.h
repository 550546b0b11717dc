// One request and one reply as the services see them: no sockets, no third party, so that every service is a function
// that a test can call.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace linesman::backend {

struct HttpRequest {
    std::string method;
    std::string path;                               // as sent, without the query, still percent-encoded
    std::multimap<std::string, std::string> query;  // decoded
    std::map<std::string, std::string> headers;     // names in lower case
    std::string body;

    std::string header(const std::string& lower_name) const;
    std::string param(const std::string& name) const;  // first value, empty when absent
    bool has_param(const std::string& name) const { return query.contains(name); }
    std::vector<std::string> params(const std::string& name) const;
};

// The way out of a reply that is written while it lives. Thread: the connection's.
class BodyWriter {
  public:
    virtual ~BodyWriter() = default;
    // One chunk of HTTP, on its way when this returns. False once the client is gone.
    virtual bool write(std::string_view bytes) = 0;
    // The client has closed the connection.
    virtual bool peer_gone() = 0;
    // Announces `bytes`, sends half of them and closes the connection; with none it only closes.
    virtual void break_off(std::string_view bytes) = 0;
};

struct HttpReply {
    int status = 200;
    std::string content_type = "application/json; charset=UTF-8";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::function<void(BodyWriter&)> stream;  // when set, writes the body instead; the reply ends when it returns
};

HttpReply json_reply(std::string body, int status = 200);
HttpReply error_reply(const base::Error& error);

// Percent-decoding; '+' becomes a space in queries and forms only.
std::string url_decode(std::string_view text, bool plus_is_space = false);
std::string url_encode(std::string_view text);
std::multimap<std::string, std::string> parse_query(std::string_view text);

}  // namespace linesman::backend
