#include "report/capture_table.h"

#include <algorithm>
#include <array>
#include <bit>

#include "model/filter.h"
#include "model/geo.h"
#include "report/format.h"

namespace linesman::report {
namespace {

constexpr int kPositionDecimals = 7;  // about a centimetre

Cell time_cell(int64_t us) {
    return us == model::kNoTime ? Cell::none() : Cell::of_time(us);
}

// All 64 sets of slots, as text.
const std::array<std::string, 64>& slot_texts() {
    static const auto kTexts = [] {
        std::array<std::string, 64> texts;
        for (size_t mask = 0; mask < texts.size(); ++mask) {
            for (const auto slot : model::kSlots) {
                if ((mask & model::bit(slot)) == 0) continue;
                if (!texts[mask].empty()) texts[mask] += "; ";
                texts[mask] += model::name_of(slot);
            }
        }
        return texts;
    }();
    return kTexts;
}

// A removed view of nothing: "none" and "pending" are values, not blanks.
std::string_view decision_text(model::Decision decision) {
    return decision == model::Decision::none ? "undecided" : model::name_of(decision);
}

}  // namespace

std::string rules_text(model::RuleMask mask) {
    std::string text;
    for (size_t i = 0; i < model::kRuleCount; ++i) {
        if ((mask >> i & 1U) == 0) continue;
        if (!text.empty()) text += "; ";
        text += model::code_of(static_cast<model::Rule>(i));
    }
    return text;
}

std::string slots_text(model::SlotMask mask) {
    return slot_texts()[mask & model::kAllSlots];
}

CaptureTable::CaptureTable(model::Columns columns, std::vector<model::Row> rows,
                           const std::vector<model::Person>& people)
    : data_(std::move(columns)), rows_(std::move(rows)) {
    const auto& dictionary = data_.names->people;
    names_.resize(dictionary.size());
    crews_.resize(dictionary.size());
    for (uint32_t i = 0; i < dictionary.size(); ++i) names_[i] = dictionary.at(i);
    for (const auto& person : people) {
        const uint32_t index = dictionary.find(person.uid);
        if (index == model::kNoRow || index == 0) continue;
        if (!person.name.empty()) names_[index] = person.name;
        crews_[index] = person.crew;
    }
    for (const auto row : rows_) {
        const auto mask = data_.chunk_of(row).findings[row % model::kChunkRows];
        if (!findings_.contains(mask)) findings_.emplace(mask, rules_text(mask));
    }
}

const std::vector<Column>& CaptureTable::capture_columns() {
    static const std::vector<Column> kColumns = {
        {"staging_id", "Staging id"},
        {"pole_number", "Pole number"},
        {"project", "Project"},
        {"zone", "Zone"},
        {"pon", "PON"},
        {"crew", "Crew"},
        {"device", "Device"},
        {"captured_by", "Captured by"},
        {"captured_at", "Captured", CellType::time},
        {"submitted_at", "Submitted", CellType::time},
        {"machine_status", "Machine status"},
        {"decision", "Decision"},
        {"waiting", "Waiting", CellType::boolean},
        {"decided_by", "Decided by"},
        {"decided_at", "Decided", CellType::time},
        {"severity", "Worst finding"},
        {"findings", "Findings"},
        {"photos", "Photos", CellType::integer},
        {"missing_photos", "Missing photos"},
        {"lost_photos", "Lost photos"},
        {"latitude", "Latitude", CellType::number, kPositionDecimals},
        {"longitude", "Longitude", CellType::number, kPositionDecimals},
        {"accuracy_m", "Accuracy (m)", CellType::number, 1},
        {"resubmitted", "Sent again", CellType::boolean},
        {"unsent", "Decision not sent yet", CellType::boolean},
        {"in_production", "In production", CellType::boolean},
    };
    return kColumns;
}

const std::vector<Column>& CaptureTable::columns() const {
    return capture_columns();
}

void CaptureTable::read(size_t index, std::span<Cell> cells) const {
    const model::Row row = rows_[index];
    const auto& chunk = data_.chunk_of(row);
    const auto& names = *data_.names;
    const uint32_t i = row % model::kChunkRows;
    const uint16_t flags = chunk.flags[i];
    const auto flag = [flags](model::RowFlag bit) { return Cell::of_bool((flags & bit) != 0); };
    Cell* cell = cells.data();
    *cell++ = Cell::of(chunk.staging_id.at(i));
    *cell++ = Cell::of(chunk.pole_number.at(i));
    *cell++ = Cell::of(names.projects.at(chunk.project[i]));
    *cell++ = Cell::of(names.zones.at(chunk.zone[i]));
    *cell++ = Cell::of(names.pons.at(chunk.pon[i]));
    *cell++ = Cell::of(crews_[chunk.person[i]]);
    *cell++ = Cell::of(names.devices.at(chunk.device[i]));
    *cell++ = Cell::of(names_[chunk.person[i]]);
    *cell++ = time_cell(chunk.captured_at[i]);
    *cell++ = time_cell(chunk.submitted_at[i]);
    *cell++ = Cell::of(model::name_of(chunk.status[i]));
    *cell++ = Cell::of(decision_text(chunk.decision[i]));
    *cell++ = flag(model::kFlagInQueue);
    *cell++ = Cell::of(names_[chunk.decided_by[i]]);
    *cell++ = time_cell(chunk.decided_at[i]);
    *cell++ = Cell::of(model::name_of(chunk.severity[i]));
    *cell++ = Cell::of(findings_.at(chunk.findings[i]));
    *cell++ = Cell::of_integer(std::popcount(chunk.photos[i]));
    *cell++ = Cell::of(slot_texts()[static_cast<size_t>(~chunk.photos[i] & model::kAllSlots)]);
    *cell++ = Cell::of(slot_texts()[chunk.lost[i] & model::kAllSlots]);
    if ((flags & model::kFlagHasGps) != 0) {
        const auto point =
            model::geo_from_world({model::world_from_fixed(chunk.x[i]), model::world_from_fixed(chunk.y[i])});
        *cell++ = Cell::of_number(rounded(point.latitude, kPositionDecimals));
        *cell++ = Cell::of_number(rounded(point.longitude, kPositionDecimals));
    } else {
        *cell++ = Cell::none();
        *cell++ = Cell::none();
    }
    *cell++ = chunk.accuracy_dm[i] == model::kNoAccuracy ? Cell::none() : Cell::of_number(chunk.accuracy_dm[i] / 10.0);
    *cell++ = flag(model::kFlagResubmitted);
    *cell++ = flag(model::kFlagPending);
    *cell++ = flag(model::kFlagInProduction);
}

void sort_for_report(const model::Columns& columns, std::vector<model::Row>& rows) {
    model::sort_rows(columns, {model::SortKey::pole_number, false, false}, rows);
    // sort_rows leaves equal numbers in row order, which another desk does not share. It compares upper-cased, so
    // numbers that differ in case only are ties of the second order here.
    const auto number = [&](size_t i) { return columns.pole_number(rows[i]); };
    for (size_t i = 0; i < rows.size();) {
        size_t next = i + 1;
        while (next < rows.size() && number(next).size() == number(i).size() &&
               std::equal(number(i).begin(), number(i).end(), number(next).begin(),
                          [](char a, char b) { return (a | 0x20) == (b | 0x20); }))
            ++next;
        if (next - i > 1) {
            std::sort(rows.begin() + static_cast<ptrdiff_t>(i), rows.begin() + static_cast<ptrdiff_t>(next),
                      [&](model::Row a, model::Row b) { return columns.staging_id(a) < columns.staging_id(b); });
        }
        i = next;
    }
}

}  // namespace linesman::report
