#include "app/photo_service.h"

#include <gtest/gtest.h>

#include "app/app_support.h"
#include "base/ids.h"
#include "image/encode.h"

namespace linesman::app {
namespace {

// Keeps every request until the test answers it.
class HeldSource final : public PhotoSource {
  public:
    struct Request {
        std::string path;
        PhotoPriority priority;
        Done done;
        Waits waits;
        std::weak_ptr<void> handle;
    };
    explicit HeldSource(test::Signal& signal) : signal_(signal) {}
    std::shared_ptr<void> fetch(const model::Photo& photo, PhotoPriority priority, Done done, Waits waits) override {
        auto handle = std::make_shared<int>(0);
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back({photo.path, priority, std::move(done), std::move(waits), handle});
        }
        signal_.set();
        return handle;
    }
    size_t count() {
        const std::lock_guard lock(mutex_);
        return requests_.size();
    }
    Request at(size_t i) {
        const std::lock_guard lock(mutex_);
        return requests_.at(i);
    }

  private:
    test::Signal& signal_;
    std::mutex mutex_;
    std::vector<Request> requests_;
};

struct PhotoServiceTest : testing::Test {
    test::TempFolder folder;
    test::Signal woken;
    HeldSource source{woken};
    base::WorkerPool pool{1};
    base::ManualClock clock;
    PhotoServiceOptions options;
    std::unique_ptr<PhotoService> service;
    model::Capture capture = model::test::a_capture();

