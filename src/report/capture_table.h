// Captures from the columns in memory as a table, without copying a million rows. Holds the snapshot's columns alive.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/columns.h"
#include "model/project.h"
#include "report/table.h"

namespace linesman::report {

class CaptureTable final : public Table {
  public:
    // `rows` in the order in which they are to be written. People give names and crews to uids.
    CaptureTable(model::Columns columns, std::vector<model::Row> rows, const std::vector<model::Person>& people);

    const std::vector<Column>& columns() const override;
    size_t row_count() const override { return rows_.size(); }
    void read(size_t row, std::span<Cell> cells) const override;
    static const std::vector<Column>& capture_columns();

  private:
    model::Columns data_;
    std::vector<model::Row> rows_;
    std::vector<std::string> names_, crews_;  // by index of the people dictionary
    std::unordered_map<model::RuleMask, std::string> findings_;
};

// "gps_missing; photos_missing". Slots: "front; depth".
std::string rules_text(model::RuleMask mask);
std::string slots_text(model::SlotMask mask);

// The order of every list of captures in a report: pole number, then staging id. Does not depend on the order in which
// the captures reached the desk.
void sort_for_report(const model::Columns& columns, std::vector<model::Row>& rows);

}  // namespace linesman::report
