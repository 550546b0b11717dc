// The state of a capture as the map and the queue mark it: one value that decides colour AND shape.
// Ordered so that the larger value is the one a supervisor must see first: a cluster carries the largest upward.
#pragma once

#include <array>
#include <cstdint>

#include "model/columns.h"

namespace linesman::map {

enum class MarkState : uint8_t {
    superseded,  // merged into another capture: small dot
    approved,    // ring
    rejected,    // cross
    open,        // waits for a supervisor, no finding: disc
    held,        // diamond
    warning,     // waits, worst finding is a warning: triangle
    error,       // waits, an error or a blocking finding: square
    conflict,    // an operation of ours needs a person: hourglass
};
inline constexpr size_t kMarkStateCount = 8;
inline constexpr size_t index_of(MarkState state) {
    return static_cast<size_t>(state);
}

// `index` is the row within the chunk.
inline MarkState mark_state(const model::Chunk& chunk, uint32_t index) {
    const uint16_t flags = chunk.flags[index];
    if ((flags & model::kFlagConflict) != 0) return MarkState::conflict;
    if ((flags & model::kFlagInQueue) == 0) {
        switch (chunk.decision[index]) {
            case model::Decision::approved:
                return MarkState::approved;
            case model::Decision::rejected:
                return MarkState::rejected;
            case model::Decision::held:
                return MarkState::held;
            case model::Decision::superseded:
                return MarkState::superseded;
            case model::Decision::none:
                return MarkState::approved;  // in production without a decision of ours
        }
    }
    if (chunk.decision[index] == model::Decision::held && (flags & model::kFlagResubmitted) == 0)
        return MarkState::held;
    if (chunk.severity[index] >= model::Severity::error) return MarkState::error;
    if (chunk.severity[index] == model::Severity::warning) return MarkState::warning;
    return MarkState::open;
}

inline MarkState mark_state(const model::Columns& columns, model::Row row) {
    return mark_state(columns.chunk_of(row), row % model::kChunkRows);
}

}  // namespace linesman::map
