// The deciding verbs of linesmanctl as programs: merge, ignore, history, restore, correct, undo, batches.
#include "system/program_fixture.h"

namespace linesman::system_test {
namespace {

class JudgeVerbsTest : public ProgramTest {
  protected:
    // stg0 lacks the side photo that stg1 has; both carry one number.
    void stage_a_pair() {
        auto kept = clean_capture(0), other = clean_capture(1);
        other.pole_number = kept.pole_number;
        other.notes = "Notes of the other";
        kept.photos[model::index_of(model::Slot::side)].reset();
        stage(kept);
        stage(other);
    }
    std::string decision(const std::string& id) { return value::text_at(review_of(staging(id)), "decision"); }
    void expect_verified() { EXPECT_EQ(run({"audit", "verify", "--all-desks"}), 0) << output; }
    std::map<std::string, std::string> kinds() {
        std::map<std::string, std::string> out;
        for (const auto& [id, fields] : documents(kAudit)) out[id] = value::text_at(fields, "kind");
        return out;
    }
};

TEST_F(JudgeVerbsTest, MergesFieldByFieldAndTakesAllOfItBack) {
    stage_a_pair();
    ASSERT_EQ(run({"sync"}), 0) << output;
    const auto groups = run_json({"duplicates"});
    EXPECT_EQ(code, 1);
    ASSERT_EQ(groups["groups"].size(), 1U) << groups.dump();
    EXPECT_EQ(groups["groups"][0]["kind"], "number");
    EXPECT_EQ(groups["groups"][0]["ids"], Json::array({"stg0", "stg1"}));
    const std::vector<std::string> merge = {"merge", "stg0", "stg1", "--primary", "stg0", "--take", "notes=stg1"};
    auto dry = merge;
    dry.emplace_back("--dry-run");
    const auto plan = run_json(dry);
    EXPECT_EQ(code, 0);
    EXPECT_EQ(plan["primary"], "stg0");
    EXPECT_EQ(plan["superseded"], Json::array({"stg1"}));
    EXPECT_TRUE(documents(kAudit).empty());
    EXPECT_EQ(run({"merge", "stg0", "stg1", "--take", "colour=stg1"}), 2);
    EXPECT_TRUE(says("notes")) << "the fields are named: " << output;
    EXPECT_EQ(run({"merge", "stg0", "stg1", "--take", "review=stg1"}), 1) << output;

    ASSERT_EQ(run(merge), 0) << output;
    EXPECT_EQ(value::text_at(staging("stg0"), "notes"), "Notes of the other");
    EXPECT_EQ(decision("stg1"), "superseded");
    EXPECT_EQ(run({"duplicates"}), 0) << output;
    const auto joined = sync::decode_capture_or_unreadable("stg0", base::to_text(staging("stg0")), "");
    EXPECT_TRUE(joined.photos[model::index_of(model::Slot::side)].has_value()) << "photos are united";
    EXPECT_EQ(run({"approve", "stg1"}), 1);
    EXPECT_TRUE(says("merged into")) << output;

    ASSERT_EQ(run({"undo", "stg0"}), 0) << "it is one's own: " << output;
    EXPECT_EQ(value::text_at(staging("stg0"), "notes"), clean_capture(0).notes);
    EXPECT_EQ(decision("stg1"), "");
    EXPECT_EQ(documents(kAudit).size(), 2U);
    expect_verified();
}

TEST_F(JudgeVerbsTest, AMergeOfAnotherDeskIsUndoneFromEitherCaptureAndAnUndoIsNotUndone) {
    stage_a_pair();
    ASSERT_EQ(run({"sync"}, "second"), 0) << output;
    {
        DeskUnderTest other(server);
        other.open();
        ASSERT_TRUE(other.ready(2));
        const std::vector<std::string> pair = {"stg0", "stg1"};
        std::shared_ptr<const app::DuplicateMembers> members;
        ASSERT_TRUE(
            other.wait([&](const app::Snapshot&) { return (members = other->duplicate_members(pair)) != nullptr; }));
        app::MergeDraft draft{pair, members->suggested, "One pole"};
        draft.choices.primary = 0;
        ASSERT_TRUE(is_durable(other.settled(other->merge(draft))));
        ASSERT_TRUE(other.all_sent());
    }
    ASSERT_EQ(decision("stg1"), "superseded");
    ASSERT_EQ(run({"sync"}, "second"), 0) << output;
    // The primary carries no decision that names the merge.
    EXPECT_EQ(run({"undo", "stg0"}, "second"), 1);
    EXPECT_TRUE(says("Say why")) << output;
    ASSERT_EQ(run({"undo", "stg0", "--reason", "They are two poles"}, "second"), 0) << output;
    EXPECT_EQ(decision("stg1"), "");
    EXPECT_EQ(value::integer_at(staging("stg0"), "revision"), 2);
    const auto before = staging("stg0");
    EXPECT_EQ(run({"undo", "stg0", "--reason", "Once more"}, "second"), 1);
    EXPECT_TRUE(says("nothing to undo") || says("no decision")) << output;
    EXPECT_EQ(staging("stg0"), before);
}

TEST_F(JudgeVerbsTest, CorrectsShowsTheHistoryRestoresAndTakesANamedChangeBack) {
    stage_clean(1);
    ASSERT_EQ(run({"sync"}), 0) << output;
    EXPECT_EQ(run({"correct", "stg0"}), 1);
    EXPECT_TRUE(says("Nothing was changed")) << output;
    EXPECT_EQ(run({"correct", "stg0", "--set-position", "here"}), 2);
    const auto first = run_json({"correct", "stg0", "--set-number", "LAW.P.B900", "--set-position", "-26.39,27.81"});
    ASSERT_EQ(code, 0) << output;
    ASSERT_EQ(run({"correct", "stg0", "--set-notes", "Seen from the road"}), 0) << output;
    EXPECT_EQ(value::text_at(staging("stg0"), "poleNumber"), "LAW.P.B900");
    const auto history = run_json({"history", "stg0"});
    ASSERT_EQ(history["versions"].size(), 3U) << history.dump();
    const std::string corrected = first["receipts"][0]["op_id"];
    EXPECT_EQ(history["versions"][0]["id"], corrected);
    EXPECT_EQ(run_json({"history", "stg0", "--from", corrected})["differences"].size(), 3U) << output;
    // Not the newest: by its name.
    ASSERT_EQ(run({"undo", "stg0", "--change", corrected}), 0) << output;
    EXPECT_EQ(value::text_at(staging("stg0"), "poleNumber"), clean_capture(0).pole_number);
    EXPECT_EQ(value::text_at(staging("stg0"), "notes"), "Seen from the road");
    ASSERT_EQ(run({"restore", "stg0", "--version", corrected}), 0) << output;
    EXPECT_EQ(value::text_at(staging("stg0"), "notes"), clean_capture(0).notes);
    EXPECT_EQ(value::integer_at(staging("stg0"), "revision"), 4);
    expect_verified();
}

TEST_F(JudgeVerbsTest, AChangeOfAnotherCaptureIsNotTakenBackByMistake) {
    stage_clean(2);
    ASSERT_EQ(run({"sync"}), 0) << output;
    const auto done = run_json({"reject", "stg1", "--reason", "photo_unclear"});
    const std::string op_id = done["receipts"][0]["op_id"];
    EXPECT_EQ(run({"undo", "stg0", "--change", op_id, "--comment", "A slip"}), 1);
    EXPECT_TRUE(says("of another capture")) << output;
    EXPECT_EQ(decision("stg1"), "rejected");
    EXPECT_EQ(documents(kAudit).size(), 1U);
}

TEST_F(JudgeVerbsTest, AnIgnoredFindingIsListedAndTakenBack) {
    auto inaccurate = clean_capture(0);
    inaccurate.gps_accuracy_m = 40;
    stage(inaccurate);
    ASSERT_EQ(run({"sync"}), 0) << output;
    EXPECT_EQ(run({"ignore", "stg0", "--rule", "gps_accuracy"}), 1) << "why is not said: " << output;
    ASSERT_EQ(run({"ignore", "stg0", "--rule", "gps_accuracy", "--reason", "Measured on site"}), 0) << output;
    EXPECT_EQ(run({"ignore"}), 0);
    EXPECT_TRUE(says("Measured on site")) << output;
    const auto judged = run_json({"validate", "--capture", "stg0"});
    ASSERT_EQ(judged["findings"].size(), 1U) << judged.dump();
    EXPECT_EQ(judged["findings"][0]["ignored"], true) << "it survives being judged again";
    ASSERT_EQ(run({"show", "law.p.b100"}), 0) << "in any spelling: " << output;
    EXPECT_TRUE(says("warning (ignored: Measured on site)")) << output;
    EXPECT_TRUE(says("within 40.0 m")) << output;
    ASSERT_EQ(run({"ignore", "stg0", "--rule", "gps_accuracy", "--take-back"}), 0) << output;
    EXPECT_EQ(run_json({"validate", "--capture", "stg0"})["findings"][0]["ignored"], false);
    EXPECT_EQ(documents(kAudit).size(), 2U);
    expect_verified();
}

TEST_F(JudgeVerbsTest, ABatchOfAFileIsPromotedPausedWhileItRunsResumedAndVerified) {
    constexpr size_t kCaptures = 30;
    stage_clean(kCaptures);
    ASSERT_EQ(run({"sync"}), 0) << output;
    std::string ids;
    for (size_t i = 0; i < kCaptures; ++i) ids += (i % 2 ? clean_capture(i).pole_number : numbered("stg", i)) + "\r\n";
    const auto list = file("ids.txt", ids + "\n");
    EXPECT_EQ(run({"approve", "--ids-file", list}), 2) << "nobody said --yes: " << output;
    EXPECT_TRUE(documents(kAudit).empty());
    EXPECT_EQ(run({"approve", "--ids-file", file("wrong.txt", "stg0\nnothing\n"), "--yes"}), 2);
    EXPECT_TRUE(says("Line 2")) << output;

    // Slow enough to be paused in the middle.
    Program sending(server.base_url(), folder.path(),
                    {"linesmanctl", "--profile", "demo", "--data-dir", folder.path(), "--timeout", "60", "approve",
                     "--ids-file", list, "--yes", "--rate", "3"});
    ASSERT_TRUE(sending.started());
    std::string batch;
    DeskUnderTest watcher(server, "analyst");
    watcher.open();
    ASSERT_TRUE(watcher.wait([&](const app::Snapshot&) { return documents(kAudit).size() >= 2; })) << sending.output();
    {
        const auto batches = run_json({"batch", "list"});
        ASSERT_EQ(batches["batches"].size(), 1U) << batches.dump();
        batch = batches["batches"][0]["batch_id"];
    }
    ASSERT_EQ(run({"batch", "pause", batch}), 0) << output;
    // The sending program hears of it within two seconds; then nothing moves any more.
    size_t sent = 0;
    for (int same = 0, round = 0; same < 8 && round < 200; ++round) {
        const size_t now = documents(kAudit).size();
        same = now == sent ? same + 1 : 0;
        sent = now;
        EXPECT_EQ(run_json({"batch", "list"})["batches"][0]["state"], "paused") << output;
    }
    EXPECT_LT(sent, kCaptures) << "it was paused in the middle";
    ASSERT_EQ(run({"batch", "resume", batch}), 0) << output;
    EXPECT_EQ(sending.wait(), 0) << sending.output();
    EXPECT_EQ(documents(kProduction).size(), kCaptures);
    EXPECT_EQ(key_count(), kCaptures);
    EXPECT_EQ(documents(kAudit).size(), kCaptures);
    const auto receipts = run_json({"batch", "show", batch});
    EXPECT_EQ(receipts["items"].size(), kCaptures) << receipts.dump();
    expect_verified();
}

TEST_F(JudgeVerbsTest, ABatchOfApprovedCapturesIsPromotedAndWhatIsInProductionIsLeftAlone) {
    stage_clean(5);
    ASSERT_EQ(run({"sync"}), 0) << output;
    ASSERT_EQ(run({"config", "set", "promote_on_approve", "false"}), 0) << output;
    ASSERT_EQ(run({"approve", "stg0", "stg1", "stg2"}), 0) << output;
    ASSERT_EQ(run({"reject", "stg3", "--reason", "photo_unclear"}), 0) << output;
    EXPECT_TRUE(documents(kProduction).empty());
    ASSERT_EQ(run({"promote", "stg0"}), 0) << output;
    const auto dry = run_json({"promote", "--filter", "--dry-run"});
    EXPECT_EQ(code, 0) << output;
    EXPECT_EQ(dry["would_change"], 2);
    EXPECT_EQ(dry["refused"], 0) << "what was rejected is not meant";
    EXPECT_EQ(run_json({"promote", "--filter", "--yes", "--rate", "50"})["done"], 2) << output;
    EXPECT_EQ(documents(kProduction).size(), 3U);
    EXPECT_EQ(key_count(), 3U);
    EXPECT_EQ(run({"promote", "stg0"}), 1) << output;
    EXPECT_TRUE(says("in production already"));
    // Taken back by a batch as well.
    EXPECT_EQ(run_json({"undo", "--filter", "--search", "stg1", "--yes"})["done"], 1) << output;
    EXPECT_EQ(documents(kProduction).size(), 2U);
    expect_verified();
}

}  // namespace
}  // namespace linesman::system_test
