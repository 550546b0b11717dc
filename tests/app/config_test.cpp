#include "app/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/app_support.h"
#include "base/file.h"

namespace linesman::app {
namespace {

using testing::HasSubstr;

struct ConfigTest : testing::Test {
    test::TempFolder folder;
    ConfigSources sources;

    std::string write(const std::string& name, const std::string& text) {
        const std::string path = folder.file(name);
        EXPECT_TRUE(base::write_file_atomically(path, text).ok());
        sources.files.push_back(path);
        return path;
    }
    std::string refusal() {
        const auto profile = load_profile("default", sources);
        if (profile) return "it was accepted";
        EXPECT_EQ(profile.error().kind, base::ErrorKind::configuration);
        return profile.error().full();
    }
};

TEST_F(ConfigTest, WithoutAnythingTheDefaultsStand) {
    sources.files.push_back(folder.file("absent.toml"));
    const auto profile = load_profile("default", sources);
    ASSERT_TRUE(profile.ok()) << profile.error().full();
    EXPECT_EQ(profile->hold_back_s, 10);
    EXPECT_EQ(profile->utc_offset_minutes, 120);
    EXPECT_TRUE(profile->promote_on_approve);
    EXPECT_EQ(profile->origins.at("hold_back_s"), "default");
}

TEST_F(ConfigTest, FlagsWinOverEnvironmentOverUserOverSystem) {
    write("system.toml",
          "[profile.default]\nproject_id = 'system'\nbucket = 'system'\napi_key='system'\ndatabase='system'");
    const auto user = write("user.toml", "[profile.default]\nproject_id = 'user'\nbucket = 'user'\napi_key='user'");
    sources.environment = {{"LINESMAN_PROJECT_ID", "environment"}, {"LINESMAN_BUCKET", "environment"}};
    sources.flags = {{"project_id", "flag"}};
    const auto profile = load_profile("default", sources);
    ASSERT_TRUE(profile.ok()) << profile.error().full();
    EXPECT_EQ(profile->endpoints.project_id, "flag");
    EXPECT_EQ(profile->endpoints.bucket, "environment");
    EXPECT_EQ(profile->endpoints.api_key, "user");
    EXPECT_EQ(profile->endpoints.database, "system");
    EXPECT_EQ(profile->origins.at("bucket"), "LINESMAN_BUCKET");
    EXPECT_EQ(profile->origins.at("api_key"), user);
}

TEST_F(ConfigTest, OnlyTheNamedProfileCounts) {
    write("user.toml", "[profile.default]\nproject_id = 'one'\n[profile.north]\nproject_id = 'two'\n");
    EXPECT_EQ(load_profile("north", sources)->endpoints.project_id, "two");
    EXPECT_EQ(*profile_names(sources), (std::vector<std::string>{"default", "north"}));
}

TEST_F(ConfigTest, EveryKindOfValueIsRead) {
    write("user.toml",
          "[profile.default]\nprojects = ['Law-001', 'Moh-002']\nhold_back_s = 0\nroles_enforced = false\n"
          "firestore_host = 'http://127.0.0.1:8080/'\n");
    const auto profile = load_profile("default", sources);
    ASSERT_TRUE(profile.ok()) << profile.error().full();
    EXPECT_EQ(profile->projects, (std::vector<std::string>{"Law-001", "Moh-002"}));
    EXPECT_EQ(profile->hold_back_s, 0);
    EXPECT_FALSE(profile->roles_enforced);
    EXPECT_EQ(profile->endpoints.firestore, "http://127.0.0.1:8080");
}

TEST_F(ConfigTest, ASlipOfThePenIsAnErrorThatNamesFileAndKey) {
    const auto path = write("user.toml", "[profile.default]\nprojekt_id = 'x'\n");
    const auto why = refusal();
    EXPECT_THAT(why, HasSubstr("projekt_id"));
    EXPECT_THAT(why, HasSubstr(path));
}

TEST_F(ConfigTest, AValueOutOfRangeIsAnErrorThatSaysTheRange) {
    write("user.toml", "[profile.default]\nhold_back_s = 601\n");
    EXPECT_THAT(refusal(), testing::AllOf(HasSubstr("hold_back_s"), HasSubstr("600")));
}

TEST_F(ConfigTest, AValueOfTheWrongTypeIsAnError) {
    sources.flags = {{"demo", "yes"}};
    EXPECT_THAT(refusal(), HasSubstr("true or false"));
    sources.flags = {{"pull_interval_s", "15x"}};
    EXPECT_THAT(refusal(), HasSubstr("15x"));
    sources.flags = {{"firestore_host", "127.0.0.1:8080"}};
    EXPECT_THAT(refusal(), HasSubstr("http"));
    sources.flags = {};
    write("user.toml", "[profile.default]\nprojects = [1, 2]\n");
    EXPECT_THAT(refusal(), HasSubstr("texts"));
}

TEST_F(ConfigTest, ABrokenFileIsNamed) {
    const auto path = write("user.toml", "[profile.default\nx");
    EXPECT_THAT(refusal(), HasSubstr(path));
    EXPECT_FALSE(profile_names(sources).ok());
}

TEST_F(ConfigTest, SpacesAroundTheNamesOfAListAreNoPartOfThem) {
    sources.flags = {{"projects", "Law-001, Moh-002 , "}};
    EXPECT_EQ(load_profile("default", sources)->projects, (std::vector<std::string>{"Law-001", "Moh-002"}));
}

TEST_F(ConfigTest, MoreThan30ProjectsAreTooMany) {
    std::string list;
    for (int i = 0; i < 31; ++i) list.append("p").append(std::to_string(i)).append(",");
    sources.flags = {{"projects", list}};
    EXPECT_THAT(refusal(), HasSubstr("30"));
}

TEST_F(ConfigTest, AProfileWithoutProjectIsRefusedBeforeAnythingIsContacted) {
    const auto status = check_profile(Profile{});
    ASSERT_FALSE(status.ok());
    EXPECT_THAT(status.error().what, HasSubstr("project_id"));
}

TEST_F(ConfigTest, AProjectIdThatNoProjectCanHaveIsRefused) {
    Profile profile;
    for (const char* id : {"demo-linesman", "example.com:my-project"}) {
        profile.endpoints.project_id = id;
        EXPECT_TRUE(check_profile(profile).ok()) << id;
    }
    for (const char* id : {"My Poles", "my/poles", "Law-001", "https://my-poles.web.app"}) {
        profile.endpoints.project_id = id;
        ASSERT_FALSE(check_profile(profile).ok()) << id;
        EXPECT_THAT(check_profile(profile).error().what, HasSubstr("Project settings"));
    }
}

TEST_F(ConfigTest, WhatWasEnteredIsSavedOnlyWhenItCanBeUsed) {
    const auto path = folder.file("new.toml");
    sources.files = {path};
    const auto refused = save_usable_profile(path, "default", sources, {{"project_id", "My Poles"}});
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().what, HasSubstr("project_id"));
    std::string many = "p0";
    for (int i = 1; i < 31; ++i) many += ",p" + std::to_string(i);
    const auto too_many = save_usable_profile(path, "default", sources, {{"project_id", "poles"}, {"projects", many}});
    ASSERT_FALSE(too_many.ok());
    EXPECT_TRUE(too_many.error().what.starts_with("projects may name")) << too_many.error().what;
    EXPECT_FALSE(base::file_exists(path)) << "the next start asks again";
    ASSERT_TRUE(save_usable_profile(path, "default", sources, {{"project_id", "poles"}}).ok());
    EXPECT_EQ(load_profile("default", sources)->endpoints.project_id, "poles");
}

TEST_F(ConfigTest, WithoutTlsOnlyLoopbackIsAllowed) {
    Profile profile;
    profile.endpoints.project_id = "p";
    EXPECT_TRUE(check_profile(profile).ok());
    for (const char* host : {"http://127.0.0.1:80", "http://localhost", "http://[::1]:9"}) {
        profile.endpoints.storage = host;
        EXPECT_TRUE(check_profile(profile).ok()) << host;
    }
    for (const char* host : {"http://example.org", "http://127.0.0.1.example.org", "http://localhost.example.org",
                             "http://127.0.0.1:80@example.org"}) {
        profile.endpoints.storage = host;
        ASSERT_FALSE(check_profile(profile).ok()) << host;
        EXPECT_THAT(check_profile(profile).error().what, HasSubstr("storage_host"));
        profile.endpoints.storage = "https://firebasestorage.googleapis.com";
        profile.google.token_url = std::string(host) + "/token";
        EXPECT_FALSE(check_profile(profile).ok()) << host;
        profile.google.token_url = "https://oauth2.googleapis.com/token";
    }
}

TEST_F(ConfigTest, DescribeShowsEveryKeyAndWhereItComesFrom) {
    sources.flags = {{"hold_back_s", "3"}};
    const auto profile = load_profile("default", sources);
    ASSERT_TRUE(profile.ok());
    EXPECT_THAT(describe(*profile, false), HasSubstr("hold_back_s = 3\n"));
    EXPECT_THAT(describe(*profile, true), HasSubstr("hold_back_s = 3  # the command line"));
    EXPECT_THAT(describe(*profile, true), HasSubstr("demo = false  # default"));
}

TEST_F(ConfigTest, SavingKeepsTheOtherValuesAndProfiles) {
    const auto path = write(
        "user.toml", "[profile.default]\nproject_id = 'one'\nhold_back_s = 5\n[profile.north]\nproject_id = 'two'\n");
    ASSERT_TRUE(save_profile_values(path, "default", {{"hold_back_s", "20"}}).ok());
    EXPECT_EQ(load_profile("default", sources)->hold_back_s, 20);
    EXPECT_EQ(load_profile("default", sources)->endpoints.project_id, "one");
    EXPECT_EQ(load_profile("north", sources)->endpoints.project_id, "two");
}

TEST_F(ConfigTest, SavingAWrongValueLeavesTheFileAsItWas) {
    const auto path = write("user.toml", "[profile.default]\nproject_id = 'one'\n");
    const auto before = *base::read_file(path);
    EXPECT_FALSE(save_profile_values(path, "default", {{"hold_back_s", "many"}}).ok());
    EXPECT_FALSE(save_profile_values(path, "default", {{"password", "x"}}).ok()) << "no secrets in this file";
    EXPECT_EQ(*base::read_file(path), before);
}

TEST_F(ConfigTest, SavingMakesTheFileWhenThereIsNone) {
    const auto path = folder.file("new.toml");
    ASSERT_TRUE(save_profile_values(path, "north", {{"project_id", "three"}, {"projects", "a,b"}}).ok());
    sources.files = {path};
    const auto profile = load_profile("north", sources);
    ASSERT_TRUE(profile.ok()) << profile.error().full();
    EXPECT_EQ(profile->endpoints.project_id, "three");
    EXPECT_EQ(profile->projects, (std::vector<std::string>{"a", "b"}));
}

TEST_F(ConfigTest, LimitsOfDevicesAreSettingsInPlainUnits) {
    const auto user =
        write("user.toml",
              "[profile.default]\ndevice_no_contact_h = 6\ndevice_missing_photos_percent = 35\n"
              "device_clock_ahead_min = 2\ndevice_storage_left_mb = 500\ndevice_sent_twice_percent = 3\n");
    const auto profile = load_profile("default", sources);
    ASSERT_TRUE(profile.ok()) << profile.error().full();
    const auto limits = device_limits_of(*profile);
    EXPECT_EQ(limits.no_contact, base::hours(6));
    EXPECT_EQ(limits.clock_skew, base::minutes(2));
    EXPECT_EQ(limits.storage_left_bytes, 500'000'000);
    EXPECT_DOUBLE_EQ(limits.missing_photo_share, 0.35);
    EXPECT_DOUBLE_EQ(limits.duplicate_share, 0.03);
    EXPECT_EQ(limits.utc_offset_minutes, 120);
    const auto settings = list_settings(*profile);
    const auto shown = std::find_if(settings.begin(), settings.end(),
                                    [](const auto& s) { return s.key == "device_missing_photos_percent"; });
    ASSERT_NE(shown, settings.end());
    EXPECT_EQ(shown->value, "35");
    EXPECT_EQ(shown->origin, user);
    EXPECT_THAT(describe(Profile{}, false), HasSubstr("device_no_contact_h = 24\n"));
    sources.flags = {{"device_no_contact_h", "0"}};
    EXPECT_THAT(refusal(), HasSubstr("from 1 to 2160"));
}

}  // namespace
}  // namespace linesman::app
