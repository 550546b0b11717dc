// Bulk replies of Firestore: whole, cut at any byte, nested, huge; then every document through the capture codec.
#include "fuzz_support.h"
#include "sync/capture_codec.h"
#include "sync/reply_reader.h"

namespace {

using namespace linesman;

// A cut reply must never pass for a whole one: what is missing from it would be taken for deleted.
void require_cuts_are_noticed(sync::ReplyReader& reader, std::string_view whole) {
    const size_t step = whole.size() / 16 + 1;
    for (size_t cut = step; cut < whole.size(); cut += step) {
        const auto reply = reader.read(whole.substr(0, cut));
        fuzz::require(!reply.ok(), "a cut reply is an error");
        fuzz::require_shown_well(reply.error());
    }
}

void decode_all(const sync::Reply& reply) {
    sync::CaptureDecoder decoder;
    for (const sync::RawDocument& document : reply.documents) {
        fuzz::require(!document.name.empty(), "a document that was read has a name");
        const auto capture = decoder.decode(document.id(), document.fields_json, document.update_time);
        if (!capture) fuzz::require_shown_well(capture.error());
    }
    for (const base::Error& error : reply.damaged) fuzz::require_shown_well(error);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    sync::ReplyReader reader;
    const auto reply = reader.read(text);
    if (!reply) {
        fuzz::require_shown_well(reply.error());
        return 0;
    }
    decode_all(*reply);
    const std::string_view whole = base::trimmed(text);
    if (whole.ends_with(']')) require_cuts_are_noticed(reader, whole);
    const auto again = reader.read(text);
    fuzz::require(again.ok() && again->documents == reply->documents, "a reader can be used again");
    return 0;
}
