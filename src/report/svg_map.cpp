// A map of points as inline SVG, without any base map: a grid of kilometres, north up, one mark per cell of the screen
// so that a million poles stay a page. A cell takes the colour of its worst point and grows with their number.
#include <algorithm>
#include <cmath>
#include <map>

#include "report/format.h"
#include "report/html_writer.h"

namespace linesman::report {
namespace {

constexpr double kWidth = 1060, kMaxHeight = 560, kMinHeight = 220, kMargin = 18;
constexpr double kCell = 7;                     // px
constexpr double kMetresPerDegree = 111'195.1;  // of latitude, on a sphere of 6,371,008.8 m
constexpr double kRadians = 3.14159265358979323846 / 180;

std::string px(double value) {
    std::string out;
    append_number(out, value, 1);
    if (out.ends_with(".0")) out.resize(out.size() - 2);
    return out;
}

struct Point {
    double x, y;  // metres east and north of the first
    uint8_t state;
};

struct Points {
    std::vector<Point> points;
    size_t without_position = 0;
};

Points read_points(const MapSource& map) {
    Points out;
    const Table& table = *map.table;
    const size_t latitude = table.find("latitude"), longitude = table.find("longitude"),
                 state = table.find(map.state_column);
    std::vector<Cell> cells(table.columns().size());
    double first_latitude = 0, first_longitude = 0, shrink = 1;
    for (size_t row = 0; row < table.row_count(); ++row) {
        table.read(row, cells);
        if (latitude == SIZE_MAX || longitude == SIZE_MAX || cells[latitude].is_empty || cells[longitude].is_empty) {
            ++out.without_position;
            continue;
        }
        if (out.points.empty()) {
            first_latitude = cells[latitude].number;
            first_longitude = cells[longitude].number;
            shrink = std::cos(first_latitude * kRadians);
        }
        uint8_t index = 0;
        for (size_t i = 0; state != SIZE_MAX && i < map.states.size(); ++i) {
            if (map.states[i].first == cells[state].text) index = static_cast<uint8_t>(i);
        }
        out.points.push_back({(cells[longitude].number - first_longitude) * kMetresPerDegree * shrink,
                              (cells[latitude].number - first_latitude) * kMetresPerDegree, index});
    }
    return out;
}

struct Box {
    double west, east, south, north;
};

// The middle 97 % in each direction, with some room: one phone with a wild position must not make the rest a dot.
Box box_of(const std::vector<Point>& points) {
    std::vector<double> xs, ys;
    for (const auto& point : points) xs.push_back(point.x), ys.push_back(point.y);
    const auto edge = [](std::vector<double>& values, double share) {
        const auto at = static_cast<ptrdiff_t>(std::llround(share * static_cast<double>(values.size() - 1)));
        std::nth_element(values.begin(), values.begin() + at, values.end());
        return values[static_cast<size_t>(at)];
    };
    Box box{edge(xs, 0.015), edge(xs, 0.985), edge(ys, 0.015), edge(ys, 0.985)};
    const double room = std::max({(box.east - box.west) * 0.1, (box.north - box.south) * 0.1, 50.0});
    return {box.west - room, box.east + room, box.south - room, box.north + room};
}

struct Mark {
    uint8_t state = UINT8_MAX;
    uint32_t count = 0;
};

// 1, 2 or 5 times a power of ten: the length of the scale bar in metres.
double scale_length(double metres) {
    double power = 1;
    while (power * 10 <= metres) power *= 10;
    for (const double factor : {5.0, 2.0}) {
        if (factor * power <= metres) return factor * power;
    }
    return power;
}

}  // namespace

std::string map_svg(const MapSource& map) {
    const Points read = read_points(map);
    if (read.points.empty()) return {};
    const Box box = box_of(read.points);
    const double wide = box.east - box.west, high = box.north - box.south;
    const double height = std::clamp((kWidth - 2 * kMargin) * high / wide + 2 * kMargin, kMinHeight, kMaxHeight);
    const double scale = std::min((kWidth - 2 * kMargin) / wide, (height - 2 * kMargin) / high);
    const double left = (kWidth - wide * scale) / 2, top = (height - high * scale) / 2;
    std::map<std::pair<int, int>, Mark> marks;
    size_t outside = 0;
    for (const auto& point : read.points) {
        const double x = left + (point.x - box.west) * scale, y = top + (box.north - point.y) * scale;
        if (x < 0 || x >= kWidth || y < 0 || y >= height) {
            ++outside;
            continue;
        }
        Mark& mark = marks[{static_cast<int>(y / kCell), static_cast<int>(x / kCell)}];
        mark.state = std::min(mark.state, point.state);
        ++mark.count;
    }
    std::string out = "<svg viewBox=\"0 0 " + px(kWidth) + " " + px(height) +
                      "\" role=\"img\" aria-label=\"Map\" class=\"map\"><rect width=\"100%\" height=\"100%\" "
                      "class=\"ground\"/>\n";
    // The worst are drawn last and lie on top.
    for (size_t state = map.states.size(); state-- > 0;) {
        out += "<g fill=\"" + std::string(colour_of(map.states[state].second.tone)) + "\">";
        for (const auto& [cell, mark] : marks) {
            if (mark.state != state) continue;
            const double radius = std::min(2.2 + 0.55 * std::sqrt(static_cast<double>(mark.count - 1)), 6.5);
            out += "<circle cx=\"" + px((cell.second + 0.5) * kCell) + "\" cy=\"" + px((cell.first + 0.5) * kCell) +
                   "\" r=\"" + px(radius) + "\"/>";
        }
        out += "</g>\n";
    }
    const double metres = scale_length(180 / scale), length = metres * scale;
    const double x = kWidth - kMargin - length, y = height - 14;
    const std::string words = metres >= 1000 ? px(metres / 1000) + " km" : px(metres) + " m";
    out += "<path d=\"M" + px(x) + " " + px(y - 5) + "v5h" + px(length) + "v-5\" class=\"scale\"/><text x=\"" +
           px(x + length / 2) + "\" y=\"" + px(y - 8) + "\" text-anchor=\"middle\">" + words + "</text>";
    out += "<text x=\"14\" y=\"22\">N ↑</text></svg>";
    std::string note = "One mark may stand for several poles; it has the colour of the one that most needs a look.";
    if (read.without_position > 0)
        note += " " + grouped(static_cast<int64_t>(read.without_position)) + " without a position are not shown.";
    if (outside > 0) note += " " + grouped(static_cast<int64_t>(outside)) + " far from the rest lie outside the map.";
    return out + "<p class=\"note\">" + note + "</p>";
}

}  // namespace linesman::report
