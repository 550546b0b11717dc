#include "app/import_service.h"

#include <algorithm>
#include <set>

#include "base/ids.h"
#include "base/text.h"
#include "model/keys.h"
#include "model/project_import.h"
#include "sync/value_codec.h"

namespace linesman::app {
namespace {

namespace value = sync::value;
using base::ErrorKind;
using base::Json;

constexpr int kMaxRounds = 8;  // of reading the server again without anything written in between

void put(Json& fields, const char* key, const std::string& text) {
    if (!text.empty()) fields[key] = value::text(text);
}

sync::WantedDocument planned_document(const model::PlannedPole& pole) {
    sync::WantedDocument out;
    out.id = pole.id;
    out.match = model::pole_key_id(pole.project_id, model::canonical_number(pole.pole_number));
    out.fields = {{"poleNumber", value::text(pole.pole_number)},
                  {"projectId", value::text(pole.project_id)},
                  {"location", value::map({{"latitude", value::number(pole.position.latitude)},
                                           {"longitude", value::number(pole.position.longitude)}})}};
    put(out.fields, "poleType", pole.pole_type);
    put(out.fields, "pon", pole.pon);
    put(out.fields, "zone", pole.zone);
    return out;
}

sync::WantedDocument project_document(const model::ProjectRow& row) {
    sync::WantedDocument out;
    out.id = row.id;
    out.fields = Json::object();
    if (row.name) out.fields["name"] = value::text(*row.name);
    if (row.code) out.fields["code"] = value::text(*row.code);
    if (row.number_prefix) out.fields["number_prefix"] = value::text(*row.number_prefix);
    if (row.boundary) out.fields["boundary"] = value::text(*row.boundary);
    if (row.requires_seen_photos) out.fields["requires_seen_photos"] = value::boolean(*row.requires_seen_photos);
    if (row.allows_blank_number) out.fields["allows_blank_number"] = value::boolean(*row.allows_blank_number);
    if (row.allows_bulk_override) out.fields["allows_bulk_override"] = value::boolean(*row.allows_bulk_override);
    return out;
}

// The number under which an existing planned pole is the same as one of the file, whatever its id.
std::string match_of(const Json& fields) {
    std::string number;
    for (const char* key : {"poleNumber", "pole_number", "vfPoleId"}) {
        if (number.empty()) number = model::canonical_number(value::text_at(fields, key));
    }
    return number.empty() ? std::string() : model::pole_key_id(value::text_at(fields, "projectId"), number);
}

base::Result<ImportFile> planned_file(std::string_view text, const std::string& project_id, bool is_json) {
    auto read = is_json ? model::planned_from_geojson(text, project_id) : model::planned_from_csv(text, project_id);
    if (!read) return read.error();
    if (read->poles.empty() && read->without_project > 0)
        return base::make_error(ErrorKind::invalid_argument,
                                "The file names no project. Add a column project, or name one with --project.");
    ImportFile out;
    std::set<std::string> projects;
    for (const auto& pole : read->poles) {
        projects.insert(pole.project_id);
        out.documents.push_back(planned_document(pole));
    }
    out.projects.assign(projects.begin(), projects.end());
    out.problems = std::move(read->problems);
    out.bad_rows = read->bad_rows;
    out.rows = read->rows;
    return out;
}

base::Result<ImportFile> project_file(std::string_view text, const std::string& project_id, bool is_json,
                                      bool only_boundary) {
    const model::ProjectImportOptions options{project_id, only_boundary};
    auto read = is_json ? model::projects_from_geojson(text, options) : model::projects_from_csv(text, options);
    if (!read) return read.error();
    ImportFile out;
    for (const auto& row : read->projects) {
        out.projects.push_back(row.id);
        out.documents.push_back(project_document(row));
    }
    out.problems = std::move(read->problems);
    out.bad_rows = read->bad_rows;
    out.rows = read->rows;
    return out;
}

base::Result<std::vector<sync::ExistingDocument>> read_existing(OfficeLine& line, ImportKind kind,
                                                                const ImportFile& file) {
    std::vector<sync::ExistingDocument> out;
    const auto take = [&](const sync::RawDocument& document) {
        auto fields = value::parse_fields(document.fields_json);
        if (fields) {
            std::string match = kind == ImportKind::planned ? match_of(*fields) : std::string();
            out.push_back({document.name, document.update_time, std::move(match), std::move(*fields)});
        }
        return true;
    };
    if (kind != ImportKind::planned) {
        LINESMAN_TRY(line.each(line.names().projects, "", "", take));
        return out;
    }
    for (const auto& project : file.projects) LINESMAN_TRY(line.each(line.names().planned, "projectId", project, take));
    return out;
}

// One run: reads, plans, writes; begins again after whatever is not plainly a success.
class Run {
  public:
    Run(OfficeLine& line, Administration& office, ImportKind kind, const ImportFile& file, ImportReport& report,
        const std::function<void(const ImportReport&)>& progress)
        : line_(line), office_(office), kind_(kind), file_(file), report_(report), progress_(progress) {}

