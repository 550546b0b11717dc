#include "field/offline_pole_store.h"

#include <sys/stat.h>

#include <fstream>

#include "field/field_fixture.h"

namespace linesman::field {
namespace {

using namespace test;
using base::ErrorKind;

constexpr int kLegal[][2] = {{0, 1}, {1, 0}, {1, 2}, {2, 3}, {2, 5}, {2, 1}, {3, 4}, {5, 1}, {5, 0}};

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

}  // namespace
}  // namespace linesman::field
