#include "app/report_gatherer.h"

#include <algorithm>

#include "app/report_tables.h"
#include "app/search_hits.h"
#include "app/sync_side_state.h"
#include "base/ids.h"
#include "model/rules/rule_set.h"
#include "report/capture_table.h"
#include "sync/capture_codec.h"

namespace linesman::app {
namespace {

using report::Kind;

// Every rule set in force, the defaults included; the order of the projects does not matter.
std::string hash_of_rules(const model::ReferenceData& reference) {
    std::map<std::string, std::string> hashes;
    for (const auto& rules : reference.rule_sets) hashes[rules.project_id] = model::hash_of(rules);
    std::string text = model::hash_of(model::RuleSet{}) + "\n";
    for (const auto& [project, hash] : hashes) text.append(project).append(" ").append(hash).append("\n");
    return base::sha256_hex(text);
}

// The newest version among the captures: what makes two reports of the same data say the same time.
base::Result<base::Timestamp> newest_change(store::CacheReader& cache, const std::string& collection) {
    base::Timestamp newest;
    LINESMAN_TRY(cache.for_each(
        collection,
        [&](const store::DocumentView& document) {
            newest = std::max(newest, document.update_time_parsed);
            return true;
        },
        {}, false));
    return newest;
}

base::Result<std::optional<base::Timestamp>> last_pull(store::CacheReader& cache) {
    const auto text = cache.value(kLastPullKey);
    if (!text) return text.error();
    if (!*text) return std::optional<base::Timestamp>();
    const auto time = base::parse_rfc3339(**text);
    return time ? std::optional(*time) : std::nullopt;
}

report::Meta meta_of(const ReportRequest& request, const ReportSources& sources) {
    report::Meta meta;
    meta.kind = request.kind;
    meta.profile = sources.profile.name;
    meta.project_id = sources.profile.endpoints.project_id;
    meta.version = sources.version;
    meta.rules_hash = hash_of_rules(*sources.snapshot->reference);
    meta.utc_offset_minutes = request.utc_offset_minutes.value_or(sources.profile.utc_offset_minutes);
    meta.period_time = name_of(request.filter.time);
    meta.from_us = request.filter.from_us;
    meta.to_us = request.filter.to_us;
    meta.filter = words_of(request.filter);
    meta.csv_bom = request.csv_bom;
    meta.html_rows = request.html_rows;
    return meta;
}

class Gatherer {
  public:
    Gatherer(const Gathering& gathering, report::Inputs& inputs) : gathering_(gathering), inputs_(inputs) {}

    base::Status run() {
        switch (gathering_.request.kind) {
            case Kind::validation:
                add_captures();
                if (gathering_.request.with_findings) LINESMAN_TRY(add("findings", findings_table(gathering_)));
                if (gathering_.request.photo_captures > 0) LINESMAN_TRY(add("thumbnails", thumbnail_table(gathering_)));
                return {};
            case Kind::coverage:
                add_captures();
                return add("planned", planned_table(gathering_));
            case Kind::devices:
                LINESMAN_TRY(add("devices", device_table(gathering_)));
                LINESMAN_TRY(add("commands", command_table(gathering_)));
                return add("attempts", attempt_table(gathering_));
            case Kind::decisions:
                return decisions();
            case Kind::handover:
                inputs_.meta.note =
                    "poles that were judged longer ago than this desk mirrors (90 days), and poles that reached "
                    "production before there was a staging";
                return add("poles", handover_table(gathering_));
        }
        return {};
    }

  private:
    void add_captures() {
        inputs_.tables.push_back({"captures", std::make_shared<report::CaptureTable>(
                                                  gathering_.columns(), gathering_.rows, gathering_.people)});
    }
    base::Status decisions() {
        size_t unsent = 0;
        LINESMAN_TRY(add("decisions", decision_table(gathering_, unsent)));
        if (unsent > 0)
            inputs_.meta.note = std::to_string(unsent) +
                                " decisions of this desk that are not at the server yet; they stand in the journal";
        return add("journal", journal_table(gathering_));
    }
    base::Status add(const char* name, TableResult table) {
        if (!table) return table.error();
        if (*table) inputs_.tables.push_back({name, std::move(*table)});
        return {};
    }

    const Gathering& gathering_;
    report::Inputs& inputs_;
};

}  // namespace

std::string Gathering::name_of_person(const std::string& uid) const {
    for (const auto& person : people) {
        if (person.uid == uid && !person.name.empty()) return person.name;
    }
    return uid;
}

std::string Gathering::crew_of(const std::string& uid) const {
    for (const auto& person : people) {
        if (person.uid == uid) return person.crew;
    }
    return {};
}

base::Status Gathering::each_capture(const std::function<bool(model::Row)>& wanted,
                                     const std::function<void(model::Row, const model::Capture&)>& take) const {
    sync::CaptureDecoder decoder;
    for (const auto row : rows) {
        if (!wanted(row)) continue;
        auto document = cache.document(sources.profile.staging, columns().staging_id(row));
        if (!document) return document.error();
        if (!*document) continue;
        const auto capture = decoder.decode((*document)->id, (*document)->fields, (*document)->update_time);
        if (capture) take(row, *capture);
    }
    return {};
}

base::Result<GatheredReport> gather_report(const ReportRequest& request, const ReportSources& sources) {
    const std::string path = sources.folders.data + "/cache.db";
    if (!base::file_exists(path))
        return base::make_error(base::ErrorKind::not_found,
                                "Nothing was ever pulled to this desk. Run linesmanctl sync first.");
    auto cache = store::CacheReader::open(path);
    if (!cache) return cache.error();
    auto reference = load_reference(*cache, sources.profile);
    if (!reference) return reference.error();
    const auto pulled = last_pull(*cache);
    if (!pulled) return pulled.error();
    const auto newest = newest_change(*cache, sources.profile.staging);
    if (!newest) return newest.error();
    const auto generation = cache->generation();
    if (!generation) return generation.error();

    auto rows = model::filter_rows(sources.snapshot->columns, request.filter,
                                   search_hits(*cache, reference->people, request.filter.search));
    report::sort_for_report(sources.snapshot->columns, rows);
    // Whether a phone is out of contact depends on when the desk last asked; all else only on the data.
    const base::Timestamp as_of = request.kind == Kind::devices && *pulled ? **pulled : *newest;
    const Gathering gathering{request, sources, *cache, reference->people, reference->heartbeats, rows, as_of};
    GatheredReport out;
    out.inputs.meta = meta_of(request, sources);
    out.inputs.meta.as_of_us = as_of.us;
    LINESMAN_TRY(Gatherer(gathering, out.inputs).run());
    out.snapshot = {{"cache_generation", *generation},
                    {"last_pull", *pulled ? base::Json(base::format_rfc3339(**pulled)) : base::Json()},
                    {"captures", sources.snapshot->counts.total},
                    {"captures_in_report", rows.size()}};
    return out;
}

}  // namespace linesman::app
