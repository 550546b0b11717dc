// The table of the overlays: quiet lines, a header that stays, columns that never get too narrow to be read and always
// room for two rows: what has no room is scrolled to. Thread: main, inside a frame.
//
//   if (QuietTable table(frame, "targets", kColumns); table.open()) { ... ImGui::TableNextRow(); table.text(...); }
#pragma once

#include <span>
#include <string_view>

#include "ui/frame.h"

namespace linesman::ui {

struct TableColumn {
    const char* title;
    float width = 0;  // design pixels; 0 = takes what is left
    float least = 0;  // of a column that takes what is left: below, the table scrolls
};

class QuietTable {
  public:
    // `outer` as of ImGui::BeginTable(). `flags` besides kQuietTable.
    QuietTable(const Frame& frame, const char* id, std::span<const TableColumn> columns, ImVec2 outer = {0, 0},
               int flags = 0);
    ~QuietTable();
    QuietTable(const QuietTable&) = delete;
    QuietTable& operator=(const QuietTable&) = delete;

    bool open() const { return open_; }
    // The next cell with one line of text, cut to its width.
    static void text(std::string_view words, ImU32 colour);

  private:
    bool open_ = false;
};

// A row that is chosen by a click anywhere in it; begins row and first cell. `id` apart from the others of the table.
bool clickable_row(int id, bool chosen);

}  // namespace linesman::ui
