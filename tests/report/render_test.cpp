#include "report/render.h"

#include <gtest/gtest.h>
#include <locale.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "report/rendering.h"
#include "support/temp_folder.h"

namespace linesman::report {
namespace {

using test::contents;
using test::count_of;
using test::kAll;
using test::output_of;
using test::render;

TEST(Render, WritesEveryFormatTheInputsAndAManifest) {
    const linesman::test::TempFolder folder;
    const auto rendered = render(test::validation_inputs(), folder.path());
    ASSERT_TRUE(rendered.ok()) << rendered.error().full();
    const auto files = contents(folder.path());
    for (const char* name : {"validation.csv", "validation-by-project.csv", "validation-by-rule.csv",
                             "validation.jsonl", "validation.geojson", "validation.xlsx", "validation.html",
                             "validation.inputs.jsonl", "validation.manifest.json"})
        EXPECT_TRUE(files.contains(name)) << name;
    EXPECT_FALSE(files.contains("validation-by-project.geojson"));  // it has no positions
    const auto manifest = base::parse_json(files.at("validation.manifest.json"), "manifest");
    ASSERT_TRUE(manifest.ok());
    EXPECT_EQ((*manifest)["snapshot"]["cache_generation"], 7);
    EXPECT_EQ((*manifest)["rules_hash"], "0123");
    EXPECT_EQ((*manifest)["time_zone"], "Africa/Johannesburg (UTC+02:00)");
    for (const auto& file : (*manifest)["files"]) {
        const auto there = digest_of_file(folder / file["name"].get<std::string>(), "x");
        ASSERT_TRUE(there.ok());
        EXPECT_EQ(there->sha256, file["sha256"]) << file["name"];
    }
}

TEST(Render, GivesTheSameBytesInAnotherZoneLocaleAndRowOrder) {
    const linesman::test::TempFolder first, second;
    ASSERT_TRUE(render(test::validation_inputs(), first.path()).ok());
    const char* zone_before = getenv("TZ");
    const std::string kept = zone_before ? zone_before : "";
    setenv("TZ", "Pacific/Auckland", 1);
    tzset();
    // A comma for decimals, where the machine has such a locale.
    const bool other_locale = setlocale(LC_ALL, "de_DE.UTF-8") || setlocale(LC_ALL, "de_DE.utf8");
    base::WorkerPool pool(2);
    const auto rendered = render(test::validation_inputs({3, 1, 4, 0, 2}), second.path(), kAll, &pool);
    setlocale(LC_ALL, "C");
    zone_before ? setenv("TZ", kept.c_str(), 1) : unsetenv("TZ");
    tzset();
    ASSERT_TRUE(rendered.ok());
    EXPECT_EQ(contents(first.path()), contents(second.path()));
    if (!other_locale) GTEST_LOG_(INFO) << "no locale with a decimal comma here: only the zone was changed";
}

TEST(Render, NoPhotoTokenIsInAnyFile) {
    auto inputs = test::validation_inputs();
    auto findings = std::make_shared<MemoryTable>(std::vector<Column>{{"staging_id", ""}, {"message", ""}});
    findings->add({Cell::of("s1"), Cell::of("https://h/o/p.jpg?alt=media&token=THE-SECRET-OF-A-PHOTO")});
    inputs.tables[1].table = findings;
    const linesman::test::TempFolder folder;
    ASSERT_TRUE(render(inputs, folder.path()).ok());
    for (const auto& [name, bytes] : contents(folder.path())) {
        if (name.ends_with(".xlsx")) continue;  // compressed: below
        EXPECT_EQ(bytes.find("THE-SECRET"), std::string::npos) << name;
    }
    const auto sheets = output_of("unzip -p '" + folder.path() + "/validation.xlsx'");
    if (!sheets) GTEST_SKIP() << "unzip is not installed: the workbook was not looked into";
    EXPECT_EQ(sheets->find("THE-SECRET"), std::string::npos);
    EXPECT_NE(sheets->find("token=removed"), std::string::npos);
}

TEST(Render, ThePageNeedsNothingFromElsewhereAndEscapesWhatPeopleWrote) {
    const linesman::test::TempFolder folder;
    auto inputs = test::validation_inputs();
    auto thumbnails = std::make_shared<MemoryTable>(
        std::vector<Column>{{"staging_id", ""}, {"pole_number", ""}, {"text", ""}, {"slot", ""}, {"jpeg", ""}});
    thumbnails->add(
        {Cell::of("s3"), Cell::of("=1+1"), Cell::of("gps_missing"), Cell::of("front"), Cell::of("/9j/AA==")});
    thumbnails->add(
        {Cell::of("s3"), Cell::of("=1+1"), Cell::of("gps_missing"), Cell::of("side"), Cell::of("\"><script>")});
    inputs.tables.push_back({"thumbnails", thumbnails});
    ASSERT_TRUE(render(inputs, folder.path(), {Format::html}).ok());
    const auto page = base::read_file(folder / "validation.html").value_or("");
    EXPECT_EQ(page.find("http://"), std::string::npos);
    EXPECT_EQ(page.find("https://"), std::string::npos);
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("<b>Capture again"), std::string::npos);
    EXPECT_NE(page.find("&lt;b&gt;Capture again"), std::string::npos);
    EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
    EXPECT_NE(page.find("data:image/jpeg;base64,/9j/AA=="), std::string::npos);
    EXPECT_NE(page.find("Africa/Johannesburg (UTC+02:00)"), std::string::npos);
    EXPECT_EQ(count_of(page, "<svg"), count_of(page, "</svg>"));
    EXPECT_GE(count_of(page, "<svg"), 4U);
}

TEST(Render, ThePageSaysThatALongTableIsCut) {
    auto inputs = test::validation_inputs();
    inputs.meta.html_rows = 2;
    const linesman::test::TempFolder folder;
    ASSERT_TRUE(render(inputs, folder.path(), {Format::html}).ok());
    const auto page = base::read_file(folder / "validation.html").value_or("");
    EXPECT_NE(page.find("The first 2 of 5 rows"), std::string::npos);
}

// Findings of so many rows beside what validation_inputs() has.
Inputs with_findings(int count) {
    auto inputs = test::validation_inputs();
    auto findings = std::make_shared<MemoryTable>(
        std::vector<Column>{{"staging_id", "Staging id"}, {"rule", "Rule"}, {"message", "Message"}});
    for (int i = 0; i < count; ++i)
        findings->add({Cell::of("s3"), Cell::of("gps_missing"), Cell::of("Finding " + std::to_string(i))});
    for (auto& table : inputs.tables) {
        if (table.name == "findings") table.table = findings;
    }
    return inputs;
}

TEST(Render, OnPaperALongTableIsCutWhichThePageSays) {
    const linesman::test::TempFolder folder;
    ASSERT_TRUE(render(with_findings(260), folder.path(), {Format::html}).ok());
    const auto page = base::read_file(folder / "validation.html").value_or("");
    EXPECT_NE(page.find("On paper the first 100 of 260 rows"), std::string::npos);
    EXPECT_EQ(count_of(page, "<tr class=\"x\">"), 160U);
    EXPECT_NE(page.find("Finding 259"), std::string::npos) << "the screen has them all";
    EXPECT_NE(page.find("tr.x{display:none}"), std::string::npos);
}

TEST(Render, AReportWithoutPositionsHasNoGeoJson) {
    Inputs inputs;
    inputs.meta = test::meta(Kind::devices);
    auto devices = std::make_shared<MemoryTable>(std::vector<Column>{{"device", ""},
                                                                     {"health", ""},
                                                                     {"failing", "", CellType::boolean},
                                                                     {"reports", "", CellType::boolean},
                                                                     {"network_reported", ""},
                                                                     {"app_version_reported", ""},
                                                                     {"queue_waiting_reported", "", CellType::integer},
                                                                     {"captures_inferred", "", CellType::integer}});
    inputs.tables.push_back({"devices", devices});
    const linesman::test::TempFolder folder;
    const auto rendered = render(inputs, folder.path(), {Format::csv, Format::geojson});
    ASSERT_FALSE(rendered.ok());
    EXPECT_EQ(rendered.error().kind, base::ErrorKind::invalid_argument);
    EXPECT_EQ(folder.count(), 0);
}

// Runs in a child process with a file system of its own. 0 = as it should be, 77 = not possible here.
int render_on_a_full_disk(const std::string& mount_point, Format format, const char* size) {
    if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return 77;
    mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (mount("tmpfs", mount_point.c_str(), "tmpfs", 0, size) != 0) return 77;
    const std::string old_file = mount_point + "/validation." + std::string(name_of(format));
    if (!base::write_file_atomically(old_file, "the old report").ok()) return 1;
    Inputs inputs;
    inputs.meta = test::meta();
    const auto five = test::capture_table(test::five_captures());
    auto many = std::make_shared<MemoryTable>(five->columns());
    std::vector<Cell> cells(five->columns().size());
    for (int i = 0; i < 40'000; ++i) {
        five->read(static_cast<size_t>(i % 5), cells);
        many->add(cells);
    }
    inputs.tables.push_back({"captures", many});
    const auto rendered = render(inputs, mount_point, {format});
    if (rendered.ok()) return 2;
    if (rendered.error().kind != base::ErrorKind::disk_full) return 3;
    if (base::read_file(old_file).value_or("") != "the old report") return 4;
    size_t left = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(mount_point)) ++left;
    return left == 1 ? 0 : 5;
}

