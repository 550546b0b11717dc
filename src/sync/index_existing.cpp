#include "sync/index_existing.h"

#include <map>

#include "model/keys.h"
#include "sync/promotion.h"
#include "sync/pull_query.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::Json;

constexpr int64_t kPage = 200;  // at most as many writes in a commit

}  // namespace

IndexExisting::IndexExisting(Firestore& firestore, base::Queue& queue, CollectionNames names, std::string uid,
                             OnProgress on_progress, Done done)
    : firestore_(firestore),
      queue_(queue),
      names_(std::move(names)),
      uid_(std::move(uid)),
      on_progress_(std::move(on_progress)),
      done_(std::move(done)) {}

void IndexExisting::read_page() {
    Json query = query_of(names_.production);
    Json fields = Json::array();
    for (const char* path : {"projectId", "poleNumber", "staging_id"}) fields.push_back(Json{{"fieldPath", path}});
    query["select"] = Json{{"fields", std::move(fields)}};
    set_order(query, "");
    if (!at_name_.empty()) start_after(query, "", {}, at_name_);
    set_limit(query, kPage);
    call_ = firestore_.run_query(std::move(query), {},
                                 [this](base::Result<std::string> text) { on_page(std::move(text)); });
}

void IndexExisting::on_page(base::Result<std::string> text) {
    auto reply = text ? reader_.read(*text) : base::Result<Reply>(text.error());
    if (!reply) return finish(std::move(reply).error());
    page_.clear();
    std::vector<std::string> keys;
    for (const auto& document : reply->documents) {
        ++report_.poles;
        const auto fields = value::parse_fields(document.fields_json);
        Pole pole;
        pole.id = document.id();
        if (fields) {
            pole.project_id = value::text_at(*fields, "projectId");
            pole.number = model::canonical_number(value::text_at(*fields, "poleNumber"));
            pole.staging_id = value::text_at(*fields, "staging_id");
        }
        if (pole.number.empty()) {
            ++report_.without_number;
            continue;
        }
        pole.key_name =
            firestore_.endpoints().document_name(names_.pole_keys, model::pole_key_id(pole.project_id, pole.number));
        keys.push_back(pole.key_name);
        page_.push_back(std::move(pole));
    }
    is_last_ =
        static_cast<int64_t>(reply->documents.size() + reply->damaged.size()) < kPage || reply->documents.empty();
    if (!reply->documents.empty()) at_name_ = reply->documents.back().name;
    if (keys.empty()) return next();
    call_ = firestore_.batch_get(std::move(keys), {}, {},
                                 [this](base::Result<std::string> known) { on_keys(std::move(known)); });
}

void IndexExisting::on_keys(base::Result<std::string> text) {
    auto reply = text ? reader_.read(*text) : base::Result<Reply>(text.error());
    if (!reply) return finish(std::move(reply).error());
    std::map<std::string, std::string> owners;  // key name -> production id
    for (const auto& document : reply->documents) {
        const auto fields = value::parse_fields(document.fields_json);
        owners[document.name] = fields ? value::text_at(*fields, "production_id") : std::string();
    }
    std::vector<Pole> missing;
    for (auto& pole : page_) {
        const auto [owner, is_new] = owners.try_emplace(pole.key_name, pole.id);
        if (is_new) {
            missing.push_back(std::move(pole));
        } else if (owner->second == pole.id) {
            ++report_.keys_known;
        } else {
            report_.duplicates.push_back(pole.number + ": " + owner->second + ", " + pole.id);
        }
    }
    missing.empty() ? next() : make_keys(std::move(missing));
}

void IndexExisting::make_keys(std::vector<Pole> poles) {
    Json writes = Json::array();
    for (const auto& pole : poles) {
        writes.push_back(create_write(
            pole.key_name, key_fields(pole.project_id, pole.number, pole.id, pole.staging_id, {}), {"updated_at"}));
    }
    call_ = firestore_.commit(std::move(writes), [this, count = poles.size()](base::Result<CommitReply> reply) {
        if (!reply) return finish(std::move(reply).error());
        report_.keys_made += count;
        next();
    });
}

void IndexExisting::next() {
    if (on_progress_) on_progress_(report_);
    is_last_ ? write_marker() : read_page();
}

void IndexExisting::write_marker() {
    FieldChanges marker;
    marker.set = {{"projectId", value::text("")},
                  {"by", value::text(uid_)},
                  {"poles", value::integer(static_cast<int64_t>(report_.poles))},
                  {"duplicates", value::integer(static_cast<int64_t>(report_.duplicates.size()))}};
    marker.server_times = {"updated_at"};
    const std::string name = firestore_.endpoints().document_name(names_.pole_keys, kIndexMarkerId);
    call_ = firestore_.commit(Json::array({update_write(name, marker, {})}), [this](base::Result<CommitReply> reply) {
        if (!reply) return finish(std::move(reply).error());
        finish(report_);
    });
}

void IndexExisting::finish(base::Result<IndexReport> result) {
    if (!done_) return;
    queue_.post([done = std::exchange(done_, nullptr), result = std::move(result),
                 weak = std::weak_ptr<bool>(alive_)]() mutable {
        if (weak.lock()) done(std::move(result));
    });
}

}  // namespace linesman::sync
