// A small demo against a backend in this process: what the manifest says is wrong is what is found in staging.
#include "field/fleet/demo_fleet.h"

#include <regex>
#include <set>

#include "base/file.h"
#include "field/field_fixture.h"
#include "model/keys.h"
#include "model/validator.h"
#include "sync/capture_codec.h"
#include "sync/value_codec.h"

namespace linesman::field {
namespace {

using namespace test;

struct DemoFleet : ::testing::Test {
    static void SetUpTestSuite() {
        folder = std::make_unique<TempFolder>();
        server = std::make_unique<backend::Server>(server_options());
        ASSERT_TRUE(server->start().ok());
        DemoFleetOptions options;
        options.backend_url = server->base_url();
        options.folder = folder->file("devices");
        options.captures = 60;
        options.studio = {64, 48, 70};
        auto made = run_demo_fleet(options);
        ASSERT_TRUE(made.ok()) << made.error().full();
        result = std::make_unique<DemoFleetResult>(std::move(*made));
        read_staging();
    }
    static void TearDownTestSuite() {
        result.reset();
        server.reset();
        folder.reset();
    }
    static void read_staging() {
        FieldAgent agent(owner_of(server->base_url()));
        base::Json query = {{"from", base::Json::array({base::Json{{"collectionId", "staging-field-captures"}}})}};
        auto text = agent.run_query(query);
        ASSERT_TRUE(text.ok());
        const auto reply = base::parse_json(*text, "reply");
        ASSERT_TRUE(reply.ok());
        for (const auto& element : *reply) {
            if (!element.contains("document")) continue;
            const auto& document = element["document"];
            const std::string name = document["name"];
            const std::string id = name.substr(name.rfind('/') + 1);
            fields[id] = document["fields"];
            auto capture = sync::decode_capture(id, document["fields"], document["updateTime"].get<std::string>());
            ASSERT_TRUE(capture.ok()) << id;
            captures[id] = std::move(*capture);
        }
    }

    std::set<std::string> listed(const char* fault) const {
        std::set<std::string> out;
        if (const auto found = result->manifest["faults"].find(fault); found != result->manifest["faults"].end()) {
            for (const auto& id : *found) out.insert(id.get<std::string>());
        }
        return out;
    }
    // Ids of captures for which `is_so`.
    template <typename Test>
    std::set<std::string> found(Test is_so) const {
        std::set<std::string> out;
        for (const auto& [id, capture] : captures) {
            if (is_so(capture)) out.insert(id);
        }
        return out;
    }
    // Documents sent twice repeat their capture's other faults; so every listed id must show the fault.
    template <typename Test>
    void expect_all(const char* fault, Test is_so) const {
        const auto ids = listed(fault);
        EXPECT_GE(ids.size(), 3U) << fault;
        for (const auto& id : ids) EXPECT_TRUE(is_so(captures.at(id))) << fault << " " << id;
    }

