// The field side as programs: a capture's way from the device to production and back, commands of the office, kills.
#include <chrono>
#include <thread>

#include "base/file.h"
#include "base/ids.h"
#include "field/fleet/tiny_photo.h"
#include "model/device.h"
#include "system/desk_fixture.h"
#include "system/program.h"

namespace linesman::system_test {
namespace {

class FieldTest : public ServerTest {
  protected:
    std::vector<std::string> words(std::vector<std::string> verb) const {
        std::vector<std::string> out = {"linesman-field", "--dir", device.path() + "/store"};
        out.insert(out.end(), verb.begin(), verb.end());
        return out;
    }
    // Runs linesman-field to its end, as the demo's device unless told otherwise.
    int field(std::vector<std::string> verb, const std::string& person = "device") {
        Program program(server.base_url(), device.path(), words(std::move(verb)), "linesman", 0, person);
        const int code = program.wait();
        output = program.output();
        return code;
    }
    Json field_json(std::vector<std::string> verb) {
        verb.insert(verb.begin(), {"--json", "-q"});
        (void)field(std::move(verb));
        auto json = base::parse_json(output, "output");
        EXPECT_TRUE(json.ok()) << output;
        return json ? *json : Json::object();
    }
    int office(const std::vector<std::string>& verb, const std::string& person = "supervisor") {
        auto program = linesmanctl(server.base_url(), desk.path(), verb, "linesman", person);
        const int code = program.wait();
        output = program.output();
        return code;
    }
    std::string photo(const std::string& name, uint64_t seed) {
        std::string path = device.path() + "/" + name;
        EXPECT_TRUE(base::write_file_atomically(path, field::tiny_photo(seed, 4000)).ok());
        return path;
    }
    std::string capture() {
        std::vector<std::string> verb = {"capture", "add",    "--number", "LAW.P.B100", "--project",  "Law-001",
                                         "--lat",   "-26.38", "--lon",    "27.80",      "--accuracy", "4"};
        uint64_t seed = 1;
        for (const auto slot : model::kSlots) {
            const std::string name(model::name_of(slot));
            verb.push_back("--photo");
            verb.push_back(name + "=" + photo(name + ".jpg", seed++));
        }
        const auto added = field_json(std::move(verb));
        return base::string_at(added, "offline_id").value_or("");
    }
    std::string staging_id() { return documents(kStaging).begin()->first; }

