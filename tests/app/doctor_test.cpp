#include "app/doctor.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/app_support.h"
#include "backend/server.h"
#include "store/outbox.h"

namespace linesman::app {
namespace {

using Verdict = DoctorCheck::Verdict;

struct DoctorTest : testing::Test {
    test::TempFolder root;
    base::Folders folders = base::Folders::for_profile("test", root.path());
    Profile profile;

    void SetUp() override {
        ASSERT_TRUE(folders.create().ok());
        profile.endpoints.project_id = "demo-linesman";
        profile.endpoints.api_key = "any";
    }
    DoctorCheck check(const std::string& name, bool online = false, std::optional<Credentials> credentials = {}) {
        for (auto& made : run_doctor(profile, folders, online, credentials)) {
            if (made.name == name) return made;
        }
        return {Verdict::bad, "", "no such check", ""};
    }
};

TEST_F(DoctorTest, AFreshInstallIsFineAndEveryFaultHasItsCure) {
    for (const auto& made : run_doctor(profile, folders, false, {})) {
        EXPECT_TRUE(made.verdict == Verdict::good || !made.cure.empty()) << made.name;
        EXPECT_NE(made.verdict, Verdict::bad) << made.name << ": " << made.found;
    }
}

TEST_F(DoctorTest, AMissingProjectIsBadAndTheServerIsNotAsked) {
    profile.endpoints.project_id.clear();
    EXPECT_EQ(check("configuration", true).verdict, Verdict::bad);
    EXPECT_EQ(check("server", true).found, "no such check");
}

TEST_F(DoctorTest, AFolderOthersCanReadIsAWarning) {
    ASSERT_EQ(chmod(folders.data.c_str(), 0755), 0);
    const auto made = check("data folder");
    EXPECT_EQ(made.verdict, Verdict::warning);
    EXPECT_NE(made.cure.find("chmod 700"), std::string::npos);
}

TEST_F(DoctorTest, AMissingFolderIsBad) {
    std::filesystem::remove_all(folders.cache);
    EXPECT_EQ(check("cache folder").verdict, Verdict::bad);
}

TEST_F(DoctorTest, TheOutboxIsCountedAndItsChainVerified) {
    const base::SystemClock clock;
    {
        auto outbox = store::Outbox::open(folders.data + "/outbox.db", clock);
        ASSERT_TRUE(outbox.ok());
        ASSERT_TRUE(outbox->enqueue(model::test::an_operation(model::OperationKind::approve)).ok());
    }
    const auto made = check("outbox.db");
    EXPECT_EQ(made.verdict, Verdict::good) << made.found;
    EXPECT_NE(made.found.find("1 operations not finished"), std::string::npos) << made.found;
}

TEST_F(DoctorTest, ACacheThatIsNoDatabaseIsAWarningForItCanBeFetchedAgain) {
    ASSERT_TRUE(base::write_file_atomically(folders.data + "/cache.db", std::string(8192, 'x')).ok());
    EXPECT_EQ(check("cache.db").verdict, Verdict::warning);
}

TEST_F(DoctorTest, ServerAndSignInAreCheckedOnline) {
    backend::ServerOptions options;
    options.demo_users = true;
    backend::Server server(options);
    ASSERT_TRUE(server.start().ok());
    auto& endpoints = profile.endpoints;
    endpoints.firestore = endpoints.identity = endpoints.token = endpoints.storage = server.base_url();
    const Credentials good{"supervisor@demo.linesman.test", "linesman"};
    EXPECT_EQ(check("server", true, good).verdict, Verdict::good);
    const auto signed_in = check("sign-in", true, good);
    EXPECT_EQ(signed_in.verdict, Verdict::good) << signed_in.found;
    EXPECT_NE(signed_in.found.find("supervisor"), std::string::npos);
    const auto wrong = check("sign-in", true, Credentials{"supervisor@demo.linesman.test", "wrong"});
    EXPECT_EQ(wrong.verdict, Verdict::warning);
    EXPECT_FALSE(wrong.cure.empty());
    server.stop();
    EXPECT_EQ(check("server", true, good).verdict, Verdict::bad);
}

TEST_F(DoctorTest, WhatASessionLacksIsSaidWithItsCure) {
    backend::ServerOptions options;
    options.demo_users = true;
    backend::Server server(options);
    ASSERT_TRUE(server.start().ok());
    auto& endpoints = profile.endpoints;
    endpoints.firestore = endpoints.identity = endpoints.token = endpoints.storage = server.base_url();
    const Credentials credentials{"analyst@demo.linesman.test", "linesman"};
    auto user = *server.users().by_email(credentials.email);

    user.claims = base::Json::object();
    server.users().put(user);
    const auto no_role = check("sign-in", true, credentials);
    EXPECT_EQ(no_role.verdict, Verdict::warning);
    EXPECT_NE(no_role.found.find("no role"), std::string::npos) << no_role.found;
    EXPECT_NE(no_role.cure.find("Ask an admin"), std::string::npos) << no_role.cure;
    EXPECT_EQ(check("access", true, credentials).verdict, Verdict::good);

    user.disabled = true;
    server.users().put(user);
    const auto disabled = check("sign-in", true, credentials);
    EXPECT_EQ(disabled.verdict, Verdict::warning);
    EXPECT_NE(disabled.found.find("disabled"), std::string::npos) << disabled.found;
    EXPECT_NE(disabled.cure.find("admin"), std::string::npos) << disabled.cure;

    server.faults().clear();
    user.disabled = false;
    server.users().put(user);
    ASSERT_TRUE(
        server.faults()
            .from_json(base::Json{{"rules", base::Json::array({{{"kind", "unavailable"}, {"path", ":runQuery"}}})}})
            .ok());
    const auto busy = check("access", true, credentials);
    EXPECT_EQ(busy.verdict, Verdict::bad);
    EXPECT_FALSE(busy.cure.empty());
}

TEST_F(DoctorTest, WithoutAKeyringItIsSaidHowToSignInAllTheSame) {
    backend::Server server{{}};
    ASSERT_TRUE(server.start().ok());
    auto& endpoints = profile.endpoints;
    endpoints.firestore = endpoints.identity = endpoints.token = endpoints.storage = server.base_url();
    const auto made = check("keyring", true);
    if (made.verdict == Verdict::good) GTEST_SKIP() << "this desktop has a keyring";
    EXPECT_EQ(made.verdict, Verdict::warning);
    EXPECT_NE(made.cure.find("LINESMAN_EMAIL"), std::string::npos);
    const auto nobody = check("sign-in", true);
    EXPECT_EQ(nobody.verdict, Verdict::warning);
    EXPECT_NE(nobody.cure.find("linesmanctl login"), std::string::npos) << nobody.cure;
}

}  // namespace
}  // namespace linesman::app
