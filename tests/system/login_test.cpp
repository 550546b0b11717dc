// linesmanctl login, doctor and logout against a real Secret Service: gnome-keyring on a session bus of its own, with a
// home folder of its own. Google's side and the browser are played on loopback.
#include <gmock/gmock.h>

#include <filesystem>

#include "support/test_server.h"
#include "system/desk_fixture.h"
#include "system/program.h"

namespace linesman::system_test {
namespace {

using linesman::test::TestReply;
using linesman::test::TestRequest;
using linesman::test::TestServer;
using ::testing::HasSubstr;

class LoginTest : public ServerTest {
  protected:
    // Runs the lines of a shell script; `ctl` is linesmanctl with this test's folders. What line n printed is said(n),
    // how it ended code(n).
    void run(const std::vector<std::string>& lines, bool with_keyring = true) {
        std::string script =
            "ctl() { " + std::string(LINESMAN_BIN_DIR) + "/linesmanctl --profile demo --data-dir " + home() +
            "/desk \"$@\"; }\nas() { export LINESMAN_EMAIL=$1@demo.linesman.test "
            "LINESMAN_PASSWORD=${2:-linesman}; }\nnobody() { unset LINESMAN_EMAIL LINESMAN_PASSWORD; }\n";
        if (with_keyring)
            script += "printf test-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n";
        for (size_t i = 0; i < lines.size(); ++i) {
            const std::string to = home() + "/line" + std::to_string(i);
            script.append("{ ").append(lines[i]).append("; } >").append(to).append(" 2>&1 </dev/null; echo $? >");
            script.append(to).append(".code\n");
        }
        write("script.sh", script);
        std::string command = "env -i PATH=" + home() + "/bin:/usr/bin:/bin HOME=" + home() +
                              " XDG_RUNTIME_DIR=" + home() + "/run XDG_DATA_HOME=" + home() +
                              "/data DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus"
                              " LINESMAN_PROJECT_ID=demo-linesman LINESMAN_API_KEY=demo";
        for (const char* host : {"FIRESTORE", "IDENTITY", "TOKEN", "STORAGE"})
            command += " LINESMAN_" + std::string(host) + "_HOST=" + server.base_url();
        for (const auto& setting : settings) command += " " + setting;
        if (with_keyring) command += " dbus-run-session --";
        command += " bash " + home() + "/script.sh >" + home() + "/session.log 2>&1";
        ASSERT_EQ(std::system(command.c_str()), 0) << base::read_file(home() + "/session.log").value_or("");
    }
    std::string said(size_t line) const {
        return base::read_file(home() + "/line" + std::to_string(line)).value_or("nothing");
    }
    int code(size_t line) const {
        return std::atoi(base::read_file(home() + "/line" + std::to_string(line) + ".code").value_or("-1").c_str());
    }
    void write(const std::string& name, const std::string& text) const {
        ASSERT_TRUE(base::write_file_atomically(home() + "/" + name, text).ok());
    }
    const std::string& home() const { return folder.path(); }

    void SetUp() override {
        ServerTest::SetUp();
        for (const char* name : {"/run", "/bin", "/data", "/desk"}) std::filesystem::create_directory(home() + name);
        std::filesystem::permissions(home() + "/run", std::filesystem::perms::owner_all);
    }
    static bool has_keyring() {
        return std::system("command -v gnome-keyring-daemon dbus-run-session >/dev/null 2>&1") == 0;
    }
    // Whether any file below the home holds the text, those of the keyring (which it encrypts) included.
    bool is_on_disk(const std::string& text) const {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(home())) {
            if (!entry.is_regular_file()) continue;
            if (base::read_file(entry.path().string()).value_or("").find(text) != std::string::npos) return true;
        }
        return false;
    }
    backend::User user(const std::string& name) { return *server.users().by_email(name + "@demo.linesman.test"); }

