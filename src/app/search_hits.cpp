#include "app/search_hits.h"

#include "base/log.h"
#include "base/text.h"

namespace linesman::app {
namespace {

std::vector<std::string> people_called(std::span<const model::Person> people, const std::string& text) {
    const std::string needle = base::fold(base::nfc_trimmed(text));
    std::vector<std::string> uids;
    if (needle.size() < model::kLeastNameSearch) return uids;
    for (const auto& person : people) {
        const bool is_called = base::fold(person.name).find(needle) != std::string::npos ||
                               base::fold(person.crew).find(needle) != std::string::npos;
        if (is_called) uids.push_back(person.uid);
    }
    return uids;
}

}  // namespace

model::SearchHits search_hits(store::CacheReader& cache, std::span<const model::Person> people,
                              const std::string& text) {
    model::SearchHits hits;
    if (base::trimmed(text).empty()) return hits;
    hits.people = people_called(people, text);
    auto captures = cache.search_notes(text, kMaxNoteHits);
    if (captures) {
        hits.captures = std::move(*captures);
    } else if (captures.error().kind != base::ErrorKind::unavailable) {
        base::log(base::LogLevel::warning, "search", captures.error());
    }
    return hits;
}

model::SearchHits search_hits(const std::string& cache_path, std::span<const model::Person> people,
                              const std::string& text) {
    if (base::trimmed(text).empty()) return {};
    auto cache = store::CacheReader::open(cache_path);
    if (cache) return search_hits(*cache, people, text);
    model::SearchHits hits;
    hits.people = people_called(people, text);
    return hits;
}

}  // namespace linesman::app
