// A desk that listens: REST goes to the local backend in process, the Listen stream to a script (ChannelLine) that
// answers as Firestore does. Deterministic.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/channel_line.h"
#include "sync/in_process.h"

namespace linesman::sync::test {

// Tokens that the test changes.
class CountedTokens final : public TokenSource {
  public:
    std::string current = "owner";
    int forced = 0;
    void token(bool force, base::Queue& queue, std::function<void(base::Result<std::string>)> done) override {
        if (force) ++forced;
        queue.post([done = std::move(done), token = current] { done(token); });
    }
};

class LiveDesk {
  public:
    explicit LiveDesk(Backend& backend) : backend_(backend), rest(backend.server) {
        line.rest = &rest;
        line.on_message = [this](const base::Json& message) { took(message); };
        open();
    }
    ~LiveDesk() { close(); }

    void open() {
        close();
        auto opened = store::Cache::open(folder_.file("cache.db"), backend_.clock);
        ASSERT_TRUE(opened.ok()) << opened.error().full();
        cache = std::make_unique<store::Cache>(std::move(opened->cache));
        client = make_firestore(Backend::endpoints(), line, backend_.tokens, backend_.queue);
        applier = std::make_unique<CacheApplier>(*cache, [this](std::shared_ptr<const AppliedChanges> changes) {
            for (const auto& document : changes->documents) seen.push_back(document.id);
            for (const auto& gone : changes->deletes) lost.push_back(gone.id);
        });
        PullOptions options;
        options.live.http = &line;
        options.live.tokens = &tokens;
        options.random_seed = 7;
        PullHooks hooks;
        hooks.on_progress = [this](const PullProgress& progress) {
            const std::string words = std::string(name_of(progress.phase)) + ": " + progress.live.why;
            if (said.empty() || said.back() != words) said.push_back(words);
        };
        pull = std::make_unique<Pull>(*client, *applier, backend_.queue, backend_.clock, options, hooks);
        pull->start();
        run();
    }
    void close() {
        pull.reset();
        applier.reset();
        client.reset();
        backend_.queue.run_ready();
        cache.reset();
        targets.clear();
    }

    void run(base::Duration time = base::milliseconds(100)) {
        backend_.queue.run_ready();
        backend_.queue.run_for(time);
        backend_.queue.run_ready();
    }
    // Up to the first poll and the handshake; then every target is current.
    void go_live() {
        run(base::seconds(1));
        welcome("t1");
        ASSERT_EQ(pull->progress().phase, PullPhase::listening);
        rest.paths.clear();
    }

    // --- the server's side ---
    int64_t target(const std::string& field = "updated_at", const std::string& collection = kStaging) const {
        for (auto it = targets.rbegin(); it != targets.rend(); ++it) {
            const std::string text = it->second.dump();
            if (text.find("\"collectionId\":\"" + collection + "\"") != std::string::npos &&
                text.find("\"fieldPath\":\"" + field + "\"") != std::string::npos)
                return it->first;
        }
        return 0;
    }
    std::string now() const { return base::format_rfc3339(backend_.clock.now()); }
    static std::string token(const std::string& text) { return base::base64_encode(text); }

    void change_target(const std::string& type, std::vector<int64_t> ids, const std::string& resume = {}) {
        base::Json change = {{"targetChangeType", type}, {"targetIds", ids}};
        if (!resume.empty()) {
            change["resumeToken"] = token(resume);
            change["readTime"] = now();
        }
        line.push(base::Json{{"targetChange", change}});
    }
    void refuse_target(int64_t id, int code) {
        line.push(base::Json{
            {"targetChange",
             {{"targetChangeType", "REMOVE"}, {"targetIds", {id}}, {"cause", {{"code", code}, {"message", "no"}}}}}});
        run();
    }
    void snapshot(const std::string& resume) {
        line.push(base::Json{{"targetChange", {{"resumeToken", token(resume)}, {"readTime", now()}}}});
        run();
    }
    void welcome(const std::string& resume) {
        for (const auto& [id, message] : targets) {
            change_target("ADD", {id});
            change_target("CURRENT", {id}, resume);
        }
        snapshot(resume);
    }
    void show(const std::string& id, std::vector<int64_t> ids, std::vector<int64_t> left = {}) {
        const auto document = backend_.get(kStaging, id);
        ASSERT_TRUE(document.has_value()) << id;
        base::Json change = {{"document",
                              {{"name", document->name},
                               {"fields", document->fields},
                               {"createTime", document->update_time},
                               {"updateTime", document->update_time}}}};
        if (!ids.empty()) change["targetIds"] = ids;
        if (!left.empty()) change["removedTargetIds"] = left;
        line.push(base::Json{{"documentChange", change}});
    }
    void gone(const std::string& kind, const std::string& id, std::vector<int64_t> left) {
        line.push(base::Json{
            {kind, {{"document", backend_.name(kStaging, id)}, {"readTime", now()}, {"removedTargetIds", left}}}});
    }

    std::optional<model::Capture> capture(const std::string& id) {
        auto found = cache->read().document(kStaging, id);
        if (!found || !*found) return std::nullopt;
        return decode_capture_or_unreadable(id, (*found)->fields, (*found)->update_time);
    }
    int64_t polls() const { return std::count(rest.paths.begin(), rest.paths.end(), "runQuery"); }
    int64_t lookups() const { return std::count(rest.paths.begin(), rest.paths.end(), "batchGet"); }

  private:
    void took(const base::Json& message) {
        if (message.contains("addTarget"))
            targets[message["addTarget"]["targetId"].get<int64_t>()] = message["addTarget"];
        if (message.contains("removeTarget")) {
            targets.erase(message["removeTarget"].get<int64_t>());
            removed.push_back(message["removeTarget"].get<int64_t>());
        }
    }

    Backend& backend_;
    TempFolder folder_;

  public:
    ChannelLine line;
    InProcessHttp rest;
    CountedTokens tokens;
    std::unique_ptr<store::Cache> cache;
    std::unique_ptr<Firestore> client;
    std::unique_ptr<CacheApplier> applier;
    std::unique_ptr<Pull> pull;
    std::map<int64_t, base::Json> targets;  // added and not removed
    std::vector<int64_t> removed;
    std::vector<std::string> seen, lost, said;
};

inline constexpr const char* kAsStaged = "near the school";

// A desk with some captures that is live.
struct Live {
    Backend backend;
    std::unique_ptr<LiveDesk> desk;

    explicit Live(bool live = true) {
        for (const char* id : {"a", "b", "c"}) backend.stage(phone_capture(id));
        desk = std::make_unique<LiveDesk>(backend);
        if (live) desk->go_live();
    }
    void write(const std::string& id, const std::string& text) {
        FieldChanges changes;
        changes.set = {{"notes", value::text(text)}};
        backend.patch(id, changes);
    }
    // A change on the server that the stream tells.
    void change(const std::string& id, const std::string& text, const std::string& token) {
        write(id, text);
        desk->show(id, {desk->target()});
        desk->snapshot(token);
    }
    // The captures are part of the window, as after their creation an instant ago.
    void show_all(const std::string& token) {
        for (const char* id : {"a", "b", "c"}) desk->show(id, {desk->target()});
        desk->snapshot(token);
    }
    std::string notes(const std::string& id) {
        const auto capture = desk->capture(id);
        return capture ? capture->notes : "(gone)";
    }
    PullPhase phase() const { return desk->pull->progress().phase; }
};

}  // namespace linesman::sync::test