    TempFolder folder;
    std::vector<std::string> settings;
};

TEST_F(LoginTest, TheKeyringKeepsTheSessionForLaterStartsAndNoFileDoes) {
    if (!has_keyring()) GTEST_SKIP() << "gnome-keyring or dbus-run-session is not installed.";
    run({"as supervisor && ctl login", "nobody && ctl doctor", "ctl sync", "ctl logout", "ctl sync", "ctl doctor"});
    EXPECT_EQ(code(0), 0) << said(0);
    EXPECT_THAT(said(0), HasSubstr("Signed in as supervisor@demo.linesman.test, supervisor."));
    EXPECT_EQ(code(1), 0) << said(1);
    EXPECT_THAT(said(1), HasSubstr("keyring: holds a session"));
    EXPECT_THAT(said(1), HasSubstr("supervisor@demo.linesman.test as supervisor"));
    EXPECT_THAT(said(1), HasSubstr("can be read"));
    EXPECT_EQ(code(2), 0) << said(2);
    EXPECT_EQ(code(3), 0) << said(3);
    EXPECT_EQ(code(4), 77) << said(4);
    EXPECT_THAT(said(5), HasSubstr("holds no session"));
    EXPECT_THAT(said(5), HasSubstr("linesmanctl login"));
    EXPECT_FALSE(is_on_disk(server.users().refresh_token(user("supervisor"))));
}

TEST_F(LoginTest, AnEndedSessionSaysWhatToDo) {
    if (!has_keyring()) GTEST_SKIP() << "gnome-keyring or dbus-run-session is not installed.";
    // The account is disabled between two lines of the script.
    TestServer admin([this](const TestRequest&) {
        auto disabled = user("analyst");
        disabled.disabled = true;
        server.users().put(disabled);
        return TestReply{};
    });
    run({"as analyst && ctl login",
         "nobody && python3 -c \"import urllib.request as u; u.urlopen('" + admin.url() + "').read()\"", "ctl doctor",
         "ctl sync"});
    EXPECT_EQ(code(0), 0) << said(0);
    EXPECT_NE(code(2), 0);
    EXPECT_THAT(said(2), HasSubstr("disabled"));
    EXPECT_THAT(said(2), HasSubstr("Ask an admin"));
    EXPECT_EQ(code(3), 77) << said(3);
    // The doctor may have ended before the keyring forgot the session: then the server has told sync as well.
    EXPECT_THAT(said(3), testing::AnyOf(HasSubstr("Sign in again"), HasSubstr("disabled. Ask an admin")));
}

TEST_F(LoginTest, WithGoogleThroughTheBrowser) {
    if (!has_keyring()) GTEST_SKIP() << "gnome-keyring or dbus-run-session is not installed.";
    TestServer google([](const TestRequest&) {
        TestReply reply;
        reply.body =
            R"({"id_token":"{\"sub\":\"g1\",\"email\":\"supervisor@demo.linesman.test\",\"email_verified\":true}"})";
        return reply;
    });
    // The browser agrees at once and follows the redirect.
    write("bin/xdg-open",
          "#!/usr/bin/env python3\n"
          "import sys, urllib.parse as p, urllib.request as r\n"
          "asked = p.parse_qs(p.urlparse(sys.argv[1]).query)\n"
          "r.urlopen(asked['redirect_uri'][0] + '/?code=c1&state=' + asked['state'][0]).read()\n");
    std::filesystem::permissions(home() + "/bin/xdg-open", std::filesystem::perms::owner_all);
    settings = {"LINESMAN_GOOGLE_CLIENT_ID=desk.apps.example", "LINESMAN_GOOGLE_AUTHORIZE_URL=" + google.url("/auth"),
                "LINESMAN_GOOGLE_TOKEN_URL=" + google.url("/token")};
    run({"ctl login --google", "ctl sync"});
    EXPECT_EQ(code(0), 0) << said(0);
    EXPECT_THAT(said(0), HasSubstr("Finish the sign-in in your browser"));
    EXPECT_THAT(said(0), HasSubstr("Signed in as supervisor@demo.linesman.test"));
    EXPECT_EQ(code(1), 0) << said(1);
    ASSERT_EQ(google.requests().size(), 1U);
    EXPECT_THAT(google.requests()[0].body, HasSubstr("code_verifier="));
}

TEST_F(LoginTest, WithoutAKeyringOrAClientItIsSaidWhatToDo) {
    run({"as supervisor && ctl login", "nobody && ctl doctor", "ctl login", "ctl login --google",
         "as supervisor wrong && ctl login"},
        false);
    EXPECT_EQ(code(0), 78) << said(0);
    EXPECT_THAT(said(0), HasSubstr("cannot be kept"));
    EXPECT_THAT(said(0), HasSubstr("LINESMAN_EMAIL"));
    EXPECT_THAT(said(1), HasSubstr("keyring"));
    EXPECT_THAT(said(1), HasSubstr("gnome-keyring"));
    EXPECT_EQ(code(2), 2) << said(2);
    EXPECT_EQ(code(3), 78) << said(3);
    EXPECT_THAT(said(3), HasSubstr("google_client_id"));
    EXPECT_THAT(said(4), HasSubstr("wrong"));
    EXPECT_FALSE(is_on_disk(server.users().refresh_token(user("supervisor"))));
}

}  // namespace
}  // namespace linesman::system_test
