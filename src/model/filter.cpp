#include "model/filter.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "model/lasso.h"
#include "model/text_search.h"

namespace linesman::model {
namespace {

using Mask = std::array<uint8_t, kChunkRows>;  // 1 = passes so far

// mask[i] &= test(column[i]), without a branch, so that it becomes vector code.
template <typename T, typename Test>
void keep(Mask& mask, const std::array<T, kChunkRows>& column, uint32_t size, Test&& test) {
    for (uint32_t i = 0; i < size; ++i) mask[i] = static_cast<uint8_t>(mask[i] & static_cast<uint8_t>(test(column[i])));
}

// Which dictionary entries are wanted.
class NameSet {
  public:
    NameSet(const Dictionary& dictionary, const std::vector<std::string>& names) : is_used_(!names.empty()) {
        if (!is_used_) return;
        wanted_.resize(dictionary.size());
        for (const std::string& name : names) {
            const uint32_t index = dictionary.find(name);
            if (index == kNoRow || wanted_[index]) continue;
            wanted_[index] = 1;
            only_ = index;
            ++count_;
        }
    }

    template <typename T>
    void apply(Mask& mask, const std::array<T, kChunkRows>& column, uint32_t size) const {
        if (!is_used_) return;
        if (count_ == 0) {
            std::fill_n(mask.begin(), size, uint8_t{0});
        } else if (count_ == 1) {
            keep(mask, column, size, [only = static_cast<T>(only_)](T index) { return index == only; });
        } else {
            keep(mask, column, size, [this](T index) { return wanted_[index]; });
        }
    }

  private:
    bool is_used_;
    std::vector<uint8_t> wanted_;
    uint32_t only_ = 0, count_ = 0;
};

struct FlagTest {
    uint16_t of, equal;
};

FlagTest flag_test(QueueScope scope) {
    const auto make = [](unsigned of, unsigned equal) {
        return FlagTest{static_cast<uint16_t>(of), static_cast<uint16_t>(equal)};
    };
    switch (scope) {
        case QueueScope::open:
        case QueueScope::to_judge:
            return make(kFlagGone | kFlagInQueue, kFlagInQueue);
        case QueueScope::decided:
            return make(kFlagGone | kFlagInQueue, 0);
        case QueueScope::conflicts:
            return make(kFlagGone | kFlagConflict, kFlagConflict);
        case QueueScope::resubmitted:
            return make(kFlagGone | kFlagResubmitted, kFlagResubmitted);
        case QueueScope::all:
        case QueueScope::held:
            break;
    }
    return make(kFlagGone, 0);
}

const std::array<int64_t, kChunkRows>& time_column(const Chunk& chunk, Filter::Time time) {
    switch (time) {
        case Filter::Time::captured:
            return chunk.captured_at;
        case Filter::Time::decided:
            return chunk.decided_at;
        case Filter::Time::submitted:
            break;
    }
    return chunk.submitted_at;
}

// Held, and not sent again by the crew since.
unsigned is_put_aside(const Chunk& chunk, uint32_t i) {
    return static_cast<unsigned>(chunk.decision[i] == Decision::held) &
           static_cast<unsigned>((chunk.flags[i] & kFlagResubmitted) == 0);
}

// Which names of a dictionary hold the text: one entry for each, none of them when the text is too short.
std::vector<uint8_t> names_with(const Dictionary& dictionary, const TextSearch& search) {
    std::vector<uint8_t> found(dictionary.size());
    if (search.letters() < kLeastNameSearch) return found;
    for (uint32_t i = 1; i < dictionary.size(); ++i) found[i] = search.is_in(dictionary.at(i)) ? 1 : 0;
    return found;
}

// A filter with its names looked up and its area prepared.
class Scan {
  public:
    Scan(const Columns& columns, const Filter& filter, const SearchHits& hits)
        : filter_(filter),
          flags_(flag_test(filter.scope)),
          projects_(columns.names->projects, filter.projects),
          zones_(columns.names->zones, filter.zones),
          pons_(columns.names->pons, filter.pons),
          devices_(columns.names->devices, filter.devices),
          people_(columns.names->people, filter.people),
          search_(filter.search) {
        if (!filter.area.empty()) lasso_.emplace(filter.area);
        if (search_.matches_everything()) return;
        noted_.insert(hits.captures.begin(), hits.captures.end());
        found_people_ = names_with(columns.names->people, search_);
        found_devices_ = names_with(columns.names->devices, search_);
        for (const std::string& uid : hits.people) {
            if (const uint32_t index = columns.names->people.find(uid); index != kNoRow && index != 0)
                found_people_[index] = 1;
        }
    }

    void run(const Chunk& chunk, Mask& mask) {
        const uint32_t n = chunk.size;
        for (uint32_t i = 0; i < n; ++i) mask[i] = static_cast<uint8_t>((chunk.flags[i] & flags_.of) == flags_.equal);
        keep_judgement(chunk, mask);
        projects_.apply(mask, chunk.project, n);
        zones_.apply(mask, chunk.zone, n);
        pons_.apply(mask, chunk.pon, n);
        devices_.apply(mask, chunk.device, n);
        people_.apply(mask, chunk.person, n);
        keep_times(chunk, mask);
        if (!search_.matches_everything()) keep_text(chunk, mask);
        if (lasso_) keep_area(chunk, mask);
    }

