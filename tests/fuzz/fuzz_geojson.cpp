// GeoJSON of boundaries and layers, and its planned poles.
#include <cmath>

#include "fuzz_support.h"
#include "model/geojson.h"
#include "model/planned_import.h"

namespace {

using namespace linesman;

void require_written_areas_read_back(const std::vector<model::GeoFeature>& features) {
    for (const model::GeoFeature& feature : features) {
        for (const model::GeoPoint point : feature.points) {
            fuzz::require(std::isfinite(point.latitude) && std::isfinite(point.longitude), "a position is finite");
        }
        if (feature.area.empty()) continue;
        (void)feature.area.contains({-26.4, 27.8});
        const auto again = model::features_from_json(model::geojson_of(feature.area), "written area");
        fuzz::require(again.ok() && again->size() == 1, "a written area can be read");
        fuzz::require(again->front().area.polygons.size() == feature.area.polygons.size(), "no polygon is lost");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    if (const auto features = model::parse_geojson(text, "boundary of Lawley")) {
        require_written_areas_read_back(*features);
    } else {
        fuzz::require_shown_well(features.error());
    }
    (void)model::parse_boundary(text, "boundary of Lawley");
    const auto planned = model::planned_from_geojson(text, "Law-001");
    if (!planned) {
        fuzz::require_shown_well(planned.error());
        return 0;
    }
    fuzz::require(planned->rows == planned->poles.size() + planned->bad_rows, "every row is good or bad");
    return 0;
}
