// The verbs of the machine and of the office as programs: what they print, how they end, what they leave on the server.
#include <gmock/gmock.h>

#include "system/desk_fixture.h"
#include "system/program.h"

namespace linesman::system_test {
namespace {

constexpr const char* kLeases = "validator-lease";
constexpr const char* kPlanned = "planned-poles";

class OfficeTest : public ServerTest {
  protected:
    TempFolder folder;

    int run(std::vector<std::string> verb, const std::string& person = "supervisor",
            const std::string& password = "linesman") {
        Program program = linesmanctl(server.base_url(), folder.path(), verb, password, person);
        if (!program.started()) return -1;
        const int ended = program.wait();
        output = program.output();
        return ended;
    }
    Json run_json(std::vector<std::string> verb, const std::string& person = "supervisor") {
        verb.insert(verb.begin(), {"--json", "-q"});
        code = run(std::move(verb), person);
        auto json = base::parse_json(output, "output");
        EXPECT_TRUE(json.ok()) << output;
        return json.value_or(Json::object());
    }
    std::string file(const std::string& name, const std::string& text) {
        const std::string path = folder.path() + "/" + name;
        EXPECT_TRUE(base::write_file_atomically(path, text).ok());
        return path;
    }
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
    std::string output;
    int code = 0;
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

TEST_F(OfficeTest, APreviewNamesWhatNewlyFailsAndWritesNothing) {
    stage_clean(2);
    ASSERT_EQ(run({"sync"}), 0) << output;
    const auto rules = file("rules.json", R"({"maxAccuracyM": 0.1, "severities": {"gps_accuracy": "error"}})");
    const auto json = run_json({"validate", "--offline", "--project", "Law-001", "--preview", rules});
    EXPECT_EQ(code, 0);
    EXPECT_EQ(json["newly_failing"].size(), 2U);
    EXPECT_TRUE(json["newly_passing"].empty());
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