  private:
    void keep_judgement(const Chunk& chunk, Mask& mask) const {
        const uint32_t n = chunk.size;
        if (filter_.scope == QueueScope::held)
            keep(mask, chunk.decision, n, [](Decision d) { return d == Decision::held; });
        if (filter_.scope == QueueScope::to_judge) {
            for (uint32_t i = 0; i < n; ++i) mask[i] = static_cast<uint8_t>(mask[i] & !is_put_aside(chunk, i));
        }
        if (filter_.decision)
            keep(mask, chunk.decision, n, [want = *filter_.decision](Decision d) { return d == want; });
        if (filter_.status)
            keep(mask, chunk.status, n, [want = *filter_.status](ValidationStatus s) { return s == want; });
        if (filter_.least_severity) {
            keep(mask, chunk.severity, n, [least = *filter_.least_severity](Severity s) { return s >= least; });
        }
        if (filter_.rules != 0)
            keep(mask, chunk.findings, n, [rules = filter_.rules](RuleMask m) { return (m & rules) != 0; });
        if (filter_.only_lost_photos) keep(mask, chunk.lost, n, [](SlotMask lost) { return lost != 0; });
    }

    void keep_times(const Chunk& chunk, Mask& mask) const {
        if (!filter_.from_us && !filter_.to_us) return;
        // A time that is not known lies in no period.
        const int64_t from = std::max(filter_.from_us.value_or(kNoTime), kNoTime + 1);
        const int64_t to = filter_.to_us.value_or(INT64_MAX);
        keep(mask, time_column(chunk, filter_.time), chunk.size,
             [from, to](int64_t t) { return static_cast<unsigned>(t >= from) & static_cast<unsigned>(t < to); });
    }

    void keep_text(const Chunk& chunk, Mask& mask) {
        if (std::find(mask.begin(), mask.begin() + chunk.size, 1) == mask.begin() + chunk.size) return;
        Mask hit{};
        search_.mark(chunk.pole_number, chunk.size, hit);
        search_.mark(chunk.staging_id, chunk.size, hit);
        for (uint32_t i = 0; i < chunk.size; ++i)
            hit[i] = static_cast<uint8_t>(hit[i] | found_people_[chunk.person[i]] | found_devices_[chunk.device[i]]);
        for (uint32_t i = 0; !noted_.empty() && i < chunk.size; ++i) {
            if (!hit[i] && mask[i]) hit[i] = noted_.contains(chunk.staging_id.at(i));
        }
        for (uint32_t i = 0; i < chunk.size; ++i) mask[i] = static_cast<uint8_t>(mask[i] & hit[i]);
    }

    void keep_area(const Chunk& chunk, Mask& mask) const {
        const uint32_t n = chunk.size;
        keep(mask, chunk.flags, n, [](uint16_t flags) { return (flags & kFlagHasGps) != 0; });
        // x - min <= max - min in unsigned arithmetic is both bounds in one comparison.
        keep(mask, chunk.x, n,
             [low = lasso_->min_x(), span = lasso_->max_x() - lasso_->min_x()](uint32_t x) { return x - low <= span; });
        keep(mask, chunk.y, n,
             [low = lasso_->min_y(), span = lasso_->max_y() - lasso_->min_y()](uint32_t y) { return y - low <= span; });
        for (uint32_t i = 0; i < n; ++i) {
            if (mask[i]) mask[i] = lasso_->contains(chunk.x[i], chunk.y[i]);
        }
    }

    const Filter& filter_;
    FlagTest flags_;
    NameSet projects_, zones_, pons_, devices_, people_;
    TextSearch search_;
    std::unordered_set<std::string_view> noted_;         // captures whose notes hold the text
    std::vector<uint8_t> found_people_, found_devices_;  // by dictionary index, when there is a search
    std::optional<Lasso> lasso_;
};

}  // namespace

std::vector<Row> filter_rows(const Columns& columns, const Filter& filter, const SearchHits& hits) {
    std::vector<Row> rows;
    Scan scan(columns, filter, hits);
    Mask mask;
    std::array<Row, kChunkRows> passed;
    for (size_t c = 0; c < columns.chunks.size(); ++c) {
        const Chunk& chunk = *columns.chunks[c];
        scan.run(chunk, mask);
        size_t count = 0;
        const Row first = static_cast<Row>(c) * kChunkRows;
        for (uint32_t i = 0; i < chunk.size; ++i) {
            passed[count] = first + i;
            count += mask[i];
        }
        rows.insert(rows.end(), passed.begin(), passed.begin() + static_cast<ptrdiff_t>(count));
    }
    return rows;
}

FilterCounts count_rows(const Columns& columns) {
    FilterCounts counts;
    counts.by_project.resize(columns.names->projects.size());
    for (const auto& chunk_pointer : columns.chunks) {
        const Chunk& chunk = *chunk_pointer;
        for (uint32_t i = 0; i < chunk.size; ++i) {
            const unsigned flags = chunk.flags[i];
            const unsigned there = (flags & kFlagGone) == 0;
            const unsigned open = there & ((flags & kFlagInQueue) != 0);
            counts.total += there;
            counts.open += open;
            counts.to_judge += open & (is_put_aside(chunk, i) ^ 1U);
            counts.decided += there & ~open & 1U;
            counts.conflicts += there & ((flags & kFlagConflict) != 0);
            counts.resubmitted += there & ((flags & kFlagResubmitted) != 0);
            counts.held += there & (chunk.decision[i] == Decision::held);
            counts.approved += there & (chunk.decision[i] == Decision::approved);
            counts.rejected += there & (chunk.decision[i] == Decision::rejected);
            counts.lost_photos += there & (chunk.lost[i] != 0);
            counts.by_severity[static_cast<size_t>(chunk.severity[i])] += open;
            counts.by_project[chunk.project[i]] += open;
            for (RuleMask left = open ? chunk.findings[i] : 0; left != 0; left &= left - 1) {
                const auto rule = static_cast<size_t>(__builtin_ctz(left));
                if (rule < kRuleCount) ++counts.by_rule[rule];
            }
        }
    }
    return counts;
}

}  // namespace linesman::model
