#include "field/server_check.h"

#include "sync/capture_codec.h"
#include "sync/value_codec.h"

namespace linesman::field {

using base::Result;
using base::Status;

namespace {

bool was_staged(const StoredCapture& item) {
    if (item.status == ItemStatus::staged) return true;
    // A correction under way is judged by what the server said before it.
    return item.status == ItemStatus::error && !item.staging_id.empty() && item.task != Task::resubmit;
}

Status keep(OfflinePoleStore& store, const StoredCapture& item, const ServerState& state, ServerCheck& check) {
    if (state.in_production) ++check.promoted;
    ServerState as_before = item.server.value_or(ServerState{});
    as_before.seen_at = state.seen_at;
    if (!item.server || as_before != state) {
        ++check.changed;
        if (state.is_rejected()) check.rejected.push_back(item.offline_id);
        LINESMAN_TRY(store.keep_server_state(item.offline_id, state));
    }
    if (state.in_production && item.status == ItemStatus::staged) return store.mark_synced(item.offline_id);
    return {};
}

}  // namespace

Result<ServerCheck> check_server(FieldAgent& agent, OfflinePoleStore& store, const base::Clock& clock) {
    auto items = store.list();
    if (!items) return items.error();
    std::map<std::string, const StoredCapture*> by_name;
    std::vector<std::string> names;
    for (const auto& item : *items) {
        if (!was_staged(item)) continue;
        names.push_back(agent.endpoints().document_name(agent.names().staging, item.staging_id));
        by_name[names.back()] = &item;
    }
    ServerCheck check;
    check.asked = static_cast<int64_t>(names.size());
    if (names.empty()) return check;
    auto reply = agent.read(names);
    if (!reply) return reply.error();
    for (const auto& document : reply->documents) {
        const auto found = by_name.find(document.name);
        if (found == by_name.end()) continue;
        const auto capture =
            sync::decode_capture_or_unreadable(document.id(), document.fields_json, document.update_time);
        LINESMAN_TRY(keep(store, *found->second, server_state_of(capture, clock.now()), check));
    }
    for (const auto& name : reply->missing) {
        const auto found = by_name.find(name);
        if (found != by_name.end()) LINESMAN_TRY(keep(store, *found->second, gone_from_server(clock.now()), check));
    }
    return check;
}

std::string reason_to_keep(const StoredCapture& item, const std::optional<model::Capture>& production,
                           const std::map<model::Slot, std::string>& stored_md5) {
    if (!production) return "Production does not hold it.";
    if (!production->offline_id.empty() && production->offline_id != item.offline_id)
        return "Production holds another capture under its id.";
    for (const auto slot : model::kSlots) {
        const auto& ours = item.photos[model::index_of(slot)];
        if (!ours || ours->lost()) continue;
        const std::string name(model::name_of(slot));
        const auto& theirs = production->photos[model::index_of(slot)];
        if (!theirs || (theirs->url.empty() && theirs->path.empty()))
            return "Production does not link the photo " + name + ".";
        if (theirs->md5 != ours->md5) return "Production links another photo " + name + ".";
        const auto stored = stored_md5.find(slot);
        if (stored == stored_md5.end()) return "The photo " + name + " is not in Storage.";
        if (stored->second != ours->md5) return "Storage holds another photo " + name + ".";
    }
    return {};
}

namespace {

Result<std::string> reason_by_asking(FieldAgent& agent, const StoredCapture& item) {
    if (!item.server || item.server->production_id.empty()) return std::string("Its place in production is not known.");
    auto reply = agent.read({agent.endpoints().document_name(agent.names().production, item.server->production_id)});
    if (!reply) return reply.error();
    if (reply->documents.empty()) return reason_to_keep(item, {}, {});
    const auto production =
        sync::decode_capture_or_unreadable(item.server->production_id, reply->documents[0].fields_json, "");
    std::map<model::Slot, std::string> stored;
    for (const auto slot : model::kSlots) {
        const auto& photo = production.photos[model::index_of(slot)];
        if (!photo || photo->path.empty() || !item.photos[model::index_of(slot)]) continue;
        const auto info = agent.metadata({agent.endpoints().bucket, photo->path});
        if (info) stored[slot] = info->md5_base64;
        if (!info && info.error().kind != base::ErrorKind::not_found) return info.error();
    }
    return reason_to_keep(item, production, stored);
}

}  // namespace

Result<Deletion> delete_promoted(FieldAgent& agent, OfflinePoleStore& store) {
    auto items = store.list(ItemStatus::synced);
    if (!items) return items.error();
    Deletion out;
    for (const auto& item : *items) {
        const auto reason = reason_by_asking(agent, item);
        if (!reason) return reason.error();
        if (!reason->empty()) {
            out.kept.emplace_back(item.offline_id, *reason);
            continue;
        }
        LINESMAN_TRY(store.remove(item.offline_id));
        out.deleted.push_back(item.offline_id);
        for (const auto& photo : item.photos) out.bytes_freed += photo ? photo->bytes : 0;
    }
    return out;
}

Result<Overview> overview_of(OfflinePoleStore& store) {
    Overview out;
    auto counts = store.counts();
    if (!counts) return counts.error();
    out.offline = std::move(*counts);
    auto items = store.list();
    if (!items) return items.error();
    for (const auto& item : *items) {
        for (const auto& photo : item.photos) out.lost_photos += photo && photo->lost() ? 1 : 0;
        if (item.status == ItemStatus::error)
            out.failed.push_back({item.offline_id, item.content.pole_number, item.error});
        if (item.status == ItemStatus::synced) ++out.in_production;
        if (item.status != ItemStatus::staged) continue;
        ++out.staging[item.server ? item.server->validation_status : "unknown"];
        if (!item.server) continue;
        if (item.server->decision != "none") ++out.decisions[item.server->decision];
        const auto text = advice_of(*item.server);
        if (!text.empty()) out.to_correct.push_back({item.offline_id, item.content.pole_number, text});
    }
    return out;
}

}  // namespace linesman::field
