// A fleet with injected faults: the office's programs name every failing phone with its cause, and retrying all that
// fail brings them to zero, or says which and why. The same with 200 phones under the label `long` (LINESMAN_LONG=1).
#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <mutex>
#include <thread>

#include "field/device_round.h"
#include "field/fleet/tiny_photo.h"
#include "sync/device_sessions.h"
#include "system/program_fixture.h"

namespace linesman::system_test {
namespace {

constexpr const char* kDevices = "field-devices";
constexpr const char* kCommands = "device-commands";
constexpr const char* kSessions = "device-sync-sessions";

enum class Fault {
    none,
    server_busy,    // its photos are refused for a while: a retry helps
    damaged_photo,  // on the phone: a retry does not help
    silent,         // failed, and then no contact for three days
    old_app,        // never reports; photos are missing
    full,           // hardly any storage left, nothing failed
};
constexpr Fault kMix[] = {Fault::none,          Fault::none,   Fault::none,    Fault::server_busy,
                          Fault::damaged_photo, Fault::silent, Fault::old_app, Fault::full};

struct Phone {
    Fault fault = Fault::none;
    std::string folder, device_id, offline_id;
};

class FleetRetry : public ProgramTest {
  protected:
    void make_fleet(int count) {
        for (int i = 0; i < count; ++i) {
            Phone phone;
            phone.fault = kMix[static_cast<size_t>(i) % std::size(kMix)];
            phone.folder = phones_folder.path() + "/" + std::to_string(i);
            phones.push_back(std::move(phone));
        }
        each([&](Phone& phone, int i) { phone.fault == Fault::old_app ? stage_old(phone, i) : capture(phone, i); });
        // Some phones meet a server that takes no photos, the others a good one.
        backend::FaultRule busy;
        busy.kind = backend::FaultRule::Kind::unavailable;
        busy.path_contains = "/v0/b/";
        server.faults().add(busy);
        const auto meets_busy = [](Fault fault) { return fault == Fault::server_busy || fault == Fault::silent; };
        each([&](Phone& phone, int) {
            if (meets_busy(phone.fault)) round(phone);
        });
        server.faults().clear();
        each([&](Phone& phone, int) {
            if (phone.fault != Fault::old_app && !meets_busy(phone.fault)) round(phone);
        });
        for (const auto& phone : phones) {
            if (phone.fault == Fault::silent) fall_silent(phone);
        }
    }

    // A few at a time.
    void each(const std::function<void(Phone&, int)>& work) {
        std::atomic<int> next{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 3; ++t) {
            threads.emplace_back([&] {
                for (int i = next++; i < static_cast<int>(phones.size()); i = next++)
                    work(phones[static_cast<size_t>(i)], i);
            });
        }
        for (auto& thread : threads) thread.join();
    }

    field::OfflinePoleStore open(const Phone& phone) {
        field::StoreOptions options;
        options.power_safe = false;
        auto store = field::OfflinePoleStore::open(phone.folder, clock, std::move(options));
        EXPECT_TRUE(store.ok()) << store.error().full();
        return std::move(*store);
    }

    void capture(Phone& phone, int i) {
        auto store = open(phone);
        field::NewCapture pole;
        pole.pole_number = numbered("LAW.P.C", 1000 + static_cast<size_t>(i));
        pole.project_id = "Law-001";
        pole.gps = model::GeoPoint{-26.39 + 0.0004 * i, 27.81};
        pole.gps_accuracy_m = 4;
        pole.captured_by = numbered("worker-", static_cast<size_t>(i));
        for (const auto slot : model::kSlots)
            pole.photos.push_back(
                {slot, field::tiny_photo(static_cast<uint64_t>(i) * 6 + model::index_of(slot), 1500)});
        const auto id = store.add(pole);
        ASSERT_TRUE(id.ok()) << id.error().full();
        phone.device_id = store.device_id();
        phone.offline_id = *id;
        if (phone.fault != Fault::damaged_photo) return;
        const auto stored = store.get(*id);
        std::ofstream(store.folder() + "/photos/" + stored->photos[0]->file, std::ios::binary | std::ios::trunc)
            << "rot";
    }

    void stage_old(Phone& phone, int i) {
        phone.device_id = numbered("device_old_", static_cast<size_t>(i));
        for (size_t k = 0; k < 10; ++k) {
            auto old = clean_capture(static_cast<size_t>(i) * 100 + k);
            old.device_id = phone.device_id;
            old.captured_by = numbered("worker-", static_cast<size_t>(i));
            for (const auto slot : {model::Slot::side, model::Slot::depth, model::Slot::concrete})
                old.photos[model::index_of(slot)].reset();
            const std::lock_guard lock(mutex);
            stage(old);
        }
    }