    static inline std::unique_ptr<TempFolder> folder;
    static inline std::unique_ptr<backend::Server> server;
    static inline std::unique_ptr<DemoFleetResult> result;
    static inline std::map<std::string, model::Capture> captures;
    static inline std::map<std::string, base::Json> fields;
};

bool is_ours(const model::Capture& c) {
    return c.schema > 0;
}

TEST_F(DemoFleet, EveryCaptureIsStagedAndTheManifestIsOnDisk) {
    EXPECT_EQ(result->captures, 60);
    EXPECT_EQ(static_cast<int64_t>(captures.size()), result->documents);
    EXPECT_EQ(static_cast<int64_t>(server->objects().all().size()), result->photos);
    const auto text = base::read_file(folder->file("devices/manifest.json"));
    ASSERT_TRUE(text.ok());
    EXPECT_EQ(base::parse_json(*text, "manifest")->at("faults"), result->manifest["faults"]);
    EXPECT_EQ(server->clock().offset(), base::Duration{});
}

TEST_F(DemoFleet, TypedFaultsShowInTheDocuments) {
    static const std::regex number(R"(^[A-Z]{2,4}\.P\.[A-Z]\d{3,4}$)");
    expect_all("no_number", [](const auto& c) { return c.pole_number.empty(); });
    expect_all("odd_number", [](const auto& c) { return !std::regex_match(c.pole_number, number); });
    expect_all("no_gps", [](const auto& c) { return !c.gps && c.bad_fields.empty(); });
    expect_all("poor_accuracy", [](const auto& c) { return c.gps_accuracy_m > 15; });
    expect_all("clock_1970",
               [](const auto& c) { return c.captured_at < base::parse_rfc3339("1970-02-01T00:00:00Z").value(); });
    expect_all("clock_2031",
               [](const auto& c) { return c.captured_at > base::parse_rfc3339("2031-01-01T00:00:00Z").value(); });
    expect_all("notes_other_language", [](const auto& c) { return !c.notes.empty(); });
    EXPECT_GE(listed("no_number").size(), 12U);
}

TEST_F(DemoFleet, LostPhotosAreExactlyThoseOfTheManifest) {
    EXPECT_EQ(found([](const auto& c) { return c.shape == model::SourceShape::staging && c.lost_photo_mask() != 0; }),
              listed("lost_photos"));
    EXPECT_GE(listed("lost_photos").size(), 3U);
}

TEST_F(DemoFleet, DocumentsOfOlderAppsLackEveryAddition) {
    expect_all("older_app", [](const auto& c) {
        return !is_ours(c) && !c.updated_at && !c.expected_photos && !c.review &&
               c.validation_status == model::ValidationStatus::validated;
    });
    for (const auto& id : listed("older_app")) EXPECT_FALSE(fields.at(id).contains("photos"));
}

TEST_F(DemoFleet, OtherShapesAndWrongTypesAreReadAndNamed) {
    expect_all("foreign_pole_plantings", [](const auto& c) { return c.shape == model::SourceShape::pole_plantings; });
    expect_all("foreign_field_pole_captures",
               [](const auto& c) { return c.shape == model::SourceShape::field_pole_captures; });
    expect_all("wrong_types", [](const auto& c) { return !c.bad_fields.empty(); });
    EXPECT_EQ(found([](const auto& c) { return !c.bad_fields.empty(); }), listed("wrong_types"));
}

TEST_F(DemoFleet, DuplicateUploadsShareTheirUploadKeyAndNothingElseDoes) {
    std::map<std::string, std::set<std::string>> by_key;
    for (const auto& [id, capture] : captures) by_key[model::upload_key(capture)].insert(id);
    std::set<std::string> doubles;
    for (const auto& [key, ids] : by_key) {
        if (ids.size() > 1) doubles.insert(ids.begin(), ids.end());
    }
    EXPECT_EQ(doubles, listed("duplicate_upload"));
    EXPECT_GE(doubles.size(), 6U);
}

TEST_F(DemoFleet, DuplicatePolesAreTheSameNumberUnderAnotherKey) {
    std::map<std::string, int> first;
    for (const auto& id : listed("duplicate_pole_first")) ++first[captures.at(id).pole_number];
    expect_all("duplicate_pole", [&](const auto& c) { return first.count(c.pole_number) == 1; });
}

TEST_F(DemoFleet, ReusedPhotosHaveTheMd5OfAnother) {
    std::map<std::string, std::set<std::string>> by_md5;
    for (const auto& object : server->objects().all()) by_md5[object.md5_base64].insert(object.name);
    for (const auto& id : listed("reused_photo")) {
        const auto& front = captures.at(id).photos[model::index_of(model::Slot::front)];
        ASSERT_TRUE(front);
        const auto info = server->objects().info("demo-linesman.appspot.com", front->path);
        ASSERT_TRUE(info) << front->path;
        EXPECT_GE(by_md5[info->md5_base64].size(), 2U);
    }
    EXPECT_GE(listed("reused_photo").size(), 3U);
}

TEST_F(DemoFleet, EarlierDecisionsCarryReviewAuditAndProduction) {
    const auto decided = [](model::Decision wanted) {
        return [wanted](const auto& c) { return c.decision() == wanted; };
    };
    EXPECT_EQ(found(decided(model::Decision::approved)), listed("approved_earlier"));
    EXPECT_EQ(found(decided(model::Decision::rejected)), listed("rejected_earlier"));
    EXPECT_EQ(found(decided(model::Decision::held)), listed("held_earlier"));
    const size_t approved = listed("approved_earlier").size();
    EXPECT_GE(approved, 3U);
    EXPECT_EQ(documents_in(*server, "planted-poles").size(), approved);
    EXPECT_EQ(documents_in(*server, "pole-keys").size(), approved + 1);
    EXPECT_EQ(documents_in(*server, "capture-audit").size(),
              approved + listed("rejected_earlier").size() + listed("held_earlier").size());
}

TEST_F(DemoFleet, TwoDevicesReportAndOneOfThemHasAQueueThatWaits) {
    EXPECT_EQ(documents_in(*server, "field-devices").size(), 2U);
    EXPECT_GE(documents_in(*server, "device-sync-sessions").size(), 3U);
    EXPECT_EQ(result->waiting, 9);
    const base::SystemClock clock;
    auto store = open_store(folder->file("devices/device-2"), clock);
    auto counts = *store.counts();
    EXPECT_EQ(counts[ItemStatus::error], 7);
    EXPECT_EQ(counts[ItemStatus::draft], 2);
    EXPECT_NE(store.list(ItemStatus::error)->front().error.find("could not be uploaded"), std::string::npos);
}

TEST_F(DemoFleet, TheRulesFindPlacesWithThePlanAndBoundaryOfTheOffice) {
    auto reference = std::make_shared<model::ReferenceData>();
    for (const auto& town : plan_fleet({60, 6, 7, working_days(base::SystemClock().now(), 4)}).towns) {
        model::Project project;
        project.id = town.project_id;
        project.number_prefix = town.prefix;
        project.boundary.polygons.push_back({{town.boundary}});
        reference->projects.push_back(project);
        for (const auto& pole : town.poles)
            reference->planned.push_back(
                {pole.number, town.project_id, pole.number, "", pole.position, pole.pon, pole.zone});
    }
    reference->projects_known = true;
    model::Validator validator;
    validator.set_reference(reference);
    for (const auto& [id, capture] : captures) validator.put(capture);
    validator.validate(base::SystemClock().now());
    const auto has = [&](model::Rule rule) {
        return [&validator, rule](const model::Capture& c) {
            for (const auto& finding : validator.findings(c.staging_id)) {
                if (finding.rule == rule) return true;
            }
            return false;
        };
    };
    expect_all("outside_area", has(model::Rule::gps_boundary));
    expect_all("far_from_plan", has(model::Rule::planned_distance));
    expect_all("duplicate_pole", has(model::Rule::duplicate_number));
    expect_all("duplicate_upload", has(model::Rule::duplicate_upload));
    expect_all("lost_photos", has(model::Rule::photos_missing));
    expect_all("no_gps", has(model::Rule::gps_missing));
}

TEST(FleetPlan, TheSameSeedGivesTheSamePlan) {
    const FleetSpec spec{80, 6, 7, working_days({1'790'000'000'000'000}, 4)};
    const auto one = plan_fleet(spec), two = plan_fleet(spec);
    ASSERT_EQ(one.captures.size(), 80U);
    for (size_t i = 0; i < one.captures.size(); ++i) {
        EXPECT_EQ(one.captures[i].number, two.captures[i].number);
        EXPECT_EQ(one.captures[i].clock, two.captures[i].clock);
        EXPECT_EQ(one.captures[i].gps, two.captures[i].gps);
    }
}

TEST(FleetPlan, WorkingDaysLeaveSundaysOut) {
    // 2026-11-22 was a Sunday, 2026-11-23 a Monday.
    const auto days = working_days(base::parse_rfc3339("2026-11-24T09:00:00Z").value(), 3);
    EXPECT_EQ(base::format_local(days[0], kDemoUtcOffset_min), "2026-11-20 00:00");
    EXPECT_EQ(base::format_local(days[2], kDemoUtcOffset_min), "2026-11-23 00:00");
}

TEST(FleetPlan, PolesStandAsFarApartAsRealOnes) {
    const auto plan = plan_fleet({60, 6, 7, working_days({1'790'000'000'000'000}, 4)});
    const auto& poles = plan.towns[0].poles;
    ASSERT_EQ(poles.size(), 600U);
    std::vector<double> nearest;
    for (const auto& a : poles) {
        double best = 1e9;
        for (const auto& b : poles) {
            if (&a != &b) best = std::min(best, model::distance_m(a.position, b.position));
        }
        nearest.push_back(best);
    }
    std::sort(nearest.begin(), nearest.end());
    EXPECT_NEAR(nearest[300], 15.8, 2.0);
    EXPECT_GT(nearest[0], 8);
}

TEST(DemoFleetOptions, ServersElsewhereAreRefused) {
    DemoFleetOptions options;
    options.backend_url = "https://firestore.googleapis.com";
    TempFolder folder;
    options.folder = folder.file("devices");
    const auto made = run_demo_fleet(options);
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().kind, base::ErrorKind::configuration);
}

}  // namespace
}  // namespace linesman::field
