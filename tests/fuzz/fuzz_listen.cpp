// The stream of live changes: WebChannel's frames cut anywhere, their arrays, Listen's messages, and snapshots made of
// them.
#include "fuzz_support.h"
#include "sync/listen_aggregator.h"
#include "sync/webchannel_frames.h"

namespace {

using namespace linesman;

// Frames, or nothing when the bytes are refused.
struct Taken {
    std::vector<std::string> frames;
    bool refused = false;
};

Taken take(std::string_view bytes, size_t piece) {
    sync::FrameReader reader;
    Taken taken;
    for (size_t at = 0; at < bytes.size(); at += piece) {
        auto frames = reader.take(bytes.substr(at, piece));
        if (!frames) {
            fuzz::require_shown_well(frames.error());
            taken.refused = true;
            return taken;
        }
        for (auto& frame : *frames) taken.frames.push_back(std::move(frame));
    }
    return taken;
}

sync::ListenTarget target(int64_t id, const char* field) {
    sync::ListenTarget made;
    made.id = id;
    made.window = {"c", field, "", {}};
    made.token = "dDA=";
    for (const char* member : {"a", "b", "z"}) made.members.insert(member);
    return made;
}

void check(const sync::ListenSnapshot& snapshot) {
    for (const auto& [collection, document] : snapshot.documents) {
        fuzz::require(!collection.empty() && !document.id().empty(), "a document of a snapshot has a place");
        fuzz::require(base::is_valid_utf8(document.fields_json), "the fields of a document are UTF-8");
    }
    for (const auto& gone : snapshot.deletes) fuzz::require(!gone.id.empty(), "a delete of a snapshot has a name");
}

void listen(const std::vector<std::string>& messages) {
    sync::ListenAggregator aggregator("projects/p/databases/(default)/documents");
    sync::ListenTarget first = target(2, "updated_at"), second = target(4, "validated_at");
    aggregator.add(first);
    aggregator.add(second, {"y", "z"});
    sync::ReplyReader reader;
    for (const auto& text : messages) {
        auto message = sync::read_listen_message(text, reader);
        if (!message) {
            fuzz::require_shown_well(message.error());
            continue;
        }
        const auto outcome = aggregator.take(std::move(*message));
        if (outcome.error) fuzz::require_shown_well(*outcome.error);
        if (outcome.kind == sync::ListenAggregator::Outcome::Kind::snapshot) check(aggregator.take_snapshot());
        for (const auto* each : {&first, &second}) {
            sync::MemberSet copy;
            sync::CacheValues values;
            sync::MemberSet members = each->members;
            members.save("m.", values);
            for (const auto& [key, value] : values) {
                if (value) fuzz::require(copy.load_piece(*value).ok(), "saved members can be loaded");
            }
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes = fuzz::text_of(data, size);
    const Taken whole = take(bytes, std::max<size_t>(bytes.size(), 1));
    for (const size_t piece : {1U, 3U}) {
        const Taken cut = take(bytes, piece);
        fuzz::require(cut.refused == whole.refused, "cuts do not change what is refused");
        if (!whole.refused) fuzz::require(cut.frames == whole.frames, "cuts do not change the frames");
    }
    std::vector<std::string> messages;
    for (const auto& frame : whole.frames) {
        auto arrays = sync::read_arrays(frame);
        if (!arrays) {
            fuzz::require_shown_well(arrays.error());
            continue;
        }
        for (auto& array : *arrays) messages.push_back(std::move(array.text));
    }
    // Mutations seldom keep the lengths: the bytes themselves as a list of arrays, and as one message.
    if (auto arrays = sync::read_arrays(bytes)) {
        for (auto& array : *arrays) messages.push_back(std::move(array.text));
    }
    messages.emplace_back(bytes);
    listen(messages);
    (void)sync::read_forward_reply(bytes);
    return 0;
}
