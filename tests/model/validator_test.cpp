#include "model/validator.h"

#include <random>

#include "rules/rule_fixture.h"

namespace linesman::model::testing {
namespace {

using Ids = std::vector<std::string>;

std::vector<Rule> rules_on(const Validator& validator, const std::string& id) {
    std::vector<Rule> out;
    for (const Finding& finding : validator.findings(id)) out.push_back(finding.rule);
    return out;
}

TEST(Validator, ReturnsOnlyWhatChanged) {
    Validator validator;
    validator.put(CaptureBuilder("a"));
    validator.put(CaptureBuilder("b").number("LAW.P.B001").at(moved(kPlace, 100, 0)).accuracy(50));
    EXPECT_EQ(validator.validate(kNow), Ids{"b"});
    EXPECT_TRUE(validator.validate(kNow).empty());
    validator.put(CaptureBuilder("a"));
    EXPECT_TRUE(validator.validate(kNow).empty());
    EXPECT_EQ(validator.size(), 2U);
}

TEST(Validator, TellsOfEachChangeWithItsFindings) {
    Validator validator;
    validator.put(CaptureBuilder("b").number("LAW.P.B001").at(moved(kPlace, 100, 0)).accuracy(50));
    validator.put(CaptureBuilder("c").number("LAW.P.C001").at(moved(kPlace, 200, 0)));
    validator.put(CaptureBuilder("a").accuracy(50));
    Ids told;
    const auto on_changed = [&](std::string_view id, const Findings& findings) {
        told.emplace_back(id);
        EXPECT_EQ(findings.size(), 1U);
        EXPECT_EQ(findings, validator.findings(told.back()));
    };
    validator.validate(kNow, on_changed);
    EXPECT_EQ(told, (Ids{"b", "a"}));
    validator.validate(kNow, on_changed);
    EXPECT_EQ(told.size(), 2U);
}

// More than one range of the pool's, so that the run is really under way while others call.
TEST(Validator, WhatAStartedRunFoundIsToldByTheNextOne) {
    base::WorkerPool pool(2);
    Validator started(&pool), plain(&pool);
    constexpr size_t kCount = 1'300;
    for (size_t i = 0; i < kCount; ++i) {
        const Capture capture = CaptureBuilder(named("c", 10'000 + i)).accuracy(i % 3 == 0 ? 40 : 4).device("d");
        started.put(capture);
        plain.put(capture);
    }
    Ids expected = plain.validate(kNow);
    started.start(kNow);
    EXPECT_EQ(started.validate(kNow), expected);
    EXPECT_TRUE(started.validate(kNow).empty());

    auto reference = std::make_shared<ReferenceData>();
    reference->production_numbers[pole_key_id("Law-001", "LAW.P.A001")] = "p_other";
    for (Validator* each : {&started, &plain}) each->set_reference(reference);
    started.start(kNow);
    for (Validator* each : {&started, &plain}) {
        each->put(CaptureBuilder("c10000").number("LAW.P.Z999").at(moved(kPlace, 5'000, 0)));
        each->remove("c10001");
    }
    EXPECT_EQ(started.findings("c10002").size(), plain.findings("c10002").size() + 1) << "a run is waited for";
    expected = plain.validate(kNow);
    EXPECT_EQ(started.validate(kNow), expected);
    for (size_t i = 0; i < kCount; ++i) {
        const std::string id = named("c", 10'000 + i);
        ASSERT_EQ(started.findings(id), plain.findings(id)) << id;
    }
    started.start(kNow + base::hours(1));  // dropped while it runs
}

TEST(Validator, AStartedRunNeedsNoPool) {
    Validator validator;
    validator.put(CaptureBuilder("a").accuracy(40));
    validator.start(kNow);
    validator.put(CaptureBuilder("b").number("LAW.P.B001").at(moved(kPlace, 100, 0)).accuracy(40));
    EXPECT_EQ(validator.validate(kNow), (Ids{"a", "b"}));
}

TEST(Validator, ANewCaptureFlagsItsNeighbourAndLeavingClearsIt) {
    Validator validator;
    validator.put(CaptureBuilder("a"));
    validator.validate(kNow);
    validator.put(CaptureBuilder("b"));
    EXPECT_EQ(validator.validate(kNow), (Ids{"a", "b"}));
    EXPECT_EQ(rules_on(validator, "a"), std::vector{Rule::duplicate_number});
    validator.put(CaptureBuilder("b").number("LAW.P.A002"));
    EXPECT_EQ(validator.validate(kNow), (Ids{"a", "b"}));
    EXPECT_EQ(rules_on(validator, "a"), std::vector{Rule::near_duplicate});
    validator.remove("b");
    EXPECT_EQ(validator.validate(kNow), (Ids{"a", "b"}));
    EXPECT_TRUE(validator.findings("a").empty());
    EXPECT_TRUE(validator.findings("b").empty());
    EXPECT_TRUE(validator.findings("never").empty());
    validator.remove("never");
    EXPECT_EQ(validator.size(), 1U);
}

TEST(Validator, FindingsAreSortedWorstFirst) {
    Validator validator;
    validator.put(CaptureBuilder("a").no_gps().number("x").without(Slot::front).md5(Slot::side, "a-before"));
    validator.validate(kNow);
    EXPECT_EQ(rules_on(validator, "a"),
              (std::vector{Rule::gps_missing, Rule::number_format, Rule::photos_missing, Rule::photo_reused}));
}

TEST(Validator, AFutureTimeIsJudgedAgainWhenTheClockReachesIt) {
    Validator validator;
    validator.put(CaptureBuilder("a").captured(kNow + base::hours(1)).submitted(std::nullopt));
    validator.validate(kNow);
    EXPECT_EQ(rules_on(validator, "a"), std::vector{Rule::time_future});
    EXPECT_TRUE(validator.validate(kNow + base::minutes(49)).empty());
    EXPECT_EQ(validator.validate(kNow + base::minutes(50)), Ids{"a"});
    EXPECT_TRUE(validator.findings("a").empty());
    // The desk's own clock was wrong and is set back.
    EXPECT_EQ(validator.validate(kNow), Ids{"a"});
}

TEST(Validator, SingleChangesOfTheReferenceReachTheirCaptures) {
    Validator validator;
    validator.put(CaptureBuilder("a"));
    validator.put(CaptureBuilder("b").number("LAW.P.A002").at(moved(kPlace, 90, 0)).accuracy(40));
    EXPECT_EQ(validator.validate(kNow), Ids{"b"});
    validator.put_production_number("Law-001", "law.p.a001", "p_x");
    validator.put_photo_size("b-side", {10, 10});
    EXPECT_EQ(validator.validate(kNow), (Ids{"a", "b"}));
    validator.put_production_number("Law-001", "LAW.P.A001", "");
    const std::string id = validator.findings("b").at(0).id;
    validator.put_ignore("b", id, {"Under trees", "sup"});
    EXPECT_EQ(validator.validate(kNow), (Ids{"a", "b"}));
    EXPECT_TRUE(validator.findings("b").at(0).ignored);
    validator.remove_ignore("b", id);
    EXPECT_EQ(validator.validate(kNow), Ids{"b"});
}

TEST(Validator, FindsThePlannedPoleOfACapture) {
    auto reference = std::make_shared<ReferenceData>();
    reference->planned = {planned("LAW.P.A001", kPlace), planned("LAW.P.A002", moved(kPlace, 20, 0))};
    reference->planned[1].project_id = "";
    Validator validator;
    validator.set_reference(reference);
    EXPECT_EQ(validator.planned_pole(CaptureBuilder("a").number(" law.p.a001")), &reference->planned[0]);
    EXPECT_EQ(validator.planned_pole(CaptureBuilder("a").number("LAW.P.A002")), &reference->planned[1]);
    EXPECT_EQ(validator.planned_pole(CaptureBuilder("a").project("Other")), nullptr);
    EXPECT_EQ(validator.planned_pole(CaptureBuilder("a").number("")), nullptr);
}

TEST(Validator, APileOfOneNumberIsJudgedInTime) {
    Validator validator;
    for (int i = 0; i < 20'000; ++i)
        validator.put(CaptureBuilder(named("c", static_cast<size_t>(i))).md5(Slot::front, "placeholder").device("d"));
    EXPECT_EQ(validator.validate(kNow).size(), 20'000U);
}

// Everybody looks at the first rows of a group only, so that a change behind them is one capture's matter.
TEST(Validator, AChangeBehindTheRowsThatAreLookedAtChangesNobodyElse) {
    Validator validator;
    const auto capture = [](size_t i) {
        return CaptureBuilder(named("c", 10'000 + i)).at(moved(kPlace, 50.0 * static_cast<double>(i), 0));
    };
    for (size_t i = 0; i < 600; ++i) validator.put(capture(i));
    validator.validate(kNow);
    validator.put(capture(599).accuracy(40));
    EXPECT_EQ(validator.validate(kNow), Ids{"c10599"});
    validator.remove("c10000");  // the first: all others name it no more
    EXPECT_GT(validator.validate(kNow).size(), 1U);
    Validator fresh;
    for (size_t i = 1; i < 599; ++i) fresh.put(capture(i));
    fresh.put(capture(599).accuracy(40));
    fresh.validate(kNow);
    for (const char* id : {"c10001", "c10255", "c10256", "c10257", "c10598", "c10599"})
        EXPECT_EQ(validator.findings(id), fresh.findings(id)) << id;
}

// ---- preview

TEST(RulePreview, NamesTheNewlyFailingAndTheNewlyPassing) {
    Validator validator;
    validator.put(CaptureBuilder("a"));
    validator.put(CaptureBuilder("b").number("LAW.S.B001").at(moved(kPlace, 100, 0)));
    validator.put(CaptureBuilder("c").number("LAW.P.C001").at(moved(kPlace, 200, 0)).accuracy(12));
    validator.put(CaptureBuilder("d").number("LAW.S.D001").at(moved(kPlace, 300, 0)).project("Other"));
    RuleSet own;
    own.project_id = "Other";
    auto reference = std::make_shared<ReferenceData>();
    reference->rule_sets = {own};
    validator.set_reference(reference);
    validator.validate(kNow);
    RuleSet candidate;
    candidate.number_patterns = {R"(^LAW\.[PS]\.[A-Z]\d{3}$)"};
    candidate.max_accuracy_m = 10;
    candidate.severities[static_cast<size_t>(Rule::gps_accuracy)] = Severity::error;
    const RulePreview preview = preview_rules(validator, candidate, kNow, nullptr);
    EXPECT_EQ(preview.newly_failing, Ids{"c"});
    EXPECT_EQ(preview.newly_passing, Ids{"b"});
    candidate.project_id = "Other";
    EXPECT_EQ(preview_rules(validator, candidate, kNow, nullptr).newly_passing, Ids{"d"});
    // Nothing was changed by looking.
    EXPECT_TRUE(validator.validate(kNow).empty());
    EXPECT_EQ(rules_on(validator, "b"), std::vector{Rule::number_format});
}

// ---- incremental = from scratch

class RandomWorld {
  public:
    explicit RandomWorld(uint64_t seed) : random_(seed) { change_reference(); }

    size_t pick(size_t count) { return static_cast<size_t>(random_() % count); }
    bool chance(int percent) { return static_cast<int>(pick(100)) < percent; }

    Capture random_capture() {
        const std::string id = named("c", pick(40));
        CaptureBuilder builder(id);
        builder.number(kNumbers[pick(kNumbers.size())]).project(kProjects[pick(kProjects.size())]);
        builder.at(moved(kPlace, static_cast<double>(pick(30)), static_cast<double>(pick(6)) * 2.5));
        builder.device(named("device", pick(4))).accuracy(static_cast<double>(pick(25)));
        builder.captured(now + base::minutes(static_cast<int64_t>(pick(200)) - 150));
        if (chance(20)) builder.upload(named("up", pick(6)));
        if (chance(10)) builder.no_gps();
        if (chance(5)) builder.at(moved(kPlace, 30'000, 0));
        if (chance(30)) builder.md5(Slot::front, named("md5-", pick(5)));
        if (chance(10)) builder.without(Slot::depth);
        if (chance(25)) builder.decided(static_cast<Decision>(pick(5)));
        if (chance(5)) builder.raw().resubmission = 1;
        if (chance(3)) builder.raw().shape = SourceShape::unreadable;
        return builder;
    }

    void change_reference() {
        data = std::make_shared<ReferenceData>();
        data->projects_known = chance(70);
        for (const char* id : {"Law-001", "Moh-001"}) {
            Project project;
            project.id = id;
            project.number_prefix = std::string(id).substr(0, 3);
            data->projects.push_back(project);
        }
        for (size_t i = 0; i < 6; ++i) {
            PlannedPole pole = planned(kNumbers[i], moved(kPlace, static_cast<double>(pick(40)), 0));
            pole.project_id = kProjects[pick(kProjects.size())];
            data->planned.push_back(pole);
        }
        RuleSet rules;
        rules.project_id = chance(50) ? "Law-001" : "";
        rules.duplicate_radius_m = 2.0 + static_cast<double>(pick(12));
        rules.future_slack_min = static_cast<double>(pick(30));
        data->rule_sets = {rules};
        if (chance(50)) data->production_numbers[pole_key_id("Law-001", kNumbers[pick(kNumbers.size())])] = "p_other";
        if (chance(50)) data->photo_sizes["md5-1"] = {100, 100};
    }

    std::mt19937_64 random_;
    base::Timestamp now = kNow;
    std::shared_ptr<ReferenceData> data;
    std::map<std::string, Capture> captures;

  private:
    const Ids kNumbers = {"LAW.P.A001", "law.p.a001 ", "LAW.P.A002", "LAW.P.A003", "MOH.P.A001", "", "odd"};
    const Ids kProjects = {"Law-001", "Moh-001", "", "Gone"};
};

void expect_same_as_from_scratch(const RandomWorld& world, const Validator& validator, base::WorkerPool& pool,
                                 int step) {
    Validator fresh(&pool);
    Ids ids;
    for (const auto& [id, capture] : world.captures) ids.push_back(id);
    std::mt19937_64 order(static_cast<uint64_t>(step));
    std::shuffle(ids.begin(), ids.end(), order);
    for (const auto& id : ids) fresh.put(world.captures.at(id));
    fresh.set_reference(world.data);
    fresh.validate(world.now);
    ASSERT_EQ(fresh.size(), validator.size());
    for (const auto& id : ids) {
        const Findings &ours = validator.findings(id), &theirs = fresh.findings(id);
        ASSERT_EQ(ours.size(), theirs.size()) << "step " << step << " capture " << id;
        for (size_t i = 0; i < ours.size(); ++i)
            ASSERT_EQ(ours[i], theirs[i]) << "step " << step << ": " << ours[i].message << " / " << theirs[i].message;
    }
}

class IncrementalValidator : public ::testing::TestWithParam<uint64_t> {};

TEST_P(IncrementalValidator, EqualsFromScratchAfterAnySteps) {
    RandomWorld world(GetParam());
    base::WorkerPool pool(1);
    Validator validator;
    validator.set_reference(world.data);
    std::map<std::string, Findings> known;
    size_t findings_seen = 0;
    for (int step = 0; step < 1500 && !HasFatalFailure(); ++step) {
        const size_t what = world.pick(100);
        if (what < 70) {
            const Capture capture = world.random_capture();
            world.captures[capture.staging_id] = capture;
            validator.put(capture);
        } else if (what < 85) {
            const std::string id = named("c", world.pick(40));
            world.captures.erase(id);
            validator.remove(id);
        } else if (what < 87) {
            world.change_reference();
            validator.set_reference(world.data);
        } else if (what < 90) {
            world.data = std::make_shared<ReferenceData>(*world.data);
            const std::string number = named("LAW.P.A00", world.pick(3) + 1);
            world.data->production_numbers[pole_key_id("Law-001", number)] = "p_new";
            validator.put_production_number("Law-001", number, "p_new");
        } else if (what < 93) {
            world.data = std::make_shared<ReferenceData>(*world.data);
            const std::string md5 = named("md5-", world.pick(5));
            world.data->photo_sizes[md5] = {200, 100};
            validator.put_photo_size(md5, {200, 100});
        } else if (what < 96 && !known.empty()) {
            const auto& [id, findings] =
                *std::next(known.begin(), static_cast<std::ptrdiff_t>(world.pick(known.size())));
            if (!findings.empty()) {
                world.data = std::make_shared<ReferenceData>(*world.data);
                world.data->ignores[findings[0].id] = {"seen", "sup"};
                validator.put_ignore(id, findings[0].id, {"seen", "sup"});
            }
        } else {
            world.now = world.now + base::minutes(static_cast<int64_t>(world.pick(30)) - 8);
        }
        if (world.chance(50)) continue;
        const Ids changed = validator.validate(world.now);
        expect_same_as_from_scratch(world, validator, pool, step);
        // Exactly the ids whose findings changed were named.
        Ids expected;
        for (size_t i = 0; i < 40; ++i) {
            const std::string id = named("c", static_cast<size_t>(i));
            if (known[id] != validator.findings(id)) expected.push_back(id);
            known[id] = validator.findings(id);
            findings_seen += known[id].size();
        }
        std::sort(expected.begin(), expected.end());
        ASSERT_EQ(changed, expected) << "step " << step;
    }
    EXPECT_GT(findings_seen, 10'000U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, IncrementalValidator, ::testing::Values(1, 2, 3, 4));

}  // namespace
}  // namespace linesman::model::testing
