#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <numeric>

#include "base/text.h"
#include "model/filter.h"

namespace linesman::model {
namespace {

constexpr size_t kSmall = 2048;  // below this std::sort beats clearing histograms
constexpr unsigned kDigitBits =
    8;  // 256 streams fit the TLB; 2,048 do not, and a million rows take three times as long
constexpr size_t kDigits = size_t{1} << kDigitBits;

// Not cleared: for a million rows clearing costs as much as a pass.
using Items = std::unique_ptr<uint64_t[]>;

// Stable radix sort of (key << 32 | row) by the key's lowest `bits` bits, at most 32, least significant digit first.
void radix_sort(Items& items, size_t count, unsigned bits) {
    std::array<std::array<uint32_t, kDigits>, 32 / kDigitBits> places{};
    for (size_t i = 0; i < count; ++i) {
        for (size_t digit = 0; digit < places.size(); ++digit) {
            ++places[digit][(items[i] >> (32 + digit * kDigitBits)) & (kDigits - 1)];
        }
    }
    Items other = std::make_unique_for_overwrite<uint64_t[]>(count);
    for (unsigned done = 0; done < bits; done += kDigitBits) {
        const unsigned shift = 32 + done;
        auto& place = places[done / kDigitBits];
        if (place[(items[0] >> shift) & (kDigits - 1)] == count) continue;  // this digit says nothing
        std::exclusive_scan(place.begin(), place.end(), place.begin(), uint32_t{0});
        for (size_t i = 0; i < count; ++i) other[place[(items[i] >> shift) & (kDigits - 1)]++] = items[i];
        items.swap(other);
    }
}

// Near ties: rows whose keys share their upper bits, sorted by the whole key.
template <typename RankOf>
void settle_ties(std::vector<Row>& rows, const Items& items, size_t count, RankOf&& rank_of) {
    for (size_t i = 0; i < count;) {
        size_t next = i + 1;
        while (next < count && items[next] >> 32 == items[i] >> 32) ++next;
        if (next - i > 1) {
            std::stable_sort(rows.begin() + static_cast<ptrdiff_t>(i), rows.begin() + static_cast<ptrdiff_t>(next),
                             [&](Row a, Row b) { return rank_of(a) < rank_of(b); });
        }
        i = next;
    }
}

constexpr uint64_t kUnknownKey = UINT64_MAX;

// Sorts rows, which are in row order, by key_of(row), a uint64_t. Equal keys stay in row order; kUnknownKey comes last
// either way.
template <typename KeyOf>
void sort_by_key(std::vector<Row>& rows, bool descending, KeyOf&& key_of) {
    uint64_t low = UINT64_MAX, high = 0;
    std::vector<Row> unknown;
    size_t count = 0;
    for (const Row row : rows) {
        const uint64_t key = key_of(row);
        if (key == kUnknownKey) {
            unknown.push_back(row);
            continue;
        }
        rows[count++] = row;
        low = std::min(low, key);
        high = std::max(high, key);
    }
    std::copy(unknown.begin(), unknown.end(), rows.begin() + static_cast<ptrdiff_t>(count));
    if (count < 2 || low == high) return;
    const auto rank_of = [&](Row row) { return descending ? high - key_of(row) : key_of(row) - low; };
    const auto bits = static_cast<unsigned>(64 - __builtin_clzll(high - low));
    // The key's upper 32 bits settle everything but near ties.
    const unsigned cut = bits > 32 ? bits - 32 : 0;
    Items items = std::make_unique_for_overwrite<uint64_t[]>(count);
    for (size_t i = 0; i < count; ++i) items[i] = (rank_of(rows[i]) >> cut) << 32 | rows[i];
    if (count < kSmall) {
        std::sort(items.get(), items.get() + count);
    } else {
        radix_sort(items, count, std::min(bits, 32U));
    }
    for (size_t i = 0; i < count; ++i) rows[i] = static_cast<Row>(items[i]);
    if (cut != 0) settle_ties(rows, items, count, rank_of);
}

template <typename Column>
void sort_by_time(const Columns& columns, Column Chunk::*column, bool descending, std::vector<Row>& rows) {
    sort_by_key(rows, descending, [&](Row row) {
        const int64_t time = (columns.chunk_of(row).*column)[row % kChunkRows];
        // Flipping the sign bit keeps the order of signed values.
        return time == kNoTime ? kUnknownKey : static_cast<uint64_t>(time) ^ (uint64_t{1} << 63);
    });
}

// Rank of every dictionary entry among the upper-cased names.
std::vector<uint32_t> ranks_of(const Dictionary& dictionary) {
    std::vector<std::pair<std::string, uint32_t>> order;
    order.reserve(dictionary.size());
    for (uint32_t i = 0; i < dictionary.size(); ++i) order.emplace_back(base::upper(dictionary.at(i)), i);
    std::sort(order.begin(), order.end());
    std::vector<uint32_t> ranks(dictionary.size());
    uint32_t rank = 0;
    for (size_t i = 0; i < order.size(); ++i) {
        if (i > 0 && order[i].first != order[i - 1].first) ++rank;
        ranks[order[i].second] = rank;
    }
    return ranks;
}

template <typename Column>
void sort_by_name(const Columns& columns, const Dictionary& dictionary, Column Chunk::*column, bool descending,
                  std::vector<Row>& rows) {
    const std::vector<uint32_t> ranks = ranks_of(dictionary);
    sort_by_key(rows, descending,
                [&](Row row) -> uint64_t { return ranks[(columns.chunk_of(row).*column)[row % kChunkRows]]; });
}

// Sorts pole numbers eight bytes at a time: rows that share eight bytes are sorted by the next eight.
class NumberSort {
  public:
    NumberSort(const Columns& columns, bool descending) : columns_(columns), descending_(descending) {}

