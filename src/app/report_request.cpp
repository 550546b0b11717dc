#include "app/report_request.h"

#include <array>

namespace linesman::app {

using base::Json;
using model::Filter;
using model::QueueScope;

namespace {

struct ScopeName {
    QueueScope scope;
    std::string_view name, words;
};
constexpr std::array<ScopeName, 7> kScopes = {{
    {QueueScope::open, "open", "waiting captures"},
    {QueueScope::all, "all", "all captures"},
    {QueueScope::held, "held", "held captures"},
    {QueueScope::decided, "decided", "decided captures"},
    {QueueScope::conflicts, "conflicts", "captures with a conflict"},
    {QueueScope::resubmitted, "resubmitted", "captures that were sent again"},
    {QueueScope::to_judge, "to-judge", "captures to judge"},
}};
constexpr int64_t kMostOffsetMinutes = 840;  // no zone is farther from UTC
constexpr std::array<std::string_view, 3> kTimes = {"captured", "submitted", "decided"};

std::vector<std::string> texts_at(const Json& json, const char* key) {
    std::vector<std::string> out;
    const Json* list = base::find(json, key);
    if (!list || !list->is_array()) return out;
    for (const Json& entry : *list) {
        if (entry.is_string()) out.push_back(entry.get<std::string>());
    }
    return out;
}

void add_list(std::string& text, std::string_view before, const std::vector<std::string>& items) {
    if (items.empty()) return;
    text += before;
    for (size_t i = 0; i < items.size(); ++i) text += (i > 0 ? ", " : " ") + items[i];
}

std::vector<std::string> rule_codes(model::RuleMask mask) {
    std::vector<std::string> codes;
    for (size_t i = 0; i < model::kRuleCount; ++i) {
        if ((mask >> i & 1U) != 0) codes.emplace_back(model::code_of(static_cast<model::Rule>(i)));
    }
    return codes;
}

Json filter_json(const Filter& filter) {
    Json json = {{"scope", name_of(filter.scope)},
                 {"search", filter.search},
                 {"projects", filter.projects},
                 {"zones", filter.zones},
                 {"pons", filter.pons},
                 {"devices", filter.devices},
                 {"people", filter.people},
                 {"rules", rule_codes(filter.rules)},
                 {"time", name_of(filter.time)},
                 {"lost_photos", filter.only_lost_photos}};
    if (filter.least_severity) json["severity"] = model::name_of(*filter.least_severity);
    if (filter.decision) json["decision"] = model::name_of(*filter.decision);
    if (filter.status) json["status"] = model::name_of(*filter.status);
    if (filter.from_us) json["from_us"] = *filter.from_us;
    if (filter.to_us) json["to_us"] = *filter.to_us;
    if (!filter.area.empty()) {
        json["area"] = Json::array();
        for (const auto& corner : filter.area) json["area"].push_back({corner.x, corner.y});
    }
    return json;
}

base::Result<Filter> filter_from_json(const Json& json) {
    const auto wrong = [](const char* what) {
        return base::make_error(base::ErrorKind::corrupt,
                                std::string("The manifest's request has no usable ") + what + ".");
    };
    Filter filter;
    const auto scope = scope_from_name(base::string_at(json, "scope").value_or(""));
    const auto time = filter_time_from_name(base::string_at(json, "time").value_or(""));
    if (!scope) return wrong("scope");
    if (!time) return wrong("time");
    filter.scope = *scope;
    filter.time = *time;
    filter.search = base::string_at(json, "search").value_or("");
    filter.projects = texts_at(json, "projects");
    filter.zones = texts_at(json, "zones");
    filter.pons = texts_at(json, "pons");
    filter.devices = texts_at(json, "devices");
    filter.people = texts_at(json, "people");
    for (const auto& code : texts_at(json, "rules")) {
        const auto rule = model::rule_from_code(code);
        if (!rule) return wrong("rule");
        filter.rules |= model::bit(*rule);
    }
    filter.only_lost_photos = base::bool_at(json, "lost_photos").value_or(false);
    if (const auto text = base::string_at(json, "severity")) {
        if (!(filter.least_severity = model::severity_from_name(*text))) return wrong("severity");
    }
    if (const auto text = base::string_at(json, "decision")) {
        if (!(filter.decision = model::decision_from_name(*text))) return wrong("decision");
    }
    if (const auto text = base::string_at(json, "status")) {
        if (!(filter.status = model::validation_status_from_name(*text))) return wrong("status");
    }
    filter.from_us = base::int_at(json, "from_us");
    filter.to_us = base::int_at(json, "to_us");
    if (const Json* area = base::find(json, "area"); area && area->is_array()) {
        for (const Json& corner : *area) {
            if (!corner.is_array() || corner.size() != 2 || !corner[0].is_number() || !corner[1].is_number())
                return wrong("area");
            filter.area.push_back({corner[0].get<double>(), corner[1].get<double>()});
        }
    }
    return filter;
}

}  // namespace

Filter ReportRequest::whole() {
    Filter filter;
    filter.scope = QueueScope::all;
    return filter;
}

std::string_view name_of(QueueScope scope) {
    for (const auto& entry : kScopes) {
        if (entry.scope == scope) return entry.name;
    }
    return "all";
}

std::optional<QueueScope> scope_from_name(std::string_view name) {
    for (const auto& entry : kScopes) {
        if (entry.name == name) return entry.scope;
    }
    return std::nullopt;
}

std::string_view name_of(Filter::Time time) {
    return kTimes[static_cast<size_t>(time)];
}

std::optional<Filter::Time> filter_time_from_name(std::string_view name) {
    for (size_t i = 0; i < kTimes.size(); ++i) {
        if (kTimes[i] == name) return static_cast<Filter::Time>(i);
    }
    return std::nullopt;
}

Json to_json(const ReportRequest& request) {
    Json json = {{"report", report::name_of(request.kind)},
                 {"filter", filter_json(request.filter)},
                 {"csv_bom", request.csv_bom},
                 {"html_rows", request.html_rows},
                 {"photo_captures", request.photo_captures},
                 {"with_findings", request.with_findings}};
    if (request.utc_offset_minutes) json["utc_offset_minutes"] = *request.utc_offset_minutes;
    return json;
}

base::Result<ReportRequest> report_request_from_json(const Json& json) {
    const auto kind = report::kind_from_name(base::string_at(json, "report").value_or(""));
    const Json* filter = base::find(json, "filter");
    if (!kind || !filter)
        return base::make_error(base::ErrorKind::corrupt, "The manifest does not say what was asked for.");
    auto read = filter_from_json(*filter);
    if (!read) return read.error();
    ReportRequest request;
    request.kind = *kind;
    request.filter = std::move(*read);
    request.csv_bom = base::bool_at(json, "csv_bom").value_or(false);
    request.html_rows = static_cast<size_t>(std::max<int64_t>(base::int_at(json, "html_rows").value_or(500), 0));
    request.photo_captures =
        static_cast<size_t>(std::max<int64_t>(base::int_at(json, "photo_captures").value_or(0), 0));
    request.with_findings = base::bool_at(json, "with_findings").value_or(true);
    if (const auto offset = base::int_at(json, "utc_offset_minutes")) {
        if (*offset < -kMostOffsetMinutes || *offset > kMostOffsetMinutes)
            return base::make_error(base::ErrorKind::corrupt, "The manifest's request has no usable time zone.");
        request.utc_offset_minutes = static_cast<int>(*offset);
    }
    return request;
}

std::string words_of(const Filter& filter) {
    std::string text;
    for (const auto& entry : kScopes) {
        if (entry.scope == filter.scope) text = entry.words;
    }
    add_list(text, " of project", filter.projects);
    add_list(text, ", zone", filter.zones);
    add_list(text, ", PON", filter.pons);
    add_list(text, ", device", filter.devices);
    add_list(text, ", captured by", filter.people);
    add_list(text, ", with a finding of", rule_codes(filter.rules));
    if (filter.least_severity)
        text += ", worst finding at least " + std::string(model::name_of(*filter.least_severity));
    if (filter.decision) text += ", decision " + std::string(model::name_of(*filter.decision));
    if (filter.status) text += ", machine status " + std::string(model::name_of(*filter.status));
    if (filter.only_lost_photos) text += ", with lost photos";
    if (!filter.search.empty()) text += ", found by \"" + filter.search + "\"";
    if (!filter.area.empty()) text += ", inside an area drawn on the map";
    return text;
}

}  // namespace linesman::app
