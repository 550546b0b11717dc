#include "map/planned_lines.h"

#include <string>
#include <unordered_map>

#include "model/keys.h"

namespace linesman::map {

PathLayer lines_to_planned(const Points& points, const model::Columns& columns,
                           std::span<const model::PlannedPole> planned) {
    std::unordered_map<std::string, model::GeoPoint> places;
    places.reserve(planned.size());
    for (const auto& pole : planned) {
        const std::string number = model::canonical_number(pole.pole_number);
        if (!number.empty()) places.try_emplace(pole.project_id + "\n" + number, pole.position);
    }
    PathLayer lines;
    for (size_t i = 0; i < points.size(); ++i) {
        const model::Row row = points.row[i];
        if (row >= columns.row_count()) continue;
        const std::string number = model::canonical_number(columns.pole_number(row));
        if (number.empty()) continue;
        const auto& chunk = columns.chunk_of(row);
        const std::string& project = columns.names->projects.at(chunk.project[row % model::kChunkRows]);
        auto found = places.find(std::string(project).append("\n").append(number));
        if (found == places.end()) found = places.find("\n" + number);
        if (found == places.end()) continue;
        lines.begin();
        lines.points.push_back(points.world(i));
        lines.points.push_back(model::world_from_geo(found->second));
    }
    return lines;
}

}  // namespace linesman::map
