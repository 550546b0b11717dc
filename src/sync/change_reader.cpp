#include "sync/change_reader.h"

#include <algorithm>

namespace linesman::sync {
namespace {

constexpr size_t kMostVersions = 200;  // of one capture; what is older stays on the server

base::Json newest_versions(const std::string& collection) {
    return {{"from", base::Json::array({{{"collectionId", collection}}})},
            {"orderBy", base::Json::array({{{"field", {{"fieldPath", "n"}}}, {"direction", "DESCENDING"}}})},
            {"limit", kMostVersions}};
}

}  // namespace

uint64_t ChangeReader::keep(std::function<net::Call(uint64_t)> start) {
    const uint64_t id = ++next_;
    auto call = start(id);
    calls_[id] = std::move(call);  // answers come through the queue, never from within the call
    return id;
}

void ChangeReader::read(std::vector<std::string> names, Then then) {
    keep([&](uint64_t id) {
        return firestore_.batch_get(std::move(names), {}, {},
                                    [this, id, then = std::move(then)](base::Result<std::string> text) {
                                        const auto call = calls_.extract(id);
                                        then(text ? read_reply(*text) : base::Result<Reply>(text.error()));
                                    });
    });
}

void ChangeReader::history(const std::string& staging_id, std::function<void(base::Result<ServerHistory>)> done) {
    const std::function<void(base::Result<Reply>)> on_versions =
        [this, staging_id, done = std::move(done)](base::Result<Reply> reply) mutable {
            if (!reply) return done(reply.error());
            ServerHistory history;
            std::vector<std::string> audits;
            for (const auto& document : reply->documents) {
                history.versions.push_back(read_version_record(staging_id, document));
                audits.push_back(firestore_.endpoints().document_name(names_.audit, document.id()));
            }
            history.cut = history.versions.size() >= kMostVersions;
            std::stable_sort(history.versions.begin(), history.versions.end(),
                             [](const auto& a, const auto& b) { return a.n < b.n; });
            if (audits.empty()) return done(std::move(history));
            read(std::move(audits),
                 [history = std::move(history), done = std::move(done)](base::Result<Reply> entries) mutable {
                     if (!entries) return done(entries.error());
                     for (const auto& document : entries->documents) {
                         auto record = read_change_record(document);
                         history.changes[record.op_id] = std::move(record);
                     }
                     done(std::move(history));
                 });
        };
    keep([&](uint64_t id) {
        return firestore_.run_query_below(firestore_.endpoints().document_name(names_.staging, staging_id),
                                          newest_versions(names_.versions),
                                          [this, id, on_versions](base::Result<std::string> text) {
                                              const auto call = calls_.extract(id);
                                              on_versions(text ? read_reply(*text) : base::Result<Reply>(text.error()));
                                          });
    });
}

std::vector<std::string> ChangeReader::names_of(const std::string& staging_id, const std::string& op_id) const {
    const std::string staging = firestore_.endpoints().document_name(names_.staging, staging_id);
    return {staging, staging + "/" + names_.versions + "/" + op_id};
}

void ChangeReader::take(ServerChange& found, const std::string& staging_id, const Reply& reply) const {
    const auto& endpoints = firestore_.endpoints();
    const std::string staging = endpoints.document_name(names_.staging, staging_id);
    auto& concerned = found.captures[staging_id];
    for (const auto& document : reply.documents) {
        if (document.name == staging) {
            concerned.now = document;
        } else if (document.name.starts_with(staging + "/")) {
            concerned.before = read_version_record(staging_id, document);
        } else if (document.name.find("/" + names_.audit + "/") != std::string::npos) {
            found.change = read_change_record(document);
        }
    }
}

void ChangeReader::change(const std::string& staging_id, const std::string& op_id,
                          std::function<void(base::Result<ServerChange>)> done) {
    auto names = names_of(staging_id, op_id);
    names.push_back(firestore_.endpoints().document_name(names_.audit, op_id));
    read(std::move(names), [this, staging_id, done = std::move(done)](base::Result<Reply> reply) mutable {
        if (!reply) return done(reply.error());
        ServerChange found;
        take(found, staging_id, *reply);
        const bool concerns_others =
            found.change && (!found.change->others.empty() || found.change->staging_id != staging_id);
        if (!concerns_others) return done(std::move(found));
        read_others(std::move(found), std::move(done));
    });
}

void ChangeReader::read_others(ServerChange found, std::function<void(base::Result<ServerChange>)> done) {
    std::vector<std::string> ids = found.change->others;
    ids.push_back(found.change->staging_id);
    std::erase_if(ids, [&](const std::string& id) { return found.captures.contains(id) || id.empty(); });
    if (ids.empty()) return done(std::move(found));
    std::vector<std::string> names;
    for (const auto& id : ids) {
        for (auto& name : names_of(id, found.change->op_id)) names.push_back(std::move(name));
    }
    read(std::move(names),
         [this, ids, found = std::move(found), done = std::move(done)](base::Result<Reply> reply) mutable {
             if (!reply) return done(reply.error());
             for (const auto& id : ids) take(found, id, *reply);
             done(std::move(found));
         });
}

}  // namespace linesman::sync
