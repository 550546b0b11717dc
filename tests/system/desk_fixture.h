// A server on a real socket and desks on real files, for the tests of whole ways through the house.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/engine.h"
#include "backend/server.h"
#include "model/builders.h"
#include "model/keys.h"
#include "support/temp_folder.h"
#include "sync/capture_codec.h"
#include "sync/promotion.h"
#include "sync/value_codec.h"

namespace linesman::system_test {

using base::Json;
namespace value = sync::value;

inline constexpr const char* kStaging = "staging-field-captures";
inline constexpr const char* kProduction = "planted-poles";
inline constexpr const char* kPoleKeys = "pole-keys";
inline constexpr const char* kAudit = "capture-audit";
inline constexpr base::Duration kPatience = base::seconds(60);  // far more than any step needs; a hang ends here

using linesman::test::TempFolder;

inline std::string numbered(std::string prefix, size_t number) {
    return prefix.append(std::to_string(number));
}

// Complete and clean, so that no finding stands against it; `i` gives number, place, device and photos of its own.
inline model::Capture clean_capture(size_t i) {
    model::Capture capture = model::test::a_capture(numbered("stg", i));
    capture.pole_number = numbered("LAW.P.B", 100 + i);
    capture.gps = model::GeoPoint{-26.38 + 0.0004 * static_cast<double>(i), 27.80};  // 44 m from the next
    capture.device_id = numbered("device_", i);
    return capture;
}

// The server with what the office keeps there.
class ServerTest : public testing::Test {
  protected:
    explicit ServerTest(bool require_auth = false) : server(server_options(require_auth)) {}
    void SetUp() override {
        ASSERT_TRUE(server.start().ok());
        put(kPoleKeys, sync::kIndexMarkerId, {{"projectId", value::text("")}});
    }

    static backend::ServerOptions server_options(bool require_auth) {
        backend::ServerOptions options;
        options.demo_users = true;
        options.require_auth = require_auth;
        return options;
    }
    std::string name(const std::string& collection, const std::string& id) const {
        return "projects/demo-linesman/databases/(default)/documents/" + collection + "/" + id;
    }
    // A commit of somebody else, not subject to faults of the line.
    void commit(Json writes) {
        backend::HttpRequest request;
        request.method = "POST";
        request.path = "/v1/projects/demo-linesman/databases/(default)/documents:commit";
        request.headers["authorization"] = "Bearer owner";
        request.headers["content-type"] = "application/json";
        request.body = base::to_text(Json{{"writes", std::move(writes)}});
        const auto reply = server.handle(request);
        ASSERT_EQ(reply.status, 200) << reply.body;
    }
    void put(const std::string& collection, const std::string& id, Json fields) {
        Json write = {{"update", {{"name", name(collection, id)}, {"fields", std::move(fields)}}}};
        write["updateTransforms"] =
            Json::array({Json{{"fieldPath", "updated_at"}, {"setToServerValue", "REQUEST_TIME"}}});
        commit(Json::array({write}));
    }
    void stage(const model::Capture& capture) {
        commit(Json::array({sync::encode_capture_create(capture, name(kStaging, capture.staging_id))}));
    }
    void stage_clean(size_t count) {
        for (size_t i = 0; i < count; ++i) stage(clean_capture(i));
    }
    // Fields of every document of a collection, by id.
    std::map<std::string, Json> documents(const std::string& collection) {
        std::map<std::string, Json> out;
        const auto view = server.documents().view();
        const auto* found = view.collection("projects/demo-linesman/databases/(default)/documents/" + collection);
        if (!found) return out;
        for (const auto& [id, entry] : found->entries()) {
            if (entry.current) out[id] = base::parse_json(entry.current->fields_text, "document").value();
        }
        return out;
    }
    Json staging(const std::string& id) { return documents(kStaging).at(id); }
    static Json review_of(const Json& fields) {
        const Json* review = value::member(fields, "review");
        const Json* map = review ? value::as_map(*review) : nullptr;
        return map ? *map : Json::object();
    }
    // Pole keys without the marker of the index.
    size_t key_count() { return documents(kPoleKeys).size() - 1; }

