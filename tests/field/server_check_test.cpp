#include "field/server_check.h"

#include "field/server_fixture.h"

namespace linesman::field {
namespace {

using namespace test;

struct Check : DeviceTest {
    // As a promotion leaves it.
    void promote(OfflinePoleStore& store, const std::string& id) {
        const auto staged_as = staging_id_for(id);
        auto production = store.get(id)->as_capture(store.device_id());
        Json content = {{"poleNumber", value::text(production.pole_number)},
                        {"offline_id", value::text(id)},
                        {"photos", sync::encode_photos(production)},
                        {"photoUrls", sync::encode_photo_urls(production)}};
        put("planted-poles", "p_1", std::move(content));
        put("staging-field-captures", staged_as,
            {{"synced_to_production", value::boolean(true)}, {"production_id", value::text("p_1")}},
            {"synced_to_production", "production_id"});
    }
    RoundResult cleaned(OfflinePoleStore& store) {
        RoundOptions options;
        options.delete_promoted = true;
        return round(store, std::move(options));
    }
};

TEST_F(Check, WhatIsInProductionIsMarkedAndKeptUntilDeletionIsAsked) {
    auto store = open();
    const std::string id = staged(store, pole("LAW.P.A001", 2));
    promote(store, id);
    EXPECT_EQ(round(store).server.promoted, 1);
    EXPECT_EQ(store.get(id)->status, ItemStatus::synced);
    EXPECT_EQ(overview_of(store)->in_production, 1);
    const auto result = cleaned(store);
    EXPECT_EQ(result.deletion.deleted, std::vector<std::string>{id});
    EXPECT_GT(result.deletion.bytes_freed, 0U);
    EXPECT_TRUE(store.list()->empty());
}

TEST_F(Check, ACaptureStaysWhileAPhotoInProductionIsNotTheSame) {
    auto store = open();
    const std::string id = staged(store, pole("LAW.P.A001", 2));
    promote(store, id);
    round(store);
    const std::string bucket = local_backend(server.base_url())->bucket;
    const auto item = *store.get(id);
    auto other = *server.objects().info(bucket, item.photos[0]->object_path);
    ASSERT_TRUE(server.objects().put(other, small_jpeg(250), clock.now()).ok());
    const auto swapped = cleaned(store);
    ASSERT_EQ(swapped.deletion.kept.size(), 1U);
    EXPECT_NE(swapped.deletion.kept[0].second.find("another photo before"), std::string::npos)
        << swapped.deletion.kept[0].second;
    ASSERT_TRUE(server.objects().erase(bucket, item.photos[0]->object_path));
    EXPECT_NE(cleaned(store).deletion.kept.at(0).second.find("not in Storage"), std::string::npos);
    EXPECT_EQ(store.list()->size(), 1U);
}

TEST_F(Check, ProductionThatIsGoneOrAnothersKeepsTheCapture) {
    auto store = open();
    const std::string id = staged(store, pole("LAW.P.A001", 1));
    promote(store, id);
    round(store);
    put("planted-poles", "p_1", {{"offline_id", value::text("offline_other")}});
    EXPECT_NE(cleaned(store).deletion.kept.at(0).second.find("another capture"), std::string::npos);
    erase("planted-poles", "p_1");
    EXPECT_NE(cleaned(store).deletion.kept.at(0).second.find("does not hold"), std::string::npos);
}

TEST_F(Check, ALostPhotoDoesNotKeepACaptureForEver) {
    auto store = open();
    const std::string id = *store.add(pole("LAW.P.A001", 2));
    ASSERT_TRUE(store.give_up_photo(id, model::Slot::front, "water").ok());
    round(store);
    EXPECT_EQ(staging(id).lost_photo_mask(), model::bit(model::Slot::front));
    const auto entries = staging(id).validation_errors;
    ASSERT_FALSE(entries.empty());
    EXPECT_EQ(entries.back().rule, "photo_lost");
    EXPECT_NE(entries.back().message.find("water"), std::string::npos);
    EXPECT_EQ(overview_of(store)->lost_photos, 1);
    promote(store, id);
    EXPECT_EQ(cleaned(store).deletion.deleted.size(), 1U);
}

TEST_F(Check, CountsByValidationStateAndSaysWhatIsGone) {
    auto store = open();
    const std::string first = staged(store, pole("LAW.P.A001", 1));
    const std::string second = staged(store, pole("LAW.P.A002", 1));
    EXPECT_EQ(overview_of(store)->staging.at("pending"), 2);
    erase("staging-field-captures", staging_id_for(second));
    put("staging-field-captures", staging_id_for(first), {{"validation_status", value::text("validated")}},
        {"validation_status"});
    round(store);
    const auto overview = overview_of(store);
    EXPECT_EQ(overview->staging.at("validated"), 1);
    EXPECT_EQ(overview->staging.at("gone"), 1);
    EXPECT_EQ(overview->offline.at(ItemStatus::staged), 2);
    ASSERT_EQ(overview->to_correct.size(), 1U);
    EXPECT_EQ(overview->to_correct[0].offline_id, second);
}

}  // namespace
}  // namespace linesman::field
