// A server that replays static pages: every runQuery reply of the first sync is rendered once, before the first client
// comes, so that what is measured is the client (performance baselines, "First sync"). It answers the cursors of any
// client that cuts the names into the lanes of sync/pull_tuning.h and asks pages of its size.
//
// Thread: the pages are immutable once made; httplib serves them on threads of its own.
#pragma once

#include <httplib.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sync/builders.h"
#include "sync/pull_tuning.h"

namespace linesman::bench {

inline constexpr std::string_view kRoot = "projects/demo/databases/(default)/documents/";
inline constexpr std::string_view kStaging = "staging-field-captures";
inline constexpr std::string_view kTail = R"(,"readTime":"2026-11-22T08:00:00.000001Z"})";
inline constexpr std::string_view kNothing = R"([{"readTime":"2026-11-22T08:00:00.000001Z"}])";
inline constexpr std::string_view kProject =
    R"([{"document":{"name":"projects/demo/databases/(default)/documents/projects/Law-001","fields":{"name":{"stringValue":"Lawley"},)"
    R"("number_prefix":{"stringValue":"LAW"}},"createTime":"2026-11-20T08:00:00.000001Z","updateTime":"2026-11-20T08:00:00.000001Z"},)"
    R"("readTime":"2026-11-22T08:00:00.000001Z"}])";

// As phones make them: 20 of [A-Za-z0-9], evenly spread. Sorted.
inline std::vector<std::string> document_ids(size_t count) {
    static constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::mt19937_64 random(20261122);
    std::vector<std::string> ids(count);
    for (auto& id : ids) {
        for (int i = 0; i < 20; ++i) id += kAlphabet[random() % kAlphabet.size()];
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

// One element of a runQuery reply, about 2.2 KB: a phone's capture with six photos, poles 16 m apart.
inline std::string document_element(const std::string& id, size_t i) {
    static constexpr const char* kWords[] = {"planted", "corner", "road", "gate", "school", "leans", "stay", "rock"};
    auto capture = sync::test::phone_capture("x", sync::test::numbered("LAW.P.B", static_cast<int>(10'000 + i)));
    capture.offline_id =
        sync::test::numbered("offline_17382249", static_cast<int>(10'000'000 + i)).append("_a1b2c3d4e");
    capture.gps = model::GeoPoint{-26.4 + 0.000145 * static_cast<double>(i / 400),
                                  27.7 + 0.000162 * static_cast<double>(i % 400)};
    capture.device_id = sync::test::numbered("device_", static_cast<int>(i % 40));
    capture.notes.clear();
    for (size_t k = 0; k < 6; ++k) capture.notes.append(k > 0 ? " " : "").append(kWords[(i / (k + 1) + k) % 8]);
    for (const auto slot : model::kSlots) {
        model::Photo photo;
        photo.url = sync::test::photo_url(capture.offline_id, model::name_of(slot));
        photo.path = sync::photo_path_from_url(photo.url);
        capture.photos[model::index_of(slot)] = photo;
    }
    std::string out = R"({"document":{"name":")";
    out.append(kRoot).append(kStaging).append("/").append(id).append(R"(","fields":)");
    auto fields = sync::encode_capture(capture);
    fields.erase("photos");  // phones in use today write photoUrls alone
    out.append(base::to_text(fields));
    out.append(R"(,"createTime":"2026-11-20T08:00:00.000001Z","updateTime":"2026-11-20T08:00:00.000001Z"})");
    return out.append(kTail);
}

class ReplayedPages {
  public:
    explicit ReplayedPages(size_t count) : count_(count) {
        const sync::PullTuning tuning;
        const auto page_size = static_cast<size_t>(tuning.page_documents);
        const auto ids = document_ids(count);
        for (const auto& from : lane_starts(static_cast<size_t>(tuning.lanes_per_query))) lanes_.push_back({from, 0});
        for (size_t lane = 0; lane < lanes_.size(); ++lane) {
            auto at = static_cast<size_t>(std::lower_bound(ids.begin(), ids.end(), lanes_[lane].from) - ids.begin());
            const size_t end = lane + 1 == lanes_.size()
                                   ? ids.size()
                                   : static_cast<size_t>(
                                         std::lower_bound(ids.begin(), ids.end(), lanes_[lane + 1].from) - ids.begin());
            lanes_[lane].first_page = pages_.size();
            do {
                const size_t stop = std::min(at + page_size, end);
                render(ids, at, stop);
                at = stop;
            } while (at < end);
            pages_.emplace_back(kNothing);  // what comes after a last page that was full
        }
    }

    // The body that answers `request` to `target`; lives as long as this.
    std::string_view answer(std::string_view target, std::string_view request) const {
        const bool staging = names(request, kStaging);
        const bool decided = request.find(R"("booleanValue":true)") != std::string_view::npos;
        if (target.ends_with(":runAggregationQuery")) return staging && !decided ? count_reply_ : kNone;
        if (names(request, "projects")) return kProject;
        if (!staging || decided) return kNothing;
        const size_t start = request.find(R"("startAt")");
        if (start == std::string_view::npos) return pages_[lanes_.front().first_page];
        const std::string key = std::string(kStaging).append("/");
        const size_t name = request.find(key, start);
        if (name == std::string_view::npos) return kNothing;
        const std::string_view rest = request.substr(name + key.size());
        const std::string id(rest.substr(0, rest.find('"')));
        if (const auto next = page_after_.find(id); next != page_after_.end()) return pages_[next->second];
        for (const auto& lane : lanes_) {
            if (lane.from == id) return pages_[lane.first_page];
        }
        return kNothing;
    }

    size_t bytes() const {
        size_t sum = 0;
        for (const auto& page : pages_) sum += page.size();
        return sum;
    }

    // Where the lanes of sync/mirror_lanes.cpp begin.
    static std::vector<std::string> lane_starts(size_t ways) {
        static constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        std::vector<std::string> starts{""};
        for (size_t i = 1; i < ways; ++i) starts.emplace_back(1, kAlphabet[kAlphabet.size() * i / ways]);
        return starts;
    }

  private:
    static constexpr std::string_view kNone =
        R"([{"result":{"aggregateFields":{"count":{"integerValue":"0"}}},"readTime":"2026-11-22T08:00:00.000001Z"}])";

    static bool names(std::string_view request, std::string_view collection) {
        return request.find(std::string(R"("collectionId":")").append(collection).append("\"")) !=
               std::string_view::npos;
    }

    void render(const std::vector<std::string>& ids, size_t from, size_t to) {
        std::string page = "[";
        for (size_t i = from; i < to; ++i) page.append(i > from ? "\n," : "").append(document_element(ids[i], i));
        if (from == to) page = kNothing;
        pages_.push_back(from == to ? std::string(kNothing) : page.append("]"));
        if (from < to) page_after_[ids[to - 1]] = pages_.size();
    }

    struct Lane {
        std::string from;
        size_t first_page;
    };
    size_t count_;
    std::string count_reply_ = R"([{"result":{"aggregateFields":{"count":{"integerValue":")" + std::to_string(count_) +
                               R"("}}},"readTime":"2026-11-22T08:00:00.000001Z"}])";
    std::vector<Lane> lanes_;
    std::vector<std::string> pages_;
    std::unordered_map<std::string, size_t> page_after_;  // by the last document of the page before
};

// Serves until the process is killed. Prints the port in a line of its own once it listens.
inline int serve_pages(size_t count) {
    const ReplayedPages pages(count);
    httplib::Server server;
    server.set_tcp_nodelay(true);
    server.set_keep_alive_max_count(1'000'000);
    server.set_keep_alive_timeout(600);
    server.new_task_queue = [] { return new httplib::ThreadPool(16); };
    server.Post(R"(/.*)", [&](const httplib::Request& request, httplib::Response& response) {
        const std::string_view body = pages.answer(request.path, request.body);
        response.set_content_provider(body.size(), "application/json; charset=UTF-8",
                                      [body](size_t offset, size_t length, httplib::DataSink& sink) {
                                          return sink.write(body.data() + offset, length);
                                      });
    });
    const int port = server.bind_to_any_port("127.0.0.1");
    std::printf("%d %zu\n", port, pages.bytes());
    std::fflush(stdout);
    return server.listen_after_bind() ? 0 : 1;
}

}  // namespace linesman::bench
