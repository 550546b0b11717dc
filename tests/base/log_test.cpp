#include "base/log.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "base/file.h"
#include "support/temp_folder.h"

namespace linesman::base {
namespace {

class Log : public testing::Test {
  protected:
    void TearDown() override { ASSERT_TRUE(log_to("", LogLevel::info, false).ok()); }
    std::string text() { return read_file(path).value_or(""); }
    test::TempFolder folder;
    std::string path = folder / "linesman.log";
};

unsigned mode_of(const std::string& path) {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

TEST(Redact, RemovesEverySecretAndKeepsTheRest) {
    const std::vector<std::pair<std::string, std::string>> lines{
        {"GET /v1/x Authorization: Bearer ya29.A0AfH6SMBxyz-_~+/= done",
         "GET /v1/x Authorization: Bearer [removed] done"},
        {"authorization: bearer abcdefgh12345678", "authorization: bearer [removed]"},
        {"Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: Basic [removed]"},
        {"Authorization: Firebase abcdefgh.ijkl", "Authorization: Firebase [removed]"},
        {"https://host/v0/b/x/o/y?alt=media&token=1234-abcd", "https://host/v0/b/x/o/y?alt=media&token=[removed]"},
        {"https://host/x?key=AIzaSyExample&alt=json", "https://host/x?key=[removed]&alt=json"},
        {"https://host/o?X-Goog-Signature=0a1b2c&X-Goog-Date=20250130",
         "https://host/o?X-Goog-Signature=[removed]&X-Goog-Date=20250130"},
        {R"({"refreshToken": "AMf-vBx", "expiresIn": "3600"})",
         R"({"refreshToken": "[removed]", "expiresIn": "3600"})"},
        {R"({"email":"a@b.c","password":"two words, and a comma","x":1})",
         R"({"email":"a@b.c","password":"[removed]","x":1})"},
        {R"({"password":"quote \" inside","x":1})", R"({"password":"[removed]","x":1})"},
        {"PASSWORD = hunter2", "PASSWORD = [removed]"},
        {"grant_type=authorization_code&code=4/0AX4XfWh&code_verifier=xyz",
         "grant_type=authorization_code&code=[removed]&code_verifier=[removed]"},
        {"id eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end", "id [removed] end"},
        {"token=Bearer abcdefgh12345678", "token=[removed] [removed]"},
        {"access_token='abc def' rest", "access_token='[removed]' rest"},
    };
    for (const auto& [line, expected] : lines) EXPECT_EQ(redact(line), expected);
}

TEST(Redact, LeavesOrdinaryLinesAlone) {
    for (const char* line :
         {"", "pulled 1,000 captures in 0.5 s", "bearer of news", "the token was refused", "pole-keys/abc created",
          "eyJ", "token", "key", "password:", "Poles LAW.P.B167 \xE1\xB8\x93"}) {
        EXPECT_EQ(redact(line), line);
    }
}

TEST(Redact, HandlesLinesOfAnyLength) {
    for (const char* start : {"token=", "Bearer ", "\"password\":\"", "eyJ"}) {
        const std::string line = start + std::string(1'000'000, 'x');
        EXPECT_LE(redact(line).size(), line.size());
    }
    EXPECT_EQ(redact("token=" + std::string(1'000'000, 'x')), "token=[removed]");
    EXPECT_EQ(redact("\"password\":\"never closed\\"), "\"password\":\"[removed]");
}

TEST_F(Log, WritesOneRedactedLinePerEventToAPrivateFile) {
    ASSERT_TRUE(log_to(path, LogLevel::info, false).ok());
    log(LogLevel::info, "sync", "first\nline with token=abc");
    log(LogLevel::debug, "sync", "too quiet");
    log(LogLevel::error, "net", make_error(ErrorKind::offline, "No connection.", "key=AIza"));
    const std::string written = text();
    EXPECT_EQ(std::count(written.begin(), written.end(), '\n'), 2);
    EXPECT_NE(written.find(" info sync: first line with token=[removed]\n"), std::string::npos) << written;
    EXPECT_NE(written.find(" error net: No connection. (offline: key=[removed]"), std::string::npos) << written;
    EXPECT_EQ(written.find("AIza"), std::string::npos);
    EXPECT_EQ(mode_of(path), 0600U);
}

TEST_F(Log, AFileOthersCouldReadBecomesPrivate) {
    std::ofstream(path) << "old\n";
    chmod(path.c_str(), 0644);
    ASSERT_TRUE(log_to(path, LogLevel::info, false).ok());
    EXPECT_EQ(mode_of(path), 0600U);
    log(LogLevel::info, "base", "new");
    EXPECT_EQ(text().find("old\n"), 0U) << "the log is continued";
}

TEST_F(Log, TurnsOverAtFourMebibytesAndKeepsOneOldFile) {
    ASSERT_TRUE(log_to(path, LogLevel::info, false).ok());
    const std::string message(100'000, 'm');
    for (int i = 0; i < 100; ++i) log(LogLevel::info, "base", message);
    EXPECT_EQ(folder.count(), 2);
    EXPECT_LT(file_size(path), 4'300'000U);
    EXPECT_GT(file_size(path + ".1"), 4'000'000U);
    EXPECT_EQ(mode_of(path), 0600U);
    EXPECT_EQ(mode_of(path + ".1"), 0600U);
}

TEST_F(Log, LinesOfManyThreadsStayWhole) {
    ASSERT_TRUE(log_to(path, LogLevel::info, false).ok());
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([t] {
            for (int i = 0; i < 200; ++i)
                log(LogLevel::info, "base", "begin" + std::string(50, static_cast<char>('a' + t)) + "end");
        });
    }
    for (auto& thread : threads) thread.join();
    std::ifstream file(path);
    int lines = 0;
    for (std::string line; std::getline(file, line); ++lines) {
        const auto begin = line.find("begin");
        ASSERT_NE(begin, std::string::npos);
        EXPECT_EQ(line.size() - begin, 58U);
        EXPECT_TRUE(line.ends_with("end"));
    }
    EXPECT_EQ(lines, 800);
}

TEST_F(Log, APathThatCannotBeWrittenIsAnError) {
    EXPECT_EQ(log_to(folder / "no/such/log", LogLevel::info, false).error().kind, ErrorKind::io);
    log(LogLevel::error, "base", "goes nowhere and harms nothing");
}

}  // namespace
}  // namespace linesman::base
