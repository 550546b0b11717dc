#include <algorithm>

#include "base/ids.h"
#include "model/columns.h"

namespace linesman::model {
namespace {

constexpr size_t kFirstSlots = 1024;
constexpr uint32_t kFree = 0;

// The lowest bits choose the slot.
uint8_t tag_of(uint64_t hash) {
    return static_cast<uint8_t>(hash >> 56);
}

size_t memory_of(const TextColumn& text) {
    return text.offsets.capacity() * sizeof(uint32_t) + text.pool.capacity();
}

void append(TextColumn& text, std::string_view value) {
    if (text.offsets.empty()) text.offsets.push_back(0);
    text.pool.append(value);
    text.offsets.push_back(static_cast<uint32_t>(text.pool.size()));
}

void replace(TextColumn& text, uint32_t index, std::string_view value) {
    const uint32_t from = text.offsets[index], to = text.offsets[index + 1];
    text.pool.replace(from, to - from, value);
    const auto shift =
        static_cast<uint32_t>(value.size()) - (to - from);  // wraps on purpose when the text gets shorter
    if (shift == 0) return;
    for (size_t i = index + 1; i < text.offsets.size(); ++i) text.offsets[i] += shift;
}

// The values of a row with names replaced by dictionary indices.
struct Indices {
    uint16_t project, zone, pon;
    uint32_t device, person, decided_by;
};

// Calls visit(column place, value) for every fixed-width column: one list for comparing and for storing.
template <typename ChunkT, typename Visit>
void for_each_column(ChunkT& chunk, uint32_t i, const RowValues& v, const Indices& n, Visit&& visit) {
    visit(chunk.x[i], v.x);
    visit(chunk.y[i], v.y);
    visit(chunk.flags[i], v.flags);
    visit(chunk.status[i], v.status);
    visit(chunk.decision[i], v.decision);
    visit(chunk.severity[i], v.severity);
    visit(chunk.photos[i], v.photos);
    visit(chunk.lost[i], v.lost);
    visit(chunk.accuracy_dm[i], v.accuracy_dm);
    visit(chunk.project[i], n.project);
    visit(chunk.zone[i], n.zone);
    visit(chunk.pon[i], n.pon);
    visit(chunk.device[i], n.device);
    visit(chunk.person[i], n.person);
    visit(chunk.decided_by[i], n.decided_by);
    visit(chunk.findings[i], v.findings);
    visit(chunk.captured_at[i], v.captured_at);
    visit(chunk.submitted_at[i], v.submitted_at);
    visit(chunk.decided_at[i], v.decided_at);
}

}  // namespace

size_t memory_of(const Columns& columns) {
    size_t bytes = columns.chunks.capacity() * sizeof(columns.chunks[0]);
    for (const auto& chunk : columns.chunks)
        bytes += sizeof(Chunk) + memory_of(chunk->staging_id) + memory_of(chunk->pole_number);
    return bytes;
}

// Chunks that are `owned` were made since the last publish and may be written; all others are shared with a published
// version.
struct ColumnsBuilder::State {
    std::vector<std::shared_ptr<const Chunk>> chunks;
    std::vector<Chunk*> owned;  // by chunk; nullptr = shared
    Row rows = 0;
    std::shared_ptr<const Dictionaries> names = std::make_shared<Dictionaries>();
    Dictionaries* owned_names = nullptr;
    std::vector<uint32_t> slots;  // open addressing by staging id: row + 1, 0 = free
    std::vector<uint8_t> tags;    // by slot: eight bits of the id's hash, so that few other ids need be looked at
    std::vector<Row> touched;
    std::vector<bool> is_touched;

    std::string_view staging_id(Row row) const { return chunks[row / kChunkRows]->staging_id.at(row % kChunkRows); }

    Row find(std::string_view id) const {
        if (slots.empty()) return kNoRow;
        const size_t mask = slots.size() - 1;
        const uint64_t hash = base::fnv1a(id);
        for (size_t at = hash & mask; slots[at] != kFree; at = (at + 1) & mask) {
            if (tags[at] == tag_of(hash) && staging_id(slots[at] - 1) == id) return slots[at] - 1;
        }
        return kNoRow;
    }

    void place(Row row) {
        const size_t mask = slots.size() - 1;
        const uint64_t hash = base::fnv1a(staging_id(row));
        size_t at = hash & mask;
        while (slots[at] != kFree) at = (at + 1) & mask;
        slots[at] = row + 1;
        tags[at] = tag_of(hash);
    }

    // Every row anew in `count` slots.
    void place_all(size_t count) {
        slots.assign(count, kFree);
        tags.assign(count, 0);
        for (Row row = 0; row < rows; ++row) place(row);
    }

    // Room for one more row at a load of at most 7/10.
    void reserve_slot() {
        if ((size_t{rows} + 1) * 10 <= slots.size() * 7) return;
        size_t wanted = std::max(slots.size(), kFirstSlots);
        while ((size_t{rows} + 1) * 10 > wanted * 7) wanted *= 2;
        place_all(wanted);
    }

    Chunk& writable(size_t chunk) {
        if (!owned[chunk]) {
            auto copy = std::make_shared<Chunk>(*chunks[chunk]);
            owned[chunk] = copy.get();
            chunks[chunk] = std::move(copy);
        }
        return *owned[chunk];
    }

    Chunk& chunk_for_append() {
        const size_t chunk = rows / kChunkRows;
        if (chunk < chunks.size()) return writable(chunk);
        auto fresh = std::make_shared<Chunk>();
        owned.push_back(fresh.get());
        chunks.push_back(std::move(fresh));
        return *owned.back();
    }

