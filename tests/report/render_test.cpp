#include "report/render.h"

#include <gtest/gtest.h>
#include <locale.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "report/builders.h"
#include "report/html_writer.h"
#include "report/verify.h"
#include "support/temp_folder.h"

namespace linesman::report {
namespace {

const std::vector<Format> kAll = {Format::csv, Format::jsonl, Format::geojson, Format::xlsx, Format::html};

base::Result<Rendered> render(const Inputs& inputs, const std::string& folder, std::vector<Format> formats = kAll,
                              base::WorkerPool* pool = nullptr) {
    Making making;
    making.pool = pool;
    return render_report(inputs, {folder, "validation", std::move(formats), {{"cache_generation", 7}}, {}}, making);
}

std::map<std::string, std::string> contents(const std::string& folder) {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        out[entry.path().filename()] = base::read_file(entry.path()).value_or("unreadable");
    return out;
}

// Output of a program, or nullopt when it is not there or fails.
std::optional<std::string> output_of(const std::string& command) {
    std::FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
    if (!pipe) return std::nullopt;
    std::string text;
    char buffer[65536];
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
    return pclose(pipe) == 0 ? std::optional(text) : std::nullopt;
}

size_t count_of(const std::string& text, const std::string& part) {
    size_t count = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

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

TEST(Render, ALongTableGoesOnInFurtherSheets) {
    auto inputs = test::validation_inputs();
    inputs.meta.sheet_rows = 2;
    const linesman::test::TempFolder folder;
    ASSERT_TRUE(render(inputs, folder.path(), {Format::xlsx}).ok());
    const auto book = output_of("unzip -p '" + folder.path() + "/validation.xlsx' xl/workbook.xml");
    if (!book) GTEST_SKIP() << "unzip is not installed";
    for (const char* name : {"\"Captures\"", "\"Captures (2)\"", "\"Captures (3)\""})
        EXPECT_NE(book->find(name), std::string::npos) << name;
    EXPECT_EQ(book->find("Captures (4)"), std::string::npos);
    const auto sheets = output_of("unzip -p '" + folder.path() + "/validation.xlsx' 'xl/worksheets/*'");
    ASSERT_TRUE(sheets);
    for (const char* id : {"s0", "s1", "s2", "s3", "s4"})
        EXPECT_GE(count_of(*sheets, std::string(">") + id + "<"), 1U) << id;
    EXPECT_NE(sheets->find("=1+1"), std::string::npos);
    EXPECT_EQ(sheets->find("<f>"), std::string::npos);  // no formula anywhere
}

TEST(Render, TheWorkbookHasTheTimeOfItsData) {
    const linesman::test::TempFolder folder;
    ASSERT_TRUE(render(test::validation_inputs(), folder.path(), {Format::xlsx}).ok());
    const auto core = output_of("unzip -p '" + folder.path() + "/validation.xlsx' docProps/core.xml");
    if (!core) GTEST_SKIP() << "unzip is not installed";
    EXPECT_NE(core->find("2025-06-15T15:06:40Z"), std::string::npos) << *core;
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

TEST(Verify, AReportRendersAgainToTheSameBytes) {
    const linesman::test::TempFolder folder, scratch;
    const auto rendered = render(test::validation_inputs(), folder.path());
    ASSERT_TRUE(rendered.ok());
    Making making;
    const auto checked = verify_report(rendered->manifest, "0.1.0", scratch.path(), making);
    ASSERT_TRUE(checked.ok()) << checked.error().full();
    for (const auto& file : checked->files) EXPECT_EQ(name_of(file.state), "same") << file.name << " " << file.what;
    EXPECT_TRUE(checked->holds());
    EXPECT_EQ(checked->meta, test::meta());
    EXPECT_EQ(scratch.count(), 0);
}

TEST(Verify, NamesAlteredAndMissingFiles) {
    const linesman::test::TempFolder folder, scratch;
    const auto rendered = render(test::validation_inputs(), folder.path(), {Format::csv});
    ASSERT_TRUE(rendered.ok());
    ASSERT_TRUE(base::write_file_atomically(folder / "validation.csv", "nicer figures").ok());
    std::filesystem::remove(folder / "validation-by-rule.csv");
    Making making;
    const auto checked = verify_report(rendered->manifest, "0.1.0", scratch.path(), making);
    ASSERT_TRUE(checked.ok());
    EXPECT_FALSE(checked->holds());
    for (const auto& file : checked->files) {
        const auto expected = file.name == "validation.csv"           ? FileState::altered
                              : file.name == "validation-by-rule.csv" ? FileState::missing
                                                                      : FileState::same;
        EXPECT_EQ(file.state, expected) << file.name;
    }
}

TEST(Verify, AlteredInputsAreSeenEvenWhenTheyAreStillInputs) {
    const linesman::test::TempFolder folder, scratch;
    const auto rendered = render(test::validation_inputs(), folder.path(), {Format::csv});
    ASSERT_TRUE(rendered.ok());
    auto text = base::read_file(folder / "validation.inputs.jsonl").value_or("");
    const auto at = text.find("\"rejected\"");
    ASSERT_NE(at, std::string::npos);
    text.replace(at, 10, "\"approved\"");
    ASSERT_TRUE(base::write_file_atomically(folder / "validation.inputs.jsonl", text).ok());
    Making making;
    const auto checked = verify_report(rendered->manifest, "0.1.0", scratch.path(), making);
    ASSERT_TRUE(checked.ok());
    EXPECT_EQ(checked->files[0].state, FileState::altered);
    const auto csv = std::find_if(checked->files.begin(), checked->files.end(),
                                  [](const auto& file) { return file.name == "validation.csv"; });
    EXPECT_EQ(csv->state, FileState::different);
}

TEST(Verify, AManifestCannotPointElsewhere) {
    const linesman::test::TempFolder folder;
    ASSERT_TRUE(base::write_file_atomically(folder / "m.json",
                                            R"({"linesman_report":1,"stem":"x","formats":[],"files":[],)"
                                            R"("inputs":{"name":"../../etc/passwd","sha256":"0"}})")
                    .ok());
    Making making;
    const auto checked = verify_report(folder / "m.json", "0.1.0", folder.path(), making);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().kind, base::ErrorKind::corrupt);
}

TEST(Verify, ListsWhatChangedInTheDataSince) {
    auto before = test::validation_inputs(), now = test::validation_inputs();
    model::ColumnsBuilder builder(test::five_captures());
    auto decided = model::test::decided(model::test::a_capture("s0"), model::Decision::approved);
    builder.put(model::row_values(decided, model::Severity::none, 0, 0, "Zone 1", "PON 7"));
    builder.remove("s2");
    auto late = model::test::a_capture("s9");
    builder.put(model::row_values(late, model::Severity::none, 0, 0, "", ""));
    now.tables[0].table = test::capture_table(builder.publish());
    const auto changes = compare_inputs(before, now);
    ASSERT_EQ(changes.size(), 3U);
    EXPECT_EQ(changes[0].key, "s0");
    EXPECT_EQ(changes[0].what, DataChange::What::changed);
    EXPECT_NE(std::find(changes[0].columns.begin(), changes[0].columns.end(), "decision"), changes[0].columns.end());
    EXPECT_EQ(changes[1].key, "s2");
    EXPECT_EQ(changes[1].what, DataChange::What::removed);
    EXPECT_EQ(changes[2].key, "s9");
    EXPECT_EQ(changes[2].what, DataChange::What::added);
}

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

// Opens the workbook and the page in the programs that people have. Skipped where they are not installed.
TEST(Programs, LibreOfficeReadsTheWorkbook) {
    if (!output_of("command -v soffice")) GTEST_SKIP() << "LibreOffice (soffice) is not installed";
    const linesman::test::TempFolder folder;
    ASSERT_TRUE(render(test::validation_inputs(), folder.path(), {Format::xlsx}).ok());
    const auto converted = output_of("HOME='" + folder.path() +
                                     "' timeout 120 soffice --headless --convert-to csv:\"Text - txt - csv "
                                     "(StarCalc)\":44,34,76,1,,0,false,true,false,false,false,-1 --outdir '" +
                                     folder.path() + "' '" + folder.path() + "/validation.xlsx'");
    ASSERT_TRUE(converted);
    const auto sheet = base::read_file(folder / "validation-Captures.csv").value_or("");
    EXPECT_NE(sheet.find("LAW.P.A002"), std::string::npos);
    EXPECT_NE(sheet.find("=1+1"), std::string::npos);
}

TEST(Programs, ChromiumDrawsThePage) {
    std::string browser;
    for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
        if (output_of(std::string("command -v ") + name)) browser = name;
    }
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

}  // namespace
}  // namespace linesman::report
