#include "app/map_service.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/file.h"
#include "image/decode.h"
#include "model/geojson.h"
#include "store/mbtiles.h"

namespace linesman::app {

namespace {

// A tile that could not be had, or whose time is over and no better one came.
constexpr base::Duration kAskAgainAfter = base::seconds(30);

uint64_t key_of(int z, uint32_t x, uint32_t y) {
    return static_cast<uint64_t>(z) << 58 | static_cast<uint64_t>(x) << 29 | y;
}

void add_path(map::PathLayer& layer, const model::Ring& ring, bool closed) {
    if (ring.size() < 2) return;
    layer.begin();
    for (const auto& point : ring) layer.points.push_back(model::world_from_geo(point));
    if (closed) layer.points.push_back(model::world_from_geo(ring.front()));
}

MapLayers::Layer read_layer(const std::string& path) {
    MapLayers::Layer layer;
    layer.name = std::filesystem::path(path).stem().string();
    const auto text = base::read_file(path, model::kMaxGeoJsonBytes);
    if (!text) {
        layer.trouble = "The map layer " + path + " could not be read. Check the setting map_layers.";
        return layer;
    }
    const auto features = model::parse_features_one_by_one(*text, path);
    if (!features) {
        layer.trouble = features.error().what;
        return layer;
    }
    if (!features->bad.empty()) {
        layer.trouble = path + ": " + std::to_string(features->bad.size()) +
                        " features could not be read; the first is number " + std::to_string(features->bad[0].number) +
                        ": " + features->bad[0].reason;
    }
    auto paths = std::make_shared<map::PathLayer>();
    for (const auto& feature : features->features) {
        for (const auto& line : feature.lines) add_path(*paths, line, false);
        for (const auto& polygon : feature.area.polygons) {
            for (const auto& ring : polygon.rings) add_path(*paths, ring, true);
        }
    }
    layer.paths = std::move(paths);
    return layer;
}

}  // namespace

struct MapService::Shared {
    struct Tile {
        MapTile tile;
        uint64_t last_used = 0;
        bool asked = false;       // an answer is under way
        base::Timestamp good_to;  // of a server: asked again afterwards, while the old one is shown
    };
    std::string path;
    std::vector<std::string> layer_paths;
    std::function<void()> wake;

    std::mutex file_mutex;  // held while a tile is read: the file is used by one thread at a time
    std::optional<store::MbTiles> file;

    std::mutex mutex;  // guards what follows
    BaseMap base;
    std::shared_ptr<const MapLayers> layers;
    std::unordered_map<uint64_t, Tile> tiles;
    uint64_t uses = 0;