    void touch(Row row) {
        if (is_touched.size() <= row) is_touched.resize(size_t{row / kChunkRows + 1} * kChunkRows);
        if (is_touched[row]) return;
        is_touched[row] = true;
        touched.push_back(row);
    }

    uint32_t index_in(Dictionary Dictionaries::*dictionary, std::string_view name) {
        if (const uint32_t known = (names.get()->*dictionary).find(name); known != kNoRow) return known;
        if (!owned_names) {
            auto copy = std::make_shared<Dictionaries>(*names);
            owned_names = copy.get();
            names = std::move(copy);
        }
        return (owned_names->*dictionary).intern(name);
    }

    uint16_t short_index_in(Dictionary Dictionaries::*dictionary, std::string_view name) {
        const Dictionary& known = names.get()->*dictionary;
        if (known.size() > UINT16_MAX && known.find(name) == kNoRow) return 0;
        return static_cast<uint16_t>(index_in(dictionary, name));
    }

    Row append_row(const RowValues& values, const Indices& indices) {
        reserve_slot();
        Chunk& chunk = chunk_for_append();
        const Row row = rows;
        const uint32_t i = row % kChunkRows;
        for_each_column(chunk, i, values, indices, [](auto& place, auto value) { place = value; });
        append(chunk.staging_id, values.staging_id);
        append(chunk.pole_number, values.pole_number);
        chunk.size = i + 1;
        if (chunk.size == kChunkRows) trim(chunk);
        ++rows;
        place(row);
        return row;
    }

    static void trim(Chunk& chunk) {
        for (TextColumn* text : {&chunk.staging_id, &chunk.pole_number}) {
            text->pool.shrink_to_fit();
            text->offsets.shrink_to_fit();
        }
    }
};

ColumnsBuilder::ColumnsBuilder() : state_(std::make_unique<State>()) {}
ColumnsBuilder::~ColumnsBuilder() = default;
ColumnsBuilder::ColumnsBuilder(ColumnsBuilder&&) noexcept = default;
ColumnsBuilder& ColumnsBuilder::operator=(ColumnsBuilder&&) noexcept = default;

ColumnsBuilder::ColumnsBuilder(Columns from) : ColumnsBuilder() {
    state_->rows = from.row_count();
    state_->chunks = std::move(from.chunks);
    state_->owned.assign(state_->chunks.size(), nullptr);
    if (from.names) state_->names = std::move(from.names);
    size_t wanted = kFirstSlots;
    while ((size_t{state_->rows} + 1) * 10 > wanted * 7) wanted *= 2;
    state_->place_all(wanted);
}

Row ColumnsBuilder::put(const RowValues& values) {
    State& s = *state_;
    const Indices indices = {s.short_index_in(&Dictionaries::projects, values.project),
                             s.short_index_in(&Dictionaries::zones, values.zone),
                             s.short_index_in(&Dictionaries::pons, values.pon),
                             s.index_in(&Dictionaries::devices, values.device),
                             s.index_in(&Dictionaries::people, values.person),
                             s.index_in(&Dictionaries::people, values.decided_by)};
    Row row = s.find(values.staging_id);
    if (row == kNoRow) {
        row = s.append_row(values, indices);
        s.touch(row);
        return row;
    }
    const Chunk& now = *s.chunks[row / kChunkRows];
    const uint32_t i = row % kChunkRows;
    bool changed = now.pole_number.at(i) != values.pole_number;
    for_each_column(now, i, values, indices, [&](const auto& place, auto value) { changed |= place != value; });
    if (!changed) return row;
    Chunk& chunk = s.writable(row / kChunkRows);
    for_each_column(chunk, i, values, indices, [](auto& place, auto value) { place = value; });
    if (chunk.pole_number.at(i) != values.pole_number) replace(chunk.pole_number, i, values.pole_number);
    s.touch(row);
    return row;
}

void ColumnsBuilder::set_findings(Row row, Severity severity, RuleMask findings) {
    State& s = *state_;
    const uint32_t i = row % kChunkRows;
    const Chunk& now = *s.chunks[row / kChunkRows];
    if (now.severity[i] == severity && now.findings[i] == findings) return;
    Chunk& chunk = s.writable(row / kChunkRows);
    chunk.severity[i] = severity;
    chunk.findings[i] = findings;
    s.touch(row);
}

std::pair<Severity, RuleMask> ColumnsBuilder::findings_of(Row row) const {
    const Chunk& chunk = *state_->chunks[row / kChunkRows];
    return {chunk.severity[row % kChunkRows], chunk.findings[row % kChunkRows]};
}

Row ColumnsBuilder::remove(std::string_view staging_id) {
    State& s = *state_;
    const Row row = s.find(staging_id);
    if (row == kNoRow) return kNoRow;
    const uint16_t flags = s.chunks[row / kChunkRows]->flags[row % kChunkRows];
    if (flags & kFlagGone) return row;
    s.writable(row / kChunkRows).flags[row % kChunkRows] = static_cast<uint16_t>(flags | kFlagGone);
    s.touch(row);
    return row;
}

Row ColumnsBuilder::row_of(std::string_view staging_id) const {
    return state_->find(staging_id);
}

Columns ColumnsBuilder::publish() {
    State& s = *state_;
    for (const Row row : s.touched) s.is_touched[row] = false;
    s.touched.clear();
    std::fill(s.owned.begin(), s.owned.end(), nullptr);
    s.owned_names = nullptr;
    Columns columns;
    columns.chunks = s.chunks;
    columns.names = s.names;
    return columns;
}

const std::vector<Row>& ColumnsBuilder::touched() const {
    return state_->touched;
}
size_t ColumnsBuilder::lookup_bytes() const {
    return state_->slots.capacity() * (sizeof(uint32_t) + sizeof(uint8_t));
}

}  // namespace linesman::model
