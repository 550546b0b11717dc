#include "ui/selection.h"

#include <algorithm>

namespace linesman::ui {

void Selection::take(model::Row row, const model::Columns& columns) {
    if (row != row_) ++moves_;
    row_ = row;
    staging_id_ = row < columns.row_count() ? std::string(columns.staging_id(row)) : std::string();
}

void Selection::clear() {
    if (row_ != model::kNoRow) ++moves_;
    row_ = model::kNoRow;
    staging_id_.clear();
    in_list_ = false;
}

void Selection::sync(const app::RowList& list, const model::Columns& columns) {
    settled_.clear();
    const auto found = row_ == model::kNoRow ? list.rows.end() : std::find(list.rows.begin(), list.rows.end(), row_);
    in_list_ = found != list.rows.end();
    if (in_list_) {
        place_ = static_cast<size_t>(found - list.rows.begin());
        restart_ = false;
        return;
    }
    const bool gone =
        row_ != model::kNoRow && row_ < columns.row_count() && (columns.flags(row_) & model::kFlagGone) != 0;
    if (row_ == model::kNoRow || restart_ || gone) {
        const size_t start = restart_ ? 0 : std::min(place_, list.rows.empty() ? 0 : list.rows.size() - 1);
        restart_ = false;
        if (list.rows.empty()) {
            clear();
            place_ = 0;
        } else {
            move_to_place(start, list, columns);
        }
    }
}

bool Selection::select(model::Row row, const app::RowList* list, const model::Columns& columns) {
    if (row >= columns.row_count()) return false;
    take(row, columns);
    in_list_ = false;
    if (list != nullptr) {
        const auto found = std::find(list->rows.begin(), list->rows.end(), row);
        if (found != list->rows.end()) {
            in_list_ = true;
            place_ = static_cast<size_t>(found - list->rows.begin());
        }
    }
    return true;
}

bool Selection::move_to_place(size_t place, const app::RowList& list, const model::Columns& columns) {
    if (list.rows.empty()) return false;
    place_ = std::min(place, list.rows.size() - 1);
    take(list.rows[place_], columns);
    in_list_ = true;
    return true;
}

bool Selection::move_by(int64_t steps, const app::RowList* list, const model::Columns& columns) {
    if (list == nullptr || list->rows.empty()) return false;
    const auto last = static_cast<int64_t>(list->rows.size()) - 1;
    int64_t from = static_cast<int64_t>(place_);
    // Out of the list the capture's old place now holds the one after it.
    if (!in_list_ && any() && steps > 0) --from;
    const int64_t to = std::clamp<int64_t>(from + steps, 0, last);
    if (in_list_ && to == from) return false;
    return move_to_place(static_cast<size_t>(to), *list, columns);
}

bool Selection::advance(const app::RowList* list, const model::Columns& columns) {
    if (row_ != model::kNoRow) settled_.insert(row_);
    if (list == nullptr || list->rows.empty()) {
        clear();
        return false;
    }
    const size_t start = in_list_ ? place_ + 1 : place_;
    for (size_t i = start; i < list->rows.size(); ++i) {
        if (!settled_.contains(list->rows[i])) return move_to_place(i, *list, columns);
    }
    for (size_t i = std::min(start, list->rows.size()); i-- > 0;) {
        if (!settled_.contains(list->rows[i])) return move_to_place(i, *list, columns);
    }
    clear();
    return false;
}

std::vector<model::Row> Selection::upcoming(const app::RowList* list, size_t count) const {
    std::vector<model::Row> rows;
    if (list == nullptr) return rows;
    for (size_t i = any() && in_list_ ? place_ + 1 : place_; i < list->rows.size() && rows.size() < count; ++i) {
        if (!settled_.contains(list->rows[i]) && list->rows[i] != row_) rows.push_back(list->rows[i]);
    }
    return rows;
}

}  // namespace linesman::ui
