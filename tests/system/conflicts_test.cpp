// Conflicts of two desks, found, looked at and settled with linesmanctl.
#include <filesystem>

#include "system/program_fixture.h"

namespace linesman::system_test {
namespace {

using model::OperationKind;

// The second desk decides offline on what the first one changes meanwhile; its files are then worked on by linesmanctl.
class ConflictsTest : public ProgramTest {
  protected:
    static app::DecisionDraft correction(const std::string& number, const std::string& notes = {}) {
        app::DecisionDraft draft;
        draft.kind = OperationKind::correct;
        draft.staging_id = "stg0";
        if (!number.empty()) draft.correction.pole_number = number;
        if (!notes.empty()) draft.correction.notes = notes;
        return draft;
    }
    static app::DecisionDraft approval() {
        app::DecisionDraft draft;
        draft.kind = OperationKind::approve;
        draft.staging_id = "stg0";
        return draft;
    }
    void clash(const app::DecisionDraft& theirs, const app::DecisionDraft& mine, size_t captures = 1) {
        stage_clean(1);
        second_ = std::make_unique<DeskUnderTest>(server, "second");
        second_->open();
        ASSERT_TRUE(second_->ready(captures));
        (*second_)->set_work_offline(true);
        ASSERT_TRUE(second_->wait([](const app::Snapshot& s) { return s.sync.work_offline; }));
        const auto decided = second_->decide(mine);
        ASSERT_TRUE(is_durable(decided)) << decided.why;
        mine_ = decided.op_id;
        second_->close();
        DeskUnderTest first(server);
        first.open();
        ASSERT_TRUE(first.ready(captures));
        const auto other = first.decide(theirs);
        ASSERT_TRUE(is_durable(other)) << other.why;
        ASSERT_TRUE(first.all_sent());
        ASSERT_EQ(run({"sync"}), 1) << output;
        ASSERT_EQ(documents(kAudit).size(), 1U) << "theirs alone";
    }
    std::string data_dir() const override {
        return std::filesystem::path(second_->options().folders.data).parent_path().string();
    }
    int run(const std::vector<std::string>& verb) { return ProgramTest::run(verb, "second"); }
    Json run_json(std::vector<std::string> verb, int expected) {
        auto json = ProgramTest::run_json(std::move(verb), "second");
        EXPECT_EQ(code, expected) << output;
        return json;
    }
    std::string at_server(const char* field) { return value::text_at(staging("stg0"), field); }
    // One entry for each change, all of them of one chain for each desk.
    void expect_audits(size_t count) {
        EXPECT_EQ(documents(kAudit).size(), count);
        EXPECT_EQ(documents(std::string(kStaging) + "/stg0/versions").size(), count);
        EXPECT_EQ(run({"audit", "verify", "--all-desks"}), 0) << output;
    }