    void round(const Phone& phone) {
        auto store = open(phone);
        field::AgentOptions options;
        options.endpoints = *field::local_backend(server.base_url());
        options.bearer = "owner";
        field::FieldAgent agent(std::move(options));
        field::RoundOptions how;
        how.ask_server = false;
        how.sync.facts.network = "4g";
        if (phone.fault == Fault::full) how.sync.facts.storage_left_bytes = 50'000'000;
        const auto result = run_round(agent, store, clock, std::move(how));
        EXPECT_TRUE(result.ok()) << result.error().full();
    }

    void fall_silent(const Phone& phone) {
        auto fields = documents(kDevices).at(phone.device_id);
        fields["last_seen"] = value::timestamp(clock.now() - base::hours(72));
        fields.erase("updated_at");
        put(kDevices, phone.device_id, fields);
    }

    // What the office sees, by device.
    std::map<std::string, Json> listed() {
        EXPECT_EQ(run({"sync"}), 0) << output;
        std::map<std::string, Json> out;
        const auto json = run_json({"devices", "list"});
        for (const auto& device : json["devices"]) out[device["device"].get<std::string>()] = device;
        return out;
    }
    size_t count(Fault fault) const {
        return static_cast<size_t>(
            std::count_if(phones.begin(), phones.end(), [&](const auto& phone) { return phone.fault == fault; }));
    }
    std::map<std::string, Json> by_device(const Json& list) {
        std::map<std::string, Json> out;
        for (const auto& entry : list) out[entry["device"].get<std::string>()] = entry;
        return out;
    }
    template <typename Done>
    bool wait_until(Done done) {
        const auto hang = std::chrono::steady_clock::now() + std::chrono::seconds(120);
        while (!done()) {
            if (std::chrono::steady_clock::now() > hang) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return true;
    }
    size_t answered() {
        size_t over = 0;
        for (const auto& [id, fields] : documents(kCommands)) {
            const auto state = value::text_at(fields, "state");
            over += state == "done" || state == "failed";
        }
        return over;
    }

    // linesmanctl retry --all-failing --yes beside phones that are at work; `in_contact` says which of them.
    Json retry_all(size_t commands, const std::function<bool(const Phone&)>& in_contact) {
        const size_t before = documents(kCommands).size(), over = answered();
        Program office = linesmanctl(server.base_url(), data_dir(), {"--json", "-q", "retry", "--all-failing", "--yes"},
                                     "linesman", "support");
        EXPECT_TRUE(wait_until([&] { return documents(kCommands).size() == before + commands; }))
            << documents(kCommands).size() - before << " commands were sent";
        size_t expected = over;
        for (const auto& phone : phones) expected += in_contact(phone);
        each([&](Phone& phone, int) {
            if (in_contact(phone)) round(phone);
        });
        EXPECT_TRUE(wait_until([&] { return answered() == expected; })) << answered() << " of " << expected;
        if (expected - over < commands) office.signal(SIGINT);  // the others will not answer
        code = office.wait();
        output = office.output();
        auto json = base::parse_json(output, "output");
        EXPECT_TRUE(json.ok()) << output;
        return json.value_or(Json::object());
    }

    void test_fleet(int size);
    void expect_named();
    void expect_planned();

    TempFolder phones_folder;
    std::vector<Phone> phones;
    std::mutex mutex;
    base::SystemClock clock;
};

void FleetRetry::expect_named() {
    const auto seen = listed();
    std::map<std::string, std::string> outcomes;  // of the failed attempts, by device
    for (const auto& [id, fields] : documents(kSessions)) {
        const auto session = sync::session_from_fields(id, fields);
        for (const auto& attempt : session.attempts) {
            if (attempt.failed()) outcomes[session.device_id] = attempt.outcome;
        }
    }
    for (const auto& phone : phones) {
        ASSERT_TRUE(seen.contains(phone.device_id)) << phone.device_id;
        const auto& device = seen.at(phone.device_id);
        const auto health = device["health"].get<std::string>();
        const std::string context = phone.device_id + ": " + health;
        EXPECT_EQ(device["failing"].get<bool>(), phone.fault != Fault::none) << context;
        EXPECT_EQ(device["reachable"].get<bool>(), phone.fault != Fault::old_app) << context;
        const auto says = [&](const char* words) { return health.find(words) != std::string::npos; };
        switch (phone.fault) {
            case Fault::none:
                EXPECT_EQ(health, "");
                break;
            case Fault::server_busy:
                EXPECT_TRUE(says("1 capture failed to send")) << context;
                EXPECT_EQ(outcomes[phone.device_id], "unavailable");
                break;
            case Fault::damaged_photo:
                EXPECT_TRUE(says("1 capture failed to send")) << context;
                EXPECT_EQ(outcomes[phone.device_id], "corrupt");
                break;
            case Fault::silent:
                EXPECT_TRUE(says("no contact for 3 days with 1 waiting")) << context;
                break;
            case Fault::old_app:
                EXPECT_TRUE(says("30 photos missing")) << context;
                break;
            case Fault::full:
                EXPECT_TRUE(says("50 MB of storage left")) << context;
                break;
        }
    }
}

void FleetRetry::expect_planned() {
    const auto plan = run_json({"retry", "--all-failing", "--dry-run"}, "support");
    EXPECT_EQ(code, 1) << "old phones need attention and cannot be reached";
    EXPECT_TRUE(documents(kCommands).empty()) << "a dry run sends nothing";
    const auto targets = by_device(plan["devices"]);
    for (const auto& phone : phones) {
        const bool needs = phone.fault != Fault::none;
        ASSERT_EQ(targets.contains(phone.device_id), needs) << phone.device_id;
        if (!needs) continue;
        const auto& target = targets.at(phone.device_id);
        const auto verdict = target["verdict"].get<std::string>();
        if (phone.fault == Fault::old_app) {
            EXPECT_EQ(verdict, "cannot be reached from here");
            EXPECT_GE(target["steps"].size(), 3U);
        } else {
            EXPECT_EQ(verdict, phone.fault == Fault::full ? "not needed" : "will be sent");
        }
        if (verdict == "will be sent") {
            EXPECT_EQ(target["cause"], value::text_at(documents(kDevices).at(phone.device_id), "last_error"));
            EXPECT_NE(target["cause"], "");
        }
    }
}

void FleetRetry::test_fleet(int size) {
    make_fleet(size);
    if (HasFatalFailure()) return;
    expect_named();
    expect_planned();

    // The damaged photo fails again and says why; the silent phones do not answer.
    const size_t failing = count(Fault::server_busy) + count(Fault::damaged_photo) + count(Fault::silent);
    auto json = retry_all(failing, [](const Phone& phone) {
        return phone.fault == Fault::server_busy || phone.fault == Fault::damaged_photo;
    });
    EXPECT_EQ(code, 1) << output;
    auto receipts = by_device(json["receipts"]);
    EXPECT_EQ(receipts.size(), failing);
    for (const auto& phone : phones) {
        if (!receipts.contains(phone.device_id)) continue;
        const auto& receipt = receipts.at(phone.device_id);
        const auto state = receipt["state"].get<std::string>(), result = receipt["result"].get<std::string>();
        if (phone.fault == Fault::server_busy) EXPECT_EQ(state, "done") << result;
        if (phone.fault == Fault::damaged_photo) {
            EXPECT_EQ(state, "failed");
            EXPECT_NE(result.find("1 captures failed again"), std::string::npos) << result;
        }
        if (phone.fault == Fault::silent) EXPECT_EQ(state, "queued") << result;
    }
    auto seen = listed();
    for (const auto& phone : phones) {
        const bool mended = phone.fault == Fault::none || phone.fault == Fault::server_busy;
        EXPECT_EQ(seen.at(phone.device_id)["failing"].get<bool>(), !mended) << phone.device_id;
    }

    // The workers give up the damaged photos, the silent phones are back: then nothing is left to be sent again. What
    // was asked of the silent phones is still under way and is not asked twice.
    for (const auto& phone : phones) {
        if (phone.fault != Fault::damaged_photo) continue;
        auto store = open(phone);
        EXPECT_TRUE(store.give_up_photo(phone.offline_id, model::kSlots[0], "damaged on the phone").ok());
    }
    json = retry_all(count(Fault::damaged_photo), [](const Phone& phone) {
        return phone.fault == Fault::damaged_photo || phone.fault == Fault::silent;
    });
    EXPECT_EQ(json["under_way"], count(Fault::silent));
    for (const auto& [device, receipt] : by_device(json["receipts"]))
        EXPECT_EQ(receipt["state"], "done") << device << ": " << receipt["result"];
    EXPECT_EQ(code, 1) << "the old phones remain, with what to do about them";
    seen = listed();
    for (const auto& phone : phones) {
        const bool remains = phone.fault == Fault::old_app || phone.fault == Fault::full;
        EXPECT_EQ(seen.at(phone.device_id)["failing"].get<bool>(), remains)
            << phone.device_id << ": " << seen.at(phone.device_id)["health"];
        if (phone.fault != Fault::old_app) {
            EXPECT_EQ(seen.at(phone.device_id)["figures"]["queue"]["value"]["error"], 0);
        }
    }
    EXPECT_EQ(documents(kStaging).size(), phones.size() - count(Fault::old_app) + 10 * count(Fault::old_app))
        << "every capture once";
}

TEST_F(FleetRetry, EveryFailingPhoneIsNamedWithItsCauseAndRetryingAllBringsThemToZeroOrSaysWhy) {
    test_fleet(40);
}

TEST_F(FleetRetry, CommandsHaveTheirAuditEntriesAndTheJournalAgrees) {
    make_fleet(8);
    const auto json = retry_all(3, [](const Phone& phone) { return phone.fault == Fault::server_busy; });
    size_t entries = 0;
    for (const auto& [id, fields] : documents(kAudit)) {
        if (value::text_at(fields, "kind") != "command") continue;
        ++entries;
        const auto target = value::text_at(fields, "target");
        ASSERT_TRUE(target.starts_with("device-commands/")) << target;
        const auto command = documents(kCommands).at(target.substr(target.find('/') + 1));
        EXPECT_EQ(value::text_at(fields, "device_id"), value::text_at(command, "device_id"));
        EXPECT_EQ(value::text_at(fields, "by"), value::text_at(command, "created_by"));
    }
    EXPECT_EQ(entries, 3U);
    EXPECT_EQ(run({"audit", "verify"}), 0) << output;
}

TEST_F(FleetRetry, ASelectionIsToldWithoutAskingAndStrangersAreNamed) {
    make_fleet(8);
    std::string busy, old;
    for (const auto& phone : phones) {
        if (phone.fault == Fault::server_busy) busy = phone.device_id;
        if (phone.fault == Fault::old_app) old = phone.device_id;
    }
    EXPECT_EQ(run({"sync"}), 0) << output;
    EXPECT_EQ(run({"retry", busy, "device_unheard_of"}, "support"), 1);
    EXPECT_TRUE(says("device_unheard_of")) << output;
    EXPECT_EQ(run({"retry", busy, old}, "analyst"), 77) << output;
    EXPECT_TRUE(documents(kCommands).empty());
    const auto json = run_json({"retry", busy, old, "--no-wait"}, "support");
    EXPECT_EQ(code, 1) << "one of them cannot be reached";
    EXPECT_EQ(json["will_send"], 1);
    EXPECT_EQ(json["unreachable"], 1);
    EXPECT_EQ(documents(kCommands).size(), 1U);
    EXPECT_EQ(run({"retry", "--all-failing"}, "support"), 2) << output;
    EXPECT_TRUE(says("Add --yes")) << output;
    EXPECT_EQ(documents(kCommands).size(), 1U);
    EXPECT_NE(run({"retry"}, "support"), 0);
    EXPECT_NE(run({"retry", busy, "--all-failing"}, "support"), 0);
    EXPECT_EQ(documents(kCommands).size(), 1U);
}

TEST_F(FleetRetry, FiguresKeepWhatIsInferredApartFromWhatIsReported) {
    make_fleet(8);
    EXPECT_EQ(run({"sync"}), 0) << output;
    auto json = run_json({"devices", "figures"});
    EXPECT_EQ(code, 0) << output;
    EXPECT_EQ(json["inferred"]["projects"][0]["captures"], 14) << "four of ours that got through, ten of an old one";
    EXPECT_EQ(json["reported"]["causes"]["unavailable"], 2);
    EXPECT_EQ(json["reported"]["causes"]["corrupt"], 1);
    EXPECT_EQ(json["reported"]["failed"], 3);
    json = run_json({"devices", "figures", "--offline"});
    EXPECT_FALSE(json.contains("reported"));
    EXPECT_EQ(run({"devices", "figures"}), 0);
    EXPECT_TRUE(says("the server was not there")) << output;
}

TEST_F(FleetRetry, ACommitWhoseReplyIsLostIsSentOnce) {
    make_fleet(8);
    EXPECT_EQ(run({"sync"}), 0) << output;
    server.faults().next(backend::FaultRule::Kind::drop_reply, 1, ":commit");
    const auto json = run_json({"retry", "--all-failing", "--yes", "--no-wait"}, "support");
    EXPECT_EQ(documents(kCommands).size(), 3U);
    for (const auto& receipt : json["receipts"]) EXPECT_EQ(receipt["state"], "queued") << receipt.dump();
    EXPECT_EQ(run({"audit", "verify"}), 0) << output;
}

TEST_F(FleetRetry, LongTwoHundredPhones) {
    if (!std::getenv("LINESMAN_LONG")) GTEST_SKIP() << "set LINESMAN_LONG=1";
    test_fleet(200);
}

}  // namespace
}  // namespace linesman::system_test