    void run(std::vector<Row>& rows) {
        items_.resize(rows.size());
        other_.resize(rows.size());
        for (size_t i = 0; i < rows.size(); ++i) items_[i] = {0, rows[i]};
        sort_range(0, items_.size(), 0);
        for (size_t i = 0; i < rows.size(); ++i) rows[i] = items_[i].row;
    }

  private:
    struct Item {
        uint64_t key;
        Row row;
    };

    std::string text_of(Row row) const { return base::upper(columns_.pole_number(row)); }

    // Eight bytes of the upper-cased number from `depth`, the first one highest; zeros behind its end.
    uint64_t key_at(Row row, size_t depth) const {
        const std::string_view text = columns_.pole_number(row);
        uint64_t key = 0;
        for (size_t i = 0; i < 8; ++i) {
            const size_t at = depth + i;
            const auto c = at < text.size() ? static_cast<uint8_t>(text[at]) : uint8_t{0};
            if (c >= 0x80) return slow_key_at(row, depth);
            key = key << 8 | static_cast<uint8_t>(c >= 'a' && c <= 'z' ? c - 32 : c);
        }
        // Letters before `depth` may have changed their length when upper-cased.
        for (size_t at = 0; at < std::min(depth, text.size()); ++at) {
            if (static_cast<uint8_t>(text[at]) >= 0x80) return slow_key_at(row, depth);
        }
        return key;
    }

    uint64_t slow_key_at(Row row, size_t depth) const {
        const std::string text = text_of(row);
        uint64_t key = 0;
        for (size_t i = 0; i < 8; ++i)
            key = key << 8 | (depth + i < text.size() ? static_cast<uint8_t>(text[depth + i]) : 0U);
        return key;
    }

    void sort_items(size_t from, size_t to) {
        const auto begin = items_.begin() + static_cast<ptrdiff_t>(from),
                   end = items_.begin() + static_cast<ptrdiff_t>(to);
        if (to - from < kSmall) {
            std::sort(begin, end,
                      [](const Item& a, const Item& b) { return a.key != b.key ? a.key < b.key : a.row < b.row; });
            return;
        }
        for (unsigned shift = 0; shift < 64; shift += 8) {
            std::array<uint32_t, 256> place{};
            for (size_t i = from; i < to; ++i) ++place[(items_[i].key >> shift) & 0xFF];
            if (place[(items_[from].key >> shift) & 0xFF] == to - from) continue;
            std::exclusive_scan(place.begin(), place.end(), place.begin(), static_cast<uint32_t>(from));
            for (size_t i = from; i < to; ++i) other_[place[(items_[i].key >> shift) & 0xFF]++] = items_[i];
            std::copy(other_.begin() + static_cast<ptrdiff_t>(from), other_.begin() + static_cast<ptrdiff_t>(to),
                      begin);
        }
    }