    std::unique_ptr<DeskUnderTest> second_;
    std::string mine_;
};

TEST_F(ConflictsTest, IsListedAndShownFieldByField) {
    ASSERT_NO_FATAL_FAILURE(clash(correction("LAW.P.B901"), correction("LAW.P.B902", "Second look")));
    const auto list = run_json({"conflicts"}, 1);
    ASSERT_EQ(list["open"].size(), 1U);
    EXPECT_EQ(list["open"][0]["op_id"], mine_);
    EXPECT_EQ(list["open"][0]["state"], "conflict");
    EXPECT_EQ(run({"conflicts", "list"}), 1);
    EXPECT_NE(output.find(mine_), std::string::npos) << output;
    for (const std::string& called : {mine_, std::string("stg0"), clean_capture(0).pole_number}) {
        const auto shown = run_json({"conflicts", "show", called}, 0);
        ASSERT_EQ(shown["fields"].size(), 2U) << shown.dump();
        EXPECT_EQ(shown["fields"][0]["field"], "poleNumber");
        EXPECT_EQ(shown["fields"][0]["before"], clean_capture(0).pole_number);
        EXPECT_EQ(shown["fields"][0]["theirs"], "LAW.P.B901");
        EXPECT_EQ(shown["fields"][0]["mine"], "LAW.P.B902");
        EXPECT_EQ(shown["fields"][0]["clash"], true);
        EXPECT_EQ(shown["fields"][1]["clash"], false);
    }
    EXPECT_EQ(run({"conflicts", "show", "nothing"}), 1);
}

TEST_F(ConflictsTest, EachFieldIsTakenFromTheSideThatWasNamed) {
    ASSERT_NO_FATAL_FAILURE(clash(correction("LAW.P.B901", "Their notes"), correction("LAW.P.B902", "My notes")));
    EXPECT_EQ(run({"conflicts", "resolve", mine_, "--field", "notes=mine"}), 2);
    EXPECT_NE(output.find("poleNumber"), std::string::npos) << "what both changed must be named: " << output;
    EXPECT_EQ(run({"conflicts", "resolve", mine_, "--field", "colour=mine", "--keep", "theirs"}), 2);
    const auto done =
        run_json({"conflicts", "resolve", mine_, "--field", "poleNumber=theirs", "--field", "notes=mine"}, 0);
    EXPECT_EQ(done["state"], "settled");
    EXPECT_EQ(done["unsent"], 0);
    EXPECT_EQ(at_server("poleNumber"), "LAW.P.B901");
    EXPECT_EQ(at_server("notes"), "My notes");
    EXPECT_EQ(value::integer_at(staging("stg0"), "revision"), 2);
    expect_audits(2);
    EXPECT_EQ(run({"conflicts"}), 0) << output;
}

TEST_F(ConflictsTest, ATypedValueGoesOnTopOfBothUnderMyName) {
    ASSERT_NO_FATAL_FAILURE(clash(correction("LAW.P.B901"), correction("LAW.P.B902", "My notes")));
    EXPECT_EQ(run({"conflicts", "resolve", "stg0", "--keep", "mine", "--field", "gpsLocation=here"}), 2);
    ASSERT_EQ(run({"conflicts", "resolve", "stg0", "--keep", "mine", "--field", "poleNumber=LAW.P.B903"}), 0) << output;
    EXPECT_EQ(at_server("poleNumber"), "LAW.P.B903");
    EXPECT_EQ(at_server("notes"), "My notes");
    expect_audits(3);  // theirs, the typed number, my notes
    for (const auto& [id, fields] : documents(kAudit)) {
        const bool theirs = value::text_at(fields, "by") == "demo-supervisor";
        EXPECT_TRUE(theirs || value::text_at(fields, "by") == "demo-second") << value::text_at(fields, "by");
    }
}

TEST_F(ConflictsTest, TheirsLeavesTheServerAsItIsAndMyDecisionWithdrawn) {
    ASSERT_NO_FATAL_FAILURE(clash(correction("LAW.P.B901"), correction("LAW.P.B902")));
    const auto before = staging("stg0");
    EXPECT_EQ(run({"conflicts", "resolve", mine_}), 2) << "something must be said: " << output;
    ASSERT_EQ(run({"conflicts", "resolve", mine_, "--keep", "theirs"}), 0) << output;
    EXPECT_EQ(staging("stg0"), before);
    expect_audits(1);
    EXPECT_EQ(run({"conflicts", "resolve", mine_, "--keep", "mine"}), 1) << "it is settled: " << output;
}

TEST_F(ConflictsTest, KeepingAnApprovalAsksThePolicyOnTheirVersion) {
    app::DecisionDraft reject;
    reject.kind = OperationKind::reject;
    reject.staging_id = "stg0";
    reject.reason = "photo_unclear";
    ASSERT_NO_FATAL_FAILURE(clash(reject, approval()));
    const auto shown = run_json({"conflicts", "show", mine_}, 0);
    EXPECT_EQ(shown["keep_mine"]["allowed"], false);
    EXPECT_EQ(run({"conflicts", "resolve", mine_, "--keep", "mine"}), 1);
    EXPECT_NE(output.find("rejected"), std::string::npos) << output;
    EXPECT_EQ(value::text_at(review_of(staging("stg0")), "decision"), "rejected");
    ASSERT_EQ(run({"conflicts", "resolve", mine_, "--keep", "mine", "--comment", "The photo is clear enough"}), 0)
        << output;
    EXPECT_EQ(value::text_at(review_of(staging("stg0")), "decision"), "approved");
    EXPECT_EQ(documents(kProduction).size(), 1U);
    expect_audits(2);
}

TEST_F(ConflictsTest, AnOverrideOfTheCommandLineNeedsTheProjectsLeave) {
    // Their correction takes the number of another capture, which is an error on mine.
    auto other = clean_capture(5);
    other.pole_number = "LAW.P.B901";
    stage(other);
    ASSERT_NO_FATAL_FAILURE(clash(correction("LAW.P.B901"), approval(), 2));
    EXPECT_EQ(run({"conflicts", "resolve", "stg0", "--keep", "mine", "--override", "Both stand there"}), 1);
    EXPECT_TRUE(says("in bulk")) << output;
    EXPECT_TRUE(documents(kProduction).empty());
    put("projects", "Law-001", {{"name", value::text("Lawley")}, {"allows_bulk_override", value::boolean(true)}});
    ASSERT_EQ(run({"sync"}), 1) << output;
    ASSERT_EQ(run({"conflicts", "resolve", "stg0", "--keep", "mine", "--override", "Both stand there"}), 0) << output;
    EXPECT_EQ(value::text_at(review_of(staging("stg0")), "decision"), "approved");
    EXPECT_EQ(documents(kProduction).size(), 1U);
}

TEST_F(ConflictsTest, WhatChangedAgainSinceIsMetAnewAndNotOverwritten) {
    ASSERT_NO_FATAL_FAILURE(clash(correction("LAW.P.B901"), correction("LAW.P.B902")));
    {
        DeskUnderTest third(server);
        third.open();
        ASSERT_TRUE(third.ready(1));
        ASSERT_TRUE(is_durable(third.decide(correction("LAW.P.B904"))));
        ASSERT_TRUE(third.all_sent());
    }
    ASSERT_EQ(run({"sync"}), 1) << "the newest version is here now: " << output;
    EXPECT_EQ(run({"conflicts", "resolve", mine_, "--keep", "mine"}), 1);
    EXPECT_NE(output.find("changed again"), std::string::npos) << output;
    EXPECT_EQ(at_server("poleNumber"), "LAW.P.B904");
    ASSERT_EQ(run({"sync"}), 1) << output;
    const auto shown = run_json({"conflicts", "show", mine_}, 0);
    ASSERT_EQ(shown["fields"].size(), 1U) << shown.dump();
    EXPECT_EQ(shown["fields"][0]["theirs"], "LAW.P.B904");
    ASSERT_EQ(run({"conflicts", "resolve", mine_, "--keep", "mine"}), 0) << output;
    EXPECT_EQ(at_server("poleNumber"), "LAW.P.B902");
    expect_audits(3);
}

}  // namespace
}  // namespace linesman::system_test
