// Which captures are selected for bulk: a set of rows with the place from which a range grows. What is selected is
// always in the list: a capture that leaves the list leaves the selection, so that nothing unseen is decided. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/desk.h"

namespace linesman::ui {

class Picks {
  public:
    size_t count() const { return count_; }
    bool any() const { return count_ > 0; }
    bool has(model::Row row) const { return row < bits_.size() && bits_[row]; }
    // Counts every change.
    uint64_t changes() const { return changes_; }

    // Ctrl and click, X: this one in or out; ranges grow from here afterwards.
    void toggle(model::Row row);
    // Shift and click, Shift and arrows: from the anchor to `row`, and nothing else. Without an anchor in the list the
    // range begins at `from`.
    void range(const app::RowList& list, model::Row from, model::Row row);
    void all(const app::RowList& list);
    // These as well; rows outside the list are passed over.
    void add(const app::RowList& list, const std::vector<model::Row>& rows);
    void clear();
    // A new list is there: what is not in it is not selected any more.
    void retain(const app::RowList& list);

    // In list order, at most `most`.
    std::vector<std::string> ids(const app::RowList& list, const model::Columns& columns, size_t most) const;
    std::vector<model::Row> rows(const app::RowList& list, size_t most) const;

  private:
    void put(model::Row row);

    std::vector<bool> bits_;  // by row
    size_t count_ = 0;
    std::optional<model::Row> anchor_;
    uint64_t changes_ = 0;
};

}  // namespace linesman::ui