    void open() {
        service = std::make_unique<PhotoService>(options, source, pool, [this] { woken.set(); });
    }
    void SetUp() override {
        options.clock = &clock;
        open();
    }
    void TearDown() override { service.reset(); }
    static std::string jpeg(int width, int height) {
        return image::encode_jpeg(image::Image::filled(width, height, {200, 90, 60, 255}), 80).value();
    }
    PhotoView view(PhotoSize size = PhotoSize::slot) { return service->photo(capture, model::Slot::front, size); }
    // Lets the only pool thread finish what was given to it.
    void settle() {
        test::Signal ran;
        pool.submit(base::Priority::low, [&] { ran.set(); });
        ASSERT_TRUE(ran.wait([&] { return ran.count() > 0; }));
    }
    void answer(size_t i, base::Result<std::string> bytes) {
        ASSERT_TRUE(woken.wait([&] { return source.count() > i; }));
        source.at(i).done(std::move(bytes));
    }
};

TEST_F(PhotoServiceTest, AbsentAndLostPhotosAreToldApart) {
    capture.photos[model::index_of(model::Slot::front)].reset();
    capture.photos[model::index_of(model::Slot::side)].reset();
    capture.expected_photos = model::bit(model::Slot::side);
    EXPECT_EQ(view().state, PhotoState::absent);
    EXPECT_EQ(service->photo(capture, model::Slot::side, PhotoSize::slot).state, PhotoState::lost);
    EXPECT_EQ(source.count(), 0U);
}

TEST_F(PhotoServiceTest, LoadsOnceAndIsReadyAtSlotSize) {
    EXPECT_EQ(view().state, PhotoState::loading);
    EXPECT_EQ(view().state, PhotoState::loading);
    answer(0, jpeg(1600, 1200));
    ASSERT_TRUE(woken.wait([&] { return view().state == PhotoState::ready; }));
    const auto ready = view();
    EXPECT_EQ(source.count(), 1U);
    EXPECT_LE(ready.image->width, kSlotPixels);
    EXPECT_LE(ready.image->height, kSlotPixels);
    EXPECT_EQ(ready.full_width, 1600);
    EXPECT_EQ(ready.full_height, 1200);
    EXPECT_FALSE(ready.full_size);
    EXPECT_NE(ready.image_id, 0U);
    EXPECT_EQ(view().image_id, ready.image_id) << "the texture stays while the image does";
}

TEST_F(PhotoServiceTest, AFullSizeImageFollowsWhenAskedFor) {
    view(PhotoSize::full);
    const auto bytes = jpeg(1600, 1200);
    answer(0, bytes);
    ASSERT_TRUE(woken.wait([&] { return view(PhotoSize::full).state == PhotoState::ready; }));
    answer(1, bytes);
    ASSERT_TRUE(woken.wait([&] { return view(PhotoSize::full).full_size; }));
    EXPECT_EQ(view(PhotoSize::full).image->width, 1600);
    EXPECT_NE(view(PhotoSize::full).image_id, view().image_id);
}

TEST_F(PhotoServiceTest, AFailureSaysWhyAndIsNotAskedAgainEveryFrame) {
    view();
    answer(0, base::make_error(base::ErrorKind::not_found, "The photo is not in Storage."));
    ASSERT_TRUE(woken.wait([&] { return view().state == PhotoState::failed; }));
    EXPECT_EQ(view().why, "The photo is not in Storage.");
    EXPECT_EQ(source.count(), 1U);
}

TEST_F(PhotoServiceTest, AFailedPhotoIsAskedForAgainLaterAndStaysFailedMeanwhile) {
    view();
    answer(0, base::make_error(base::ErrorKind::not_found, "The photo is not in Storage."));
    ASSERT_TRUE(woken.wait([&] { return view().state == PhotoState::failed; }));
    clock.advance(base::minutes(3));
    EXPECT_EQ(view().state, PhotoState::failed);
    EXPECT_EQ(view().why, "The photo is not in Storage.");
    answer(1, jpeg(40, 30));  // the phone has sent it meanwhile
    ASSERT_TRUE(woken.wait([&] { return view().state == PhotoState::ready; }));
    EXPECT_TRUE(view().why.empty());
    EXPECT_EQ(source.count(), 2U);
}

TEST_F(PhotoServiceTest, AFailedPhotoIsAskedForAtOnceWhenThePersonAsksOrItsAddressChanges) {
    view();
    answer(0, base::make_error(base::ErrorKind::permission_denied, "Your account may not use the file."));
    ASSERT_TRUE(woken.wait([&] { return view().state == PhotoState::failed; }));
    service->retry_failed();
    view();
    answer(1, base::make_error(base::ErrorKind::permission_denied, "Still not."));
    ASSERT_TRUE(woken.wait([&] { return view().why == "Still not."; }));
    view();
    EXPECT_EQ(source.count(), 2U);
    auto& photo = *capture.photos[model::index_of(model::Slot::front)];
    photo.url += "&token=another";
    view();
    answer(2, jpeg(40, 30));
    ASSERT_TRUE(woken.wait([&] { return view().state == PhotoState::ready; }));
}

TEST_F(PhotoServiceTest, AFullSizeImageThatCannotBeHadIsNotAskedForWithEveryFrame) {
    view();
    answer(0, jpeg(1600, 1200));
    ASSERT_TRUE(woken.wait([&] { return view().state == PhotoState::ready; }));
    view(PhotoSize::full);
    const int before = woken.count();
    answer(1, base::make_error(base::ErrorKind::not_found, "The photo is not in Storage."));
    ASSERT_TRUE(woken.wait([&] { return woken.count() > before; }));
    for (int frame = 0; frame < 5; ++frame) EXPECT_EQ(view(PhotoSize::full).state, PhotoState::ready);
    settle();
    EXPECT_EQ(source.count(), 2U);
    clock.advance(base::minutes(3));
    view(PhotoSize::full);
    answer(2, jpeg(1600, 1200));
    ASSERT_TRUE(woken.wait([&] { return view(PhotoSize::full).full_size; }));
}

TEST_F(PhotoServiceTest, ADownloadThatIsTriedAgainSaysWhy) {
    view();
    ASSERT_TRUE(woken.wait([&] { return source.count() > 0; }));
    EXPECT_TRUE(view().why.empty());
    source.at(0).waits("Trying again: the answer was cut off.");
    EXPECT_EQ(view().state, PhotoState::loading);
    EXPECT_EQ(view().why, "Trying again: the answer was cut off.");
    answer(0, jpeg(40, 30));
    ASSERT_TRUE(woken.wait([&] { return view().state == PhotoState::ready; }));
    EXPECT_TRUE(view().why.empty());
}

TEST_F(PhotoServiceTest, BytesThatAreNoImageFailInWords) {
    view();
    answer(0, std::string("this is no photo"));
    ASSERT_TRUE(woken.wait([&] { return view().state == PhotoState::failed; }));
    EXPECT_FALSE(view().why.empty());
}

TEST_F(PhotoServiceTest, AThumbnailOnDiskSparesTheDownload) {
    options.thumbnail_dir = folder.file("thumbnails");
    open();
    view();
    answer(0, jpeg(1600, 1200));
    ASSERT_TRUE(woken.wait([&] { return view().state == PhotoState::ready; }));
    // Written after the image is shown: the next download's start on the only pool thread comes behind it.
    service->photo(capture, model::Slot::side, PhotoSize::slot);
    ASSERT_TRUE(woken.wait([&] { return source.count() == 2; }));
    open();
    view();
    ASSERT_TRUE(woken.wait([&] { return view().state == PhotoState::ready; }));
    EXPECT_EQ(source.count(), 2U);
}

TEST_F(PhotoServiceTest, APhotoOnDiskThatIsBrokenIsFetchedAgain) {
    options.thumbnail_dir = folder.file("thumbnails");
    open();
    view();
    answer(0, jpeg(640, 480));
    ASSERT_TRUE(woken.wait([&] { return view().state == PhotoState::ready; }));
    service->photo(capture, model::Slot::side, PhotoSize::slot);
    ASSERT_TRUE(woken.wait([&] { return source.count() == 2; }));
    size_t broken = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(options.thumbnail_dir)) {
        if (!entry.is_regular_file()) continue;
        std::filesystem::resize_file(entry.path(), 3);
        ++broken;
    }
    ASSERT_EQ(broken, 1U);
    open();
    view();
    answer(2, jpeg(640, 480));
    EXPECT_TRUE(woken.wait([&] { return view().state == PhotoState::ready; }));
}