    void sort_range(size_t from, size_t to, size_t depth) {
        for (size_t i = from; i < to; ++i) {
            const uint64_t key = key_at(items_[i].row, depth);
            items_[i].key = descending_ ? ~key : key;
        }
        sort_items(from, to);
        for (size_t i = from; i < to;) {
            size_t next = i + 1;
            while (next < to && items_[next].key == items_[i].key) ++next;
            if (next - i > 1) settle(i, next, depth);
            i = next;
        }
    }

    // Rows [from, to) agree up to depth + 8.
    void settle(size_t from, size_t to, size_t depth) {
        const uint64_t key = descending_ ? ~items_[from].key : items_[from].key;
        if ((key & 0xFF) != 0 && depth < kMaxDepth) return sort_range(from, to, depth + 8);
        // Ended, save for numbers that hold a zero byte or are absurdly long.
        const bool all_ended = std::all_of(
            items_.begin() + static_cast<ptrdiff_t>(from), items_.begin() + static_cast<ptrdiff_t>(to),
            [&](const Item& item) { return columns_.pole_number(item.row).size() <= depth + 7 - zeros(key); });
        if (all_ended) return;
        std::stable_sort(items_.begin() + static_cast<ptrdiff_t>(from), items_.begin() + static_cast<ptrdiff_t>(to),
                         [&](const Item& a, const Item& b) {
                             return descending_ ? text_of(b.row) < text_of(a.row) : text_of(a.row) < text_of(b.row);
                         });
    }

    // Zero bytes at the end of a key, less one.
    static size_t zeros(uint64_t key) { return key == 0 ? 7 : static_cast<size_t>(__builtin_ctzll(key)) / 8 - 1; }

    static constexpr size_t kMaxDepth = 256;  // bounds the recursion

    const Columns& columns_;
    bool descending_;
    std::vector<Item> items_, other_;
};

void sort_by(const Columns& columns, SortOrder order, std::vector<Row>& rows) {
    if (!std::is_sorted(rows.begin(), rows.end())) std::sort(rows.begin(), rows.end());
    const Dictionaries& names = *columns.names;
    switch (order.key) {
        case SortKey::submitted:
            return sort_by_time(columns, &Chunk::submitted_at, order.descending, rows);
        case SortKey::captured:
            return sort_by_time(columns, &Chunk::captured_at, order.descending, rows);
        case SortKey::decided:
            return sort_by_time(columns, &Chunk::decided_at, order.descending, rows);
        case SortKey::project:
            return sort_by_name(columns, names.projects, &Chunk::project, order.descending, rows);
        case SortKey::device:
            return sort_by_name(columns, names.devices, &Chunk::device, order.descending, rows);
        case SortKey::person:
            return sort_by_name(columns, names.people, &Chunk::person, order.descending, rows);
        case SortKey::pole_number:
            return NumberSort(columns, order.descending).run(rows);
        case SortKey::severity:
            return sort_by_key(rows, order.descending, [&](Row row) {
                return static_cast<uint64_t>(columns.chunk_of(row).severity[row % kChunkRows]);
            });
        case SortKey::photos:
            return sort_by_key(rows, order.descending, [&](Row row) {
                return static_cast<uint64_t>(__builtin_popcount(columns.chunk_of(row).photos[row % kChunkRows]));
            });
        case SortKey::accuracy:
            return sort_by_key(rows, order.descending, [&](Row row) {
                const uint16_t accuracy = columns.chunk_of(row).accuracy_dm[row % kChunkRows];
                return accuracy == kNoAccuracy ? kUnknownKey : accuracy;
            });
    }
}

}  // namespace

void sort_rows(const Columns& columns, SortOrder order, std::vector<Row>& rows) {
    sort_by(columns, order, rows);
    if (!order.held_last) return;
    std::stable_partition(rows.begin(), rows.end(), [&](Row row) {
        return columns.chunk_of(row).decision[row % kChunkRows] != Decision::held ||
               (columns.flags(row) & kFlagResubmitted) != 0;
    });
}

}  // namespace linesman::model
