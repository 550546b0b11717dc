#include "app/rule_sets.h"

#include "app/reference_loader.h"
#include "base/ids.h"
#include "sync/commit_parts.h"
#include "sync/value_codec.h"

namespace linesman::app {
namespace {

namespace value = sync::value;
using base::ErrorKind;
using base::Json;
using base::make_error;

constexpr const char* kSeverities = "severities";

// Members of a document that are no values of a rule set.
bool is_bookkeeping(const std::string& key) {
    return key == "projectId" || key == "version" || key == "updated_at" || key == "by";
}

std::vector<RuleValue> values_of(const model::RuleSet& rules, const Json& given, const std::string& origin) {
    std::vector<RuleValue> out;
    const Json json = model::to_json(rules);
    const Json* severities = base::find(given, kSeverities);
    for (const auto& [key, content] : json.items()) {
        if (is_bookkeeping(key)) continue;
        if (key != kSeverities) {
            out.push_back({key, content, given.contains(key) ? origin : "default"});
            continue;
        }
        for (const auto& [code, name] : content.items()) {
            const bool is_given = severities && severities->is_object() && severities->contains(code);
            out.push_back({std::string(kSeverities) + "." + code, name, is_given ? origin : "default"});
        }
    }
    return out;
}

base::Result<Json> plain_rules(store::CacheReader& reader, const std::string& project_id) {
    auto document = reader.document(kRuleSets, project_id);
    if (!document) return document.error();
    if (!*document) return Json::object();
    const auto fields = value::parse_fields((*document)->fields);
    if (!fields) return fields.error();
    return value::fields_to_plain(*fields);
}

base::Error no_such(const std::string& key) {
    return make_error(ErrorKind::corrupt,
                      "No rule set has a member \"" + key + "\". See linesmanctl rules show for their names.");
}

}  // namespace

std::string last_good_key(const std::string& project_id) {
    return "app.rules." + project_id;
}

base::Result<std::vector<std::string>> projects_with_rules(store::CacheReader& reader) {
    return reader.names(kRuleSets, {}, 10'000);
}

base::Result<RuleSetView> rule_set_view(store::CacheReader& reader, const std::string& project_id) {
    RuleSetView view;
    view.project_id = project_id;
    auto given = plain_rules(reader, project_id);
    model::RuleSet rules;
    std::string origin = "default";
    base::Result<model::RuleSet> read =
        given ? model::rule_set_from_json(*given) : base::Result<model::RuleSet>(given.error());
    Json members = given ? *given : Json::object();
    if (read) {
        rules = std::move(*read);
        origin = "version " + std::to_string(rules.version) + " of the server";
    } else {
        view.problem = read.error().what;
        members = Json::object();
        const auto kept = reader.value(last_good_key(project_id));
        const auto json =
            kept && *kept ? base::parse_json(**kept, "last good rule set") : base::Result<Json>(Json::object());
        const auto good = json ? model::rule_set_from_json(*json) : base::Result<model::RuleSet>(json.error());
        if (good && kept && *kept) {
            rules = *good;
            members = *json;
            origin = "last good version " + std::to_string(rules.version);
        }
    }
    rules.project_id = project_id;
    view.version = rules.version;
    view.hash = model::hash_of(rules);
    view.values = values_of(rules, members, origin);
    return view;
}

namespace {

base::Result<store::CacheReader> open_cache(const std::string& cache_path) {
    auto reader = store::CacheReader::open(cache_path);
    if (!reader && reader.error().kind == ErrorKind::not_found)
        return make_error(ErrorKind::not_found,
                          "Nothing has been pulled to this desk yet. Run linesmanctl sync first.");
    return reader;
}

}  // namespace

base::Result<RuleSetView> rule_set_view(const std::string& cache_path, const std::string& project_id) {
    auto reader = open_cache(cache_path);
    if (!reader) return reader.error();
    return rule_set_view(*reader, project_id);
}

base::Result<std::vector<std::string>> projects_with_rules(const std::string& cache_path) {
    auto reader = open_cache(cache_path);
    if (!reader) return reader.error();
    return projects_with_rules(*reader);
}

base::Result<Json> with_changes(Json rules, const Json& changes) {
    if (!changes.is_object())
        return make_error(ErrorKind::corrupt, "The file must hold one JSON object with members of a rule set.");
    const Json known = model::to_json(model::RuleSet{});
    for (const auto& [key, content] : changes.items()) {
        if (is_bookkeeping(key)) continue;
        if (!known.contains(key)) return no_such(key);
        if (content.is_null()) {
            rules.erase(key);
            continue;
        }
        if (key != kSeverities) {
            rules[key] = content;
            continue;
        }
        if (!content.is_object())
            return make_error(ErrorKind::corrupt, "The member severities must map rules to severities.");
        Json& merged = rules[key];
        if (!merged.is_object()) merged = Json::object();
        for (const auto& [code, name] : content.items()) {
            if (!model::rule_from_code(code)) return no_such(std::string(key).append(".").append(code));
            name.is_null() ? static_cast<void>(merged.erase(code)) : static_cast<void>(merged[code] = name);
        }
    }
    if (auto read = model::rule_set_from_json(rules); !read) return read.error();
    return rules;
}

namespace {

struct Current {
    std::string name, update_time;  // empty version: there is none
    Json fields = Json::object(), plain = Json::object();
};

base::Result<Current> current_rules(OfficeLine& line, const std::string& project_id) {
    Current current;
    current.name = line.endpoints().document_name(line.names().rule_sets, project_id);
    const auto reply = line.get({current.name});
    if (!reply) return reply.error();
    if (reply->documents.empty()) return current;
    current.update_time = reply->documents.front().update_time;
    auto fields = value::parse_fields(reply->documents.front().fields_json);
    if (!fields) return fields.error();
    current.fields = std::move(*fields);
    current.plain = value::fields_to_plain(current.fields);
    return current;
}

// Removes members that make the present document unusable, so that a malformed one can be set right.
Json usable(Json plain) {
    for (bool again = true; again && !model::rule_set_from_json(plain);) {
        again = false;
        for (const auto& [key, content] : plain.items()) {
            if (model::rule_set_from_json(Json{{key, content}})) continue;
            plain.erase(key);
            again = true;
            break;
        }
    }
    return model::rule_set_from_json(plain) ? plain : Json::object();
}

Json write_of(const Current& current, const Json& wanted, const Json& set, const std::vector<std::string>& removed) {
    sync::FieldChanges changes;
    for (const auto& [key, content] : set.items()) changes.set.emplace_back(key, value::from_plain(content));
    changes.set.emplace_back("version", value::integer(wanted.at("version").get<int64_t>()));
    changes.set.emplace_back("projectId", value::text(wanted.at("projectId").get<std::string>()));
    changes.removed = removed;
    changes.server_times = {"updated_at"};
    Json write = sync::update_write(current.name, changes, current.update_time);
    if (current.update_time.empty()) write["currentDocument"] = Json{{"exists", false}};
    return write;
}

}  // namespace

base::Result<RuleSetChange> set_rules(OfficeLine& line, Administration& office, const std::string& project_id,
                                      const Json& changes, bool dry_run) {
    if (const auto why = Administration::refusal(line.session()); !why.empty())
        return make_error(ErrorKind::permission_denied, why);
    if (project_id.empty() || project_id.find('/') != std::string::npos)
        return make_error(ErrorKind::invalid_argument, "Name the project whose rules are to change.");
    auto current = current_rules(line, project_id);
    if (!current) return current.error();
    auto wanted = with_changes(usable(current->plain), changes);
    if (!wanted) return wanted.error();
    Json set = Json::object();
    std::vector<std::string> removed;
    RuleSetChange out;
    for (const auto& [key, content] : wanted->items()) {
        if (is_bookkeeping(key)) continue;
        if (current->plain.contains(key) && current->plain.at(key) == content) continue;
        set[key] = content;
        out.changed.push_back({key, content, ""});
    }
    for (const auto& [key, content] : current->plain.items()) {
        if (is_bookkeeping(key) || wanted->contains(key)) continue;
        removed.push_back(key);
        out.changed.push_back({key, Json(), "default"});
    }
    const int64_t version = base::int_at(current->plain, "version").value_or(0);
    out.unchanged = set.empty() && removed.empty();
    out.version = out.unchanged ? version : version + 1;
    if (out.unchanged || dry_run) return out;
    (*wanted)["version"] = out.version;
    (*wanted)["projectId"] = project_id;
    AdministeredChange change;
    change.kind = "rule_set";
    change.project_id = project_id;
    change.target = "version " + std::to_string(out.version);
    change.content_sha256 = base::sha256_hex(base::to_text(*wanted));
    change.from = value::map(current->fields);
    change.to = value::map(value::fields_from_plain(*wanted));
    auto begun = office.begin(line, change);
    if (!begun) return begun.error();
    out.op_id = begun->op_id;
    const Json writes = Json::array({write_of(*current, *wanted, set, removed), begun->audit_write});
    for (int attempt = 0;; ++attempt) {
        auto reply = line.commit(writes);
        if (reply) {
            LINESMAN_TRY(office.finish(begun->op_id, reply->commit_time));
            return out;
        }
        // An answer may have been lost: the audit entry tells.
        const auto version_there = Administration::took_effect(line, begun->op_id);
        if (version_there && *version_there) {
            LINESMAN_TRY(office.finish(begun->op_id, **version_there));
            return out;
        }
        const auto kind = reply.error().kind;
        if (kind == ErrorKind::precondition_failed || kind == ErrorKind::already_exists || kind == ErrorKind::not_found)
            return make_error(ErrorKind::aborted, "The rule set of " + project_id +
                                                      " was changed by somebody else meanwhile. Look at it and set it "
                                                      "again.");
        if (!reply.error().retryable() || attempt >= 8) return reply.error();
        line.back_off(reply.error());
    }
}

}  // namespace linesman::app
