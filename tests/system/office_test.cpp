// The verbs of the machine and of the office as programs: what they print, how they end, what they leave on the server.
#include <gmock/gmock.h>

#include "system/program_fixture.h"

namespace linesman::system_test {
namespace {

constexpr const char* kLeases = "validator-lease";
constexpr const char* kPlanned = "planned-poles";

class OfficeTest : public ProgramTest {
  protected:
    std::string status_of(const std::string& id) { return value::text_at(staging(id), "validation_status"); }
    // Until `done`; looked at whenever a desk that watches has pulled. A hang ends after a minute.
    template <typename Done>
    bool wait_for(Done done) {
        if (!observer) {
            observer = std::make_unique<DeskUnderTest>(server, "analyst");
            observer->open();
        }
        return observer->wait([&](const app::Snapshot&) { return done(); });
    }
    void stage_without_gps(size_t i) {
        auto capture = clean_capture(i);
        capture.gps.reset();
        stage(capture);
    }

    std::unique_ptr<DeskUnderTest> observer;
};

TEST_F(OfficeTest, ValidateCountsByRuleAndSeverityAndEndsWithOneForErrors) {
    stage_clean(2);
    stage_without_gps(2);
    const auto json = run_json({"validate"});
    EXPECT_EQ(code, 1);
    EXPECT_EQ(json["captures"], 3);
    EXPECT_EQ(json["with_errors"], 1);
    EXPECT_EQ(json["by_rule"]["gps_missing"]["blocking"], 1);
    EXPECT_EQ(run({"validate", "--offline", "--project", "Moh-002"}), 0) << output;
    EXPECT_EQ(run({"validate", "--offline", "--capture", "stg2"}), 1);
    EXPECT_NE(output.find("gps_missing"), std::string::npos);
    EXPECT_EQ(run({"validate", "--offline", "--capture", "stg0"}), 0);
    EXPECT_EQ(run({"validate", "--offline", "--capture", "nothing"}), 1);
    EXPECT_EQ(status_of("stg2"), "pending") << "nothing is written unless asked for";
    EXPECT_TRUE(documents(kLeases).empty());
}

TEST_F(OfficeTest, ValidateOfflineBeforeAnySyncSaysWhatToDo) {
    EXPECT_EQ(run({"validate", "--offline"}), 1);
    EXPECT_NE(output.find("linesmanctl sync"), std::string::npos) << output;
}

TEST_F(OfficeTest, APreviewNamesWhatNewlyFailsAndNewlyPassesAndWritesNothing) {
    stage_clean(2);
    auto without_side = clean_capture(2);
    without_side.photos[model::index_of(model::Slot::side)].reset();
    stage(without_side);
    ASSERT_EQ(run({"sync"}), 0) << output;
    const auto rules = file("rules.json", R"({"maxAccuracyM": 0.1, "severities": {"gps_accuracy": "error"}})");
    const auto json = run_json({"validate", "--offline", "--project", "Law-001", "--preview", rules});
    EXPECT_EQ(code, 0);
    EXPECT_EQ(json["newly_failing"].size(), 2U);
    EXPECT_TRUE(json["newly_passing"].empty());
    const auto looser = file("looser.json", R"({"severities": {"photos_missing": "warning"}})");
    const auto passing = run_json({"validate", "--offline", "--project", "Law-001", "--preview", looser});
    EXPECT_EQ(passing["newly_passing"], Json::array({"stg2"}));
    EXPECT_TRUE(passing["newly_failing"].empty());
    EXPECT_EQ(run({"validate", "--offline", "--project", "Law-001", "--preview", looser}), 0);
    EXPECT_NE(output.find("newly passing: 1"), std::string::npos) << output;
    EXPECT_NE(output.find("stg2"), std::string::npos) << output;
    const auto wrong = file("wrong.json", R"({"maxAcuracyM": 1})");
    EXPECT_EQ(run({"validate", "--offline", "--preview", wrong}), 2);
    EXPECT_NE(output.find("maxAcuracyM"), std::string::npos);
    EXPECT_TRUE(documents("rule-sets").empty());
}

TEST_F(OfficeTest, WritingBackOnceJudgesEverythingAndGivesTheLeaseBack) {
    stage_clean(2);
    stage_without_gps(2);
    const auto first = run_json({"validate", "--write-back"});
    EXPECT_EQ(first["write_back"]["written"], 3);
    EXPECT_EQ(status_of("stg0"), "validated");
    EXPECT_EQ(status_of("stg2"), "rejected");
    EXPECT_TRUE(documents(kLeases).empty());
    const auto again = run_json({"validate", "--write-back"});
    EXPECT_EQ(again["write_back"]["written"], 0);
    EXPECT_EQ(again["write_back"]["unchanged"], 3);
    EXPECT_TRUE(documents(kAudit).empty());
}

TEST_F(OfficeTest, AnAnalystMayNotWriteBack) {
    stage_clean(1);
    EXPECT_EQ(run({"validate", "--write-back"}, "analyst"), 77);
    EXPECT_EQ(run({"validate", "--watch"}, "analyst"), 77);
    EXPECT_EQ(status_of("stg0"), "pending");
}

TEST_F(OfficeTest, TheWatchJudgesWhatArrivesRepairsPhonesAndEndsOnSigterm) {
    stage_clean(1);
    Program watch = linesmanctl(server.base_url(), folder.path(), {"validate", "--watch"});
    ASSERT_TRUE(watch.started());
    ASSERT_TRUE(wait_for([&] { return status_of("stg0") == "validated"; })) << watch.output();
    stage_without_gps(1);
    ASSERT_TRUE(wait_for([&] { return status_of("stg1") == "rejected"; })) << watch.output();
    Json overwritten = {{"update",
                         {{"name", name(kStaging, "stg1")},
                          {"fields",
                           {{"validation_status", value::text("validated")},
                            {"validated_at", value::timestamp(server.clock().now())}}}}},
                        {"updateMask", {{"fieldPaths", {"validation_status", "validated_at"}}}}};
    commit(Json::array({overwritten}));
    ASSERT_TRUE(wait_for([&] { return status_of("stg1") == "rejected"; })) << watch.output();
    EXPECT_EQ(documents(kLeases).size(), 1U);
    ASSERT_TRUE(wait_for([&] { return watch.output().find("lease Law-001") != std::string::npos; }));
    watch.signal(SIGTERM);
    EXPECT_EQ(watch.wait(), 0) << watch.output();
    EXPECT_TRUE(documents(kLeases).empty());
}

TEST_F(OfficeTest, ASecondValidatorWaitsAndTakesOverFromAKilledOne) {
    stage_clean(1);
    Program first = linesmanctl(server.base_url(), folder.path(), {"validate", "--watch"});
    ASSERT_TRUE(wait_for([&] { return status_of("stg0") == "validated"; })) << first.output();
    TempFolder other;
    Program second = linesmanctl(server.base_url(), other.path(), {"validate", "--watch"}, "linesman", "second");
    ASSERT_TRUE(wait_for([&] { return second.output().find("elsewhere Law-001") != std::string::npos; }))
        << second.output();
    const auto held_by = value::text_at(documents(kLeases).at("Law-001"), "by");
    EXPECT_EQ(held_by, "demo-supervisor");
    first.kill();
    EXPECT_EQ(first.wait(), -SIGKILL);
    server.clock().set_offset(base::minutes(3));  // the lease runs out
    stage_without_gps(1);
    ASSERT_TRUE(wait_for([&] { return status_of("stg1") == "rejected"; })) << second.output();
    EXPECT_EQ(value::text_at(documents(kLeases).at("Law-001"), "by"), "demo-second");
}

TEST_F(OfficeTest, RulesAreSetByAnAdminAsANewVersionWithAnAuditEntry) {
    put("projects", "Law-001", {{"name", value::text("Lawley")}});
    const auto rules = file("rules.json", R"({"maxAccuracyM": 8})");
    EXPECT_EQ(run({"rules", "set", "Law-001", rules}), 77) << "a supervisor may not";
    EXPECT_EQ(run({"rules", "set", "Law-001", rules, "--dry-run"}, "admin"), 0) << output;
    EXPECT_TRUE(documents("rule-sets").empty());
    const auto first = run_json({"rules", "set", "Law-001", rules}, "admin");
    EXPECT_EQ(first["version"], 1);
    EXPECT_EQ(value::integer_at(documents("rule-sets").at("Law-001"), "version"), 1);
    EXPECT_EQ(documents(kAudit).size(), 1U);
    EXPECT_EQ(run_json({"rules", "set", "Law-001", rules}, "admin")["unchanged"], true);
    EXPECT_EQ(documents(kAudit).size(), 1U) << "nothing changed, nothing is written";
    ASSERT_EQ(run({"sync"}), 0) << output;
    const auto shown = run_json({"rules", "show", "Law-001"});
    EXPECT_EQ(shown["values"]["maxAccuracyM"]["value"], 8.0);
    EXPECT_EQ(shown["values"]["maxAccuracyM"]["origin"], "version 1 of the server");
    EXPECT_EQ(shown["values"]["plannedErrorM"]["origin"], "default");
    EXPECT_EQ(run({"audit", "verify"}, "admin"), 0) << output;
}

TEST_F(OfficeTest, AnImportIsADryRunUntilItIsApplied) {
    const auto poles = file("poles.csv",
                            "pole_number,latitude,longitude,pon,zone\nLAW.P.A001,-26.378,27.808,1,1\n"
                            "LAW.P.A002,nowhere,27.808,1,1\nLAW.P.A003,-26.377,27.809,1,1\n");
    auto json = run_json({"import", "planned", poles, "--project", "Law-001"}, "admin");
    EXPECT_EQ(code, 1) << "there is a bad row";
    EXPECT_EQ(json["created"], 2);
    EXPECT_EQ(json["problems"][0]["line"], 3);
    EXPECT_TRUE(documents(kPlanned).empty());
    EXPECT_EQ(run({"import", "planned", poles, "--project", "Law-001", "--apply"}), 77) << "a supervisor may not";
    json = run_json({"import", "planned", poles, "--project", "Law-001", "--apply"}, "admin");
    EXPECT_EQ(json["written"], 2);
    EXPECT_EQ(documents(kPlanned).size(), 2U);
    json = run_json({"import", "planned", poles, "--project", "Law-001", "--apply"}, "admin");
    EXPECT_EQ(json["unchanged"], 2);
    EXPECT_EQ(json["written"], 0);
    EXPECT_EQ(documents(kAudit).size(), 1U);
    EXPECT_EQ(run({"import", "planned", poles, "--offline"}), 2) << "no project is named: " << output;
}

TEST_F(OfficeTest, AnImportNamesEveryBadRowByLineAndReasonAndTakesTheOthers) {
    const auto poles = file("poles.csv",
                            "pole_number,latitude,longitude,pon,zone\r\nLAW.P.A001,-26.378,27.808,1,1\r\n"
                            ",-26.378,27.808,1,1\r\nLAW.P.A003,north,27.8,1,1\r\nLAW.P.A004,0,0,1,1\r\n"
                            "\"LAW.P.A005\",-26.376,27.81,\"1, 2\",1\r\nlaw.p.a001,-26.3,27.8,1,1\r\n");
    const std::map<int, std::string> wanted = {
        {3, "number is missing"}, {4, "no numbers"}, {5, "no place on the ground"}, {7, "on line 2 already"}};
    const auto json = run_json({"import", "planned", poles, "--project", "Law-001", "--apply"}, "admin");
    EXPECT_EQ(code, 1);
    EXPECT_EQ(json["rows"], 6);
    EXPECT_EQ(json["bad"], 4);
    EXPECT_EQ(json["written"], 2);
    ASSERT_EQ(json["problems"].size(), wanted.size()) << json.dump();
    for (const auto& problem : json["problems"]) {
        const auto expected = wanted.find(problem["line"].get<int>());
        ASSERT_NE(expected, wanted.end()) << problem.dump();
        EXPECT_NE(problem["reason"].get<std::string>().find(expected->second), std::string::npos) << problem.dump();
    }
    EXPECT_EQ(documents(kPlanned).size(), 2U);
    EXPECT_EQ(run({"import", "planned", poles, "--project", "Law-001", "--offline"}), 1);
    EXPECT_NE(output.find("line 7: The pole number law.p.a001 is on line 2 already."), std::string::npos) << output;
}

TEST_F(OfficeTest, AuditVerifyEndsWithOneAndNamesWhatIsWrong) {
    stage_clean(2);
    EXPECT_EQ(run({"audit", "verify"}), 1) << "no journal yet: " << output;
    ASSERT_EQ(run({"sync"}), 0) << output;
    ASSERT_EQ(run({"reject", "stg0", "--reason", "photo_unclear"}), 0) << output;
    ASSERT_EQ(run({"hold", "stg1", "--comment", "later"}), 0) << output;
    EXPECT_EQ(run({"audit", "verify"}), 0) << output;
    const std::string op_id = documents(kAudit).begin()->first;
    commit(Json::array({Json{{"delete", name(kAudit, op_id)}}}));
    const auto json = run_json({"audit", "verify"});
    EXPECT_EQ(code, 1);
    EXPECT_EQ(json["by_fault"]["missing_on_server"], 1);
    EXPECT_EQ(json["findings"][0]["op_id"], op_id);
    EXPECT_EQ(run({"audit", "verify", "--offline"}), 0) << "the chain itself is whole";
}

TEST_F(OfficeTest, AuditShowTellsEverythingInOrder) {
    stage_clean(1);
    put("device-sync-sessions", "session_1",
        {{"device_id", value::text("device_0")},
         {"started_at", value::timestamp({1'700'000'000'000'000})},
         {"attempts", value::array(Json::array({value::map({{"offline_id", value::text("offline_stg0")},
                                                            {"stage", value::text("photos")},
                                                            {"outcome", value::text("offline")},
                                                            {"bytes", value::integer(0)},
                                                            {"ms", value::integer(12)}}),
                                                value::map({{"offline_id", value::text("offline_other")},
                                                            {"stage", value::text("document")}})}))}});
    ASSERT_EQ(run({"sync"}), 0) << output;
    ASSERT_EQ(run({"reject", "stg0", "--reason", "photo_unclear"}), 0) << output;
    ASSERT_EQ(run({"undo", "stg0"}), 0) << output;
    const auto json = run_json({"audit", "show", "LAW.P.B100"});
    EXPECT_EQ(code, 0);
    std::vector<std::string> whats;
    int attempts = 0, audits = 0, versions = 0;
    std::string last;
    for (const auto& line : json["history"]) {
        const std::string source = line["source"];
        attempts += source == "device" ? 1 : 0;
        audits += source == "audit" ? 1 : 0;
        versions += source == "version" ? 1 : 0;
    }
    EXPECT_EQ(attempts, 1) << "the other capture's attempt is not ours";
    EXPECT_EQ(audits, 2);
    EXPECT_EQ(versions, 2);
    EXPECT_EQ(run({"audit", "show", "nothing"}), 1);
}

TEST_F(OfficeTest, WithoutASessionTheOfficeVerbsEndWithNoPermission) {
    const auto poles = file("poles.csv", "pole_number,latitude,longitude\nLAW.P.A001,-26.378,27.808\n");
    EXPECT_EQ(run({"import", "planned", poles, "--project", "P"}, "admin", ""), 77) << output;
    EXPECT_EQ(run({"rules", "set", "P", file("r.json", "{}")}, "admin", ""), 77) << output;
    EXPECT_EQ(run({"audit", "show", "stg0"}, "admin", ""), 77) << output;
}

}  // namespace
}  // namespace linesman::system_test
