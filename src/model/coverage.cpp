#include "model/coverage.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "model/keys.h"

namespace linesman::model {

namespace {

using Best = CoverageState;

Best best_of(const Chunk& chunk, uint32_t i) {
    if ((chunk.flags[i] & kFlagInQueue) != 0) return Best::waiting;
    switch (chunk.decision[i]) {
        case Decision::approved:
        case Decision::none:  // in production without a decision of ours
            return Best::approved;
        case Decision::rejected:
            return Best::rejected;
        case Decision::held:
            return Best::waiting;
        case Decision::superseded:
            return Best::missing;
    }
    return Best::missing;
}

// "2" before "10": runs of digits compare by value.
bool natural_less(const std::string& a, const std::string& b) {
    size_t i = 0, j = 0;
    auto digit = [](char c) { return c >= '0' && c <= '9'; };
    while (i < a.size() && j < b.size()) {
        if (!digit(a[i]) || !digit(b[j])) {
            if (a[i] != b[j]) return a[i] < b[j];
            ++i, ++j;
            continue;
        }
        while (i < a.size() && a[i] == '0') ++i;
        while (j < b.size() && b[j] == '0') ++j;
        size_t end_a = i, end_b = j;
        while (end_a < a.size() && digit(a[end_a])) ++end_a;
        while (end_b < b.size() && digit(b[end_b])) ++end_b;
        if (end_a - i != end_b - j) return end_a - i < end_b - j;
        if (const int order = a.compare(i, end_a - i, b, j, end_b - j); order != 0) return order < 0;
        i = end_a, j = end_b;
    }
    return a.size() - i < b.size() - j;
}

bool row_less(const CoverageRow& a, const CoverageRow& b) {
    if (a.project != b.project) return natural_less(a.project, b.project);
    if (a.zone != b.zone) return natural_less(a.zone, b.zone);
    return natural_less(a.pon, b.pon);
}

using Key = std::tuple<std::string_view, std::string_view, std::string_view>;

}  // namespace

Coverage coverage_of(const Columns& columns, const ReferenceData& reference) {
    const auto& planned = reference.planned;
    // By project and number; a planned pole without a project is kept under a blank one.
    std::unordered_map<std::string, std::vector<uint32_t>> by_number;
    by_number.reserve(planned.size());
    for (uint32_t i = 0; i < planned.size(); ++i) {
        const std::string number = canonical_number(planned[i].pole_number);
        if (!number.empty()) by_number[planned[i].project_id + "\n" + number].push_back(i);
    }
    Coverage coverage;
    std::vector<Best> best(planned.size(), Best::missing);
    for (Row row = 0; row < columns.row_count(); ++row) {
        const Chunk& chunk = columns.chunk_of(row);
        const uint32_t i = row % kChunkRows;
        if ((chunk.flags[i] & (kFlagGone | kFlagSuperseded)) != 0) continue;
        const Best state = best_of(chunk, i);
        if (state == Best::missing) continue;
        const std::string number = canonical_number(chunk.pole_number.at(i));
        auto found = number.empty() ? by_number.end()
                                    : by_number.find(columns.names->projects.at(chunk.project[i]) + "\n" + number);
        if (found == by_number.end() && !number.empty()) found = by_number.find("\n" + number);
        if (found == by_number.end()) {
            ++coverage.unplanned;
            continue;
        }
        for (const uint32_t pole : found->second) best[pole] = std::max(best[pole], state);
    }
    std::map<Key, CoverageRow> rows;
    for (uint32_t i = 0; i < planned.size(); ++i) {
        CoverageRow& row = rows[{planned[i].project_id, planned[i].zone, planned[i].pon}];
        ++row.planned;
        if (best[i] == Best::missing) continue;
        ++row.captured;
        if (best[i] == Best::approved) ++row.approved;
        if (best[i] == Best::rejected) ++row.rejected;
    }
    coverage.states = std::move(best);
    for (auto& [key, row] : rows) {
        std::tie(row.project, row.zone, row.pon) = key;
        coverage.rows.push_back(std::move(row));
    }
    std::sort(coverage.rows.begin(), coverage.rows.end(), row_less);
    return coverage;
}

std::vector<CoverageRow> at_level(const Coverage& coverage, CoverageLevel level) {
    std::vector<CoverageRow> rows;
    for (const auto& leaf : coverage.rows) {
        CoverageRow key = leaf;
        if (level != CoverageLevel::pon) key.pon.clear();
        if (level == CoverageLevel::project) key.zone.clear();
        const bool same = !rows.empty() && rows.back().project == key.project && rows.back().zone == key.zone &&
                          rows.back().pon == key.pon;
        if (!same) {
            rows.push_back(std::move(key));
            continue;
        }
        rows.back().planned += leaf.planned;
        rows.back().captured += leaf.captured;
        rows.back().approved += leaf.approved;
        rows.back().rejected += leaf.rejected;
    }
    return rows;
}

}  // namespace linesman::model
