#include "field/fleet/simulation.h"

#include <algorithm>
#include <mutex>
#include <thread>

#include "field/fleet/simulated_device.h"
#include "sync/capture_codec.h"
#include "sync/pull_query.h"
#include "sync/value_codec.h"

namespace linesman::field {

using base::Json;
using base::Result;
using base::Status;

namespace {

constexpr size_t kMostProblems = 100;

void problem(SimulationResult& result, std::string what) {
    if (result.problems.size() < kMostProblems) result.problems.push_back(std::move(what));
}

// Captures of device i of n: as even as can be.
int share_of(const SimulationOptions& options, int number) {
    return options.captures / options.devices + (number < options.captures % options.devices ? 1 : 0);
}

// Calls `work` for every device, a few at a time; the first error ends it.
Status for_each_device(const SimulationOptions& options, const std::function<Status(int)>& work) {
    std::atomic<int> next{0};
    std::mutex mutex;
    Status first;
    std::vector<std::thread> threads;
    for (int i = 0; i < std::max(1, std::min(options.threads, options.devices)); ++i) {
        threads.emplace_back([&] {
            for (int number = next++; number < options.devices; number = next++) {
                const auto done = work(number);
                const std::lock_guard lock(mutex);
                if (!done && first) first = done;
                if (!first) return;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    return first;
}

}  // namespace

// Photos are compared with what Storage says, not with what the document claims.
Status SimulatedDevice::compare(const StoredCapture& item,
                                const std::map<std::string, std::vector<sync::RawDocument>>& there, FieldAgent& agent,
                                SimulationResult& result) {
    const auto found = there.find(item.offline_id);
    const size_t copies = found == there.end() ? 0 : found->second.size();
    if (copies != 1) {
        problem(result, item.offline_id + " is " + std::to_string(copies) + " times in staging; on the device it is " +
                            std::string(name_of(item.status)) + ". " + item.error);
        return {};
    }
    const auto& document = found->second.front();
    const auto capture = sync::decode_capture_or_unreadable(document.id(), document.fields_json, document.update_time);
    if (!capture.bad_fields.empty()) problem(result, item.offline_id + " has a field of a wrong type.");
    bool is_right = capture.pole_number == item.content.pole_number && document.id() == item.staging_id;
    for (const auto slot : model::kSlots) {
        const auto& ours = item.photos[model::index_of(slot)];
        if (!ours) continue;
        const std::string name(model::name_of(slot));
        if (ours->lost()) {
            const bool listed =
                (capture.lost_photo_mask() & model::bit(slot)) != 0 &&
                std::ranges::any_of(capture.validation_errors, [&](const model::ValidationEntry& entry) {
                    return entry.rule == "photo_lost" && entry.field == "photos." + name && !entry.message.empty();
                });
            if (listed) ++result.lost_photos;
            if (!listed) problem(result, "The lost photo " + name + " of " + item.offline_id + " is not listed.");
            continue;
        }
        const auto& linked = capture.photos[model::index_of(slot)];
        const auto info = linked ? agent.metadata({agent.endpoints().bucket, linked->path})
                                 : Result<sync::ObjectInfo>(base::make_error(base::ErrorKind::not_found, "not linked"));
        const bool same =
            info && info->md5_base64 == ours->md5 && info->size == ours->bytes && linked->md5 == ours->md5;
        if (same) ++result.photos, result.photo_bytes += ours->bytes;
        if (!same) {
            problem(result, "The photo " + name + " of " + item.offline_id +
                                " is not right: " + (info ? std::string("another md5.") : info.error().what));
        }
        is_right = is_right && same;
    }
    if (is_right) ++result.staged;
    if (!is_right) problem(result, item.offline_id + " is in staging otherwise than on the device.");
    return {};
}

Status SimulatedDevice::verify(FieldAgent& agent, SimulationResult& result) {
    auto store = open(nullptr);
    if (!store) return store.error();
    const auto items = (*store)->list();
    if (!items) return items.error();
    if (static_cast<int64_t>(items->size()) != captures_)
        problem(result, "Device " + std::to_string(number_) + " has " + std::to_string(items->size()) + " captures.");
    auto query = sync::query_of(agent.names().staging);
    sync::set_where(query, {sync::field_filter("device_id", "EQUAL", sync::value::text((*store)->device_id()))});
    const auto reply = agent.query(std::move(query));
    if (!reply) return reply.error();
    std::map<std::string, std::vector<sync::RawDocument>> there;
    for (const auto& document : reply->documents) {
        const auto fields = sync::value::parse_fields(document.fields_json);
        there[fields ? sync::value::text_at(*fields, "offline_id") : ""].push_back(document);
    }
    result.captures += static_cast<int64_t>(items->size());
    for (const auto& item : *items) LINESMAN_TRY(compare(item, there, agent, result));
    if (reply->documents.size() > items->size())
        problem(result, "Device " + std::to_string(number_) + " has more documents in staging than captures.");
    return {};
}

Result<SimulationResult> simulate(const SimulationOptions& options) {
    if (options.devices < 1 || options.captures < 0) {
        return base::make_error(base::ErrorKind::configuration, "A simulation needs at least one device.");
    }
    SimulationCounts counts;
    SimulationResult result;
    const base::SystemClock clock;
    const base::Duration begun = clock.steady();
    std::atomic<int> finished{0};
    LINESMAN_TRY(for_each_device(options, [&](int number) -> Status {
        auto done = SimulatedDevice(options, number, share_of(options, number), counts).run();
        if (options.progress)
            options.progress(std::to_string(++finished) + " of " + std::to_string(options.devices) + " devices");
        return done;
    }));
    result.seconds = base::Duration{clock.steady().us - begun.us}.seconds();
    std::mutex mutex;
    SimulationCounts unused;
    const auto compared = for_each_device(options, [&](int number) -> Status {
        FieldAgent agent(options.agent);
        if (auto signed_in = agent.sign_in(); !signed_in) return signed_in;
        SimulationResult part;
        auto done = SimulatedDevice(options, number, share_of(options, number), unused).verify(agent, part);
        const std::lock_guard lock(mutex);
        result.captures += part.captures;
        result.staged += part.staged;
        result.photos += part.photos;
        result.lost_photos += part.lost_photos;
        result.photo_bytes += part.photo_bytes;
        for (auto& each : part.problems) problem(result, std::move(each));
        return done;
    });
    if (!compared) return compared.error();
    result.crashes = counts.crashes, result.full_disks = counts.full_disks, result.lives = counts.lives;
    result.wrong_clocks = counts.wrong_clocks, result.damaged_photos = counts.damaged_photos;
    result.sent_twice = counts.sent_twice, result.requests = counts.line->requests, result.cut = counts.line->cut;
    result.lost_replies = counts.line->lost_replies, result.stolen_tokens = counts.line->stolen_tokens;
    return result;
}

Json to_json(const SimulationResult& result) {
    return {{"right", result.is_right()},
            {"captures", result.captures},
            {"staged_exactly_once", result.staged},
            {"photos", result.photos},
            {"photo_bytes", result.photo_bytes},
            {"lost_photos_listed", result.lost_photos},
            {"lives", result.lives},
            {"crashes", result.crashes},
            {"full_disks", result.full_disks},
            {"wrong_clocks", result.wrong_clocks},
            {"damaged_photos", result.damaged_photos},
            {"sent_twice", result.sent_twice},
            {"requests", result.requests},
            {"cut", result.cut},
            {"lost_replies", result.lost_replies},
            {"stolen_tokens", result.stolen_tokens},
            {"seconds", result.seconds},
            {"problems", result.problems}};
}

}  // namespace linesman::field
