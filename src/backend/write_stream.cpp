#include "backend/write_stream.h"

#include "backend/api_error.h"
#include "base/ids.h"

namespace linesman::backend {

WriteStream::WriteStream(Channel& channel, StreamContext& context, std::string database, Caller caller)
    : channel_(channel), context_(context), database_(std::move(database)), caller_(std::move(caller)) {}

std::string WriteStream::next_token() {
    return base::base64_encode(std::to_string(answered_++));
}

void WriteStream::greet(const base::Json& message) {
    const std::string database = base::string_at(message, "database").value_or("");
    if (database.empty() || (!database_.empty() && database != database_)) {
        channel_.fail(invalid("The first message of a Write stream must name the database of the request."));
        return;
    }
    database_ = database;
    greeted_ = true;
    channel_.send(R"({"streamId":")" + base::random_base36(8) + R"(","streamToken":")" + next_token() + "\"}");
}

void WriteStream::receive(const base::Json& message) {
    if (!greeted_) {
        greet(message);
        return;
    }
    if (caller_.expires && *caller_.expires <= context_.clock.now()) {
        channel_.fail(base::make_error(base::ErrorKind::unauthenticated, "The ID token has expired."));
        return;
    }
    auto result = context_.firestore.write(database_, message, caller_);
    if (!result) {
        channel_.fail(result.error());
        return;
    }
    channel_.send(R"({"streamToken":")" + next_token() + "\"," + result->substr(1));
}

}  // namespace linesman::backend
