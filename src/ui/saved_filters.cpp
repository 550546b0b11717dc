#include "ui/saved_filters.h"

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "model/facets.h"
#include "model/period.h"
#include "ui/words.h"

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

struct NamedSpan {
    FilterSpan span;
    std::string_view name;
};
constexpr std::array kSpans = {
    NamedSpan{FilterSpan::today, "today"},
    NamedSpan{FilterSpan::yesterday, "yesterday"},
    NamedSpan{FilterSpan::last_7_days, "last_7_days"},
    NamedSpan{FilterSpan::before_7_days, "before_7_days"},
};

struct NamedTime {
    model::Filter::Time time;
    std::string_view name;
};
constexpr std::array kTimes = {
    NamedTime{model::Filter::Time::captured, "captured"},
    NamedTime{model::Filter::Time::submitted, "submitted"},
    NamedTime{model::Filter::Time::decided, "decided"},
};

void write_period(base::Json& json, const SavedFilter& saved) {
    const model::Filter& filter = saved.filter;
    for (const auto& known : kTimes) {
        if (known.time == filter.time) json["time"] = known.name;
    }
    for (const auto& known : kSpans) {
        if (known.span == saved.span) json["span"] = known.name;
    }
    if (saved.span != FilterSpan::fixed) return;
    if (filter.from_us) json["from"] = base::format_rfc3339({*filter.from_us});
    if (filter.to_us) json["to"] = base::format_rfc3339({*filter.to_us});
}

void read_period(const base::Json& json, SavedFilter& saved) {
    const auto time = base::string_at(json, "time"), span = base::string_at(json, "span");
    for (const auto& known : kTimes) {
        if (time == known.name) saved.filter.time = known.time;
    }
    for (const auto& known : kSpans) {
        if (span == known.name) saved.span = known.span;
    }
    const auto read = [&](const char* key, std::optional<int64_t>& us) {
        const auto text = base::string_at(json, key);
        if (!text) return;
        if (const auto at = base::parse_rfc3339(*text)) us = at->us;
    };
    read("from", saved.filter.from_us);
    read("to", saved.filter.to_us);
}

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
    if (filter.decision) json["decision"] = model::name_of(*filter.decision);
    if (filter.status) json["status"] = model::name_of(*filter.status);
    write_period(json, saved);
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
    if (const auto decision = base::string_at(json, "decision")) filter.decision = model::decision_from_name(*decision);
    if (const auto status = base::string_at(json, "status"))
        filter.status = model::validation_status_from_name(*status);
    read_period(json, saved);
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

SpanBounds bounds_of(FilterSpan span, base::Timestamp now) {
    constexpr int64_t kDayUs = 86'400'000'000;
    const int64_t offset_us = int64_t{kSouthAfricaOffsetMinutes} * 60'000'000;
    const int64_t midnight = (now.us + offset_us) / kDayUs * kDayUs - offset_us;
    switch (span) {
        case FilterSpan::fixed:
            return {};
        case FilterSpan::today:
            return {midnight, {}};
        case FilterSpan::yesterday:
            return {midnight - kDayUs, midnight};
        case FilterSpan::last_7_days:
            return {midnight - 6 * kDayUs, {}};
        case FilterSpan::before_7_days:
            return {{}, midnight - 6 * kDayUs};
    }
    return {};
}

FilterSpan span_of(const model::Filter& filter, base::Timestamp now) {
    if (!filter.from_us && !filter.to_us) return FilterSpan::fixed;
    for (const auto& known : kSpans) {
        const SpanBounds bounds = bounds_of(known.span, now);
        if (filter.from_us == bounds.from_us && filter.to_us == bounds.to_us) return known.span;
    }
    return FilterSpan::fixed;
}

model::Filter filter_now(const SavedFilter& saved, base::Timestamp now) {
    model::Filter filter = saved.filter;
    if (saved.span == FilterSpan::fixed) return filter;
    const SpanBounds bounds = bounds_of(saved.span, now);
    filter.from_us = bounds.from_us;
    filter.to_us = bounds.to_us;
    return filter;
}

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

// "2026-11-22 to 2026-11-23": the last day is in it.
std::string period_words(const model::Filter& filter) {
    const auto day = [](int64_t us) { return model::day_of({us}, kSouthAfricaOffsetMinutes); };
    if (filter.from_us && filter.to_us) {
        const std::string first = day(*filter.from_us), last = day(*filter.to_us - 1);
        return first == last ? first : first + " to " + last;
    }
    return filter.from_us ? "since " + day(*filter.from_us) : "before " + day(*filter.to_us);
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
    if (filter.decision) add(std::string(model::name_of(*filter.decision)));
    if (filter.from_us || filter.to_us) {
        for (const auto& known : kTimes) {
            if (known.time == filter.time) add(std::string(known.name) + " " + period_words(filter));
        }
    }
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
