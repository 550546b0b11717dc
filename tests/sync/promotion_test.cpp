// The form of production documents and keys, to the letter of the contract.
#include "sync/promotion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/builders.h"
#include "model/keys.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::Json;
using model::test::a_capture;
using model::test::an_operation;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr PromotionRules kOpen{.allows_blank_number = false, .keys_indexed = true};

Endpoints endpoints() {
    Endpoints out;
    out.project_id = "demo";
    return out;
}

// A capture as an approval of Thandi leaves it.
model::Capture promoted(const std::string& number = " law.p.a001 ") {
    auto capture = a_capture();
    capture.pole_number = number;
    auto operation = an_operation(model::OperationKind::approve);
    operation.promote = true;
    return model::apply(capture, operation);
}

std::vector<std::string> keys_of(const Json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, content] : object.items()) keys.push_back(key);
    return keys;
}

struct Writes {
    CollectionNames names;
    Json all = Json::array();

    void promote(const model::Capture& after, const std::optional<PlannedPlace>& planned = {}) {
        add_promotion(all, endpoints(), names, an_operation(model::OperationKind::approve), after, planned);
    }
    Json fields(size_t i) const { return all.at(i).at("update").at("fields"); }
    // What an earlier commit left in production.
    CurrentDocument production() const {
        return {all.at(0).at("update").at("name"), "2025-06-15T16:00:00.000001Z", fields(0)};
    }
    CurrentDocument key() const {
        return {all.at(1).at("update").at("name"), "2025-06-15T16:00:00.000001Z", fields(1)};
    }
};

Json correction(const Writes& earlier, const model::Capture& before, const model::Capture& after,
                const std::optional<PlannedPlace>& planned = {}) {
    Json writes = Json::array();
    const auto production = earlier.production();
    const auto key = earlier.all.size() > 1 ? std::optional(earlier.key()) : std::nullopt;
    add_production_correction(writes, endpoints(), earlier.names, an_operation(model::OperationKind::correct, "op-2"),
                              production, key ? &*key : nullptr, before, after, planned);
    return writes;
}

bool masks(const Json& write, const std::string& path) {
    const auto& paths = write.at("updateMask").at("fieldPaths");
    return std::find(paths.begin(), paths.end(), path) != paths.end();
}

TEST(PromotionRefusal, NamesWhatStandsInTheWay) {
    EXPECT_EQ(promotion_refusal(a_capture(), kOpen), "");
    const auto refused = [](const auto& change, PromotionRules rules = kOpen) {
        auto capture = a_capture();
        change(capture);
        return promotion_refusal(capture, rules);
    };
    EXPECT_THAT(refused([](auto& c) { c.project_id.clear(); }), HasSubstr("no project"));
    EXPECT_THAT(refused([](auto& c) { c.gps.reset(); }), HasSubstr("position"));
    EXPECT_THAT(refused([](auto& c) { c.gps = model::GeoPoint{0, 0}; }), HasSubstr("position"));
    EXPECT_THAT(refused([](auto& c) { c.pole_number = " "; }), HasSubstr("no pole number"));
    EXPECT_EQ(refused([](auto& c) { c.pole_number = " "; }, {.allows_blank_number = true, .keys_indexed = true}), "");
    EXPECT_THAT(refused([](auto& c) { c.synced_to_production = true; }), HasSubstr("in production already"));
    EXPECT_THAT(refused([](auto& c) { c.shape = model::SourceShape::pole_plantings; }), HasSubstr("only read"));
    EXPECT_THAT(refused([](auto&) {}, {}), HasSubstr("--index-existing"));
}

TEST(Promotion, ProductionHasTheFieldsOfTheContractAndTheKeyItsOwn) {
    Writes writes;
    writes.promote(promoted(), PlannedPlace{"plan-7", 3.14159});
    ASSERT_EQ(writes.all.size(), 2U);
    for (const auto& write : writes.all) {
        EXPECT_EQ(write.at("currentDocument").at("exists"), false);
        EXPECT_EQ(write.at("updateTransforms").at(0).at("fieldPath"), "updated_at");
    }
    EXPECT_EQ(writes.all[0]["update"]["name"],
              endpoints().document_name("planted-poles", model::production_id("offline_s1")));
    EXPECT_EQ(writes.all[1]["update"]["name"],
              endpoints().document_name("pole-keys", model::pole_key_id("Law-001", "LAW.P.A001")));
    const Json pole = writes.fields(0);
    EXPECT_THAT(keys_of(pole), UnorderedElementsAre("poleNumber", "projectId", "location", "gpsAccuracy", "photos",
                                                    "photoUrls", "photoCount", "capturedBy", "capturedAt", "approvedBy",
                                                    "approvedAt", "staging_id", "offline_id", "device_id", "planned_id",
                                                    "planned_distance_m", "op_id", "revision"));
    EXPECT_EQ(value::text_at(pole, "poleNumber"), "LAW.P.A001") << "as the key has it";
    EXPECT_EQ(value::text_at(pole, "approvedBy"), "thandi");
    EXPECT_EQ(value::integer_at(pole, "photoCount"), 6);
    EXPECT_EQ(value::integer_at(pole, "revision"), 1);
    EXPECT_EQ(value::text_at(pole, "planned_id"), "plan-7");
    EXPECT_EQ(value::number_at(pole, "planned_distance_m"), 3.14);
    EXPECT_EQ(value::text_at(writes.fields(1), "production_id"), model::production_id("offline_s1"));
}

