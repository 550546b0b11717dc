#include "sync/listen_members.h"

#include <algorithm>

#include "base/json.h"

namespace linesman::sync {

void MemberSet::insert(const std::string& id) {
    if (piece_of_.contains(id)) return;
    // Gaps that removed ones left are filled before a new piece is begun, from the newest piece down.
    size_t piece = pieces_.size();
    for (size_t i = pieces_.size(); i > 0 && i + 4 > pieces_.size(); --i) {
        if (pieces_[i - 1].size() < kPerPiece) piece = i - 1;
    }
    if (piece == pieces_.size()) pieces_.emplace_back();
    pieces_[piece].push_back(id);
    piece_of_[id] = piece;
    dirty_.insert(piece);
}

void MemberSet::erase(const std::string& id) {
    const auto found = piece_of_.find(id);
    if (found == piece_of_.end()) return;
    std::erase(pieces_[found->second], id);
    dirty_.insert(found->second);
    piece_of_.erase(found);
}

void MemberSet::assign(const std::set<std::string>& ids) {
    for (const auto& id : this->ids()) {
        if (!ids.contains(id)) erase(id);
    }
    for (const auto& id : ids) insert(id);
}

std::set<std::string> MemberSet::ids() const {
    std::set<std::string> out;
    for (const auto& [id, piece] : piece_of_) out.insert(id);
    return out;
}

void MemberSet::save(const std::string& prefix, CacheValues& values) {
    for (const size_t piece : dirty_)
        values[prefix + std::to_string(piece)] = base::to_text(base::Json(pieces_[piece]));
    dirty_.clear();
}

void MemberSet::forget(const std::string& prefix, CacheValues& values) const {
    for (size_t piece = 0; piece < pieces_.size(); ++piece) values[prefix + std::to_string(piece)] = std::nullopt;
}

base::Status MemberSet::load_piece(const std::string& text) {
    const auto json = base::parse_json(text, "The saved list of listened documents");
    if (!json) return json.error();
    if (!json->is_array()) return base::make_error(base::ErrorKind::corrupt, "The saved list of documents is no list.");
    pieces_.emplace_back();
    for (const auto& id : *json) {
        if (!id.is_string() || piece_of_.contains(id.get<std::string>())) continue;
        pieces_.back().push_back(id.get<std::string>());
        piece_of_[pieces_.back().back()] = pieces_.size() - 1;
    }
    return {};
}

}  // namespace linesman::sync
