#include "cli/output.h"

#include <gtest/gtest.h>

namespace linesman::cli {
namespace {

struct Captured {
    std::string out, err;
};

template <typename Write>
Captured captured(Write write) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    write();
    std::fflush(stdout);
    std::fflush(stderr);
    return {testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

TEST(Output, DataGoesToStdoutAndMessagesToStderr) {
    const auto text = captured([] {
        const Output out(false, false);
        out.data("12 captures");
        out.message("Syncing");
        out.document({{"captures", 12}});
    });
    EXPECT_EQ(text.out, "12 captures\n");
    EXPECT_EQ(text.err, "Syncing\n");
}

TEST(Output, WithJsonStdoutHoldsOneDocumentOnly) {
    const auto text = captured([] {
        const Output out(true, false);
        out.data("12 captures");
        out.document({{"captures", 12}});
    });
    EXPECT_EQ(base::Json::parse(text.out), (base::Json{{"captures", 12}}));
}

TEST(Output, QuietKeepsProblems) {
    const auto text = captured([] {
        const Output out(false, true);
        out.message("Syncing");
        out.problem(base::make_error(base::ErrorKind::offline, "There is no connection.", "curl 7"));
    });
    EXPECT_EQ(text.err, "There is no connection. [curl 7]\n");
}

TEST(Output, ControlCharactersOfADocumentDoNotReachTheTerminal) {
    const auto text = captured([] { Output(false, false).data("a\x1B[2Jb\x7F\tc"); });
    EXPECT_EQ(text.out, "a?[2Jb?\tc\n");
}

TEST(Output, TextThatIsNotUtf8StillMakesADocument) {
    const auto text = captured([] { Output(true, false).document({{"notes", "a\xFF"}}); });
    EXPECT_TRUE(base::Json::accept(text.out)) << text.out;
}

TEST(Output, ProgressIsForTerminalsOnly) {
    const auto text = captured([] {
        Output out(false, false);
        out.progress("1 of 2");
        out.end_progress();
    });
    EXPECT_EQ(text.err, "");
}

TEST(Output, TableColumnsAlignByCodePoints) {
    EXPECT_EQ(Output::table({{"id", "state"}, {"Mötley", "ok"}, {"x"}}), "id      state\nMötley  ok\nx");
    EXPECT_EQ(Output::table({}), "");
}

}  // namespace
}  // namespace linesman::cli
