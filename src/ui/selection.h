// Which capture the desk is on, and which comes next. Queue, map and photos all follow this one value. Pure logic, no
// drawing.
//
// The selection is a row (stable for the life of the process) and the place it has or had in the list. A capture that
// leaves the list (decided, filtered, undone and back) stays selected until the desk moves on; next and previous then
// count from its old place.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "app/desk.h"

namespace linesman::ui {

class Selection {
  public:
    bool any() const { return row_ != model::kNoRow; }
    model::Row row() const { return row_; }
    const std::string& staging_id() const { return staging_id_; }
    // Place in the list; empty while the capture is not in it.
    std::optional<size_t> place() const { return in_list_ ? std::optional(place_) : std::nullopt; }
    // Counts every move; views use it to scroll or follow once.
    uint64_t moves() const { return moves_; }

    // A new list is there (call once for each): finds the capture in it again. With nothing selected the first one is
    // taken.
    void sync(const app::RowList& list, const model::Columns& columns);
    // The list is for another filter: start at its top with the next sync() unless the capture is in it.
    void restart_with_next_list() { restart_ = true; }

    bool select(model::Row row, const app::RowList* list, const model::Columns& columns);
    bool move_by(int64_t steps, const app::RowList* list, const model::Columns& columns);
    bool move_to_place(size_t place, const app::RowList& list, const model::Columns& columns);

    // The capture is decided: goes to the next one that was not decided since this list was made; at the end to the
    // nearest before. False when nothing is left; the selection is then empty.
    bool advance(const app::RowList* list, const model::Columns& columns);
    // A decision was taken back: it counts as undecided again.
    void unsettle(model::Row row) { settled_.erase(row); }
    void clear();

    // The next `count` rows to be looked at, nearest first, without the current one.
    std::vector<model::Row> upcoming(const app::RowList* list, size_t count) const;

  private:
    void take(model::Row row, const model::Columns& columns);

    model::Row row_ = model::kNoRow;
    std::string staging_id_;
    size_t place_ = 0;
    bool in_list_ = false;
    bool restart_ = false;
    uint64_t moves_ = 0;
    std::unordered_set<model::Row> settled_;
};

}  // namespace linesman::ui