class FullDisk : public testing::TestWithParam<std::pair<Format, const char*>> {};

TEST_P(FullDisk, LeavesNoHalfReportAndTheOldOneAsItWas) {
    const linesman::test::TempFolder folder;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) _exit(render_on_a_full_disk(folder.path(), GetParam().first, GetParam().second));
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "no small file system can be mounted without privileges here";
    EXPECT_EQ(WEXITSTATUS(status), 0);
}
// The workbook gives up while eight megabytes are left: libxlsxwriter would not notice the end.
INSTANTIATE_TEST_SUITE_P(Formats, FullDisk,
                         testing::Values(std::pair{Format::csv, "size=2m"}, std::pair{Format::jsonl, "size=2m"},
                                         std::pair{Format::html, "size=1m"}, std::pair{Format::xlsx, "size=12m"}),
                         [](const auto& test) { return std::string(name_of(test.param.first)); });

TEST(Inputs, DamageIsNamedWithItsLine) {
    const linesman::test::TempFolder folder;
    const auto rendered = render(test::validation_inputs(), folder.path(), {Format::csv});
    ASSERT_TRUE(rendered.ok());
    const auto whole = base::read_file(folder / "validation.inputs.jsonl").value_or("");
    const std::string path = folder / "damaged";
    const auto error_of = [&](std::string text) {
        EXPECT_TRUE(base::write_file_atomically(path, text).ok());
        const auto inputs = read_inputs(path);
        EXPECT_FALSE(inputs.ok());
        return inputs.ok() ? std::string() : inputs.error().what;
    };
    EXPECT_NE(error_of(whole.substr(0, whole.size() / 2)).find("line "), std::string::npos);
    EXPECT_NE(error_of("{}\n").find("line 1"), std::string::npos);
    EXPECT_NE(error_of("").find("line 1"), std::string::npos);
    EXPECT_NE(error_of("{\"linesman_inputs\":99}\n").find("newer"), std::string::npos);
}