    backend::Server server;
};

// One person's desk with files of its own.
class DeskUnderTest {
  public:
    explicit DeskUnderTest(const backend::Server& server, std::string person = "supervisor", int hold_back_s = 0) {
        auto& profile = options_.profile;
        profile.name = "test";
        profile.demo = true;
        profile.hold_back_s = hold_back_s;
        profile.pull_interval_s = 2;
        auto& endpoints = profile.endpoints;
        endpoints.project_id = "demo-linesman";
        endpoints.bucket = "demo-linesman.appspot.com";
        endpoints.api_key = "any";
        endpoints.firestore = endpoints.identity = endpoints.token = endpoints.storage = server.base_url();
        options_.folders = base::Folders::for_profile("test", folder_.path());
        options_.credentials = app::Credentials{person + "@demo.linesman.test", "linesman"};
        EXPECT_TRUE(options_.folders.create().ok());
    }

    void poll_every(int seconds) { options_.profile.pull_interval_s = seconds; }
    void listen(bool live) { options_.profile.live = live; }

    void open(bool offline = false) {
        options_.work_offline = offline;
        auto opened = app::Engine::open(options_);
        ASSERT_TRUE(opened.ok()) << opened.error().full();
        engine_ = std::move(*opened);
    }
    void close() { engine_.reset(); }
    app::Engine& operator*() { return *engine_; }
    app::Engine* operator->() { return engine_.get(); }
    const app::EngineOptions& options() const { return options_; }
    std::shared_ptr<const app::Snapshot> now() { return engine_->snapshot(); }

    bool wait(const std::function<bool(const app::Snapshot&)>& done) { return engine_->wait_for(done, kPatience); }
    // Signed in, pulled, judged.
    bool ready(size_t captures) {
        return wait([&](const app::Snapshot& s) {
            return s.session.signed_in && s.sync.last_pull && !s.rules_running && s.counts.total == captures;
        });
    }
    // Signed in and everything of the cache judged, whatever the line does.
    bool ready_offline(size_t captures) {
        return wait([&](const app::Snapshot& s) {
            return s.session.signed_in && !s.loading && !s.rules_running && s.counts.total == captures;
        });
    }
    bool all_sent() {
        engine_->catch_up();
        return wait([](const app::Snapshot& s) {
            return s.outbox.unsent() == 0 && s.outbox.parked == 0 && s.outbox.conflicts == 0;
        });
    }
    // The capture as this desk shows it now.
    std::shared_ptr<const app::CaptureDetail> detail(const std::string& id) {
        std::shared_ptr<const app::CaptureDetail> found;
        wait([&](const app::Snapshot& s) {
            found = engine_->detail(id);
            return found && found->generation == s.rows_generation;
        });
        return found;
    }
    // Waits until the desk shows it with this decision and nothing on the way.
    bool shows(const std::string& id, model::Decision decision) {
        return wait([&](const app::Snapshot&) {
            const auto found = engine_->detail(id);
            return found && !found->pending && found->capture.decision() == decision;
        });
    }
    app::DecisionOutcome settled(app::DecisionOutcome outcome) {
        wait([&](const app::Snapshot&) {
            if (outcome.state == app::DecisionOutcome::State::waiting) outcome = engine_->decision_state(outcome.op_id);
            return outcome.state != app::DecisionOutcome::State::waiting;
        });
        return outcome;
    }
    app::DecisionOutcome decide(app::DecisionDraft draft) {
        detail(draft.staging_id);
        return settled(engine_->decide(std::move(draft)));
    }
    app::DecisionOutcome approve(const std::string& id) {
        app::DecisionDraft draft;
        draft.kind = model::OperationKind::approve;
        draft.staging_id = id;
        return decide(std::move(draft));
    }
    app::DecisionOutcome reject(const std::string& id, const std::string& comment = {}) {
        app::DecisionDraft draft;
        draft.kind = model::OperationKind::reject;
        draft.staging_id = id;
        draft.reason = "photo_unclear";
        draft.comment = comment;
        return decide(std::move(draft));
    }

  private:
    TempFolder folder_;
    app::EngineOptions options_;
    std::unique_ptr<app::Engine> engine_;
};

inline bool is_durable(const app::DecisionOutcome& outcome) {
    return outcome.state == app::DecisionOutcome::State::durable;
}

}  // namespace linesman::system_test
