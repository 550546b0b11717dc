#include "app/import_service.h"

#include <gtest/gtest.h>

#include "app/app_support.h"
#include "app/audit_service.h"
#include "base/file.h"
#include "sync/value_codec.h"
#include "system/desk_fixture.h"

namespace linesman::app {
namespace {

namespace value = sync::value;
using base::Json;

struct ImportServiceTest : system_test::ServerTest {
    test::TempFolder folder;
    base::SystemClock clock;
    std::unique_ptr<OfficeLine> line;
    std::optional<Administration> office;

    void SetUp() override {
        ServerTest::SetUp();
        system_test::DeskUnderTest desk(server, "admin");
        OfficeLineOptions options;
        options.backoff = {base::milliseconds(5), 1.5, base::milliseconds(50), 0};
        auto opened = OfficeLine::open(desk.options().profile, desk.options().credentials, options);
        ASSERT_TRUE(opened.ok()) << opened.error().full();
        line = std::move(*opened);
        auto admin = Administration::open(folder.file("outbox.db"), clock);
        ASSERT_TRUE(admin.ok());
        office.emplace(std::move(*admin));
    }
    ImportFile read(ImportKind kind, const std::string& text, const std::string& project = "Law-001") {
        auto file = read_import(kind, text, project);
        EXPECT_TRUE(file.ok()) << (file.ok() ? "" : file.error().full());
        return file.ok() ? std::move(*file) : ImportFile{};
    }
    base::Result<ImportReport> apply(ImportKind kind, const ImportFile& file) {
        return run_import(*line, &*office, kind, file, true);
    }
    static std::string poles(int count) {
        std::string text = "pole_number,latitude,longitude,pon,zone\n";
        for (int i = 0; i < count; ++i)
            text += "LAW.P.B" + std::to_string(1000 + i) + ",-26.3" + std::to_string(1000 + i) + ",27.8,1,2\n";
        return text;
    }
    // The run's audit entry is one of the chain.
    void expect_verified() {
        const auto result = verify_audit(folder.file("outbox.db"), clock, line.get(), false);
        ASSERT_TRUE(result.ok());
        EXPECT_TRUE(result->findings.empty()) << result->findings[0].what;
    }
};

TEST_F(ImportServiceTest, TheLawleyFileGoesInWholeAndASecondTimeWritesNothing) {
    const auto text = base::read_file(std::string(LINESMAN_SOURCE_DIR) + "/../shared/data/planned-poles-lawley.csv");
    if (!text) GTEST_SKIP() << "the file of real positions is not here";
    const auto file = read(ImportKind::planned, *text);
    EXPECT_EQ(file.bad_rows, 0U);
    ASSERT_EQ(file.documents.size(), 4468U);
    const auto report = apply(ImportKind::planned, file);
    ASSERT_TRUE(report.ok()) << report.error().full();
    EXPECT_EQ(report->written, 4468U);
    EXPECT_EQ(documents("planned-poles").size(), 4468U);
    const auto again = apply(ImportKind::planned, file);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->unchanged, 4468U);
    EXPECT_EQ(again->written, 0U);
    EXPECT_TRUE(again->op_id.empty());
    expect_verified();
}

TEST_F(ImportServiceTest, ADryRunCountsAndWritesNothing) {
    const auto report = run_import(*line, nullptr, ImportKind::planned, read(ImportKind::planned, poles(3)), false);
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->created, 3U);
    EXPECT_FALSE(report->applied);
    EXPECT_TRUE(documents("planned-poles").empty());
    EXPECT_EQ(office->outbox().head()->sequence, 0);
}

TEST_F(ImportServiceTest, ALostReplyIsNeitherWrittenTwiceNorLost) {
    const auto file = read(ImportKind::planned, poles(900));
    server.faults().add({backend::FaultRule::Kind::drop_reply, "POST", ":commit", 0, 0, 1, 1});
    const auto report = apply(ImportKind::planned, file);
    ASSERT_TRUE(report.ok()) << report.error().full();
    EXPECT_EQ(documents("planned-poles").size(), 900U);
    EXPECT_EQ(report->written, 900U);
    EXPECT_EQ(documents(system_test::kAudit).size(), 1U) << "the lost reply is no second entry";
    expect_verified();
}

