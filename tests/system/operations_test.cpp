// The verbs of support and analysis as programs: reports that hold, devices, the queue, man pages and completion.
#include <gmock/gmock.h>

#include <set>

#include "store/outbox.h"
#include "system/desk_fixture.h"
#include "system/program.h"

namespace linesman::system_test {
namespace {

using testing::HasSubstr;

class OperationsTest : public ServerTest {
  protected:
    TempFolder folder;
    std::string output;
    int code = 0;

    int run(std::vector<std::string> verb, const std::string& person = "supervisor") {
        Program program = linesmanctl(server.base_url(), folder.path(), verb, "linesman", person);
        if (!program.started()) return -1;
        code = program.wait();
        output = program.output();
        return code;
    }
    Json run_json(std::vector<std::string> verb) {
        verb.insert(verb.begin(), {"--json", "-q"});
        run(std::move(verb));
        auto json = base::parse_json(output, "output");
        EXPECT_TRUE(json.ok()) << output;
        return json.value_or(Json::object());
    }
    std::string out(const std::string& name) const { return folder.path() + "/" + name; }
    std::string text_of(const std::string& name) const { return base::read_file(out(name)).value_or("not there"); }
    void sync_captures(size_t count) {
        stage_clean(count);
        ASSERT_EQ(run({"sync"}), 0) << output;
    }
};

std::string shell(const std::string& command) {
    std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    std::string text;
    char buffer[4096];
    for (size_t n; pipe && (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
    if (pipe) pclose(pipe);
    return text;
}

// First words of the lines below "heading:" of a --help page.
std::vector<std::string> listed(const std::string& help, const std::string& heading) {
    std::vector<std::string> words;
    const auto at = help.find(heading);
    if (at == std::string::npos) return words;
    size_t line = help.find('\n', at) + 1;
    while (line < help.size() && help.compare(line, 2, "  ") == 0) {
        const auto end = help.find('\n', line);
        const auto word = help.find_first_not_of(' ', line);
        // Continued descriptions stand further in.
        if (word == line + 2) words.push_back(help.substr(word, help.find_first_of(" ,\n", word) - word));
        line = end + 1;
    }
    return words;
}

std::set<std::string> long_options(const std::string& help) {
    std::set<std::string> out;
    for (size_t at = help.find("--"); at != std::string::npos; at = help.find("--", at + 2)) {
        if (at > 0 && help[at - 1] != ' ' && help[at - 1] != ',') continue;
        const auto end = help.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", at + 2);
        if (end > at + 2) out.insert(help.substr(at, end - at));
    }
    return out;
}

TEST_F(OperationsTest, AReportIsTheSameOnAnotherDayInAnotherZoneAndLocale) {
    sync_captures(4);
    ASSERT_EQ(run({"export", "validation", "--format", "csv,xlsx,html,geojson,jsonl", "--out", out("first")}), 0)
        << output;
    // Another process, later, elsewhere: only the data may matter.
    const std::string binary = std::string(LINESMAN_BIN_DIR) + "/linesmanctl";
    const std::string said =
        shell("TZ=Pacific/Auckland LC_ALL=de_DE.UTF-8 LINESMAN_PROJECT_ID=demo-linesman LINESMAN_DEMO=true HOME=" +
              folder.path() + " " + binary + " --profile demo --data-dir " + folder.path() +
              " export validation --format csv,xlsx,html,geojson,jsonl --out " + out("second"));
    for (const char* name : {"validation.csv", "validation.xlsx", "validation.html", "validation.geojson",
                             "validation.jsonl", "validation-by-rule.csv", "validation.inputs.jsonl"}) {
        const auto first = text_of(std::string("first/") + name);
        ASSERT_NE(first, "not there") << name;
        EXPECT_EQ(first, text_of(std::string("second/") + name)) << name << "\n" << said;
    }
    EXPECT_THAT(text_of("first/validation.csv"), HasSubstr("stg0,LAW.P.B100,Law-001"));
}

TEST_F(OperationsTest, VerifyReportHoldsNamesAForgeryAndListsWhatChangedSince) {
    sync_captures(3);
    ASSERT_EQ(run({"export", "validation", "--out", out("r")}), 0) << output;
    auto json = run_json({"verify-report", out("r/validation.manifest.json")});
    EXPECT_EQ(code, 0) << output;
    EXPECT_EQ(json["holds"], true);
    EXPECT_EQ(json["changed_since"].size(), 0U) << output;

    ASSERT_EQ(run({"reject", "stg1", "--reason", "photo_unclear"}), 0) << output;
    ASSERT_EQ(run({"sync"}), 0) << output;
    json = run_json({"verify-report", out("r/validation.manifest.json")});
    EXPECT_EQ(code, 0) << "the report still is what it was";
    ASSERT_EQ(json["changed_since"].size(), 1U) << output;
    EXPECT_EQ(json["changed_since"][0]["row"], "stg1");

    ASSERT_TRUE(base::write_file_atomically(out("r/validation.csv"), "better figures").ok());
    EXPECT_EQ(run({"verify-report", out("r/validation.manifest.json")}), 1);
    EXPECT_THAT(output, HasSubstr("altered"));
    EXPECT_THAT(output, HasSubstr("does not hold"));
}

TEST_F(OperationsTest, FiltersOfExportAreThoseOfList) {
    sync_captures(3);
    ASSERT_EQ(run({"export", "validation", "--device", "device_1", "--out", out("one.csv")}), 0) << output;
    const auto text = text_of("one.csv");
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
    EXPECT_THAT(text, HasSubstr("stg1"));
    const auto manifest = base::parse_json(text_of("one.manifest.json"), "manifest").value_or(Json::object());
    EXPECT_THAT(manifest["filter"].get<std::string>(), HasSubstr("device_1"));
    ASSERT_EQ(run({"export", "validation", "--from", "2025-06-15", "--to", "2025-06-15", "--time", "captured", "--out",
                   out("day.csv")}),
              0)
        << output;
    const auto day = text_of("day.csv");
    EXPECT_EQ(std::count(day.begin(), day.end(), '\n'), 4) << day;
    const auto listed_json = run_json({"list", "--scope", "all", "--from", "2025-06-16", "--time", "captured"});
    EXPECT_EQ(listed_json["total"], 0);
}

TEST_F(OperationsTest, EveryReportCanBeMade) {
    sync_captures(2);
    ASSERT_EQ(run({"approve", "stg0"}), 0) << output;
    ASSERT_EQ(run({"sync"}), 0) << output;
    for (const std::string report : {"validation", "coverage", "devices", "decisions", "handover"}) {
        EXPECT_EQ(run({"export", report, "--format", "csv,xlsx,html,jsonl", "--out", out(report)}), 0) << output;
        EXPECT_EQ(run({"verify-report", out(report + "/" + report + ".manifest.json")}), 0) << output;
    }
    EXPECT_THAT(text_of("handover/handover.csv"), HasSubstr("LAW.P.B100"));
    EXPECT_THAT(text_of("decisions/decisions.csv"), HasSubstr("approved"));
    EXPECT_THAT(text_of("decisions/decisions-journal.csv"), HasSubstr("decided"));
    EXPECT_THAT(text_of("devices/devices.csv"), HasSubstr("device_0"));
}

TEST_F(OperationsTest, ExportSaysWhatIsWrongAndLeavesNothing) {
    sync_captures(1);
    EXPECT_EQ(run({"export", "devices", "--format", "geojson", "--out", out("x")}), 2);
    EXPECT_THAT(output, HasSubstr("no positions"));
    EXPECT_EQ(run({"export", "nonsense", "--out", out("x")}), 2);
    EXPECT_EQ(run({"export", "validation", "--format", "pdf", "--out", out("x")}), 2);
    EXPECT_THAT(output, HasSubstr("there is no format"));
    EXPECT_EQ(run({"export", "validation", "--from", "yesterday", "--out", out("x")}), 2);
    EXPECT_THAT(output, HasSubstr("no day"));
    EXPECT_EQ(run({"export", "validation", "--from", "2025-02-02", "--to", "2025-01-01", "--out", out("x")}), 2);
    std::error_code ignored;
    EXPECT_TRUE(!std::filesystem::exists(out("x")) || std::filesystem::is_empty(out("x"), ignored));
}

TEST_F(OperationsTest, ReadVerbsAndExportWorkBesideARunningConsole) {
    sync_captures(2);
    app::EngineOptions options;
    options.profile.name = "default";
    options.profile.endpoints.project_id = "demo-linesman";
    options.work_offline = true;
    options.folders = base::Folders::for_profile("default", folder.path());
    auto console = app::Engine::open(options);
    ASSERT_TRUE(console.ok()) << console.error().full();
    EXPECT_EQ(run({"export", "validation", "--out", out("beside.csv")}), 0) << output;
    EXPECT_EQ(run({"queue"}), 0) << output;
    EXPECT_NE(run({"devices"}), 75) << output;
}

TEST_F(OperationsTest, DevicesAreListedWithFiguresReportedOrInferred) {
    stage_clean(2);
    put("field-devices", "device_0",
        {{"owner_uid", value::text("worker-1")},
         {"app_version", value::text("2.1")},
         {"network", value::text("3g")},
         {"last_seen", value::timestamp({1'750'000'000'000'000})},
         {"queue", value::map({{"pending", value::integer(14)}, {"error", value::integer(2)}})}});
    put("device-sync-sessions", "session1",
        {{"device_id", value::text("device_0")},
         {"owner_uid", value::text("worker-1")},
         {"started_at", value::timestamp({1'750'000'000'000'000})},
         {"attempts", value::array(Json::array({value::map({{"offline_id", value::text("offline_1")},
                                                            {"stage", value::text("photos")},
                                                            {"outcome", value::text("timed_out")},
                                                            {"error", value::text("no answer; token=SECRET-OF-PHOTO")},
                                                            {"bytes", value::integer(12000)},
                                                            {"ms", value::integer(30000)}})}))}});
    ASSERT_EQ(run({"sync"}), 0) << output;
    const auto json = run_json({"devices", "list"});
    EXPECT_EQ(code, 1) << "one needs attention";
    ASSERT_EQ(json["devices"].size(), 2U);
    const auto& worst = json["devices"][0];
    EXPECT_EQ(worst["device"], "device_0");
    EXPECT_EQ(worst["figures"]["queue"]["source"], "reported");
    EXPECT_EQ(worst["figures"]["captures"]["source"], "inferred");
    EXPECT_EQ(json["devices"][1]["reachable"], false);

    EXPECT_EQ(run({"devices", "show", "device_0"}), 1);
    EXPECT_THAT(output, HasSubstr("timed_out"));
    EXPECT_THAT(output, HasSubstr("Wi-Fi"));  // the cure
    EXPECT_EQ(run({"devices", "bundle", "device_0", "--out", out("bundle.json")}), 0) << output;
    const auto bundle = text_of("bundle.json");
    EXPECT_EQ(bundle.find("SECRET-OF-PHOTO"), std::string::npos);
    EXPECT_EQ(bundle.find("worker-1"), std::string::npos);
    EXPECT_EQ(run({"devices", "open", out("bundle.json")}), 1);
    EXPECT_THAT(output, HasSubstr("timed_out"));
    EXPECT_THAT(output, HasSubstr("redacted"));
    EXPECT_EQ(run({"devices", "show", "nothing"}), 1);
    EXPECT_THAT(output, HasSubstr("device_1"));  // those that there are
    ASSERT_TRUE(base::write_file_atomically(out("broken.json"), "{\"linesman_device_bundle\":1").ok());
    EXPECT_EQ(run({"devices", "open", out("broken.json")}), 1);
}

TEST_F(OperationsTest, ThePhotoLedgerTellsOrphanedFromNeverUploaded) {
    auto capture = clean_capture(0);
    capture.expected_photos = model::kAllSlots;
    capture.photos[model::index_of(model::Slot::depth)].reset();
    capture.photos[model::index_of(model::Slot::concrete)].reset();
    for (const auto slot : model::kSlots) {
        auto& photo = capture.photos[model::index_of(slot)];
        const std::string file = std::string(model::name_of(slot)) + "_1750000000000.jpg";
        if (photo) photo->path = "poles/staging/" + capture.offline_id + "/" + file;
        if (photo) photo->url = photo->path;
        // Of depth the object is there and no capture links it; of concrete there is none; side is gone.
        if (slot == model::Slot::concrete || slot == model::Slot::side) continue;
        backend::HttpRequest request;
        request.method = "POST";
        request.path = "/v0/b/demo-linesman.appspot.com/o";
        request.query = {{"name", "poles/staging/" + capture.offline_id + "/" + file}};
        request.headers["authorization"] = "Bearer owner";
        request.headers["content-type"] = "image/jpeg";
        request.body = "any";
        ASSERT_EQ(server.handle(request).status, 200);
    }
    stage(capture);
    ASSERT_EQ(run({"sync"}), 0) << output;
    const auto json = run_json({"devices", "photos", "device_0"});
    EXPECT_EQ(code, 1);
    EXPECT_EQ(json["asked_storage"], true) << output;
    EXPECT_EQ(json["counts"]["linked"], 3) << output;
    EXPECT_EQ(json["counts"]["orphaned"], 1);
    EXPECT_EQ(json["counts"]["never uploaded"], 1);
    EXPECT_EQ(json["counts"]["unreadable"], 1);
    const auto offline = run_json({"devices", "photos", "device_0", "--offline"});
    EXPECT_EQ(offline["asked_storage"], false);
    EXPECT_EQ(offline["counts"]["unknown"], 2) << output;

    // A person links the candidate; nothing else can be linked.
    const std::string path = "poles/staging/" + capture.offline_id + "/depth_1750000000000.jpg";
    const auto candidates = run_json({"relink", "stg0"});
    EXPECT_EQ(code, 1);
    ASSERT_EQ(candidates["slots"].size(), 1U) << output;
    EXPECT_EQ(candidates["slots"][0]["candidates"][0], path);
    EXPECT_EQ(run({"relink", "stg0", "--photo", path}), 2) << "of which slot?";
    EXPECT_EQ(run({"relink", "stg0", "--slot", "concrete", "--photo", path}), 1);
    EXPECT_THAT(output, HasSubstr("no candidate for the slot concrete"));
    EXPECT_EQ(run({"relink", "stg0", "--slot", "front", "--photo", path}), 1);
    EXPECT_THAT(output, HasSubstr("has a photo already"));
    EXPECT_EQ(run({"relink", "stg0", "--slot", "depth", "--photo", path, "--dry-run"}), 0) << output;
    EXPECT_THAT(output, HasSubstr("would be linked"));
    EXPECT_EQ(run({"relink", "stg0", "--slot", "depth", "--photo", path, "--comment", "same trench"}), 0) << output;
    ASSERT_EQ(run({"sync"}), 0) << output;
    const auto linked = run_json({"devices", "photos", "device_0"});
    EXPECT_EQ(linked["counts"]["linked"], 4) << output;
    EXPECT_EQ(run({"undo", "stg0"}), 0) << output;
    ASSERT_EQ(run({"sync"}), 0) << output;
    EXPECT_EQ(run_json({"devices", "photos", "device_0"})["counts"]["orphaned"], 1) << output;
}

TEST_F(OperationsTest, TheQueueNamesWhatNeedsAPersonAndSendsItAgain) {
    sync_captures(1);
    EXPECT_EQ(run({"queue", "list"}), 0);
    EXPECT_THAT(output, HasSubstr("Nothing waits"));
    {
        const base::SystemClock clock;
        auto outbox = store::Outbox::open(folder.path() + "/data/outbox.db", clock);
        ASSERT_TRUE(outbox.ok());
        auto operation = model::test::an_operation(model::OperationKind::reject, "op-parked");
        operation.staging_id = "stg0";
        operation.send_after = operation.made_at;
        ASSERT_TRUE(outbox->enqueue(operation).ok());
        ASSERT_TRUE(outbox->mark_sending("op-parked").ok());
        ASSERT_TRUE(outbox
                        ->mark_parked("op-parked", base::make_error(base::ErrorKind::permission_denied, "Not allowed."),
                                      "Ask an administrator for the role.")
                        .ok());
    }
    const auto json = run_json({"queue"});
    EXPECT_EQ(code, 1);
    EXPECT_EQ(json["counts"]["parked"], 1);
    EXPECT_EQ(json["items"][0]["cure"], "Ask an administrator for the role.");
    EXPECT_EQ(run({"queue", "retry"}), 2);
    EXPECT_EQ(run({"queue", "retry", "--all"}), 0) << output;
    EXPECT_EQ(run({"queue", "list"}), 0) << output;
    EXPECT_THAT(output, HasSubstr("ready"));
    EXPECT_EQ(run({"queue", "retry", "stg0"}), 1);
    EXPECT_THAT(output, HasSubstr("not parked"));
    EXPECT_EQ(run({"queue", "retry", "nothing"}), 1);
}

TEST_F(OperationsTest, CleaningUpNeverTouchesDecisions) {
    sync_captures(1);
    const std::string photo = folder.path() + "/cache/photos/objects/ab/abcd";
    ASSERT_TRUE(base::make_private_dirs(folder.path() + "/cache/photos/objects/ab").ok());
    ASSERT_TRUE(base::write_file_atomically(photo, std::string(5000, 'x')).ok());
    auto json = run_json({"disk"});
    EXPECT_GE(json["can_go"].get<int64_t>(), 5000);
    json = run_json({"disk", "--clean"});
    EXPECT_GE(json["freed"].get<int64_t>(), 5000);
    EXPECT_FALSE(base::file_exists(photo));
    EXPECT_TRUE(base::file_exists(folder.path() + "/data/outbox.db"));
    EXPECT_TRUE(base::file_exists(folder.path() + "/data/cache.db"));
}

TEST_F(OperationsTest, EveryVerbAndOptionIsInTheManPagesAndTheCompletions) {
    ASSERT_EQ(run({"generate", "man", out("man")}), 0) << output;
    ASSERT_EQ(run({"generate", "bash", out("bash")}), 0) << output;
    ASSERT_EQ(run({"generate", "zsh", out("zsh")}), 0) << output;
    const auto bash = text_of("bash/linesmanctl"), zsh = text_of("zsh/_linesmanctl");
    ASSERT_EQ(run({"--help"}), 0);
    const auto verbs = listed(output, "Subcommands:");
    ASSERT_GT(verbs.size(), 20U) << output;
    for (const auto& verb : verbs) {
        EXPECT_THAT(bash, HasSubstr("'linesmanctl " + verb + "'")) << verb;
        EXPECT_THAT(zsh, HasSubstr("'" + verb + ":")) << verb;
        const auto page = text_of("man/linesmanctl-" + verb + ".1");
        ASSERT_NE(page, "not there") << verb;
        ASSERT_EQ(run({verb, "--help"}), 0) << output;
        for (const auto& option : long_options(output)) {
            std::string in_troff;
            for (const char c : option) in_troff += c == '-' ? std::string("\\-") : std::string(1, c);
            EXPECT_THAT(page, HasSubstr(in_troff)) << verb;
            EXPECT_THAT(bash, HasSubstr(option)) << verb;
            EXPECT_THAT(zsh, HasSubstr(option)) << verb;
        }
    }
    EXPECT_THAT(listed(output, "nothing"), testing::IsEmpty());
    EXPECT_EQ(shell("bash -n " + out("bash/linesmanctl")), "");
    // The completion completes: verbs after the name, values after an option.
    const std::string ask = "source " + out("bash/linesmanctl") + "; COMP_WORDS=(";
    EXPECT_THAT(shell("bash -c '" + ask + "linesmanctl exp); COMP_CWORD=1; _linesmanctl; echo ${COMPREPLY[@]}'"),
                HasSubstr("export"));
    EXPECT_THAT(
        shell("bash -c '" + ask + "linesmanctl list --scope he); COMP_CWORD=3; _linesmanctl; echo ${COMPREPLY[@]}'"),
        HasSubstr("held"));
}

TEST_F(OperationsTest, LinesmanctlNeedsNoDisplayAndNoGl) {
    const auto libraries = shell("ldd " + std::string(LINESMAN_BIN_DIR) + "/linesmanctl");
    ASSERT_THAT(libraries, HasSubstr("libsqlite3"));
    for (const char* never : {"libGL", "libglfw", "libX11", "libwayland", "libEGL"})
        EXPECT_EQ(libraries.find(never), std::string::npos) << never;
}

}  // namespace
}  // namespace linesman::system_test
