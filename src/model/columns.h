// Captures as columns: what queue, filters, map and reports scan. A million rows in memory, at most 120 bytes each.
//
// Rows live in chunks of kChunkRows. Chunks are immutable once published (shared_ptr<const Chunk>); a change copies the
// chunks it touches. A row keeps its index for the life of the process: a capture that is gone keeps its row with
// kFlagGone set, so that selections and caches by row stay true.
//
// Shape: every array in a Chunk has kChunkRows entries, of which the first `size` are filled. Text columns are one byte
// pool with kChunkRows + 1 offsets: entry i is pool[offset[i], offset[i + 1]).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/capture.h"
#include "model/finding.h"

namespace linesman::model {

inline constexpr uint32_t kChunkRows = 4096;
inline constexpr uint32_t kNoRow = UINT32_MAX;
inline constexpr int64_t kNoTime = INT64_MIN;
inline constexpr uint16_t kNoAccuracy = UINT16_MAX;

using Row = uint32_t;  // chunk = row / kChunkRows

enum RowFlag : uint16_t {
    kFlagGone = 1 << 0,  // deleted on the server, or left the scope: never shown
    kFlagHasGps = 1 << 1,
    kFlagInQueue = 1 << 2,      // waits for a supervisor
    kFlagPending = 1 << 3,      // an operation of ours is not yet acknowledged
    kFlagConflict = 1 << 4,     // an operation of ours is in conflict or parked
    kFlagResubmitted = 1 << 5,  // sent again by the crew since it was judged
    kFlagInProduction = 1 << 6,
    kFlagUnreadable = 1 << 7,
    kFlagSuperseded = 1 << 8,
};

struct TextColumn {
    std::vector<uint32_t> offsets;  // size + 1 entries
    std::string pool;
    std::string_view at(uint32_t index) const {
        return std::string_view(pool).substr(offsets[index], offsets[index + 1] - offsets[index]);
    }
};

struct Chunk {
    uint32_t size = 0;
    std::array<uint32_t, kChunkRows> x{},
        y{};  // Web Mercator fixed point, model/geo.h; meaningless without kFlagHasGps
    std::array<uint16_t, kChunkRows> flags{};
    std::array<ValidationStatus, kChunkRows> status{};
    std::array<Decision, kChunkRows> decision{};
    std::array<Severity, kChunkRows> severity{};                // worst finding not ignored
    std::array<SlotMask, kChunkRows> photos{};                  // slots that are there
    std::array<SlotMask, kChunkRows> lost{};                    // slots the device held that never arrived
    std::array<uint16_t, kChunkRows> accuracy_dm{};             // decimetres, kNoAccuracy when unknown
    std::array<uint16_t, kChunkRows> project{}, zone{}, pon{};  // dictionary indices; 0 = unknown
    std::array<uint32_t, kChunkRows> device{}, person{}, decided_by{};
    std::array<RuleMask, kChunkRows> findings{};  // one bit per rule with a finding that is not ignored
    std::array<int64_t, kChunkRows> captured_at{}, submitted_at{}, decided_at{};  // microseconds, kNoTime
    TextColumn staging_id, pole_number;
};

// Bytes held by the chunks, spare room of their pools included. Without the dictionaries and the builder's lookup.
struct Columns;
size_t memory_of(const Columns& columns);

// Strings that repeat (projects, devices, people, zones, PONs). Index 0 is always the empty string. Immutable once
// published.
class Dictionary {
  public:
    Dictionary() : names_{""} {}
    uint32_t size() const { return static_cast<uint32_t>(names_.size()); }
    const std::string& at(uint32_t index) const { return names_[index < names_.size() ? index : 0]; }
    // kNoRow when absent.
    uint32_t find(std::string_view name) const;
    // Adds when absent. Only while building a new version.
    uint32_t intern(std::string_view name);

  private:
    void place(uint32_t index);

    std::vector<std::string> names_;
    std::vector<uint32_t> slots_;  // open addressing over names_, index + 1, 0 = free
};

// The values of one row, for building and for tests.
struct RowValues {
    std::string_view staging_id, pole_number, project, zone, pon, device, person, decided_by;
    uint32_t x = 0, y = 0;
    uint16_t flags = 0;
    ValidationStatus status{};
    Decision decision{};
    Severity severity{};
    SlotMask photos = 0, lost = 0;
    uint16_t accuracy_dm = kNoAccuracy;
    RuleMask findings = 0;
    int64_t captured_at = kNoTime, submitted_at = kNoTime, decided_at = kNoTime;
};

struct Dictionaries {
    Dictionary projects, zones, pons, devices, people;  // `people` holds crews' uids and deciders
};

struct Columns {
    std::vector<std::shared_ptr<const Chunk>> chunks;
    std::shared_ptr<const Dictionaries> names = std::make_shared<Dictionaries>();

    Row row_count() const {
        return chunks.empty() ? 0 : static_cast<Row>(chunks.size() - 1) * kChunkRows + chunks.back()->size;
    }
    const Chunk& chunk_of(Row row) const { return *chunks[row / kChunkRows]; }
    std::string_view staging_id(Row row) const { return chunk_of(row).staging_id.at(row % kChunkRows); }
    std::string_view pole_number(Row row) const { return chunk_of(row).pole_number.at(row % kChunkRows); }
    uint16_t flags(Row row) const { return chunk_of(row).flags[row % kChunkRows]; }
};

// Builds new versions of Columns. Thread: one (the engine's). Rows are found by staging id.
class ColumnsBuilder {
  public:
    ColumnsBuilder();
    // Starts from a published version (warm start, or the engine's last).
    explicit ColumnsBuilder(Columns from);
    ~ColumnsBuilder();
    ColumnsBuilder(ColumnsBuilder&&) noexcept;
    ColumnsBuilder& operator=(ColumnsBuilder&&) noexcept;

    // Adds or replaces; returns its row. Equal values touch nothing. More than 65,535 projects, zones or PONs are one
    // too many for the columns: the surplus reads as unknown.
    Row put(const RowValues& values);
    // Changes only what the rules say of a row (a re-validation touches many rows and nothing else of them).
    void set_findings(Row row, Severity severity, RuleMask findings);
    std::pair<Severity, RuleMask> findings_of(Row row) const;
    // Marks as gone; kNoRow when it was never there.
    Row remove(std::string_view staging_id);
    Row row_of(std::string_view staging_id) const;
    // The version as it now stands; cheap: untouched chunks are shared with the last one.
    Columns publish();
    // Rows touched since the last publish(), each once, in the order of the first touch.
    const std::vector<Row>& touched() const;
    // Bytes of the lookup by staging id.
    size_t lookup_bytes() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// The row of a capture, from its decoded form. `zone`, `pon` come from the planned pole with its number; empty when
// none. Views point into `capture` and the other arguments, which must outlive the result.
RowValues row_values(const Capture& capture, Severity severity, RuleMask findings, uint16_t extra_flags,
                     std::string_view zone, std::string_view pon);

}  // namespace linesman::model
