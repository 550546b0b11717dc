#include "cli/verbs/verbs.h"
#include "model/keys.h"

namespace linesman::cli {
namespace {

std::string rules_text(model::RuleMask mask) {
    std::string text;
    for (size_t i = 0; i < model::kRuleCount; ++i) {
        if ((mask >> i & 1U) == 0) continue;
        if (!text.empty()) text += ',';
        text += model::code_of(static_cast<model::Rule>(i));
    }
    return text;
}

std::string time_text(int64_t us) {
    return us == model::kNoTime ? "" : base::format_rfc3339({us});
}

struct RowText {
    std::string id, number, project, device, submitted, decision, severity, rules;
    int photos = 0;
};

RowText read_row(const app::Snapshot& s, model::Row row) {
    const auto& chunk = s.columns.chunk_of(row);
    const auto i = row % model::kChunkRows;
    const auto& names = *s.columns.names;
    return {std::string(chunk.staging_id.at(i)),
            std::string(chunk.pole_number.at(i)),
            names.projects.at(chunk.project[i]),
            names.devices.at(chunk.device[i]),
            time_text(chunk.submitted_at[i]),
            std::string(model::name_of(chunk.decision[i])),
            std::string(model::name_of(chunk.severity[i])),
            rules_text(chunk.findings[i]),
            __builtin_popcount(chunk.photos[i])};
}

}  // namespace

int verb_list(Context& context, const ListOptions& options) {
    auto desk = context.open_desk(true, false);
    if (!desk) return context.fail(desk.error());
    const auto s = (*desk)->snapshot();
    auto rows = model::filter_rows(s->columns, options.filter);
    model::sort_rows(s->columns, options.order, rows);
    const size_t total = rows.size();
    if (options.limit && rows.size() > options.limit) rows.resize(options.limit);

    base::Json items = base::Json::array();
    std::vector<std::vector<std::string>> table = {
        {"ID", "NUMBER", "PROJECT", "PHOTOS", "SUBMITTED", "DECISION", "WORST", "FINDINGS"}};
    for (const auto row : rows) {
        const RowText r = read_row(*s, row);
        items.push_back({{"id", r.id},
                         {"pole_number", r.number},
                         {"project", r.project},
                         {"device", r.device},
                         {"photos", r.photos},
                         {"submitted_at", r.submitted},
                         {"decision", r.decision},
                         {"severity", r.severity},
                         {"findings", r.rules}});
        table.push_back({r.id, r.number.empty() ? "-" : r.number, r.project.empty() ? "-" : r.project,
                         std::to_string(r.photos) + "/6", r.submitted, r.decision, r.severity, r.rules});
    }
    context.out.document({{"total", total}, {"captures", std::move(items)}});
    context.out.data(Output::table(table));
    if (rows.size() < total)
        context.out.message(std::to_string(rows.size()) + " of " + std::to_string(total) +
                            " shown; --limit 0 shows all.");
    return kOk;
}

base::Result<model::Row> find_row(const app::Snapshot& snapshot, const std::string& item) {
    std::vector<model::Row> by_number;
    const auto& columns = snapshot.columns;
    for (model::Row row = 0; row < columns.row_count(); ++row) {
        if ((columns.flags(row) & model::kFlagGone) != 0) continue;
        if (columns.staging_id(row) == item) return row;
        if (!item.empty() && columns.pole_number(row) == item) by_number.push_back(row);
    }
    // Typed in another case, or with a space too many: as pole numbers are compared everywhere.
    const std::string number = by_number.empty() ? model::canonical_number(item) : std::string();
    for (model::Row row = 0; !number.empty() && row < columns.row_count(); ++row) {
        if ((columns.flags(row) & model::kFlagGone) != 0) continue;
        if (model::canonical_number(columns.pole_number(row)) == number) by_number.push_back(row);
    }
    if (by_number.size() == 1) return by_number[0];
    if (by_number.empty()) {
        const bool is_empty = snapshot.counts.total == 0;
        return base::make_error(base::ErrorKind::not_found,
                                "No capture here has the id or pole number \"" + item + "\"." +
                                    (is_empty ? " This desk holds no captures: run linesmanctl sync first." : ""));
    }
    std::string ids;
    for (const auto row : by_number) {
        if (!ids.empty()) ids += ", ";
        ids += columns.staging_id(row);
    }
    return base::make_error(
        base::ErrorKind::invalid_argument,
        std::to_string(by_number.size()) + " captures have the number " + item + ". Name one by its id: " + ids + ".");
}

}  // namespace linesman::cli
