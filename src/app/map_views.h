// What lies under the captures on the map: a base map from a file or a server, layers from files. Values for the
// window.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "image/image.h"
#include "map/layers.h"

namespace linesman::app {

// The base map of the setting `base_map` (an MBTiles file) or `base_map_url` (a tile server). `there` false: no base
// map, `trouble` says why when one was asked for. A server's `trouble` goes away by itself.
struct BaseMap {
    bool there = false;
    std::string name, attribution;
    std::string trouble;
    int min_zoom = 0, max_zoom = 0;
};

// One tile as it can be drawn now.
struct MapTile {
    enum class State : uint8_t { loading, ready, none } state = State::none;
    std::shared_ptr<const image::Image> image;
};

// The layers of the setting `map_layers` (GeoJSON files). Immutable.
struct MapLayers {
    struct Layer {
        std::string name;  // of the file
        std::shared_ptr<const map::PathLayer> paths;
        std::string trouble;  // what could not be read
    };
    std::vector<Layer> layers;
};

}  // namespace linesman::app
