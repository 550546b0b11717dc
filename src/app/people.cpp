#include "app/people.h"

#include <algorithm>
#include <set>

#include "app/reference_loader.h"
#include "base/text.h"
#include "store/cache.h"

namespace linesman::app {
namespace {

constexpr size_t kMaxNamed = 12;

base::Error nobody(std::string_view what, const std::string& wanted, const std::set<std::string>& there) {
    std::string text = "No " + std::string(what) + " here is called \"" + wanted + "\".";
    size_t named = 0;
    for (const auto& name : there) {
        if (name.empty()) continue;
        text += named == 0 ? " There are: " : ", ";
        text += name;
        if (++named == kMaxNamed) break;
    }
    if (named > 0) text += named < there.size() ? ", ..." : ".";
    return base::make_error(base::ErrorKind::invalid_argument, text);
}

}  // namespace

base::Result<std::vector<std::string>> find_people(const std::string& cache_path, const Profile& profile,
                                                   const std::vector<std::string>& people,
                                                   const std::vector<std::string>& crews) {
    auto cache = store::CacheReader::open(cache_path);
    if (!cache) return cache.error();
    const auto reference = load_reference(*cache, profile);
    if (!reference) return reference.error();
    std::set<std::string> uids, names, crew_names;
    for (const auto& person : reference->people) {
        names.insert(person.name);
        crew_names.insert(person.crew);
    }
    for (const auto& wanted : people) {
        const size_t before = uids.size();
        for (const auto& person : reference->people) {
            if (person.uid == wanted || base::fold(person.name) == base::fold(wanted)) uids.insert(person.uid);
        }
        // An account without a document of its own may have made captures all the same.
        if (uids.size() == before && (reference->people.empty() || !names.contains(wanted))) {
            if (wanted.find(' ') != std::string::npos) return nobody("person", wanted, names);
            uids.insert(wanted);
        }
    }
    for (const auto& wanted : crews) {
        const size_t before = uids.size();
        for (const auto& person : reference->people) {
            if (!person.crew.empty() && base::fold(person.crew) == base::fold(wanted)) uids.insert(person.uid);
        }
        if (uids.size() == before) return nobody("crew", wanted, crew_names);
    }
    return std::vector<std::string>(uids.begin(), uids.end());
}

}  // namespace linesman::app