    base::Status write(sync::ImportPlan plan) {
        for (int rounds = 0;;) {
            if (plan.writes.empty()) return {};
            const size_t before = report_.written;
            auto status = send(std::move(plan.writes));
            if (status) return {};
            if (!again_after(status.error())) return status;
            rounds = report_.written > before ? 0 : rounds + 1;
            if (rounds >= kMaxRounds) return status;
            line_.back_off(status.error());
            auto existing = read_existing(line_, kind_, file_);
            if (!existing) return existing.error();
            const size_t left = plan_of(*existing, plan);
            report_.written = total_ >= left ? total_ - left : report_.written;
        }
    }
    size_t plan_of(const std::vector<sync::ExistingDocument>& existing, sync::ImportPlan& plan) {
        const auto& names = line_.names();
        const std::string collection = kind_ == ImportKind::planned ? names.planned : names.projects;
        plan = sync::plan_import(line_.endpoints().documents_root() + "/" + collection, file_.documents, existing);
        if (total_ == 0) total_ = plan.writes.size();
        return plan.writes.size();
    }

  private:
    static bool again_after(const base::Error& error) {
        return error.retryable() || error.kind == ErrorKind::already_exists || error.kind == ErrorKind::not_found ||
               error.kind == ErrorKind::precondition_failed;
    }

    base::Status send(std::vector<Json> writes) {
        if (report_.op_id.empty()) {
            AdministeredChange change;
            change.kind = "import";
            change.project_id = file_.projects.size() == 1 ? file_.projects.front() : std::string();
            change.target = std::string(name_of(kind_));
            change.comment = std::to_string(report_.created) + " new, " + std::to_string(report_.changed) + " changed";
            change.content_sha256 = file_.sha256;
            auto begun = office_.begin(line_, change);
            if (!begun) return begun.error();
            report_.op_id = begun->op_id;
            audit_ = std::move(begun->audit_write);
        } else if (!audit_.is_null()) {
            // The first commit was not acknowledged: has its audit entry arrived?
            const auto there = Administration::took_effect(line_, report_.op_id);
            if (!there) return there.error();
            if (*there) LINESMAN_TRY(audit_arrived(**there));
        }
        for (auto& commit : sync::commits_of(std::move(writes), 1)) {
            const size_t documents = commit.size();
            if (!audit_.is_null()) commit.push_back(audit_);
            const auto reply = line_.commit(std::move(commit));
            if (!reply) return reply.error();
            line_.reset_backoff();
            report_.written += documents;
            if (!audit_.is_null()) LINESMAN_TRY(audit_arrived(reply->commit_time));
            if (progress_) progress_(report_);
        }
        return {};
    }
    base::Status audit_arrived(const std::string& version) {
        audit_ = Json();
        return office_.finish(report_.op_id, version);
    }

    OfficeLine& line_;
    Administration& office_;
    ImportKind kind_;
    const ImportFile& file_;
    ImportReport& report_;
    const std::function<void(const ImportReport&)>& progress_;
    Json audit_;
    size_t total_ = 0;
};

}  // namespace

std::string_view name_of(ImportKind kind) {
    switch (kind) {
        case ImportKind::planned:
            return "planned";
        case ImportKind::projects:
            return "projects";
        case ImportKind::boundaries:
            return "boundaries";
    }
    return "?";
}

base::Result<ImportFile> read_import(ImportKind kind, std::string_view text, const std::string& project_id) {
    std::string_view body = text;
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    const bool is_json = base::trimmed(body.substr(0, 200)).starts_with('{');
    auto file = kind == ImportKind::planned ? planned_file(text, project_id, is_json)
                                            : project_file(text, project_id, is_json, kind == ImportKind::boundaries);
    if (!file) return file;
    file->by_feature = is_json;
    std::ranges::stable_sort(file->problems, {}, &model::ImportProblem::line);
    file->sha256 = base::sha256_hex(text);
    return file;
}

base::Result<ImportReport> run_import(OfficeLine& line, Administration* office, ImportKind kind, const ImportFile& file,
                                      bool apply, const std::function<void(const ImportReport&)>& progress) {
    if (const auto why = Administration::refusal(line.session()); apply && !why.empty())
        return base::make_error(ErrorKind::permission_denied, why);
    auto existing = read_existing(line, kind, file);
    if (!existing) return existing.error();
    ImportReport report;
    const auto& names = line.names();
    const std::string collection = kind == ImportKind::planned ? names.planned : names.projects;
    auto plan = sync::plan_import(line.endpoints().documents_root() + "/" + collection, file.documents, *existing);
    report.created = plan.created;
    report.changed = plan.changed;
    report.unchanged = plan.unchanged;
    report.others = plan.others;
    if (!apply || !office) return report;
    Run run(line, *office, kind, file, report, progress);
    run.plan_of(*existing, plan);
    if (auto status = run.write(std::move(plan)); !status) {
        base::Error error = status.error();
        error.what += " " + std::to_string(report.written) + " documents are written; run it again to go on.";
        return error;
    }
    report.applied = true;
    return report;
}

}  // namespace linesman::app
