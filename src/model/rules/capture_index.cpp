#include "model/rules/capture_index.h"

namespace linesman::model {

bool CaptureIndex::ByTime::operator()(const Stop& a, const Stop& b) const {
    if (a.at_us != b.at_us) return a.at_us < b.at_us;
    if (a.id_head != b.id_head) return a.id_head < b.id_head;
    return index.staging_id(a.row) < index.staging_id(b.row);
}

bool CaptureIndex::on_timeline(const CaptureFacts& facts) {
    return facts.stands() && facts.plausible_gps && facts.has_captured_at && facts.device != 0;
}

FactRow CaptureIndex::row_of(std::string_view staging_id) const {
    const TextId id = staging_ids_.find(staging_id);
    return id == kNoText || id >= facts_.size() ? kNoFactRow : id;
}

bool CaptureIndex::put(const Capture& capture, std::vector<FactRow>* touched) {
    const FactRow row = staging_ids_.intern(capture.staging_id);
    if (row >= facts_.size()) facts_.resize(row + 1);
    CaptureFacts facts = facts_of(capture, texts_);
    facts.row = row;
    facts.alive = true;
    CaptureFacts& held = facts_[row];
    if (held.alive && same_facts(held, facts)) return false;
    if (held.alive) {
        if (touched) append_neighbours(row, *touched);
        unlink(row);
        --alive_;
    }
    held = std::move(facts);
    ++alive_;
    link(row);
    if (touched) append_neighbours(row, *touched);
    return true;
}

FactRow CaptureIndex::remove(std::string_view staging_id, std::vector<FactRow>* touched) {
    const FactRow row = row_of(staging_id);
    if (row == kNoFactRow || !facts_[row].alive) return kNoFactRow;
    if (touched) append_neighbours(row, *touched);
    unlink(row);
    facts_[row] = CaptureFacts{};
    facts_[row].row = row;
    --alive_;
    return row;
}

void CaptureIndex::link_photos(FactRow row, bool add) {
    const auto& keys = facts_[row].photo;
    for (size_t i = 0; i < kSlotCount; ++i) {
        // One file in two slots of a capture is one entry.
        if (keys[i] == 0 || std::find(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(i), keys[i]) !=
                                keys.begin() + static_cast<std::ptrdiff_t>(i))
            continue;
        if (!add) {
            photos_.erase(keys[i], row);
        } else if (loading_) {
            photos_.append(keys[i], row);
        } else {
            photos_.insert(keys[i], row, ByStagingId{*this});
        }
    }
}

void CaptureIndex::link(FactRow row) {
    const CaptureFacts& facts = facts_[row];
    const ByStagingId by_id{*this};
    const auto add = [&](auto& groups, auto key) {
        loading_ ? groups.append(key, row) : groups.insert(key, row, by_id);
    };
    if (facts.number != 0) add(numbers_, facts.number);
    add(uploads_, facts.upload);
    if (facts.plausible_gps) add(cells_, grid_.key_of(facts.gps));
    link_photos(row, true);
    if (!on_timeline(facts)) return;
    auto& timeline = timelines_[facts.device];
    const Stop stop = stop_of(row);
    if (loading_) {
        timeline.push_back(stop);
    } else {
        timeline.insert(std::upper_bound(timeline.begin(), timeline.end(), stop, ByTime{*this}), stop);
    }
}

void CaptureIndex::unlink(FactRow row) {
    const CaptureFacts& facts = facts_[row];
    if (facts.number != 0) numbers_.erase(facts.number, row);
    uploads_.erase(facts.upload, row);
    if (facts.plausible_gps) cells_.erase(grid_.key_of(facts.gps), row);
    link_photos(row, false);
    if (!on_timeline(facts)) return;
    std::erase_if(timelines_[facts.device], [row](const Stop& stop) { return stop.row == row; });
}

void CaptureIndex::finish_loading() {
    if (!loading_) return;
    for (auto& [device, timeline] : timelines_) std::sort(timeline.begin(), timeline.end(), ByTime{*this});
    const ByStagingId by_id{*this};
    numbers_.sort_all(by_id);
    uploads_.sort_all(by_id);
    cells_.sort_all(by_id);
    photos_.sort_all(by_id);
    loading_ = false;
}

void CaptureIndex::set_near_m(double near_m) {
    if (near_m == near_m_) return;
    near_m_ = near_m;
    grid_ = CellGrid(near_m);
    cells_ = HashedGroups();
    for (const CaptureFacts& facts : facts_) {
        if (facts.alive && facts.plausible_gps) cells_.append(grid_.key_of(facts.gps), facts.row);
    }
    cells_.sort_all(ByStagingId{*this});
}

FactRow CaptureIndex::previous_on_device(FactRow row) const {
    if (!on_timeline(facts_[row])) return kNoFactRow;
    const auto& timeline = timelines_.find(facts_[row].device)->second;
    const auto at = std::lower_bound(timeline.begin(), timeline.end(), stop_of(row), ByTime{*this});
    return at == timeline.begin() ? kNoFactRow : std::prev(at)->row;
}

FactRow CaptureIndex::next_on_device(FactRow row) const {
    if (!on_timeline(facts_[row])) return kNoFactRow;
    const auto& timeline = timelines_.find(facts_[row].device)->second;
    const auto after = std::upper_bound(timeline.begin(), timeline.end(), stop_of(row), ByTime{*this});
    return after == timeline.end() ? kNoFactRow : after->row;
}

void CaptureIndex::append_neighbours(FactRow row, std::vector<FactRow>& out) const {
    if (loading_) return;  // nothing has been judged yet, everything is due anyway
    const CaptureFacts& facts = facts_[row];
    const auto append = [&](std::span<const FactRow> rows) { out.insert(out.end(), rows.begin(), rows.end()); };
    // Everybody looks at the first rows of a group only: what changes behind them changes nobody's findings.
    const auto is_looked_at = [&](std::span<const FactRow> rows) {
        const auto first = cut(rows);
        return rows.size() == first.size() || std::find(first.begin(), first.end(), row) != first.end();
    };
    const auto append_group = [&](std::span<const FactRow> rows) {
        if (is_looked_at(rows)) append(rows);
    };
    if (facts.number != 0) append_group(numbers_.rows(facts.number));
    append_group(uploads_.rows(facts.upload));
    for (const uint64_t photo : facts.photo) {
        if (photo != 0) append_group(photos_.rows(photo));
    }
    if (facts.plausible_gps && is_looked_at(cells_.rows(grid_.key_of(facts.gps))))
        grid_.for_each_cell(facts.gps, near_m_, [&](uint64_t cell) { append(cells_.rows(cell)); });
    const FactRow next = next_on_device(row);
    if (next != kNoFactRow) out.push_back(next);
}

}  // namespace linesman::model
