#include "app/decode_captures.h"

#include <algorithm>

#include "sync/capture_codec.h"

namespace linesman::app {
namespace {

constexpr size_t kSlice = 2'000;  // decoded at a time
constexpr size_t kGrain = 125;    // half a millisecond of one thread

}  // namespace

void decode_captures(base::WorkerPool& pool, const std::vector<const store::CachedDocument*>& documents,
                     const std::function<void(const model::Capture&)>& take) {
    std::vector<model::Capture> decoded;
    for (size_t from = 0; from < documents.size(); from += kSlice) {
        const size_t count = std::min(kSlice, documents.size() - from);
        decoded.resize(std::max(decoded.size(), count));  // each is written over before it is read
        const auto decode = [&](size_t begin, size_t end) {
            static thread_local sync::CaptureDecoder decoder;
            for (size_t i = begin; i < end; ++i) {
                const auto& document = *documents[from + i];
                if (!decoder.decode_into(decoded[i], document.id, document.fields, document.update_time))
                    decoded[i] = sync::unreadable_capture(document.id, document.update_time);
            }
        };
        if (count <= kGrain) {
            decode(0, count);
        } else {
            pool.parallel_for(count, kGrain, decode);
        }
        for (size_t i = 0; i < count; ++i) take(decoded[i]);
    }
}

}  // namespace linesman::app
