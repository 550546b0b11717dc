#include "ui/saved_filters.h"

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "model/facets.h"

namespace linesman::ui {

namespace {

constexpr int kVersion = 1;
constexpr size_t kMostBytes = 1 << 20;

struct NamedScope {
    model::QueueScope scope;
    std::string_view name;
};
constexpr std::array kScopes = {
    NamedScope{model::QueueScope::open, "open"},           NamedScope{model::QueueScope::all, "all"},
    NamedScope{model::QueueScope::held, "held"},           NamedScope{model::QueueScope::decided, "decided"},
    NamedScope{model::QueueScope::conflicts, "conflicts"}, NamedScope{model::QueueScope::resubmitted, "resubmitted"},
    NamedScope{model::QueueScope::to_judge, "to_judge"},
};

struct NamedFacet {
    model::Facet facet;
    const char* key;
    std::string_view title;
};
constexpr std::array kFacets = {
    NamedFacet{model::Facet::project, "projects", "project"},
    NamedFacet{model::Facet::zone, "zones", "zone"},
    NamedFacet{model::Facet::pon, "pons", "PON"},
    NamedFacet{model::Facet::person, "people", "crew"},
    NamedFacet{model::Facet::device, "devices", "device"},
};

base::Json json_of(const SavedFilter& saved) {
    base::Json json;
    const model::Filter& filter = saved.filter;
    json["name"] = saved.name;
    for (const auto& scope : kScopes) {
        if (scope.scope == filter.scope) json["scope"] = scope.name;
    }
    json["search"] = filter.search;
    for (const auto& facet : kFacets) json[facet.key] = model::values_of(filter, facet.facet);
    base::Json rules = base::Json::array();
    for (size_t i = 0; i < model::kRuleCount; ++i) {
        const auto rule = static_cast<model::Rule>(i);
        if ((filter.rules & model::bit(rule)) != 0) rules.push_back(model::code_of(rule));
    }
    json["rules"] = std::move(rules);
    if (filter.least_severity) json["least_severity"] = model::name_of(*filter.least_severity);
    json["lost_photos"] = filter.only_lost_photos;
    base::Json area = base::Json::array();
    for (const auto& corner : filter.area) area.push_back({corner.x, corner.y});
    json["area"] = std::move(area);
    return json;
}

std::vector<std::string> texts_at(const base::Json& json, const char* key) {
    std::vector<std::string> texts;
    const base::Json* list = base::find(json, key);
    if (list == nullptr || !list->is_array()) return texts;
    for (const auto& item : *list) {
        if (item.is_string()) texts.push_back(item.get<std::string>());
    }
    return texts;
}

SavedFilter filter_of(const base::Json& json) {
    SavedFilter saved;
    model::Filter& filter = saved.filter;
    saved.name = base::string_at(json, "name").value_or("");
    const auto scope = base::string_at(json, "scope");
    for (const auto& known : kScopes) {
        if (scope == known.name) filter.scope = known.scope;
    }
    filter.search = base::string_at(json, "search").value_or("");
    for (const auto& facet : kFacets) model::values_of(filter, facet.facet) = texts_at(json, facet.key);
    for (const auto& code : texts_at(json, "rules")) {
        if (const auto rule = model::rule_from_code(code)) filter.rules |= model::bit(*rule);
    }
    if (const auto severity = base::string_at(json, "least_severity"))
        filter.least_severity = model::severity_from_name(*severity);
    filter.only_lost_photos = base::bool_at(json, "lost_photos").value_or(false);
    const base::Json* area = base::find(json, "area");
    if (area == nullptr || !area->is_array()) return saved;
    for (const auto& corner : *area) {
        if (corner.is_array() && corner.size() == 2 && corner[0].is_number() && corner[1].is_number())
            filter.area.push_back({corner[0].get<double>(), corner[1].get<double>()});
    }
    if (filter.area.size() < 3) filter.area.clear();
    return saved;
}

}  // namespace

bool SavedFilters::put(SavedFilter filter) {
    filter.name = std::string(base::trimmed(filter.name));
    if (filter.name.empty()) return false;
    ++changes_;
    for (auto& known : filters_) {
        if (known.name != filter.name) continue;
        known = std::move(filter);
        return true;
    }
    filters_.push_back(std::move(filter));
    return true;
}

void SavedFilters::remove(std::string_view name) {
    changes_ += std::erase_if(filters_, [&](const auto& known) { return known.name == name; });
}

std::string SavedFilters::to_text() const {
    base::Json json;
    json["version"] = kVersion;
    json["filters"] = base::Json::array();
    for (const auto& filter : filters_) json["filters"].push_back(json_of(filter));
    return base::to_text(json) + "\n";
}

SavedFilters SavedFilters::from_text(std::string_view text) {
    SavedFilters filters;
    const auto parsed = base::parse_json(text, "saved filters");
    if (!parsed || !parsed->is_object() || base::int_at(*parsed, "version") != kVersion) return filters;
    const base::Json* list = base::find(*parsed, "filters");
    if (list == nullptr || !list->is_array()) return filters;
    for (const auto& item : *list) {
        if (item.is_object()) filters.put(filter_of(item));
    }
    filters.changes_ = 0;
    return filters;
}

std::string words_of(const model::Filter& filter) {
    std::string words;
    auto add = [&](const std::string& part) { words += (words.empty() ? "" : "  ·  ") + part; };
    if (!filter.search.empty()) add("\"" + filter.search + "\"");
    for (const auto& facet : kFacets) {
        for (const auto& value : model::values_of(filter, facet.facet))
            add(value.empty() ? "no " + std::string(facet.title) : std::string(facet.title) + " " + value);
    }
    for (size_t i = 0; i < model::kRuleCount; ++i) {
        const auto rule = static_cast<model::Rule>(i);
        if ((filter.rules & model::bit(rule)) != 0) add(std::string(model::title_of(rule)));
    }
    if (filter.least_severity) add("at least " + std::string(model::name_of(*filter.least_severity)));
    if (filter.only_lost_photos) add("lost photos");
    if (!filter.area.empty()) add("area");
    return words;
}

SavedFilters load_filters(const std::string& path) {
    if (path.empty()) return {};
    const auto text = base::read_file(path, kMostBytes);
    return text ? SavedFilters::from_text(*text) : SavedFilters{};
}

base::Status save_filters(const std::string& path, const SavedFilters& filters) {
    if (path.empty()) return {};
    return base::write_file_atomically(path, filters.to_text(), false);
}

}  // namespace linesman::ui
