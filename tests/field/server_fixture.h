// A device with its folder against a local backend, and the office's side of it.
#pragma once

#include "field/device_round.h"
#include "field/field_fixture.h"
#include "sync/capture_codec.h"
#include "sync/value_codec.h"

namespace linesman::field::test {

namespace value = sync::value;
using base::Json;

class DeviceTest : public ::testing::Test {
  protected:
    DeviceTest() : server(server_options()) {
        const auto started = server.start();
        EXPECT_TRUE(started.ok());
    }

    OfflinePoleStore open() { return open_store(folder.file("device"), clock); }
    AgentOptions owner() const { return owner_of(server.base_url()); }
    RoundResult round(OfflinePoleStore& store, RoundOptions options = {}) {
        FieldAgent agent(owner());
        auto result = run_round(agent, store, clock, std::move(options));
        EXPECT_TRUE(result.ok()) << result.error().full();
        return result ? *result : RoundResult{};
    }
    std::string staged(OfflinePoleStore& store, const NewCapture& capture) {
        auto id = store.add(capture);
        EXPECT_TRUE(id.ok()) << id.error().full();
        const auto result = round(store);
        EXPECT_TRUE(result.sync.failures.empty());
        EXPECT_EQ(store.get(*id)->status, ItemStatus::staged);
        return *id;
    }

    std::string name(const std::string& collection, const std::string& id) const {
        return "projects/demo-linesman/databases/(default)/documents/" + collection + "/" + id;
    }
    // A write of the office; `mask` empty: the whole document.
    void put(const std::string& collection, const std::string& id, Json fields, std::vector<std::string> mask = {}) {
        Json write = {{"update", {{"name", name(collection, id)}, {"fields", std::move(fields)}}}};
        if (!mask.empty()) write["updateMask"] = {{"fieldPaths", mask}};
        FieldAgent agent(owner());
        const auto reply = agent.commit(Json::array({std::move(write)}));
        ASSERT_TRUE(reply.ok()) << reply.error().full();
    }
    void erase(const std::string& collection, const std::string& id) {
        FieldAgent agent(owner());
        ASSERT_TRUE(agent.commit(Json::array({Json{{"delete", name(collection, id)}}})).ok());
    }
    Json fields(const std::string& collection, const std::string& id) {
        const auto view = server.documents().view();
        const auto* found = view.collection("projects/demo-linesman/databases/(default)/documents/" + collection);
        if (!found) return Json();
        for (const auto& [key, entry] : found->entries()) {
            if (key == id && entry.current) return base::parse_json(entry.current->fields_text, "document").value();
        }
        return Json();
    }
    size_t count(const std::string& collection) { return documents_in(server, collection).size(); }
    model::Capture staging(const std::string& offline_id) {
        const auto id = staging_id_for(offline_id);
        return sync::decode_capture_or_unreadable(id, base::to_text(fields("staging-field-captures", id)), "");
    }
    void reject(const std::string& offline_id, const std::string& comment = "The plate is cut off.") {
        model::Review review;
        review.decision = model::Decision::rejected;
        review.by = "demo-supervisor";
        review.by_name = "Nomsa Radebe";
        review.reason = "photo_unclear";
        review.comment = comment;
        review.op_id = "op-reject";
        put("staging-field-captures", staging_id_for(offline_id),
            {{"review", sync::encode_review(review)},
             {"validation_status", value::text("rejected")},
             {"revision", value::integer(1)},
             {"revision_op", value::text("op-reject")}},
            {"review", "validation_status", "revision", "revision_op"});
    }

    TempFolder folder;
    base::ManualClock clock{{1'760'000'000'000'000}};
    backend::Server server;
};

}  // namespace linesman::field::test
