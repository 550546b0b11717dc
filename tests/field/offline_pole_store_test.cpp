#include "field/offline_pole_store.h"

#include <sys/stat.h>

#include <fstream>

#include "field/field_fixture.h"

namespace linesman::field {
namespace {

using namespace test;
using base::ErrorKind;

constexpr int kLegal[][2] = {{0, 1}, {1, 0}, {1, 2}, {2, 3}, {2, 5}, {2, 1}, {3, 4}, {3, 0}, {3, 1}, {5, 1}, {5, 0}};

TEST(ItemStatus, ExactlyTheChangesOfTheTableAreLegal) {
    for (const auto from : kItemStatuses) {
        for (const auto to : kItemStatuses) {
            bool legal = false;
            for (const auto& pair : kLegal)
                legal |= pair[0] == static_cast<int>(from) && pair[1] == static_cast<int>(to);
            EXPECT_EQ(may_change(from, to), legal) << name_of(from) << " -> " << name_of(to);
        }
    }
}

TEST(ItemStatus, NamesAreTheSeeds) {
    for (const auto status : kItemStatuses) EXPECT_EQ(item_status_from_name(name_of(status)), status);
    EXPECT_FALSE(item_status_from_name("uploaded"));
}

struct Store : ::testing::Test {
    TempFolder folder;
    base::ManualClock clock{{1'760'000'000'000'000}};
    OfflinePoleStore open() { return open_store(folder.file("device"), clock); }
    std::string added(OfflinePoleStore& store, const NewCapture& capture) {
        auto id = store.add(capture);
        EXPECT_TRUE(id.ok()) << id.error().full();
        return id ? *id : "";
    }
};

using OfflineStore = Store;

TEST_F(OfflineStore, DeviceIdIsMadeOnceAndKept) {
    const std::string first = open().device_id();
    EXPECT_TRUE(first.starts_with("device_1760000000000_"));
    EXPECT_EQ(first.size(), std::string("device_1760000000000_").size() + 9);
    clock.advance(base::hours(1));
    EXPECT_EQ(open().device_id(), first);
}

TEST_F(OfflineStore, KeepsACaptureWithItsPhotosAcrossReopening) {
    std::string id;
    {
        auto store = open();
        id = added(store, pole("LAW.P.A001"));
        EXPECT_TRUE(id.starts_with("offline_1760000000000_"));
    }
    auto store = open();
    auto item = store.get(id);
    ASSERT_TRUE(item.ok());
    EXPECT_EQ(item->status, ItemStatus::pending);
    EXPECT_EQ(item->content.pole_number, "LAW.P.A001");
    const auto& front = item->photos[model::index_of(model::Slot::front)];
    ASSERT_TRUE(front);
    EXPECT_EQ(front->object_path, "poles/staging/" + id + "/front_1760000000000.jpg");
    auto bytes = store.photo_bytes(*front);
    ASSERT_TRUE(bytes.ok());
    EXPECT_EQ(bytes->size(), front->bytes);
    struct stat facts {};
    ASSERT_EQ(::stat((store.folder() + "/photos/" + front->file).c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600U);
    EXPECT_EQ(item->as_capture(store.device_id()).expected_photos, model::SlotMask{3});
    EXPECT_EQ(item->as_capture(store.device_id()).photo_mask(), 0);
}

TEST_F(OfflineStore, RefusesWhatIsWorthNothingAndWhatIsNoImage) {
    auto store = open();
    EXPECT_EQ(store.add({}).error().kind, ErrorKind::invalid_argument);
    NewCapture text = pole("LAW.P.A001", 0);
    text.photos.push_back({model::Slot::front, "this is text"});
    EXPECT_EQ(store.add(text).error().kind, ErrorKind::invalid_argument);
    NewCapture twice = pole("LAW.P.A001", 1);
    twice.photos.push_back(twice.photos[0]);
    EXPECT_EQ(store.add(twice).error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(store.counts()->at(ItemStatus::pending), 0);
}

TEST_F(OfflineStore, WalksTheWholeWayAndRefusesShortcuts) {
    auto store = open();
    NewCapture draft = pole("LAW.P.A001");
    draft.draft = true;
    const std::string id = added(store, draft);
    EXPECT_EQ(store.begin_attempt(id).error().kind, ErrorKind::precondition_failed);
    ASSERT_TRUE(store.submit(id).ok());
    EXPECT_EQ(store.staged(id, "x").error().kind, ErrorKind::precondition_failed);
    ASSERT_TRUE(store.begin_attempt(id).ok());
    ASSERT_TRUE(store.failed(id, base::make_error(ErrorKind::offline, "No line."), {}).ok());
    EXPECT_EQ(store.get(id)->error, "No line.");
    ASSERT_TRUE(store.retry(id).ok());
    ASSERT_TRUE(store.begin_attempt(id).ok());
    ASSERT_TRUE(store.staged(id, "f_1").ok());
    EXPECT_EQ(store.get(id)->attempts, 2);
    EXPECT_TRUE(store.get(id)->error.empty());
    EXPECT_EQ(store.edit(id).error().kind, ErrorKind::precondition_failed);
    ASSERT_TRUE(store.mark_synced(id).ok());
    EXPECT_EQ(store.retry(id).error().kind, ErrorKind::precondition_failed);
    EXPECT_EQ(store.submit("offline_0_nobody").error().kind, ErrorKind::not_found);
}

TEST_F(OfflineStore, ChangesDraftsOnly) {
    auto store = open();
    const std::string id = added(store, pole("LAW.P.A001"));
    EXPECT_EQ(store.update_draft(id, pole("LAW.P.A002")).error().kind, ErrorKind::precondition_failed);
    ASSERT_TRUE(store.edit(id).ok());
    ASSERT_TRUE(store.update_draft(id, pole("LAW.P.A002", 3)).ok());
    EXPECT_EQ(store.get(id)->content.pole_number, "LAW.P.A002");
    EXPECT_TRUE(store.get(id)->photos[2].has_value());
}

TEST_F(OfflineStore, ItemsLeftInSyncingArePendingAfterOpening) {
    std::string id;
    {
        auto store = open();
        id = added(store, pole("LAW.P.A001"));
        ASSERT_TRUE(store.begin_attempt(id).ok());
    }
    auto store = open();
    EXPECT_EQ(store.get(id)->status, ItemStatus::pending);
}

TEST_F(OfflineStore, RemovesPhotoFilesThatNothingNames) {
    const std::string stray = folder.file("device/photos/stray.jpg");
    { auto store = open(); }
    std::ofstream(stray) << "half";
    auto store = open();
    EXPECT_FALSE(std::filesystem::exists(stray));
}

TEST_F(OfflineStore, ASecondProgramIsRefused) {
    auto store = open();
    EXPECT_EQ(OfflinePoleStore::open(folder.file("device"), clock).error().kind, ErrorKind::unavailable);
}

TEST_F(OfflineStore, ADamagedPhotoIsNoticed) {
    auto store = open();
    const std::string id = added(store, pole("LAW.P.A001", 1));
    const auto photo = *store.get(id)->photos[0];
    std::ofstream(store.folder() + "/photos/" + photo.file) << "\xFF\xD8\xFF other";
    EXPECT_EQ(store.photo_bytes(photo).error().kind, ErrorKind::corrupt);
}

// ---- commands, provenance, what the server said
// -----------------------------------------------------------------------

ServerState rejected_state() {
    ServerState state;
    state.validation_status = "rejected";
    state.decision = "rejected";
    state.reason = "photo_unclear";
    state.comment = "The plate is cut off.";
    return state;
}

std::string staged_capture(OfflinePoleStore& store) {
    std::string id = *store.add(pole("LAW.P.A001", 1));
    EXPECT_TRUE(store.begin_attempt(id).ok());
    EXPECT_TRUE(store.staged(id, staging_id_for(id)).ok());
    return id;
}

TEST_F(OfflineStore, OnlyARejectedCaptureCanBeCorrected) {
    auto store = open();
    const std::string id = staged_capture(store);
    EXPECT_EQ(store.correct(id, "op").error().kind, ErrorKind::precondition_failed) << "nobody rejected it";
    auto promoted = rejected_state();
    promoted.in_production = true;
    ASSERT_TRUE(store.keep_server_state(id, promoted).ok());
    EXPECT_FALSE(store.correct(id, "op").ok());
    ASSERT_TRUE(store.keep_server_state(id, rejected_state()).ok());
    EXPECT_EQ(store.get(id)->server, rejected_state());
    ASSERT_TRUE(store.correct(id, "op-1").ok());
    EXPECT_EQ(store.get(id)->status, ItemStatus::draft);
    EXPECT_EQ(store.get(id)->task, Task::resubmit);
    EXPECT_EQ(store.get(id)->op_id, "op-1");
    ASSERT_TRUE(store.submit(id).ok());
    ASSERT_TRUE(store.begin_attempt(id).ok());
    ASSERT_TRUE(store.staged(id, staging_id_for(id)).ok());
    EXPECT_EQ(store.get(id)->task, Task::create);
    EXPECT_FALSE(store.get(id)->server) << "what was said of the old version no longer holds";
}

TEST_F(OfflineStore, WhatProductionHoldsIsDeletedWithItsFilesAndNothingElse) {
    auto store = open();
    const std::string id = staged_capture(store), other = added(store, pole("LAW.P.A002", 1));
    const std::string file = store.folder() + "/photos/" + store.get(id)->photos[0]->file;
    EXPECT_EQ(store.remove(id).error().kind, ErrorKind::precondition_failed);
    ASSERT_TRUE(store.mark_synced(id).ok());
    ASSERT_TRUE(store.remove(id).ok());
    EXPECT_EQ(store.get(id).error().kind, ErrorKind::not_found);
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_TRUE(store.photo_bytes(*store.get(other)->photos[0]).ok());
}

TEST_F(OfflineStore, AnotherPhonesCaptureKeepsItsIdsAndIsTakenOnce) {
    auto store = open();
    Provenance from;
    from.origin = "rescue";
    from.offline_id = "../../android_abc/..";
    from.device_id = "device_1_old";
    from.lost[model::Slot::side] = "its base64 is broken";
    const std::string id = *store.add(pole("LAW.P.A001", 1), from);
    EXPECT_EQ(id, from.offline_id);
    const auto item = *store.get(id);
    EXPECT_EQ(item.photos[0]->file.find('/'), std::string::npos) << "an id from outside is no path";
    const auto& path = item.photos[0]->object_path;
    EXPECT_EQ(std::count(path.begin(), path.end(), '/'), 3) << path;
    EXPECT_TRUE(item.photos[2]->lost());
    const auto capture = item.as_capture(store.device_id());
    EXPECT_EQ(capture.device_id, "device_1_old");
    EXPECT_NE(capture.lost_photo_mask() & model::bit(model::Slot::side), 0);
    const auto again = store.add(pole("LAW.P.A001", 1), from);
    ASSERT_EQ(again.error().kind, ErrorKind::already_exists);
    EXPECT_EQ(again.error().detail, id);
}

TEST_F(OfflineStore, APhotoThatIsGoneIsGivenUpWithItsCauseBeforeItWasSent) {
    auto store = open();
    const std::string id = added(store, pole("LAW.P.A001", 2));
    ASSERT_TRUE(store.give_up_photo(id, model::Slot::front, "water damage").ok());
    EXPECT_EQ(store.get(id)->photos[1]->error, "water damage");
    EXPECT_EQ(store.photo_bytes(*store.get(id)->photos[1]).error().kind, ErrorKind::not_found);
    EXPECT_EQ(store.give_up_photo(id, model::Slot::depth, "x").error().kind, ErrorKind::not_found);
    ASSERT_TRUE(store.photo_uploaded(id, model::Slot::before, "https://somewhere").ok());
    EXPECT_EQ(store.give_up_photo(id, model::Slot::before, "x").error().kind, ErrorKind::precondition_failed);
}

model::DeviceCommand command(const std::string& id, const std::string& kind, const std::string& staging_id = {}) {
    model::DeviceCommand out;
    out.id = id;
    out.kind = kind;
    out.staging_id = staging_id;
    return out;
}

TEST_F(OfflineStore, ACommandHasItsEffectOnceHoweverOftenItIsTaken) {
    auto store = open();
    const std::string id = added(store, pole("LAW.P.A001", 1));
    ASSERT_TRUE(store.begin_attempt(id).ok());
    ASSERT_TRUE(store.failed(id, base::make_error(ErrorKind::permission_denied, "No."), {}).ok());
    EXPECT_TRUE(*store.take(command("c1", "retry_failed")));
    EXPECT_EQ(store.get(id)->status, ItemStatus::pending);
    ASSERT_TRUE(store.begin_attempt(id).ok());
    ASSERT_TRUE(store.failed(id, base::make_error(ErrorKind::permission_denied, "No."), {}).ok());
    EXPECT_FALSE(*store.take(command("c1", "retry_failed")));
    EXPECT_EQ(store.get(id)->status, ItemStatus::error) << "the same command does nothing a second time";
    ASSERT_TRUE(store.finish_command("c1", false, "1 failed").ok());
    EXPECT_FALSE(store.finish_command("c1", true, "again").ok());
    ASSERT_TRUE(store.command_acknowledged("c1").ok());
    ASSERT_EQ(store.commands()->size(), 1U);
    EXPECT_EQ(store.commands()->front().state, "failed");
    EXPECT_TRUE(store.commands()->front().acknowledged);
}

TEST_F(OfflineStore, AStagedCaptureIsSentAgainOnlyWhenTheOfficeAsks) {
    auto store = open();
    const std::string id = staged_capture(store);
    EXPECT_EQ(store.retry(id).error().kind, ErrorKind::precondition_failed);
    EXPECT_TRUE(*store.take(command("c1", "resend_capture", staging_id_for(id))));
    EXPECT_EQ(store.get(id)->status, ItemStatus::pending);
    EXPECT_EQ(store.get(id)->task, Task::resend);
    EXPECT_TRUE(*store.take(command("c2", "resend_photos", "f_nobody")));
    EXPECT_EQ(store.commands()->back().state, "failed");
}

TEST_F(OfflineStore, ACrashBetweenTwoWritesLeavesAllOrNothing) {
    std::string id;
    {
        auto store = open();
        id = added(store, pole("LAW.P.A001", 2));
        ASSERT_TRUE(store.begin_attempt(id).ok());
        ASSERT_TRUE(store.failed(id, base::make_error(ErrorKind::offline, "No line."), {}).ok());
    }
    // Crashes at every write in turn, while a capture is added and a command is taken.
    for (int64_t crash_at = 0; crash_at < 12; ++crash_at) {
        int64_t left = crash_at;
        StoreOptions options;
        options.before_write = [&]() -> base::Status {
            if (left-- > 0) return {};
            return base::make_error(ErrorKind::cancelled, "crash");
        };
        auto store = OfflinePoleStore::open(folder.file("device"), clock, options);
        if (!store) continue;
        clock.advance(base::seconds(1));
        const auto added_now = store->add(pole("LAW.P.A002", 2));
        if (added_now) {
            const auto item = *store->get(*added_now);
            EXPECT_EQ(item.photos[1]->bytes, store->photo_bytes(*item.photos[1])->size());
        }
        (void)store->take(command("c" + std::to_string(crash_at), "retry_failed"));
    }
    auto store = open();
    const auto all = store.list();
    for (const auto& item : *all) {
        for (const auto& photo : item.photos) {
            if (photo) {
                EXPECT_TRUE(store.photo_bytes(*photo).ok()) << "every row of a photo has its file";
            }
        }
    }
    const bool taken = !store.commands()->empty();
    EXPECT_EQ(store.get(id)->status, taken ? ItemStatus::pending : ItemStatus::error) << "effect and row are one";
    EXPECT_TRUE(taken);
}

TEST_F(OfflineStore, AFullDiskRefusesTheCaptureAndHarmsNothing) {
    { auto store = open(); }
    bool full = true;
    StoreOptions options;
    options.before_write = [&]() -> base::Status {
        return full ? base::Status(base::make_error(ErrorKind::disk_full, "The disk is full.")) : base::Status();
    };
    full = false;
    auto store = OfflinePoleStore::open(folder.file("device"), clock, options);
    ASSERT_TRUE(store.ok());
    full = true;
    EXPECT_EQ(store->add(pole("LAW.P.A001", 1)).error().kind, ErrorKind::disk_full);
    full = false;
    EXPECT_TRUE(store->add(pole("LAW.P.A001", 1)).ok());
    EXPECT_EQ(store->list()->size(), 1U);
}

}  // namespace
}  // namespace linesman::field
