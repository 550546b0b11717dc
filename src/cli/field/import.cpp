// linesman-field capture import: a table or a GIS file with a folder of photos.
#include "base/file.h"
#include "cli/exit_codes.h"
#include "cli/field/verbs.h"

namespace linesman::cli {
namespace {

using base::Json;

constexpr uint64_t kMaxFileBytes = 256ULL << 20;

Json rows_json(const std::vector<field::CaptureImport::Row>& rows) {
    Json out = Json::array();
    for (const auto& row : rows)
        out.push_back({{"line", row.line}, {"offline_id", row.offline_id}, {"photos", row.photos}});
    return out;
}

Json problems_json(const std::vector<field::CaptureImport::Problem>& problems) {
    Json out = Json::array();
    for (const auto& problem : problems) out.push_back({{"line", problem.line}, {"why", problem.what}});
    return out;
}

}  // namespace

int verb_capture_import(const FieldOptions& options, const ImportFlags& flags) {
    const Output out(options.json, options.quiet);
    const base::SystemClock clock;
    const auto text = base::read_file(flags.file, kMaxFileBytes);
    if (!text) return fail(out, text.error());
    auto store = field::OfflinePoleStore::open(options.store_folder(), clock);
    if (!store) return fail(out, store.error());
    const auto format = field::import_format_of(flags.file, *text);
    const auto result = field::import_captures(*store, *text, format, flags.import);
    if (!result) return fail(out, result.error());
    const char* unit = format == field::ImportFormat::csv ? "line " : "feature ";
    for (const auto& problem : result->refused) out.message(unit + std::to_string(problem.line) + ": " + problem.what);
    for (const auto& photo : result->unused_photos) out.message("photo " + photo.what);
    out.data(std::string(flags.import.dry_run ? "would add " : "added ") + std::to_string(result->added.size()) +
             ", here already " + std::to_string(result->already_here.size()) + ", refused " +
             std::to_string(result->refused.size()) + ", photos without a row " +
             std::to_string(result->unused_photos.size()));
    out.document({{"dry_run", flags.import.dry_run},
                  {"added", rows_json(result->added)},
                  {"already_here", rows_json(result->already_here)},
                  {"refused", problems_json(result->refused)},
                  {"unused_photos", problems_json(result->unused_photos)}});
    return result->refused.empty() ? kOk : kFindings;
}

}  // namespace linesman::cli