    TempFolder device, desk, elsewhere;
    std::string output;
};

TEST_F(FieldTest, ARejectedCaptureIsCorrectedAndReachesProduction) {
    const std::string id = capture();
    ASSERT_EQ(field({"sync"}), 0) << output;
    ASSERT_EQ(office({"sync"}), 0) << output;
    ASSERT_EQ(office({"reject", staging_id(), "--reason", "photo_unclear", "--comment", "The plate is cut off."}), 0)
        << output;
    EXPECT_EQ(field({"status", "--check"}), 1);
    EXPECT_NE(output.find("The plate is cut off."), std::string::npos) << output;
    EXPECT_NE(output.find("Photo unclear"), std::string::npos) << output;
    ASSERT_EQ(field({"capture", "correct", id, "--photo", "front=" + photo("better.jpg", 77), "--notes", "cleaned"}), 0)
        << output;
    ASSERT_EQ(field({"sync"}), 0) << output;
    EXPECT_EQ(value::integer_at(staging(staging_id()), "resubmission"), 1);

    ASSERT_EQ(office({"sync"}), 0) << output;
    ASSERT_EQ(office({"--json", "list", "--scope", "resubmitted"}), 0) << output;
    EXPECT_NE(output.find(staging_id()), std::string::npos) << "back in the supervisor's queue: " << output;
    ASSERT_EQ(office({"approve", staging_id()}), 0) << output;
    ASSERT_EQ(office({"sync"}), 0) << output;
    ASSERT_EQ(documents(kProduction).size(), 1U) << output;

    ASSERT_EQ(field({"sync"}), 0) << output;
    EXPECT_NE(output.find("synced 1"), std::string::npos) << output;
    ASSERT_EQ(field({"sync", "--delete-promoted"}), 0) << output;
    EXPECT_NE(output.find("deleted here, since production holds them: 1"), std::string::npos) << output;
    EXPECT_TRUE(field_json({"capture", "list"}).empty());
}

TEST_F(FieldTest, RetryTellsTheDeviceAndBringsItsAnswer) {
    capture();
    server.faults().next(backend::FaultRule::Kind::unavailable, 1, "/v0/b/");
    EXPECT_NE(field({"sync"}), 0);
    const std::string device_id = documents("field-devices").begin()->first;
    EXPECT_EQ(office({"retry", device_id}, "analyst"), 77) << output;
    EXPECT_EQ(office({"retry", "device_unheard_of"}, "support"), 1);
    EXPECT_NE(output.find("rescue"), std::string::npos) << output;

    Program agent(server.base_url(), elsewhere.path(), words({"agent", "--interval", "1"}), "linesman", 0, "device");
    ASSERT_TRUE(agent.started());
    EXPECT_EQ(office({"retry", device_id}, "support"), 0) << output;
    EXPECT_NE(output.find("done: 1 captures are on the server"), std::string::npos) << output;
    EXPECT_EQ(documents(kStaging).size(), 1U);
    EXPECT_EQ(office({"retry", device_id, "--log"}, "support"), 0) << output;
    agent.signal(SIGTERM);
    EXPECT_EQ(agent.wait(), 0);
    EXPECT_EQ(office({"--json", "retry", device_id, "--no-wait"}, "support"), 0);
    EXPECT_NE(output.find("\"state\": \"queued\""), std::string::npos) << "nobody is there to answer: " << output;
}

TEST_F(FieldTest, ADamagedExportIsRescuedAndSent) {
    const std::string photo_text = base::base64_encode(field::tiny_photo(5, 3000));
    Json whole = {{"poles",
                   {{{"id", "offline_1760000000000_aaaaaaaaa"},
                     {"poleNumber", "LAW.P.C001"},
                     {"projectId", "Law-001"},
                     {"capturedBy", "worker-9"},
                     {"photos", {{"front", "data:image/jpeg;base64," + photo_text}}}},
                    {{"id", "offline_1760000000001_bbbbbbbbb"}, {"projectId", "Law-001"}, {"poleNumber", "X"}}}}};
    const std::string text = whole.dump();
    const std::string file = device.path() + "/queue.json", report = device.path() + "/report.json";
    ASSERT_TRUE(base::write_file_atomically(file, text.substr(0, text.rfind("offline_1760000000001") + 9)).ok());
    EXPECT_EQ(field({"rescue", file, "--sync", "--report", report}, "support"), 1) << output;
    EXPECT_NE(output.find("The file is damaged"), std::string::npos) << output;
    ASSERT_EQ(documents(kStaging).size(), 1U) << output;
    EXPECT_EQ(value::text_at(staging(staging_id()), "capturedBy"), "worker-9");
    EXPECT_EQ(base::parse_json(*base::read_file(report), "report")->at("saved"), 1);
    EXPECT_EQ(field({"rescue", file, "--sync"}, "support"), 1);
    EXPECT_EQ(documents(kStaging).size(), 1U) << "recognised by its upload key";
    // The same from the desk's command line, with a store of its own.
    EXPECT_EQ(office({"--json", "rescue", file, "--send"}, "support"), 1);
    EXPECT_NE(output.find("\"on_server\""), std::string::npos) << output;
    EXPECT_EQ(documents(kStaging).size(), 1U);
    EXPECT_EQ(office({"rescue", file, "--offline"}, "support"), 1);
    EXPECT_EQ(office({"rescue", file, "--offline", "--send"}, "support"), 2);
    EXPECT_EQ(office({"rescue", device.path() + "/absent.json", "--offline"}, "support"), 1);
}

TEST_F(FieldTest, ImportRefusesBadRowsByLineAndTakesTheRest) {
    const std::string file = device.path() + "/poles.csv";
    ASSERT_TRUE(base::write_file_atomically(file, "number,lat,lon\nLAW.P.A001,-26.38,27.8\nLAW.P.A002,x,27.8\n").ok());
    EXPECT_EQ(field({"capture", "import", file, "--project", "Law-001", "--draft"}), 1);
    EXPECT_NE(output.find("line 3: The latitude \"x\" is not a number."), std::string::npos) << output;
    EXPECT_EQ(field({"capture", "submit"}), 0);
    EXPECT_NE(output.find("1 submitted"), std::string::npos) << output;
    EXPECT_EQ(field({"sync", "--metered"}), 75);
    EXPECT_TRUE(documents(kStaging).empty());
    EXPECT_EQ(field({"sync", "--metered", "--even-metered"}), 0) << output;
    EXPECT_EQ(documents(kStaging).size(), 1U);
}

// kill -9 at moments that differ, until the whole fleet has got through.
TEST_F(FieldTest, ASimulationThatIsKilledAgainAndAgainEndsRight) {
    const std::vector<std::string> simulation = {
        "--backend", server.base_url(), "--json", "simulate",     "--devices", "4", "--captures",
        "120",       "--threads",       "2",      "--fault-rate", "0.05"};
    int kills = 0;
    for (const size_t photos : {7U, 40U, 90U, 150U}) {
        Program program(server.base_url(), device.path(), words(simulation));
        ASSERT_TRUE(program.started());
        const auto hang = std::chrono::steady_clock::now() + std::chrono::seconds(120);
        while (server.objects().all().size() < photos && std::chrono::steady_clock::now() < hang)
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        program.kill();
        if (program.wait() == -SIGKILL) ++kills;
    }
    EXPECT_EQ(kills, 4);
    EXPECT_EQ(field(simulation), 0) << output;
    EXPECT_EQ(documents(kStaging).size(), 120U);
}

}  // namespace
}  // namespace linesman::system_test