TEST_F(PhotoServiceTest, AWishThatIsNoLongerWantedIsCancelled) {
    service->prefetch({capture});
    ASSERT_TRUE(woken.wait([&] { return source.count() == model::kSlotCount; }));
    EXPECT_EQ(source.at(0).priority, PhotoPriority::prefetch);
    service->prefetch({});
    settle();
    for (size_t i = 0; i < source.count(); ++i) EXPECT_TRUE(source.at(i).handle.expired()) << i;
}

TEST_F(PhotoServiceTest, AWishDroppedBeforeItsTurnIsNeverFetched) {
    test::Signal go, waiting;
    pool.submit(base::Priority::high, [&] {
        waiting.set();
        go.wait([&] { return go.count() > 0; });
    });
    ASSERT_TRUE(waiting.wait([&] { return waiting.count() > 0; }));
    service->prefetch({capture});
    service->prefetch({});
    go.set();
    settle();
    EXPECT_EQ(source.count(), 0U);
    EXPECT_EQ(view().state, PhotoState::loading);
    ASSERT_TRUE(woken.wait([&] { return source.count() == 1; })) << "drawn later, it is fetched after all";
}

TEST_F(PhotoServiceTest, WhatIsDrawnStaysWhenThePrefetchListMovesOn) {
    service->prefetch({capture});
    ASSERT_TRUE(woken.wait([&] { return source.count() == model::kSlotCount; }));
    view();
    service->prefetch({});
    settle();
    size_t alive = 0;
    for (size_t i = 0; i < source.count(); ++i) alive += !source.at(i).handle.expired();
    EXPECT_EQ(alive, 1U);
}

TEST_F(PhotoServiceTest, MemoryStaysWithinItsBudget) {
    options.slot_budget_bytes = 3U * 512 * 384 * 4;
    open();
    for (size_t i = 0; i < model::kSlotCount; ++i) {
        const auto slot = model::kSlots[i];
        service->photo(capture, slot, PhotoSize::slot);
        answer(i, jpeg(1600, 1200));
        ASSERT_TRUE(
            woken.wait([&] { return service->photo(capture, slot, PhotoSize::slot).state == PhotoState::ready; }));
    }
    EXPECT_EQ(service->photo(capture, model::kSlots[5], PhotoSize::slot).state, PhotoState::ready);
    EXPECT_EQ(service->photo(capture, model::kSlots[0], PhotoSize::slot).state, PhotoState::loading)
        << "the oldest gave way and is loaded again";
}

TEST_F(PhotoServiceTest, AnAnswerAfterTheServiceIsGoneIsDropped) {
    view();
    ASSERT_TRUE(woken.wait([&] { return source.count() == 1; }));
    const auto request = source.at(0);
    service.reset();
    request.done(jpeg(64, 48));
    EXPECT_TRUE(request.handle.expired());
}

}  // namespace
}  // namespace linesman::app
