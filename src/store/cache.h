// cache.db: what the server holds, as far as this desk mirrors it. Nothing in it cannot be fetched again, so a damaged
// file, or one of a newer program, is set aside with a notice and a new one begun.
//
// Invariant: one apply() is one transaction: documents, deletes and cursors of a consistent snapshot come together or
// not at all. Versions never go back: a document with an older updateTime than the one stored, or than its tombstone,
// is ignored.
//
// Thread: Cache belongs to the sync queue and holds the only write connection. A CacheReader belongs to one thread at a
// time; pool threads open their own. A reader sees what was committed when its call began.
//
// `collection` is a root collection ("staging-field-captures"); documents of subcollections use an id with slashes
// ("x/versions/y"). Every collection has a table of its own. `fields` is the document's `fields` object as JSON text in
// Firestore's typed form, kept as it came.
//
// Errors: those of sqlite.h. After `corrupt` drop the Cache and its readers and open again with
// CacheOptions::set_aside. Not here: decoding of documents (sync), what a capture means (model), the columns file
// (columns_file.h).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace linesman::store {

class Database;

struct CachedDocument {
    std::string collection;
    std::string id;
    std::string update_time;  // verbatim; compared as microseconds
    std::string fields;
    // Documents are counted and listed by it besides their names: what the sync room wants to compare with the server's
    // counts (project and open or decided). May be blank: then the document is only counted as a whole.
    std::string scope;
    bool operator==(const CachedDocument&) const = default;
};

struct CachedDelete {
    std::string collection;
    std::string id;
    // As of this time the document was gone (read time of the answer). A stored version newer than this is kept.
    base::Timestamp as_of;
    // False when the document only left this desk's scope: it may come back at any version.
    bool tombstone = true;
};

struct CacheBatch {
    std::vector<CachedDocument> documents = {};
    std::vector<CachedDelete> deletes = {};
    std::map<std::string, std::optional<std::string>> values = {};  // cursors and the like; nullopt removes the key
    bool empty() const { return documents.empty() && deletes.empty() && values.empty(); }
};

struct ApplyCounts {
    size_t added = 0, changed = 0, unchanged = 0, older = 0, deleted = 0;
    std::vector<std::string> unreadable_versions;  // ids whose updateTime could not be read: not stored
    bool any_change() const { return added + changed + deleted > 0; }
};

// A document as it is read; views are valid during the callback only.
struct DocumentView {
    std::string_view id, update_time, fields;
    base::Timestamp update_time_parsed;
};

// Names in [from, to) by UTF-8 bytes, as Firestore orders them; an empty `to` is the end. With `scope` only documents
// of that scope.
struct NameRange {
    std::string from, to;
    std::optional<std::string> scope;
};

// One of `count` equal parts of a collection, for reading with several threads.
struct Part {
    unsigned index = 0, count = 1;
};

class CacheReader {
  public:
    // Opens cache.db for reading. Errors: not_found before Cache::open() has made it.
    static base::Result<CacheReader> open(const std::string& path);
    CacheReader(CacheReader&&) noexcept;
    CacheReader& operator=(CacheReader&&) noexcept;
    ~CacheReader();

    base::Result<std::optional<CachedDocument>> document(std::string_view collection, std::string_view id);
    // Streams a collection in no particular order, one consistent view; `on_document` returns false to stop. `fields`
    // may be left out.
    base::Status for_each(std::string_view collection, const std::function<bool(const DocumentView&)>& on_document,
                          Part part = {}, bool with_fields = true);
    base::Result<int64_t> count(std::string_view collection, const NameRange& range = {});
    // Ascending; at most `limit`.
    base::Result<std::vector<std::string>> names(std::string_view collection, const NameRange& range, int64_t limit);
    base::Result<std::vector<std::string>> collections();
    base::Result<std::optional<std::string>> value(std::string_view key);
    // Goes up with every apply() that changed a document. What the columns file is checked against.
    base::Result<int64_t> generation();
    // Ids of captures whose notes hold every word of `text` (accents and case ignored; words match as prefixes), best
    // first.
    base::Result<std::vector<std::string>> search_notes(std::string_view text, int64_t limit);
    // Bytes on disk, WAL included.
    uint64_t size_bytes() const;

  private:
    friend class Cache;
    explicit CacheReader(Database& shared);
    explicit CacheReader(std::unique_ptr<Database> own);
    base::Result<std::optional<int64_t>> table_of(std::string_view collection);
    std::unique_ptr<Database> own_;
    Database* database_;
    std::map<std::string, int64_t, std::less<>> tables_;
};

struct CacheNotice {
    std::string what;  // for the supervisor
    std::string detail;
    std::string kept_as;  // where the old file now is
};

struct CacheOptions {
    bool set_aside = false;  // begin anew whatever is there: after `corrupt` while running
    std::string searched_collection = "staging-field-captures";
    std::string searched_field = "notes";
};

struct OpenedCache;

class Cache {
  public:
    // Opens or makes `path`. At most two set-aside files are kept. Errors: disk_full, io, unavailable.
    static base::Result<OpenedCache> open(const std::string& path, const base::Clock& clock,
                                          const CacheOptions& options = {});
    Cache(Cache&&) noexcept;
    Cache& operator=(Cache&&) noexcept;
    ~Cache();

    base::Result<ApplyCounts> apply(const CacheBatch& batch);

    // Between these, apply() is tuned for a first load: rare checkpoints, a large page cache, no search index until the
    // end. apply() stays atomic and durable to the same degree. Crash in between: the indexes are built at the next
    // open() or end_bulk().
    base::Status begin_bulk();
    base::Status end_bulk();

    // Forgets a collection, its tombstones included.
    base::Status drop_collection(std::string_view collection);
    // Forgets tombstones older than this: once no answer that old can still arrive.
    base::Status forget_tombstones(base::Timestamp older_than);

    // Reads over the write connection: sees the last apply() at once. Thread: the cache's.
    CacheReader& read();
    // Reads every page. Seconds for a large file; for `doctor`. Errors: corrupt.
    base::Status check();

  private:
    struct State;
    explicit Cache(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

struct OpenedCache {
    Cache cache;
    std::vector<CacheNotice> notices;
};

}  // namespace linesman::store
