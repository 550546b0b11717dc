// CSV as spreadsheets write it, alone and as an import of planned poles.
#include "base/json.h"
#include "fuzz_support.h"
#include "model/csv.h"
#include "model/geo.h"
#include "model/planned_import.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace linesman;
    const std::string_view text = fuzz::text_of(data, size);
    model::CsvReader reader(text);
    model::CsvRow row;
    size_t rows = 0, line = 0;
    while (reader.next(row)) {
        fuzz::require(++rows <= size, "reading goes forward");
        fuzz::require(row.line > line, "lines are counted upwards");
        line = row.line;
        fuzz::require(row.fields.size() <= model::kMaxCsvFields, "a row has a limit");
        for (const std::string& field : row.fields)
            fuzz::require(field.size() <= model::kMaxCsvField, "a field has a limit");
    }
    const auto planned = model::planned_from_csv(text, "Law-001");
    if (!planned) {
        fuzz::require_shown_well(planned.error());
    } else {
        fuzz::require(planned->rows == planned->poles.size() + planned->bad_rows, "every row is good or bad");
        for (const auto& problem : planned->problems)
            fuzz::require(!problem.reason.empty(), "a bad row has its reason");
    }
    (void)model::location_from_text(text);
    if (const auto document = base::parse_json(text, "document")) {
        if (const auto place = model::location_from_json(*document))
            fuzz::require(model::is_plausible(*place), "a place can be");
        (void)model::planned_from_document("p1", *document);
    }
    return 0;
}
