#include "cli/filter_options.h"

#include <CLI/CLI.hpp>
#include <map>

#include "app/people.h"
#include "app/report_request.h"
#include "base/file.h"
#include "model/geo.h"
#include "model/geojson.h"
#include "model/period.h"

namespace linesman::cli {
namespace {

const std::vector<std::string> kScopes = {"open", "to-judge", "all", "held", "decided", "conflicts", "resubmitted"};
const std::vector<std::string> kTimes = {"captured", "submitted", "decided"};

}  // namespace

void FilterOptions::add_to(CLI::App& verb, const std::string& default_scope) {
    scope_ = default_scope;
    verb.add_option(
            "--scope", scope_,
            "open (waits, held ones included), to-judge (open without held ones), all, held, decided, conflicts "
            "or resubmitted")
        ->check(CLI::IsMember(kScopes))
        ->capture_default_str();
    verb.add_option("--search", search_, "part of a pole number, staging id, device or person, or words of the notes");
    verb.add_option("--project", projects_, "only these projects");
    verb.add_option("--zone", zones_, "only these zones");
    verb.add_option("--pon", pons_, "only these PONs");
    verb.add_option("--device", devices_, "only these devices");
    verb.add_option("--person", people_, "only captures by these people (account or name)");
    verb.add_option("--crew", crews_, "only captures by people of these crews");
    verb.add_option("--rule", rules_, "only captures with a finding of these rules, e.g. gps_missing");
    verb.add_option("--severity", severity_, "only captures whose worst finding is at least this")
        ->check(CLI::IsMember({"warning", "error", "blocking"}));
    verb.add_option("--decision", decision_, "only captures with this decision of a person")
        ->check(CLI::IsMember({"none", "approved", "rejected", "held", "superseded"}));
    verb.add_option("--status", status_, "only captures with this status by the machine")
        ->check(CLI::IsMember({"pending", "validating", "validated", "rejected"}));
    verb.add_option("--time", time_, "the time that --from and --to mean: captured, submitted or decided")
        ->check(CLI::IsMember(kTimes))
        ->capture_default_str();
    verb.add_option("--from", from_, "from this day on (2026-11-01, in the profile's zone) or time (RFC 3339)");
    verb.add_option("--to", to_, "up to and including this day, or before this time");
    verb.add_option("--area", area_, "only captures inside the first ring of this GeoJSON file");
    verb.add_flag("--lost-photos", lost_photos_, "only captures whose device held photos that never arrived");
}

void FilterOptions::add_order_to(CLI::App& verb) {
    verb.add_option("--sort", sort_,
                    "submitted, captured, decided, number, severity, project, crew, device, accuracy or photos; -KEY "
                    "for the other way")
        ->capture_default_str();
    verb.add_option("--limit", limit_, "how many to show; 0 = all")
        ->capture_default_str()
        ->check(CLI::NonNegativeNumber);
}

std::string FilterOptions::finish_names(ListOptions& out) const {
    for (const auto& code : rules_) {
        const auto rule = model::rule_from_code(code);
        if (!rule) return "there is no rule \"" + code + "\"; linesmanctl rules show lists them";
        out.filter.rules |= model::bit(*rule);
    }
    if (!severity_.empty()) out.filter.least_severity = model::severity_from_name(severity_);
    if (!decision_.empty()) out.filter.decision = model::decision_from_name(decision_);
    if (!status_.empty()) out.filter.status = model::validation_status_from_name(status_);
    std::string sort = sort_;
    out.order.descending = sort.starts_with('-');
    if (out.order.descending) sort.erase(0, 1);
    const std::map<std::string, model::SortKey> keys = {
        {"submitted", model::SortKey::submitted}, {"captured", model::SortKey::captured},
        {"decided", model::SortKey::decided},     {"number", model::SortKey::pole_number},
        {"severity", model::SortKey::severity},   {"project", model::SortKey::project},
        {"device", model::SortKey::device},       {"crew", model::SortKey::person},
        {"accuracy", model::SortKey::accuracy},   {"photos", model::SortKey::photos}};
    const auto key = keys.find(sort);
    if (key == keys.end()) return "cannot sort by \"" + sort + "\"";
    out.order.key = key->second;
    return {};
}

std::string FilterOptions::finish_period(ListOptions& out, int utc_offset_minutes) const {
    out.filter.time = app::filter_time_from_name(time_).value_or(model::Filter::Time::submitted);
    for (const auto& [text, bound, is_end] :
         {std::tuple{&from_, &out.filter.from_us, false}, std::tuple{&to_, &out.filter.to_us, true}}) {
        if (text->empty()) continue;
        const auto time = model::parse_when(*text, utc_offset_minutes, is_end);
        if (!time) return time.error().what;
        *bound = time->us;
    }
    if (out.filter.from_us && out.filter.to_us && *out.filter.from_us >= *out.filter.to_us)
        return "--from is later than --to: no time lies between them";
    return {};
}

std::string FilterOptions::finish_area(ListOptions& out) const {
    if (area_.empty()) return {};
    const auto text = base::read_file(area_, model::kMaxGeoJsonBytes);
    if (!text) return text.error().what;
    const auto area = model::parse_boundary(*text, area_);
    if (!area) return area.error().what;
    for (const auto& corner : area->polygons.at(0).rings.at(0)) {
        const auto point = model::world_from_geo(corner);
        out.filter.area.push_back({point.x, point.y});
    }
    return {};
}

std::string FilterOptions::finish(ListOptions& out, const GlobalOptions* global,
                                  std::optional<int> utc_offset_minutes) const {
    out.filter.scope = app::scope_from_name(scope_).value_or(model::QueueScope::open);
    out.filter.search = search_;
    out.filter.projects = projects_;
    out.filter.zones = zones_;
    out.filter.pons = pons_;
    out.filter.devices = devices_;
    out.filter.only_lost_photos = lost_photos_;
    out.limit = limit_;
    if (auto wrong = finish_names(out); !wrong.empty()) return wrong;
    if (auto wrong = finish_area(out); !wrong.empty()) return wrong;
    const bool needs_profile = !from_.empty() || !to_.empty() || !people_.empty() || !crews_.empty();
    if (!needs_profile || !global) return needs_profile ? "--from, --to, --person and --crew do not work here" : "";
    const Context context(*global);
    const auto profile = context.profile();
    if (!profile) return profile.error().what;
    if (auto wrong = finish_period(out, utc_offset_minutes.value_or(profile->utc_offset_minutes)); !wrong.empty())
        return wrong;
    if (people_.empty() && crews_.empty()) return {};
    auto uids = app::find_people(context.folders.data + "/cache.db", *profile, people_, crews_);
    if (!uids) return uids.error().what;
    out.filter.people = std::move(*uids);
    return {};
}

}  // namespace linesman::cli
