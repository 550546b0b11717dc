// Every role and every collection: who may read and write what, and what a device may do.
#include "conformance/rules_fixture.h"
#include "field/offline_sync.h"
#include "sync/device_commands.h"

namespace linesman::conformance {
namespace {

class RulesRoles : public RulesTest {
  protected:
    Json stamped(const std::string& path, Json fields, std::vector<std::string> times = {"updated_at"}) {
        Json write = update(owner().name(path), std::move(fields));
        write["updateTransforms"] = Json::array();
        for (const auto& field : times)
            write["updateTransforms"].push_back({{"fieldPath", field}, {"setToServerValue", "REQUEST_TIME"}});
        return write;
    }
    Json masked(Json write, const std::vector<std::string>& paths) {
        write["updateMask"] = {{"fieldPaths", paths}};
        return write;
    }
    int one(Firestore person, const Json& write) { return commit(std::move(person), Json::array({write})); }
    void lease(const std::string& uid, const std::string& until) {
        ASSERT_EQ(owner()
                      .commit(Json::array({update(owner().name("validator-lease/Law-001"),
                                                  {{"by", text(uid)}, {"until", time(until)}})}))
                      .http,
                  200);
    }
};

const std::vector<std::string> kRoles = {"supervisor", "support", "analyst", "admin", "device", ""};

// Who may read a collection: the roles named.
TEST_F(RulesRoles, EachRoleReadsWhatItNeeds) {
    const std::string office = "supervisor support analyst admin ";
    const std::map<std::string, std::string> readers = {{"staging-field-captures/x", office},
                                                        {"planted-poles/x", office + "device"},
                                                        {"pole-keys/x", office},
                                                        {"planned-poles/x", office + "device -"},
                                                        {"projects/x", office + "device -"},
                                                        {"rule-sets/x", office + "device"},
                                                        {"people/x", office},
                                                        {"capture-audit/x", office},
                                                        {"finding-ignores/x", office},
                                                        {"review-presence/x", office},
                                                        {"validator-lease/x", office},
                                                        {"field-devices/x", office},
                                                        {"device-sync-sessions/x", office},
                                                        {"device-commands/x", office}};
    for (const auto& [path, roles] : readers) {
        ASSERT_NE(
            owner().set(path,
                        {{"owner_uid", text("somebody")}, {"capturedBy", text("somebody")}, {"device_id", text("x")}}),
            "");
        for (const auto& role : kRoles) {
            const bool may = roles.find(role.empty() ? "-" : role) != std::string::npos;
            EXPECT_EQ(as("uid-x", role).get(owner().name(path)).http, may ? kAllowed : kDenied)
                << role << " reads " << path;
        }
    }
}

TEST_F(RulesRoles, SettingsOfTheOfficeAreTheAdmins) {
    for (const auto& role : kRoles) {
        const int wanted = role == "admin" ? kAllowed : kDenied;
        auto person = [&] { return as("uid-x", role); };
        EXPECT_EQ(one(person(), update(owner().name("projects/P" + role), {{"name", text("Lawley")}})), wanted) << role;
        EXPECT_EQ(one(person(), update(owner().name("planned-poles/P" + role), {{"poleNumber", text("A")}})), wanted)
            << role;
        EXPECT_EQ(one(person(), update(owner().name("people/P" + role), {{"name", text("T")}})), wanted) << role;
        EXPECT_EQ(one(person(), stamped("rule-sets/P" + role, {{"version", integer(1)}})), wanted) << role;
    }
    EXPECT_EQ(one(as("uid-x", "admin"), stamped("rule-sets/Padmin", {{"version", integer(3)}})), kDenied);
    EXPECT_EQ(one(as("uid-x", "admin"), stamped("rule-sets/Padmin", {{"version", integer(2)}})), kAllowed) << last_;
}

TEST_F(RulesRoles, CommandsAreSupportsAndAnswersTheDevices) {
    ASSERT_NE(owner().set("field-devices/device_1", {{"owner_uid", text("uid-thabo")}}), "");
    for (const auto& role : kRoles) {
        sync::NewDeviceCommand command;
        command.device_id = "device_1";
        command.kind = "retry_failed";
        command.created_by = "uid-x";
        command.created_at = base::Timestamp{1'763'800'000'000'000};
        command.lives_for = base::minutes(60);
        const auto write = sync::command_write(endpoints_, names_, "c-" + (role.empty() ? "none" : role), command);
        ASSERT_TRUE(write);
        EXPECT_EQ(one(as("uid-x", role), *write), role == "support" || role == "admin" ? kAllowed : kDenied) << role;
    }
    const Json delivered =
        masked(stamped("device-commands/c-support", {{"state", text("delivered")}}, {"delivered_at", "updated_at"}),
               {"state"});
    EXPECT_EQ(one(as("uid-other", "device"), delivered), kDenied);
    EXPECT_EQ(one(as("uid-thabo", "device"), delivered), kAllowed) << last_;
    const Json other_device =
        masked(stamped("device-commands/c-support", {{"device_id", text("device_2")}}), {"device_id"});
    EXPECT_EQ(one(as("uid-thabo", "device"), other_device), kDenied);
    const Json done =
        masked(stamped("device-commands/c-support", {{"state", text("done")}, {"result", text("2 sent")}}),
               {"state", "result"});
    EXPECT_EQ(one(as("uid-thabo", "device"), done), kAllowed) << last_;
    EXPECT_EQ(one(as("uid-thabo", "device"), delivered), kDenied) << "a finished command does not come back";
    // What the device asks for: its own commands.
    Json mine = from("device-commands");
    mine["where"] = where("device_id", "EQUAL", text("device_1"));
    EXPECT_EQ(as("uid-thabo", "device").query(mine).http, kAllowed);
    EXPECT_EQ(as("uid-other", "device").query(mine).status(), "PERMISSION_DENIED");
}

// As app/device_service sends them.
TEST_F(RulesRoles, ACommandAndItsAuditEntryAreOneCommitOfSupport) {
    for (const auto& role : kRoles) {
        const std::string id = role.empty() ? "none" : role;
        sync::NewDeviceCommand command;
        command.device_id = "device_1";
        command.kind = "upload_log";
        command.created_by = "uid-x";
        command.created_at = base::Timestamp{1'763'800'000'000'000};
        const auto write = sync::command_write(endpoints_, names_, "journalled-" + id, command);
        ASSERT_TRUE(write);
        const Json entry = stamped("capture-audit/op-" + id, {{"by", text("uid-x")},
                                                              {"op_id", text("op-" + id)},
                                                              {"kind", text("command")},
                                                              {"target", text("device-commands/journalled-" + id)}});
        EXPECT_EQ(commit(as("uid-x", role), Json::array({*write, entry})),
                  role == "support" || role == "admin" ? kAllowed : kDenied)
            << role;
    }
}

TEST_F(RulesRoles, ADeviceReportsForItselfOnly) {
    field::DeviceFacts facts;
    facts.owner_uid = "uid-thabo";
    const auto heartbeat = field::heartbeat_write(endpoints_, names_, "device_1", facts, {}, "");
    const auto session = field::session_write(endpoints_, names_, "device_1", "s1", facts, {}, {}, {});
    EXPECT_EQ(commit(as("uid-other", "device"), Json::array({heartbeat, session})), kDenied);
    EXPECT_EQ(commit(as("uid-thabo", "analyst"), Json::array({heartbeat, session})), kDenied);
    EXPECT_EQ(commit(as("uid-thabo", "device"), Json::array({heartbeat, session})), kAllowed) << last_;
    facts.owner_uid = "uid-other";  // takes over somebody's device
    EXPECT_EQ(one(as("uid-other", "device"), field::heartbeat_write(endpoints_, names_, "device_1", facts, {}, "")),
              kDenied);
}

TEST_F(RulesRoles, ACaptureIsMadeByItsDeviceOrByAPhoneOfToday) {
    const auto create = [&](const std::string& id) {
        return sync::encode_capture_create(capture(id, "LAW.P.A001"), owner().name("staging-field-captures/" + id));
    };
    EXPECT_EQ(one(as("uid-thabo", "device"), create("d1")), kAllowed) << last_;
    EXPECT_EQ(one(as("uid-thabo", ""), create("d2")), kAllowed) << last_;
    EXPECT_EQ(one(as("uid-sipho", "support"), create("d3")), kAllowed) << last_;  // rescued from a dead phone
    EXPECT_EQ(one(as("uid-other", "device"), create("d4")), kDenied);
    EXPECT_EQ(one(as("uid-other", ""), create("d4")), kDenied);
    EXPECT_EQ(one(as("uid-nomsa", "supervisor"), create("d4")), kDenied);
    Json promoted = create("d5");
    promoted["update"]["fields"]["synced_to_production"] = boolean(true);
    EXPECT_EQ(one(as("uid-thabo", "device"), promoted), kDenied);
    Json judged = create("d6");
    judged["update"]["fields"]["review"] = map({{"decision", text("approved")}});
    EXPECT_EQ(one(as("uid-thabo", ""), judged), kDenied);
}

TEST_F(RulesRoles, APhoneOfTodayWritesItsStatusOnceAndNothingElse) {
    put(capture("a", "LAW.P.A001"));
    const auto status =
        masked(update(owner().name("staging-field-captures/a"),
                      {{"validation_status", text("validated")}, {"validated_at", time("2026-01-01T00:00:00Z")}}),
               {"validation_status", "validated_at"});
    EXPECT_EQ(one(as("uid-other", ""), status), kDenied);
    EXPECT_EQ(one(as("uid-thabo", ""), status), kAllowed) << last_;
    const auto number =
        masked(update(owner().name("staging-field-captures/a"), {{"poleNumber", text("LAW.P.A009")}}), {"poleNumber"});
    EXPECT_EQ(one(as("uid-thabo", ""), number), kDenied);
    auto reject = operation(model::OperationKind::reject, "a");
    reject.reason = "photo_unclear";
    ASSERT_EQ(commit(supervisor(), writes(reject)), kAllowed) << last_;
    EXPECT_EQ(one(as("uid-thabo", ""), status), kDenied) << "after a decision a phone changes nothing";
}

TEST_F(RulesRoles, TheMachineWritesUnderItsLease) {
    put(capture("a", "LAW.P.A001"));
    const auto verdict =
        masked(stamped("staging-field-captures/a", {{"validation_status", text("rejected")}}), {"validation_status"});
    EXPECT_EQ(one(supervisor(), verdict), kDenied) << "without a lease";
    lease("uid-other", "2040-01-01T00:00:00Z");
    EXPECT_EQ(one(supervisor(), verdict), kDenied) << "under another's lease";
    lease("uid-nomsa", "2020-01-01T00:00:00Z");
    EXPECT_EQ(one(supervisor(), verdict), kDenied) << "under a lease that has run out";
    lease("uid-nomsa", "2040-01-01T00:00:00Z");
    EXPECT_EQ(one(as("uid-nomsa", "analyst"), verdict), kDenied);
    const auto more =
        masked(stamped("staging-field-captures/a", {{"validation_status", text("rejected")}, {"notes", text("x")}}),
               {"validation_status", "notes"});
    EXPECT_EQ(one(supervisor(), more), kDenied);
    EXPECT_EQ(one(supervisor(), verdict), kAllowed) << last_;
}

TEST_F(RulesRoles, ALeaseIsTakenOverOnlyOnceItHasRunOut) {
    const auto take = [&](const std::string& uid) {
        return stamped("validator-lease/Law-001", {{"by", text(uid)}, {"until", time("2040-01-01T00:00:00Z")}});
    };
    lease("uid-other", "2040-01-01T00:00:00Z");
    EXPECT_EQ(one(supervisor(), take("uid-nomsa")), kDenied);
    lease("uid-other", "2020-01-01T00:00:00Z");
    EXPECT_EQ(one(supervisor(), take("uid-third")), kDenied) << "in another's name";
    EXPECT_EQ(one(as("uid-nomsa", "support"), take("uid-nomsa")), kDenied);
    EXPECT_EQ(one(supervisor(), take("uid-nomsa")), kAllowed) << last_;
}

TEST_F(RulesRoles, NobodySignedInSeesNothing) {
    put(capture("a", "LAW.P.A001"));
    EXPECT_EQ(Firestore(endpoint(Which::emulator_with_rules).port, project_, "")
                  .get(owner().name("staging-field-captures/a"))
                  .http,
              kDenied);
}

}  // namespace
}  // namespace linesman::conformance
