// Tiles of a tile server on disk: one SQLite file in the cache folder, within a budget of bytes; what was used longest
// ago goes first. Nothing is here that cannot be fetched again: a file that is damaged, newer or of another server is
// begun anew.
//
// Thread: one at a time; the tiles queue. Errors: io, disk_full, unavailable.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace linesman::store {

class Database;

struct KeptTile {
    std::string bytes;                // the encoded picture; empty: the server has none here
    std::string etag, last_modified;  // as the server wrote them; may be empty
    base::Timestamp fresh_until;
};

class TileCache {
  public:
    // `source` names the server (its URL template). Tiles of another one are dropped.
    static base::Result<TileCache> open(const std::string& path, const std::string& source, uint64_t budget_bytes);
    TileCache(TileCache&&) noexcept;
    TileCache& operator=(TileCache&&) noexcept;
    ~TileCache();

    // nullopt when it is not kept. `now` is noted as its last use, at most once an hour.
    std::optional<KeptTile> find(int z, uint32_t x, uint32_t y, base::Timestamp now);
    base::Status put(int z, uint32_t x, uint32_t y, const KeptTile& tile, base::Timestamp now);
    // After the server said that the kept one is still right.
    base::Status renew(int z, uint32_t x, uint32_t y, base::Timestamp fresh_until);

    uint64_t bytes() const { return bytes_; }  // of pictures

  private:
    TileCache(std::unique_ptr<Database> database, uint64_t budget_bytes);
    base::Status make_room();

    std::unique_ptr<Database> database_;
    uint64_t budget_, bytes_ = 0;
};

}  // namespace linesman::store
