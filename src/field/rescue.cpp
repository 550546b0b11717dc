#include "field/rescue.h"

#include <algorithm>

#include "sync/capture_codec.h"
#include "sync/pull_query.h"
#include "sync/value_codec.h"

namespace linesman::field {

using base::ErrorKind;
using base::Json;
using base::Result;

namespace {

constexpr size_t kIdsPerQuery = 30;  // the server's limit of IN

// Where a phone says that it brought a capture to, and the server has it, nothing is to be done but missing photos.
bool has_everything(const RescuedCapture& rescued, const OnServer& there) {
    return std::ranges::all_of(rescued.capture.photos,
                               [&](const NewPhoto& photo) { return (there.photos & model::bit(photo.slot)) != 0; });
}

Result<RescueItem> save(OfflinePoleStore& store, const RescuedCapture& rescued, const OnServer* there) {
    RescueItem item;
    item.offline_id = rescued.offline_id;
    item.pole_number = rescued.capture.pole_number;
    item.lost = rescued.lost;
    item.notes = rescued.notes;
    if (there) item.staging_id = there->staging_id;
    if (!rescued.refusal.empty()) {
        item.why = rescued.refusal;
        return item;
    }
    if (there && has_everything(rescued, *there)) {
        item.outcome = RescueOutcome::on_server;
        return item;
    }
    Provenance from;
    from.origin = "rescue";
    from.offline_id = rescued.offline_id;
    from.device_id = rescued.device_id;
    for (const auto& [slot, cause] : rescued.lost) {
        if (!there || (there->photos & model::bit(slot)) == 0) from.lost[slot] = cause;
    }
    const auto id = store.add(rescued.capture, from);
    if (!id && id.error().kind == ErrorKind::already_exists) {
        item.outcome = RescueOutcome::already_here;
        return item;
    }
    if (!id && id.error().kind == ErrorKind::invalid_argument) {
        item.why = id.error().what;
        return item;
    }
    if (!id) return id.error();
    item.outcome = RescueOutcome::saved;
    item.photos = static_cast<int>(rescued.capture.photos.size());
    return item;
}

}  // namespace

std::string_view name_of(RescueOutcome outcome) {
    switch (outcome) {
        case RescueOutcome::saved:
            return "saved";
        case RescueOutcome::already_here:
            return "already here";
        case RescueOutcome::on_server:
            return "on the server";
        case RescueOutcome::refused:
            return "not saved";
    }
    return "not saved";
}

size_t RescueReport::count(RescueOutcome outcome) const {
    return static_cast<size_t>(
        std::ranges::count_if(items, [&](const RescueItem& item) { return item.outcome == outcome; }));
}

bool RescueReport::is_complete() const {
    return damage.empty() && loose_ends.empty() && std::ranges::all_of(items, [](const RescueItem& item) {
               return item.outcome != RescueOutcome::refused && item.lost.empty();
           });
}

Result<std::map<std::string, OnServer>> find_by_upload_keys(FieldAgent& agent,
                                                            const std::vector<std::string>& offline_ids) {
    std::map<std::string, OnServer> out;
    for (size_t at = 0; at < offline_ids.size(); at += kIdsPerQuery) {
        const auto begin = offline_ids.begin() + static_cast<std::ptrdiff_t>(at);
        const auto end =
            offline_ids.begin() + static_cast<std::ptrdiff_t>(std::min(offline_ids.size(), at + kIdsPerQuery));
        Json query = sync::query_of(agent.names().staging);
        sync::set_where(query, {sync::any_of_filter("offline_id", {begin, end})});
        const auto reply = agent.query(std::move(query));
        if (!reply) return reply.error();
        for (const auto& document : reply->documents) {
            const auto capture =
                sync::decode_capture_or_unreadable(document.id(), document.fields_json, document.update_time);
            auto& known = out[capture.offline_id];
            known.staging_id = document.id();
            known.photos = static_cast<model::SlotMask>(known.photos | capture.photo_mask());
        }
    }
    return out;
}

Result<RescueReport> rescue(OfflinePoleStore& store, std::string_view exported, FieldAgent* agent) {
    const auto queue = read_exported_queue(exported);
    RescueReport report;
    report.damage = queue.damage;
    report.loose_ends = queue.loose_ends;
    std::map<std::string, OnServer> there;
    if (agent) {
        std::vector<std::string> ids;
        for (const auto& rescued : queue.captures) ids.push_back(rescued.offline_id);
        auto found = find_by_upload_keys(*agent, ids);
        // A worker's own account may not search; then the server is asked for each when it is sent.
        if (!found && found.error().kind != ErrorKind::permission_denied) return found.error();
        if (found) there = std::move(*found);
    }
    for (const auto& rescued : queue.captures) {
        const auto found = there.find(rescued.offline_id);
        auto item = save(store, rescued, found == there.end() ? nullptr : &found->second);
        if (!item) return item.error();
        report.items.push_back(std::move(*item));
    }
    return report;
}

Json to_json(const RescueReport& report) {
    Json items = Json::array();
    for (const auto& item : report.items) {
        Json lost = Json::object();
        for (const auto& [slot, cause] : item.lost) lost[std::string(model::name_of(slot))] = cause;
        Json entry = {{"offline_id", item.offline_id},    {"poleNumber", item.pole_number},
                      {"outcome", name_of(item.outcome)}, {"photos", item.photos},
                      {"lost_photos", std::move(lost)},   {"notes", item.notes}};
        if (!item.staging_id.empty()) entry["staging_id"] = item.staging_id;
        if (!item.why.empty()) entry["why"] = item.why;
        items.push_back(std::move(entry));
    }
    return {{"saved", report.count(RescueOutcome::saved)},
            {"already_here", report.count(RescueOutcome::already_here)},
            {"on_server", report.count(RescueOutcome::on_server)},
            {"not_saved", report.count(RescueOutcome::refused)},
            {"complete", report.is_complete()},
            {"damage", report.damage},
            {"loose_ends", report.loose_ends},
            {"captures", std::move(items)}};
}

std::string to_text(const RescueReport& report) {
    std::string out = std::to_string(report.count(RescueOutcome::saved)) + " saved, " +
                      std::to_string(report.count(RescueOutcome::already_here)) + " here already, " +
                      std::to_string(report.count(RescueOutcome::on_server)) + " complete on the server, " +
                      std::to_string(report.count(RescueOutcome::refused)) + " not saved";
    for (const auto& line : report.damage) out += "\nThe file is damaged " + line + ".";
    for (const auto& line : report.loose_ends) out += "\n" + line;
    for (const auto& item : report.items) {
        if (item.outcome == RescueOutcome::saved && item.lost.empty() && item.notes.empty()) continue;
        out += "\n" + item.offline_id + (item.pole_number.empty() ? "" : " (" + item.pole_number + ")") + ": " +
               std::string(name_of(item.outcome));
        if (!item.staging_id.empty()) out += ", staged as " + item.staging_id;
        if (!item.why.empty()) out += ". " + item.why;
        for (const auto& [slot, cause] : item.lost)
            out += "\n    photo " + std::string(model::name_of(slot)) + " is lost: " + cause;
        for (const auto& note : item.notes) out += "\n    " + note;
    }
    return out;
}

}  // namespace linesman::field
