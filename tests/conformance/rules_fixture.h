// People of every role in front of Google's emulator with packaging/firebase/firestore.rules. What is allowed is built
// by our own commit builder, what is forged is made from it.
#pragma once

#include <gtest/gtest.h>

#include <map>

#include "base/ids.h"
#include "conformance/firestore_under_test.h"
#include "model/keys.h"
#include "sync/capture_codec.h"
#include "sync/commit_builder.h"

namespace linesman::conformance {

inline constexpr int kDenied = 403, kAllowed = 200;

class RulesTest : public ::testing::Test {
  protected:
    void SetUp() override {
        server_ = endpoint(Which::emulator_with_rules);
        if (server_.port == 0) GTEST_SKIP() << server_.why_missing;
        project_ = "demo-" + base::random_base36(12);
        endpoints_.project_id = project_;
        endpoints_.firestore = "http://127.0.0.1";
    }

    // Somebody signed in, as the emulator takes it: an unsigned token. An empty role is no claim.
    Firestore as(const std::string& uid, const std::string& role) {
        const Json claims = {{"sub", uid}, {"user_id", uid}, {"iss", "https://securetoken.google.com/" + project_}};
        Json with_role = claims;
        with_role["aud"] = project_;
        with_role["iat"] = 1'700'000'000;
        with_role["exp"] = 4'000'000'000;
        if (!role.empty()) with_role["role"] = role;
        const auto part = [](const Json& json) {
            std::string text = base::base64_encode(json.dump());
            for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
            while (!text.empty() && text.back() == '=') text.pop_back();
            return text;
        };
        return {server_.port, project_, part({{"alg", "none"}, {"typ", "JWT"}}) + "." + part(with_role) + "."};
    }
    Firestore supervisor() { return as("uid-nomsa", "supervisor"); }
    Firestore owner() { return {server_.port, project_}; }

    static model::Capture capture(const std::string& id, const std::string& number) {
        model::Capture capture;
        capture.staging_id = id;
        capture.pole_number = number;
        capture.project_id = "Law-001";
        capture.gps = model::GeoPoint{-26.3791, 27.8101};
        capture.captured_by = "uid-thabo";
        capture.captured_at = base::Timestamp{1'760'000'000'000'000};
        capture.submitted_at = base::Timestamp{1'760'000'100'000'000};
        capture.offline_id = "offline_" + id;
        return capture;
    }
    void put(const model::Capture& capture) {
        const auto reply = owner().commit(Json::array(
            {update(owner().name("staging-field-captures/" + capture.staging_id), sync::encode_capture(capture))}));
        ASSERT_EQ(reply.http, 200) << reply.text;
    }
    sync::CurrentDocument current(const std::string& path) {
        const auto reply = owner().get(owner().name(path));
        if (reply.http != 200) return {};
        return {reply.body["name"], reply.body["updateTime"], reply.body["fields"]};
    }
    sync::CurrentDocument staging(const std::string& id) { return current("staging-field-captures/" + id); }

    static model::Operation operation(model::OperationKind kind, const std::string& id) {
        model::Operation operation;
        operation.op_id = base::uuid7(base::SystemClock{});
        operation.kind = kind;
        operation.staging_id = id;
        operation.uid = "uid-nomsa";
        operation.by_name = "Nomsa Radebe";
        operation.made_at = base::Timestamp{1'763'800'000'000'000};
        operation.desk_id = "desk-abc";
        operation.sequence = 1;
        return operation;
    }
    // The writes of an operation as the desk sends them.
    Json writes(const model::Operation& operation) {
        sync::CommitInput input{operation, staging(operation.staging_id), {}, {false, true}};
        const auto before = sync::decode_capture_or_unreadable(
            operation.staging_id, base::to_text(input.staging.fields), input.staging.update_time);
        for (const auto& name : sync::related_documents(endpoints_, names_, operation, before)) {
            auto document = current(name.substr(owner().root().size() + 1));
            if (!document.name.empty()) input.related[name] = std::move(document);
        }
        auto built = sync::build_commit(endpoints_, names_, input);
        EXPECT_TRUE(built) << (built ? "" : built.error().full());
        return built ? built->writes : Json::array();
    }
    int commit(Firestore person, const Json& writes) {
        const auto reply = person.commit(writes);
        last_ = reply.text;
        return reply.http;
    }
    // The write of a document whose name contains `part`.
    static Json& find_write(Json& writes, const std::string& part) {
        for (auto& write : writes) {
            const std::string name = write.contains("update") ? write["update"]["name"] : write["delete"];
            if (name.find(part) != std::string::npos) return write;
        }
        ADD_FAILURE() << "no write of " << part;
        return writes[0];
    }
    static Json without(const Json& writes, const std::string& part) {
        Json rest = Json::array();
        for (const auto& write : writes) {
            const std::string name = write.contains("update") ? write["update"]["name"] : write["delete"];
            if (name.find(part) == std::string::npos) rest.push_back(write);
        }
        EXPECT_LT(rest.size(), writes.size()) << "no write of " << part;
        return rest;
    }
    model::Operation approved(const std::string& id) {
        auto approve = operation(model::OperationKind::approve, id);
        approve.promote = true;
        EXPECT_EQ(commit(supervisor(), writes(approve)), kAllowed) << last_;
        return approve;
    }

    sync::Endpoints endpoints_;
    sync::CollectionNames names_;
    std::string last_, project_;

  private:
    Endpoint server_;
};

}  // namespace linesman::conformance
