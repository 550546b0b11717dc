// Reads the raw text of a runQuery or batchGet reply (reference: firebase protocol, section 1) into documents whose
// `fields` stay JSON text: what the cache stores and capture_codec.h decodes.
//
// One unreadable element never loses the others: it is listed in `damaged`. A reply that is cut, is no reply of
// Firestore's, or carries an
// {"error"} element anywhere is an error as a whole, since what is missing from it is unknown.
//
// Thread: one at a time per reader; the static function is for single replies.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace linesman::sync {

struct RawDocument {
    std::string name;         // full resource name
    std::string update_time;  // verbatim
    std::string create_time;  // verbatim
    std::string fields_json;  // compact text of the `fields` object; "{}" when the document has none

    std::string_view id() const;  // last segment of the name
    bool operator==(const RawDocument&) const = default;
};

struct Reply {
    std::vector<RawDocument> documents;
    std::vector<std::string> missing;  // batchGet: full names that do not exist
    std::string read_time;             // verbatim, the last one given; empty when none
    std::vector<base::Error> damaged;  // elements that could not be read, each named as well as possible
};

class ReplyReader {
  public:
    ReplyReader();
    ~ReplyReader();
    ReplyReader(ReplyReader&&) noexcept;
    ReplyReader& operator=(ReplyReader&&) noexcept;

    // Errors: corrupt (malformed or cut), or the kind of Firestore's own error.
    base::Result<Reply> read(std::string_view text);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

base::Result<Reply> read_reply(std::string_view text);

// The last segment of a resource name.
std::string_view document_id(std::string_view name);

// Firestore's canonical status name ("FAILED_PRECONDITION") as a kind; internal for names that are unknown.
base::ErrorKind error_kind_from_status(std::string_view status);

}  // namespace linesman::sync
