#include "cli/filter_options.h"

#include <CLI/CLI.hpp>
#include <map>

namespace linesman::cli {
namespace {

const std::map<std::string, model::QueueScope>& scopes() {
    static const std::map<std::string, model::QueueScope> kScopes = {
        {"open", model::QueueScope::open},           {"all", model::QueueScope::all},
        {"held", model::QueueScope::held},           {"decided", model::QueueScope::decided},
        {"conflicts", model::QueueScope::conflicts}, {"resubmitted", model::QueueScope::resubmitted},
        {"to-judge", model::QueueScope::to_judge}};
    return kScopes;
}

}  // namespace

void FilterOptions::add_to(CLI::App& verb, const std::string& default_scope) {
    scope_ = default_scope;
    std::vector<std::string> names;
    for (const auto& [name, scope] : scopes()) names.push_back(name);
    verb.add_option(
            "--scope", scope_,
            "open (waits, held ones included), to-judge (open without held ones), all, held, decided, conflicts "
            "or resubmitted")
        ->check(CLI::IsMember(names))
        ->capture_default_str();
    verb.add_option("--search", search_, "part of a pole number or staging id");
    verb.add_option("--project", projects_, "only these projects");
    verb.add_option("--device", devices_, "only these devices");
    verb.add_option("--rule", rules_, "only captures with a finding of these rules, e.g. gps_missing");
    verb.add_flag("--lost-photos", lost_photos_, "only captures whose device held photos that never arrived");
}

void FilterOptions::add_order_to(CLI::App& verb) {
    verb.add_option("--sort", sort_,
                    "submitted, captured, decided, number, severity, project or device; -KEY for the other way")
        ->capture_default_str();
    verb.add_option("--limit", limit_, "how many to show; 0 = all")->capture_default_str();
}

std::string FilterOptions::finish(ListOptions& out) const {
    out.filter.scope = scopes().at(scope_);
    out.filter.search = search_;
    out.filter.projects = projects_;
    out.filter.devices = devices_;
    out.filter.only_lost_photos = lost_photos_;
    out.limit = limit_;
    for (const auto& code : rules_) {
        const auto rule = model::rule_from_code(code);
        if (!rule) return "there is no rule \"" + code + "\"; linesmanctl rules show lists them";
        out.filter.rules |= model::bit(*rule);
    }
    std::string sort = sort_;
    out.order.descending = sort.starts_with('-');
    if (out.order.descending) sort.erase(0, 1);
    const std::map<std::string, model::SortKey> keys = {
        {"submitted", model::SortKey::submitted}, {"captured", model::SortKey::captured},
        {"decided", model::SortKey::decided},     {"number", model::SortKey::pole_number},
        {"severity", model::SortKey::severity},   {"project", model::SortKey::project},
        {"device", model::SortKey::device}};
    const auto key = keys.find(sort);
    if (key == keys.end()) return "cannot sort by \"" + sort + "\"";
    out.order.key = key->second;
    return {};
}

}  // namespace linesman::cli
