#include "ui/picks.h"

#include <algorithm>

namespace linesman::ui {

void Picks::put(model::Row row) {
    if (row >= bits_.size()) bits_.resize(static_cast<size_t>(row) + 1);
    if (bits_[row]) return;
    bits_[row] = true;
    ++count_;
}

void Picks::toggle(model::Row row) {
    ++changes_;
    anchor_ = row;
    if (!has(row)) {
        put(row);
        return;
    }
    bits_[row] = false;
    --count_;
}

void Picks::range(const app::RowList& list, model::Row from, model::Row row) {
    const auto begin = list.rows.begin(), end = list.rows.end();
    auto first = anchor_ ? std::find(begin, end, *anchor_) : end;
    if (first == end) first = std::find(begin, end, from);
    const auto last = std::find(begin, end, row);
    if (first == end || last == end) return;
    const model::Row anchor = *first;
    clear();
    anchor_ = anchor;
    for (auto it = std::min(first, last); it <= std::max(first, last); ++it) put(*it);
}

void Picks::all(const app::RowList& list) {
    clear();
    for (const auto row : list.rows) put(row);
}

void Picks::add(const app::RowList& list, const std::vector<model::Row>& rows) {
    ++changes_;
    for (const auto row : rows) put(row);
    retain(list);
}

void Picks::clear() {
    ++changes_;
    bits_.clear();
    count_ = 0;
    anchor_.reset();
}

void Picks::retain(const app::RowList& list) {
    if (count_ == 0) return;
    std::vector<bool> kept(bits_.size());
    size_t count = 0;
    for (const auto row : list.rows) {
        if (!has(row)) continue;
        kept[row] = true;
        ++count;
    }
    if (count != count_) ++changes_;
    bits_ = std::move(kept);
    count_ = count;
}

std::vector<model::Row> Picks::rows(const app::RowList& list, size_t most) const {
    std::vector<model::Row> rows;
    for (const auto row : list.rows) {
        if (rows.size() >= most) break;
        if (has(row)) rows.push_back(row);
    }
    return rows;
}

std::vector<std::string> Picks::ids(const app::RowList& list, const model::Columns& columns, size_t most) const {
    std::vector<std::string> ids;
    for (const auto row : rows(list, most)) ids.emplace_back(columns.staging_id(row));
    return ids;
}

}  // namespace linesman::ui
