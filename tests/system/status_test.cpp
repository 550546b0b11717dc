// What a person sees of settings and of the exchange with the server without a window.
#include <gmock/gmock.h>

#include "system/program_fixture.h"

namespace linesman::system_test {
namespace {

using testing::HasSubstr;

class StatusTest : public ProgramTest {};

TEST_F(StatusTest, ConfigKeysListsEveryKeyAlsoWhileTheFileIsBroken) {
    const auto keys = run_json({"config", "keys"})["keys"];
    ASSERT_EQ(code, 0);
    ASSERT_GT(keys.size(), 15U);
    for (const auto& key : keys) {
        EXPECT_FALSE(key["key"].get<std::string>().empty());
        EXPECT_FALSE(key["help"].get<std::string>().empty()) << key["key"];
    }
    ASSERT_TRUE(base::make_private_dirs(folder.path() + "/config").ok());
    // A slip of the pen names the verb, and the verb works.
    run({"config", "set", "hold_back_s", "5"});
    const std::string wrong = "[profile.demo]\nproject = \"a slip of the pen\"\n";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
        if (entry.path().filename() == "config.toml")
            ASSERT_TRUE(base::write_file_atomically(entry.path(), wrong).ok());
    }
    EXPECT_EQ(run({"config", "show"}), 78) << output;
    EXPECT_TRUE(says("linesmanctl config keys")) << output;
    EXPECT_EQ(run({"config", "keys"}), 0) << output;
    EXPECT_TRUE(says("project_id")) << output;
    EXPECT_TRUE(says("hold_back_s")) << output;
}

TEST_F(StatusTest, StatusShowsTheRunsOfTheExchangeWithTheirAnswerTimes) {
    stage_clean(4);
    ASSERT_EQ(run({"sync"}), 0) << output;
    const auto runs = run_json({"status"})["runs"];
    ASSERT_FALSE(runs.empty());
    const auto& first = runs.back();
    EXPECT_EQ(first["kind"], "first sync");
    EXPECT_GE(first["documents"].get<int>(), 4);
    EXPECT_GE(first["requests"].get<int>(), 1);
    EXPECT_GT(first["p50_ms"].get<double>(), 0);
    EXPECT_GE(first["p99_ms"].get<double>(), first["p50_ms"].get<double>());
    EXPECT_EQ(first["error"], "");
    EXPECT_EQ(run({"status"}), 0) << output;
    EXPECT_TRUE(says("first sync")) << output;
}

TEST_F(StatusTest, ASyncThatRunsOutOfTimeSaysWhatHeldItUp) {
    stage_clean(1);
    server.faults().next(backend::FaultRule::Kind::unavailable, 1000, "/documents");
    EXPECT_EQ(run({"--timeout", "2", "sync"}), 75) << output;
    EXPECT_TRUE(says("did not finish in time")) << output;
    EXPECT_TRUE(says("not available at the moment")) << output;
    EXPECT_TRUE(says("tries again by itself")) << output;
}

TEST_F(StatusTest, AReportCanBeInAnotherZoneThanTheProfiles) {
    stage_clean(2);
    ASSERT_EQ(run({"sync"}), 0) << output;
    ASSERT_EQ(run({"export", "validation", "--utc-offset", "0", "--out", folder.path() + "/utc"}), 0) << output;
    const auto manifest = base::read_file(folder.path() + "/utc/validation.manifest.json").value_or("");
    EXPECT_THAT(manifest, HasSubstr("UTC+00:00"));
    EXPECT_EQ(run({"verify-report", folder.path() + "/utc/validation.manifest.json"}), 0) << output;
    EXPECT_EQ(run({"export", "validation", "--utc-offset", "900", "--out", folder.path() + "/x"}), 2) << output;
}

}  // namespace
}  // namespace linesman::system_test
