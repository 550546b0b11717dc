// Projects and their boundaries, as CSV and as GeoJSON. The first byte chooses whether only areas are wanted.
#include "fuzz_support.h"
#include "model/geojson.h"
#include "model/project_import.h"

namespace {

using namespace linesman;

void check(const base::Result<model::ProjectImport>& result) {
    if (!result) return fuzz::require_shown_well(result.error());
    fuzz::require(result->rows == result->projects.size() + result->bad_rows, "every row is good or bad");
    for (const model::ImportProblem& problem : result->problems)
        fuzz::require(!problem.reason.empty(), "a bad row has its reason");
    for (const model::ProjectRow& project : result->projects) {
        fuzz::require(!project.id.empty(), "a project has an id");
        if (!project.boundary) continue;
        fuzz::require(project.boundary->size() <= model::kMaxBoundaryBytes, "a boundary fits into its document");
        fuzz::require(model::parse_boundary(*project.boundary, "boundary").ok(), "a boundary that went in can be read");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const model::ProjectImportOptions options{"Law-001", data[0] % 2 == 1};
    const std::string_view text = fuzz::text_of(data + 1, size - 1);
    check(model::projects_from_csv(text, options));
    check(model::projects_from_geojson(text, options));
    return 0;
}