    void make_room() {
        while (tiles.size() > kKeptTiles) {
            tiles.erase(std::min_element(tiles.begin(), tiles.end(), [](const auto& a, const auto& b) {
                return a.second.last_used < b.second.last_used;
            }));
        }
    }
    void open_base();
    void read_layers();
    void load(int z, uint32_t x, uint32_t y);
    void take_served(uint64_t key, const base::Result<ServedTile>& served, base::Timestamp now);
    void tell() {
        std::function<void()> call;
        {
            const std::lock_guard lock(mutex);
            call = wake;
        }
        if (call) call();
    }
};

void MapService::Shared::open_base() {
    auto opened = store::MbTiles::open(path);
    BaseMap info;
    if (!opened) {
        info.trouble = "The base map " + path + " cannot be shown: " + opened.error().what;
    } else if (opened->info().format == "webp") {
        info.trouble = "The base map " + path + " holds WebP pictures. Convert it to PNG or JPEG.";
    } else {
        info = {true, opened->info().name,     opened->info().attribution,
                {},   opened->info().min_zoom, opened->info().max_zoom};
        const std::lock_guard guard(file_mutex);
        file = std::move(*opened);
    }
    {
        const std::lock_guard lock(mutex);
        base = std::move(info);
    }
    tell();
}

void MapService::Shared::read_layers() {
    auto read = std::make_shared<MapLayers>();
    for (const auto& layer_path : layer_paths) read->layers.push_back(read_layer(layer_path));
    {
        const std::lock_guard lock(mutex);
        layers = std::move(read);
    }
    tell();
}

void MapService::Shared::load(int z, uint32_t x, uint32_t y) {
    MapTile made;
    {
        const std::lock_guard guard(file_mutex);
        auto bytes =
            file ? file->tile(z, x, y) : base::Result<std::string>(base::make_error(base::ErrorKind::not_found, {}));
        if (bytes) {
            if (auto picture = image::decode(*bytes)) {
                made.state = MapTile::State::ready;
                made.image = std::make_shared<const image::Image>(std::move(picture->image));
            }
        }
    }
    {
        const std::lock_guard lock(mutex);
        if (const auto found = tiles.find(key_of(z, x, y)); found != tiles.end()) found->second.tile = std::move(made);
    }
    tell();
}

// Decodes on the pool.
void MapService::Shared::take_served(uint64_t key, const base::Result<ServedTile>& served, base::Timestamp now) {
    MapTile made;
    if (served && !served->bytes.empty()) {
        if (auto picture = image::decode(served->bytes)) {
            made.state = MapTile::State::ready;
            made.image = std::make_shared<const image::Image>(std::move(picture->image));
        }
    }
    {
        const std::lock_guard lock(mutex);
        const auto found = tiles.find(key);
        if (found == tiles.end()) return;
        Tile& tile = found->second;
        tile.asked = false;
        tile.good_to = served && served->fresh_until > now ? served->fresh_until : now + kAskAgainAfter;
        // What was there stays when nothing better came.
        if (served || tile.tile.state != MapTile::State::ready) tile.tile = std::move(made);
    }
    tell();
}

MapService::MapService(std::string base_map, std::vector<std::string> layers, base::WorkerPool& pool,
                       std::function<void()> wake, const base::Clock& clock, std::optional<TileLine> line)
    : pool_(pool), clock_(clock), shared_(std::make_shared<Shared>()) {
    shared_->path = std::move(base_map);
    shared_->layer_paths = std::move(layers);
    shared_->wake = std::move(wake);
    if (!shared_->path.empty()) {
        pool_.submit(base::Priority::low, [shared = shared_] { shared->open_base(); });
    } else if (line) {
        shared_->base = {true, "Tile server", line->attribution, {}, 0, line->max_zoom};
        http_ = std::move(line->http);
        queue_ = std::make_unique<base::ThreadQueue>("tiles");
        server_ = std::make_shared<std::unique_ptr<TileServer>>();
        queue_->post([server = server_, options = line->server, shared = shared_, http = http_.get(),
                      queue = queue_.get(), &clock = clock_] {
            *server = std::make_unique<TileServer>(options, *http, *queue, clock, [shared](std::string trouble) {
                {
                    const std::lock_guard lock(shared->mutex);
                    shared->base.trouble = std::move(trouble);
                }
                shared->tell();
            });
        });
    }
    if (shared_->layer_paths.empty()) {
        shared_->layers = std::make_shared<const MapLayers>();
    } else {
        pool_.submit(base::Priority::low, [shared = shared_] { shared->read_layers(); });
    }
}

MapService::~MapService() {
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->wake = {};
    }
    if (!queue_) return;
    queue_->post([server = server_] { server->reset(); });
    queue_->stop();
}

void MapService::set_offline(bool offline) {
    if (!queue_) return;
    queue_->post([server = server_, offline] { (*server)->set_offline(offline); });
}

void MapService::ask_server(int z, uint32_t x, uint32_t y) {
    queue_->post([server = server_, shared = shared_, pool = &pool_, &clock = clock_, z, x, y] {
        (*server)->want(z, x, y, [shared, pool, &clock, key = key_of(z, x, y)](base::Result<ServedTile> served) {
            auto kept = std::make_shared<base::Result<ServedTile>>(std::move(served));
            pool->submit(base::Priority::high,
                         [shared, key, kept, &clock] { shared->take_served(key, *kept, clock.now()); });
        });
    });
}

BaseMap MapService::base_map() {
    const std::lock_guard lock(shared_->mutex);
    return shared_->base;
}

std::shared_ptr<const MapLayers> MapService::layers() {
    const std::lock_guard lock(shared_->mutex);
    return shared_->layers;
}

MapTile MapService::tile(int z, uint32_t x, uint32_t y) {
    const std::lock_guard lock(shared_->mutex);
    if (!shared_->base.there || z < shared_->base.min_zoom || z > shared_->base.max_zoom) return {};
    auto [entry, fresh] = shared_->tiles.try_emplace(key_of(z, x, y));
    Shared::Tile& kept = entry->second;
    kept.last_used = ++shared_->uses;
    const bool old = !fresh && queue_ && !kept.asked && kept.good_to <= clock_.now();
    if (!fresh && !old) return kept.tile;
    if (fresh) kept.tile.state = MapTile::State::loading;
    kept.asked = true;
    MapTile answer = kept.tile;
    shared_->make_room();
    if (queue_) {
        ask_server(z, x, y);
    } else {
        pool_.submit(base::Priority::high, [shared = shared_, z, x, y] { shared->load(z, x, y); });
    }
    return answer;
}

}  // namespace linesman::app