// Opens the page in the program that people have. Skipped where it is not installed.
std::string chromium() {
    std::string browser;
    for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
        if (output_of(std::string("command -v ") + name)) browser = name;
    }
    return browser;
}

TEST(Programs, ChromiumDrawsThePage) {
    const std::string browser = chromium();
    if (browser.empty()) GTEST_SKIP() << "no Chromium is installed";
    const linesman::test::TempFolder folder;
    ASSERT_TRUE(render(test::validation_inputs(), folder.path(), {Format::html}).ok());
    const auto page =
        output_of("HOME='" + folder.path() + "' timeout 120 " + browser +
                  " --headless --no-sandbox --disable-gpu --dump-dom 'file://" + folder.path() + "/validation.html'");
    ASSERT_TRUE(page);
    EXPECT_NE(page->find("Validation report"), std::string::npos);
    EXPECT_GE(count_of(*page, "<svg"), 4U);
}

TEST(Programs, ChromiumPrintsALongReportOnAFewSheets) {
    const std::string browser = chromium();
    if (browser.empty()) GTEST_SKIP() << "no Chromium is installed";
    const linesman::test::TempFolder folder;
    ASSERT_TRUE(render(with_findings(490), folder.path(), {Format::html}).ok());
    const std::string pdf = folder.path() + "/page.pdf";
    ASSERT_TRUE(output_of("HOME='" + folder.path() + "' timeout 120 " + browser +
                          " --headless --no-sandbox --disable-gpu --no-pdf-header-footer --print-to-pdf='" + pdf +
                          "' 'file://" + folder.path() + "/validation.html'"));
    const auto printed = base::read_file(pdf).value_or("");
    const size_t sheets = count_of(printed, "/Type /Page\n") + count_of(printed, "/Type /Page/");
    EXPECT_GE(sheets, 2U);
    EXPECT_LE(sheets, 7U) << "every row would take twice as many";
}

}  // namespace
}  // namespace linesman::report
