#include "app/device_file.h"

#include <algorithm>
#include <set>

#include "app/fleet_orders.h"
#include "app/sync_side_state.h"
#include "base/ids.h"
#include "base/log.h"
#include "model/device_metrics.h"
#include "store/cache.h"
#include "sync/device_commands.h"
#include "sync/device_sessions.h"
#include "sync/pull_query.h"
#include "sync/value_codec.h"

namespace linesman::app {
namespace {

constexpr size_t kMaxNamed = 8;
constexpr size_t kMaxFlatObjects = 20'000;  // of one slot, under old paths

template <typename T>
void newest_first(std::vector<T>& items, std::optional<base::Timestamp> T::*time, std::string T::*id) {
    std::sort(items.begin(), items.end(),
              [&](const T& a, const T& b) { return a.*time != b.*time ? a.*time > b.*time : a.*id < b.*id; });
}

std::vector<DeviceCapture> captures_of(const model::Columns& columns, const std::string& device_id) {
    std::vector<DeviceCapture> out;
    const uint32_t wanted = columns.names->devices.find(device_id);
    if (wanted == model::kNoRow) return out;
    const auto time = [](int64_t us) {
        return us == model::kNoTime ? std::nullopt : std::optional(base::Timestamp{us});
    };
    for (const auto& chunk : columns.chunks) {
        for (uint32_t i = 0; i < chunk->size; ++i) {
            if (chunk->device[i] != wanted || (chunk->flags[i] & model::kFlagGone) != 0) continue;
            DeviceCapture capture;
            capture.staging_id = chunk->staging_id.at(i);
            capture.pole_number = chunk->pole_number.at(i);
            capture.decision = model::name_of(chunk->decision[i]);
            capture.captured_at = time(chunk->captured_at[i]);
            capture.submitted_at = time(chunk->submitted_at[i]);
            capture.photos = chunk->photos[i];
            capture.lost = chunk->lost[i];
            capture.waiting = (chunk->flags[i] & model::kFlagInQueue) != 0;
            out.push_back(std::move(capture));
        }
    }
    newest_first(out, &DeviceCapture::submitted_at, &DeviceCapture::staging_id);
    return out;
}

base::Error no_device(const Snapshot& snapshot, const std::string& device_id) {
    std::string text = "No device here is called \"" + device_id + "\".";
    for (size_t i = 0; i < std::min(snapshot.devices.size(), kMaxNamed); ++i)
        text += (i == 0 ? " There are: " : ", ") + snapshot.devices[i].device_id;
    if (snapshot.devices.size() > kMaxNamed)
        text += " and " + std::to_string(snapshot.devices.size() - kMaxNamed) + " more (linesmanctl devices list).";
    return base::make_error(base::ErrorKind::not_found, text);
}

std::string pseudonym(const std::string& uid) {
    return uid.empty() ? uid : "person-" + base::sha256_hex("linesman device bundle\n" + uid).substr(0, 8);
}

}  // namespace

base::Result<DeviceFile> read_device(const Snapshot& snapshot, const std::string& cache_path, const Profile& profile,
                                     const std::string& device_id) {
    const auto found = std::find_if(snapshot.devices.begin(), snapshot.devices.end(),
                                    [&](const auto& device) { return device.device_id == device_id; });
    if (found == snapshot.devices.end()) return no_device(snapshot, device_id);
    auto cache = store::CacheReader::open(cache_path);
    if (!cache) return cache.error();
    DeviceFile file;
    file.utc_offset_minutes = profile.utc_offset_minutes;
    file.summary = *found;
    file.same_person = model::devices_of_same_person(snapshot.devices, *found);
    file.captures = captures_of(snapshot.columns, device_id);
    if (snapshot.sync.last_pull) file.as_of = *snapshot.sync.last_pull;
    const std::string owner = !found->person.empty() ? found->person
                              : found->reported      ? found->reported->owner_uid
                                                     : "";
    if (const auto* person = person_called(*snapshot.people, owner)) {
        file.person_name = person->name;
        file.crew = person->crew;
    }
    const sync::CollectionNames names = collection_names(profile);
    LINESMAN_TRY(cache->for_each(names.commands, [&](const store::DocumentView& document) {
        auto command = sync::decode_command(document.id, document.fields, file.as_of);
        if (command && command->device_id == device_id) file.commands.push_back(std::move(*command));
        return true;
    }));
    LINESMAN_TRY(cache->for_each(names.sessions, [&](const store::DocumentView& document) {
        auto session = sync::decode_session(document.id, document.fields);
        if (session && session->device_id == device_id) file.sessions.push_back(std::move(*session));
        return true;
    }));
    newest_first(file.commands, &model::DeviceCommand::created_at, &model::DeviceCommand::id);
    newest_first(file.sessions, &model::DeviceSession::started_at, &model::DeviceSession::id);
    if (file.sessions.empty()) file.sessions_unknown = "This desk holds no sync sessions of this device.";
    return file;
}

base::Status add_sessions(DeviceFile& file, OfficeLine& line) {
    std::vector<model::DeviceSession> sessions;
    LINESMAN_TRY(
        line.each(line.names().sessions, "device_id", file.summary.device_id, [&](const sync::RawDocument& document) {
            auto session = sync::decode_session(document.id(), document.fields_json);
            if (session) sessions.push_back(std::move(*session));
            return sessions.size() < kMaxSessionsRead;
        }));
    newest_first(sessions, &model::DeviceSession::started_at, &model::DeviceSession::id);
    file.sessions = std::move(sessions);
    file.sessions_unknown = file.sessions.empty() ? "The device has reported no sync session." : "";
    return {};
}

base::Result<std::vector<model::DeviceSession>> read_sessions_since(OfficeLine& line, base::Timestamp since,
                                                                    size_t most) {
    constexpr int64_t kPage = 300;
    std::vector<model::DeviceSession> sessions;
    base::Json last;
    std::string last_name;
    while (sessions.size() < most) {
        base::Json query = sync::query_of(line.names().sessions);
        sync::set_where(query,
                        {sync::field_filter("started_at", "GREATER_THAN_OR_EQUAL", sync::value::timestamp(since))});
        sync::set_order(query, "started_at");
        if (!last_name.empty()) sync::start_after(query, "started_at", last, last_name);
        sync::set_limit(query, kPage);
        auto reply = line.query(std::move(query));
        if (!reply) return reply.error();
        for (const auto& document : reply->documents) {
            const auto fields = sync::value::parse_fields(document.fields_json);
            if (!fields) continue;
            sessions.push_back(sync::session_from_fields(document.id(), *fields));
            last = fields->at("started_at");
            last_name = document.name;
        }
        if (reply->documents.size() + reply->damaged.size() < static_cast<size_t>(kPage)) break;
    }
    if (sessions.size() > most) sessions.resize(most);
    return sessions;
}

base::Result<PhotoLedger> read_photo_ledger(const std::string& cache_path, const Profile& profile,
                                            const std::vector<DeviceCapture>& captures, OfficeLine* line, size_t most) {
    auto cache = store::CacheReader::open(cache_path);
    if (!cache) return cache.error();
    PhotoLedger out;
    std::vector<model::Capture> documents;
    for (const auto& capture : captures) {
        if (documents.size() == most) break;
        auto document = cache->document(profile.staging, capture.staging_id);
        if (!document) return document.error();
        if (*document)
            documents.push_back(
                sync::decode_capture_or_unreadable(capture.staging_id, (*document)->fields, (*document)->update_time));
    }
    if (captures.size() > documents.size())
        out.incomplete = "Only the newest " + std::to_string(documents.size()) + " of " +
                         std::to_string(captures.size()) + " captures were looked at.";
    if (!line) {
        out.entries = model::photo_ledger(documents, std::nullopt);
        return out;
    }
    std::set<std::string> stored;
    const auto list = [&](const std::string& prefix) -> base::Status {
        auto paths = line->list_objects(prefix, kMaxFlatObjects);
        if (!paths) return paths.error();
        if (paths->size() >= kMaxFlatObjects) out.incomplete += " Not every object of an old path was looked at.";
        stored.insert(paths->begin(), paths->end());
        return {};
    };
    bool any_missing = false;
    for (const auto& capture : documents) {
        any_missing |= capture.photo_mask() != capture.expected_photos.value_or(model::kAllSlots);
        if (!capture.offline_id.empty()) LINESMAN_TRY(list("poles/staging/" + capture.offline_id + "/"));
        // A photo that lies elsewhere is asked for by its name.
        for (const auto& photo : capture.photos) {
            if (photo && !photo->path.empty() && !stored.contains(photo->path)) LINESMAN_TRY(list(photo->path));
        }
    }
    for (const auto slot : model::kSlots) {
        if (any_missing) LINESMAN_TRY(list("poles/staging/" + std::string(model::name_of(slot)) + "_"));
    }
    // What captures of other devices link is no candidate.
    std::set<std::string> linked;
    sync::CaptureDecoder decoder;
    if (any_missing) {
        LINESMAN_TRY(cache->for_each(profile.staging, [&](const store::DocumentView& document) {
            const auto capture = decoder.decode(document.id, document.fields, document.update_time);
            for (size_t i = 0; capture && i < capture->photos.size(); ++i) {
                if (capture->photos[i]) linked.insert(capture->photos[i]->path);
            }
            return true;
        }));
    }
    out.asked_storage = true;
    out.entries = model::photo_ledger(documents, stored, linked);
    return out;
}

DeviceFile redacted(DeviceFile file) {
    file.is_redacted = true;
    file.person_name.clear();
    file.summary.person = pseudonym(file.summary.person);
    if (file.summary.reported) {
        file.summary.reported->owner_uid = pseudonym(file.summary.reported->owner_uid);
        file.summary.reported->last_error = base::redact(file.summary.reported->last_error);
    }
    for (auto& command : file.commands) {
        command.created_by = pseudonym(command.created_by);
        command.result = base::redact(command.result);
    }
    for (auto& session : file.sessions) {
        session.owner_uid = pseudonym(session.owner_uid);
        session.log = base::redact(session.log);
        for (auto& attempt : session.attempts) attempt.error = base::redact(attempt.error);
    }
    return file;
}

}  // namespace linesman::app