TEST_F(ImportServiceTest, BusyAndUnavailableServersAreWaitedFor) {
    server.faults().add({backend::FaultRule::Kind::unavailable, "POST", ":commit", 0, 0, 1, 2});
    server.faults().add({backend::FaultRule::Kind::unavailable, "POST", ":runQuery", 0, 0, 1, 1});
    const auto report = apply(ImportKind::planned, read(ImportKind::planned, poles(450)));
    ASSERT_TRUE(report.ok()) << report.error().full();
    EXPECT_EQ(documents("planned-poles").size(), 450U);
    expect_verified();
}

TEST_F(ImportServiceTest, OnlyWhatDiffersIsWrittenAndOthersStay) {
    put("planned-poles", "autoId",
        {{"poleNumber", value::text("LAW.P.B1000")},
         {"projectId", value::text("Law-001")},
         {"plannedLocation", value::map({{"lat", value::number(-26.31000)}, {"lng", value::number(27.8)}})},
         {"pon", value::integer(1)},
         {"zone", value::text("2")},
         {"remark", value::text("of the office")}});
    put("planned-poles", "other", {{"poleNumber", value::text("LAW.P.Z1")}, {"projectId", value::text("Law-001")}});
    put("planned-poles", "elsewhere", {{"poleNumber", value::text("MO.P.A1")}, {"projectId", value::text("Moh-002")}});
    const auto report = apply(ImportKind::planned, read(ImportKind::planned, poles(2)));
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->created, 1U);
    EXPECT_EQ(report->unchanged, 1U);
    EXPECT_EQ(report->others, 1U);
    EXPECT_EQ(documents("planned-poles").size(), 4U);
    EXPECT_EQ(value::text_at(documents("planned-poles").at("autoId"), "remark"), "of the office");
}

TEST_F(ImportServiceTest, ProjectsAndBoundariesKeepWhatTheFileDoesNotName) {
    put("projects", "Law-001", {{"name", value::text("Old")}, {"code", value::text("LAW")}});
    ASSERT_TRUE(
        apply(ImportKind::projects, read(ImportKind::projects, "project_id,name\nLaw-001,Lawley\nMoh-002,Mohadin\n"))
            .ok());
    const auto boundary = read(
        ImportKind::boundaries,
        R"({"type":"Polygon","coordinates":[[[27,-27],[28,-27],[28,-26],[27,-26],[27,-27]],[[27.4,-26.6],[27.6,-26.6],[27.6,-26.4],[27.4,-26.6]]]})");
    const auto report = apply(ImportKind::boundaries, boundary);
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->changed, 1U);
    const auto project = documents("projects").at("Law-001");
    EXPECT_EQ(value::text_at(project, "name"), "Lawley");
    EXPECT_EQ(value::text_at(project, "code"), "LAW");
    EXPECT_NE(value::text_at(project, "boundary").find("Polygon"), std::string::npos);
    EXPECT_EQ(documents("projects").size(), 2U);
    expect_verified();
}

TEST_F(ImportServiceTest, SomebodyWhoIsNoAdminWritesNothing) {
    system_test::DeskUnderTest desk(server, "supervisor");
    auto other = OfficeLine::open(desk.options().profile, desk.options().credentials);
    ASSERT_TRUE(other.ok());
    const auto report = run_import(**other, &*office, ImportKind::planned, read(ImportKind::planned, poles(2)), true);
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().kind, base::ErrorKind::permission_denied);
    EXPECT_TRUE(documents("planned-poles").empty());
}

TEST(ReadImport, FormatIsSeenByContentAndAPoleWithoutProjectIsRefused) {
    const auto json = read_import(ImportKind::planned,
                                  " {\"type\":\"Feature\",\"properties\":{\"pole_number\":\"A1\"},"
                                  "\"geometry\":{\"type\":\"Point\",\"coordinates\":[27.8,-26.3]}}",
                                  "P");
    ASSERT_TRUE(json.ok()) << json.error().full();
    EXPECT_TRUE(json->by_feature);
    EXPECT_EQ(json->documents.size(), 1U);
    const auto nameless = read_import(ImportKind::planned, "pole_number,latitude,longitude\nA1,-26.3,27.8\n", "");
    ASSERT_FALSE(nameless.ok());
    EXPECT_NE(nameless.error().what.find("--project"), std::string::npos);
    EXPECT_FALSE(read_import(ImportKind::planned, "", "P").ok());
}

}  // namespace
}  // namespace linesman::app
