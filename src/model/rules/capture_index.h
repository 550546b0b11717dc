// All captures as facts, with the indexes by which rules find a capture's neighbours: same number, same upload, same
// photo, near on the ground, before and after on the same device. Every answer is in the order of staging ids, whatever
// the order of arrival.
//
// Invariant: removed captures keep their row with `alive` false and are in no index.
// Thread: one writer; reading from many threads is safe while nobody writes.
#pragma once

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/rules/cell_grid.h"
#include "model/rules/facts.h"
#include "model/rules/row_groups.h"
#include "model/rules/string_pool.h"

namespace linesman::model {

// At most so many rows of one group are looked at for one capture, so that a hundred thousand captures with one number
// (a test, a broken client) cost linear, not quadratic time. The group is ordered, so the same rows are looked at each
// time.
inline constexpr size_t kMaxGroupWalk = 256;

class CaptureIndex {
  public:
    // `near_m`: the largest radius that will be asked for often; cells are this large.
    explicit CaptureIndex(double near_m) : near_m_(near_m), grid_(near_m) {}

    // Adds or replaces. False when nothing that rules look at has changed. Rows of captures whose findings may change
    // (old and new neighbours, not the row itself) are appended to `touched` when it is given.
    bool put(const Capture& capture, std::vector<FactRow>* touched);
    // kNoFactRow when it was not there.
    FactRow remove(std::string_view staging_id, std::vector<FactRow>* touched);

    // While loading, device timelines may be unsorted; called before rules run.
    void finish_loading();
    // Rebuilds the grid for another radius.
    void set_near_m(double near_m);
    double near_m() const { return near_m_; }

    size_t alive_count() const { return alive_; }
    FactRow row_count() const { return static_cast<FactRow>(facts_.size()); }
    FactRow row_of(std::string_view staging_id) const;  // kNoFactRow when unknown; may be a removed one
    const CaptureFacts& at(FactRow row) const { return facts_[row]; }
    std::string_view staging_id(FactRow row) const { return staging_ids_.at(row); }
    std::string_view text(TextId id) const { return texts_.at(id); }
    TextId text_id(std::string_view text) const { return texts_.find(text); }

    // Cut to kMaxGroupWalk rows; the capture itself and captures that do not stand are included.
    std::span<const FactRow> with_number(TextId number) const { return cut(numbers_.rows(number)); }
    std::span<const FactRow> with_upload(TextId upload) const { return cut(uploads_.rows(upload)); }
    std::span<const FactRow> with_photo(uint64_t photo) const { return cut(photos_.rows(photo)); }
    // The same without the cut, for what becomes due.
    std::span<const FactRow> all_with_number(TextId number) const { return numbers_.rows(number); }
    std::span<const FactRow> all_with_photo(uint64_t photo) const { return photos_.rows(photo); }

    // Calls visit(row) for captures in the cells around `point`; the distance is for the caller to check.
    template <typename Visit>
    void for_each_near(GeoPoint point, double radius_m, const Visit& visit) const {
        grid_.for_each_cell(point, radius_m, [&](uint64_t cell) {
            for (const FactRow row : cut(cells_.rows(cell))) visit(row);
        });
    }

    // The capture before / after this one on its device by capture time, or kNoFactRow. Only captures that stand and
    // have a position, a time and a device id are on a timeline.
    FactRow previous_on_device(FactRow row) const;
    FactRow next_on_device(FactRow row) const;

  private:
    struct ByStagingId {
        const CaptureIndex& index;
        bool operator()(FactRow a, FactRow b) const { return index.staging_id(a) < index.staging_id(b); }
    };
    // A capture on the timeline of its device. What the order looks at stands beside the row: looked up by row, every
    // step of sorting and searching would wait for memory.
    struct Stop {
        int64_t at_us = 0;
        uint64_t id_head = 0;
        FactRow row = 0;
    };
    struct ByTime {
        const CaptureIndex& index;
        bool operator()(const Stop& a, const Stop& b) const;
    };
    Stop stop_of(FactRow row) const { return {facts_[row].captured_at_us, head_of(staging_id(row)), row}; }
    static std::span<const FactRow> cut(std::span<const FactRow> rows) {
        return rows.first(std::min(rows.size(), kMaxGroupWalk));
    }
    static bool on_timeline(const CaptureFacts& facts);
    void link(FactRow row);
    void unlink(FactRow row);
    void link_photos(FactRow row, bool add);
    void append_neighbours(FactRow row, std::vector<FactRow>& out) const;

    double near_m_;
    CellGrid grid_;
    StringPool staging_ids_;  // id = row
    StringPool texts_;
    std::vector<CaptureFacts> facts_;
    DenseGroups numbers_, uploads_;
    HashedGroups cells_, photos_;
    std::unordered_map<TextId, std::vector<Stop>> timelines_;  // by device
    bool loading_ = true;
    size_t alive_ = 0;
};

}  // namespace linesman::model