TEST(Promotion, WhatIsNotKnownIsLeftOutAndABlankNumberMakesNoKey) {
    auto capture = promoted("  ");
    capture.gps_accuracy_m.reset();
    capture.device_id.clear();
    Writes writes;
    writes.promote(capture);
    ASSERT_EQ(writes.all.size(), 1U);
    for (const char* field : {"gpsAccuracy", "device_id", "planned_id", "planned_distance_m"})
        EXPECT_FALSE(writes.fields(0).contains(field)) << field;
    EXPECT_EQ(value::text_at(writes.fields(0), "poleNumber"), "");
}

TEST(Promotion, TheApproverIsWhoApprovedAndNotWhoPromotedLater) {
    auto capture = model::test::decided(a_capture(), model::Decision::approved, "sipho");
    capture.production_id = model::production_id("offline_s1");
    Writes writes;
    writes.promote(capture);
    EXPECT_EQ(value::text_at(writes.fields(0), "approvedBy"), "sipho");
    EXPECT_EQ(value::timestamp_at(writes.fields(0), "approvedAt"), model::test::kNoon);
}

TEST(ProductionCorrection, ANewNumberMovesTheKeyAndTheOldOneGoesWithItsVersion) {
    const auto before = promoted();
    auto after = before;
    after.pole_number = "LAW.P.A002";
    Writes earlier;
    earlier.promote(before, PlannedPlace{"plan-1", 2});
    const Json writes = correction(earlier, before, after, PlannedPlace{"plan-2", 17.5});
    ASSERT_EQ(writes.size(), 3U);
    EXPECT_EQ(writes[0]["currentDocument"]["updateTime"], earlier.production().update_time);
    EXPECT_EQ(value::text_at(writes[0]["update"]["fields"], "poleNumber"), "LAW.P.A002");
    EXPECT_EQ(value::text_at(writes[0]["update"]["fields"], "planned_id"), "plan-2");
    EXPECT_FALSE(masks(writes[0], "approvedBy")) << "who approved stays";
    EXPECT_FALSE(masks(writes[0], "projectId")) << "what did not change is not written";
    EXPECT_EQ(writes[1]["delete"], earlier.key().name);
    EXPECT_EQ(writes[1]["currentDocument"]["updateTime"], earlier.key().update_time);
    EXPECT_EQ(writes[2]["update"]["name"],
              endpoints().document_name("pole-keys", model::pole_key_id("Law-001", "LAW.P.A002")));
    EXPECT_EQ(writes[2]["currentDocument"]["exists"], false);
}

TEST(ProductionCorrection, ANumberOutsideThePlanTakesThePlannedPlaceAway) {
    const auto before = promoted();
    auto after = before;
    after.pole_number = "LAW.P.Z999";
    after.gps_accuracy_m.reset();
    Writes earlier;
    earlier.promote(before, PlannedPlace{"plan-1", 2});
    const Json writes = correction(earlier, before, after);
    for (const char* field : {"planned_id", "planned_distance_m", "gpsAccuracy"}) {
        EXPECT_TRUE(masks(writes[0], field)) << field;
        EXPECT_FALSE(writes[0]["update"]["fields"].contains(field)) << field;
    }
}

TEST(ProductionCorrection, NotesMoveNeitherKeyNorPlannedPlace) {
    const auto before = promoted();
    auto after = before;
    after.notes = "behind the wall";
    after.revision += 1;
    Writes earlier;
    earlier.promote(before, PlannedPlace{"plan-1", 2});
    const Json writes = correction(earlier, before, after, PlannedPlace{"plan-of-today", 99});
    ASSERT_EQ(writes.size(), 1U);
    EXPECT_TRUE(masks(writes[0], "revision"));
    EXPECT_FALSE(masks(writes[0], "planned_id"));
}

TEST(ProductionCorrection, TheFirstNumberOfAPoleMakesItsKey) {
    const auto before = promoted("");
    auto after = before;
    after.pole_number = "LAW.P.A002";
    Writes earlier;
    earlier.promote(before);
    const Json writes = correction(earlier, before, after);
    ASSERT_EQ(writes.size(), 2U);
    EXPECT_EQ(value::text_at(writes[1]["update"]["fields"], "poleNumber"), "LAW.P.A002");
}

TEST(SamePole, IsNumberProjectAndPosition) {
    const auto capture = promoted();
    Writes writes;
    writes.promote(capture);
    Json pole = writes.fields(0);
    EXPECT_TRUE(same_pole(pole, capture));
    pole["photoCount"] = value::integer(1);
    EXPECT_TRUE(same_pole(pole, capture));
    for (const char* field : {"poleNumber", "projectId", "location"}) {
        Json other = pole;
        other.erase(field);
        EXPECT_FALSE(same_pole(other, capture)) << field;
        other[field] = value::text("other");
        EXPECT_FALSE(same_pole(other, capture)) << field;
    }
}

}  // namespace
}  // namespace linesman::sync
