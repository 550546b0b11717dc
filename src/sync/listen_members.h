// Which documents a listened window holds, as the server has told: known to compare with the server's counts and to
// find out what left unseen. Kept in the cache in small pieces, so that one change rewrites some kilobytes only.
//
// Pure. Thread: one.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace linesman::sync {

using CacheValues = std::map<std::string, std::optional<std::string>>;

class MemberSet {
  public:
    static constexpr size_t kPerPiece = 128;

    bool contains(const std::string& id) const { return piece_of_.contains(id); }
    size_t size() const { return piece_of_.size(); }
    void insert(const std::string& id);
    void erase(const std::string& id);
    void assign(const std::set<std::string>& ids);  // exactly these
    std::set<std::string> ids() const;

    // The pieces that changed since the last call, as values of the cache below `prefix`.
    void save(const std::string& prefix, CacheValues& values);
    // All pieces removed.
    void forget(const std::string& prefix, CacheValues& values) const;
    size_t pieces() const { return pieces_.size(); }
    // Errors: corrupt.
    base::Status load_piece(const std::string& text);

  private:
    std::vector<std::vector<std::string>> pieces_;
    std::unordered_map<std::string, size_t> piece_of_;
    std::set<size_t> dirty_;
};

}  // namespace linesman::sync
