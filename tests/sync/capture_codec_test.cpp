#include "sync/capture_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/builders.h"

namespace linesman::sync::test {
namespace {

using base::Json;
using testing::ElementsAre;
using testing::IsEmpty;

model::Capture decoded(std::string_view fields) {
    auto result = decode_capture("stg1", fields, "2025-01-30T16:02:11.123456Z");
    EXPECT_TRUE(result.ok());
    return result ? *result : model::Capture{};
}

TEST(CaptureCodec, RoundTripKeepsEveryField) {
    RandomCaptures random(20250130);
    for (int i = 0; i < 2000; ++i) {
        const auto capture = random.next();
        const auto back =
            decode_capture(capture.staging_id, std::string_view(fields_text(capture)), capture.update_time);
        ASSERT_TRUE(back.ok());
        ASSERT_EQ(*back, capture) << "capture " << i << "\n" << fields_text(capture) << "\n" << fields_text(*back);
    }
}

TEST(CaptureCodec, ADocumentOfAnOlderAppIsReadWithoutOurAdditions) {
    const auto capture = decoded(R"({
        "projectId":{"stringValue":""}, "capturedBy":{"stringValue":"u1"}, "capturedAt":{"timestampValue":"2025-01-30T08:15:00Z"},
        "validation_status":{"stringValue":"pending"}, "validation_errors":{"arrayValue":{}},
        "submitted_at":{"timestampValue":"2025-01-30T09:00:00Z"}, "synced_to_production":{"booleanValue":false},
        "offline_id":{"stringValue":"offline_1_a"}, "photoUrls":{"mapValue":{}}})");
    EXPECT_EQ(capture.shape, model::SourceShape::staging);
    EXPECT_EQ(capture.gps, std::nullopt);
    EXPECT_EQ(capture.expected_photos, std::nullopt);
    EXPECT_FALSE(capture.review.has_value());
    EXPECT_EQ(capture.revision, 0);
    EXPECT_THAT(capture.bad_fields, IsEmpty());
    EXPECT_EQ(capture.update_time, "2025-01-30T16:02:11.123456Z");
    EXPECT_EQ(capture.update_time_parsed, at("2025-01-30T16:02:11.123456Z"));
}

TEST(CaptureCodec, PhotoPathsAreDerivedFromTheUrl) {
    EXPECT_EQ(photo_path_from_url(photo_url("offline_1_a", "front")),
              "poles/staging/offline_1_a/front_1738224900000.jpg");
    EXPECT_EQ(photo_path_from_url("https://x/v0/b/b/o/a%2520b?alt=media"), "a%20b");
    EXPECT_EQ(photo_path_from_url("https://x/elsewhere"), "");
    EXPECT_EQ(photo_path_from_url("https://x/o/cut%2"), "cut%2");
}

TEST(CaptureCodec, PhotosAndPhotoUrlsAreUnitedAndAliasesUnderstood) {
    const auto capture = decoded(R"({"synced_to_production":{"booleanValue":false},
        "photos":{"mapValue":{"fields":{"front":{"mapValue":{"fields":{"path":{"stringValue":"p/front.jpg"},
            "bytes":{"integerValue":"1234"},"md5":{"stringValue":"m=="}}}}}}},
        "photoUrls":{"mapValue":{"fields":{"front":{"stringValue":"https://h/o/other.jpg?token=t"},
            "beforePhoto":{"stringValue":"https://h/o/b%2Fbefore.jpg"},"somethingElse":{"stringValue":"https://h/o/x"}}}}})");
    const auto& front = capture.photos[model::index_of(model::Slot::front)];
    ASSERT_TRUE(front.has_value());
    EXPECT_EQ(front->path, "p/front.jpg");
    EXPECT_EQ(front->bytes, 1234U);
    EXPECT_EQ(front->url, "https://h/o/other.jpg?token=t");
    const auto& before = capture.photos[model::index_of(model::Slot::before)];
    ASSERT_TRUE(before.has_value());
    EXPECT_EQ(before->path, "b/before.jpg");
    EXPECT_EQ(capture.photo_mask(), model::bit(model::Slot::front) | model::bit(model::Slot::before));
}

TEST(CaptureCodec, PolePlantingsAreReadOnlyShapes) {
    const auto capture = decoded(R"({"poleNumber":{"stringValue":"LAW.P.A001"},"projectId":{"stringValue":"p"},
        "expiresAt":{"timestampValue":"2025-02-01T00:00:00Z"},
        "location":{"geoPointValue":{"latitude":-26.1,"longitude":27.9}},
        "photos":{"mapValue":{"fields":{"frontView":{"mapValue":{"fields":{"url":{"stringValue":"https://h/o/f.jpg"},
            "uploadFailed":{"booleanValue":true}}}}}}}})");
    EXPECT_EQ(capture.shape, model::SourceShape::pole_plantings);
    EXPECT_EQ(capture.gps, (model::GeoPoint{-26.1, 27.9}));
    const auto& front = capture.photos[model::index_of(model::Slot::front)];
    ASSERT_TRUE(front.has_value());
    EXPECT_TRUE(front->upload_failed);
    EXPECT_EQ(front->path, "f.jpg");
}

TEST(CaptureCodec, FieldPoleCapturesAreReadFromTheirNestedMaps) {
    const auto capture = decoded(R"({"projectId":{"stringValue":"p"},
        "pole":{"mapValue":{"fields":{"number":{"stringValue":"LAW.P.A002"},"gps":{"mapValue":{"fields":{
            "latitude":{"doubleValue":-26.2},"longitude":{"integerValue":"28"},"accuracy":{"doubleValue":7}}}}}}},
        "validation":{"mapValue":{"fields":{"status":{"stringValue":"validated"}}}},
        "metadata":{"mapValue":{"fields":{"appVersion":{"stringValue":"2.1"},"deviceId":{"stringValue":"android_abc123def456"}}}}})");
    EXPECT_EQ(capture.shape, model::SourceShape::field_pole_captures);
    EXPECT_EQ(capture.pole_number, "LAW.P.A002");
    EXPECT_EQ(capture.gps, (model::GeoPoint{-26.2, 28}));
    EXPECT_EQ(capture.gps_accuracy_m, 7.0);
    EXPECT_EQ(capture.validation_status, model::ValidationStatus::validated);
    EXPECT_EQ(capture.device_id, "android_abc123def456");
}

TEST(CaptureCodec, WrongTypesAreNamedAndTheRestStands) {
    const auto capture =
        decoded(R"({"poleNumber":{"integerValue":"167"},"projectId":{"mapValue":{}},"notes":{"stringValue":"kept"},
        "gpsLocation":{"stringValue":"here"},"gpsAccuracy":{"doubleValue":"NaN"},"capturedAt":{"stringValue":"yesterday"},
        "validation_status":{"stringValue":"perhaps"},"validation_errors":{"stringValue":"none"},"photoUrls":{"arrayValue":{}},
        "synced_to_production":{"stringValue":"false"},"review":{"booleanValue":true},"schema":{"stringValue":"1"},"offline_id":7,
        "photos":{"mapValue":{"fields":{"front":{"mapValue":{"fields":{"path":{"stringValue":"p/front.jpg"},
            "bytes":{"stringValue":"many"},"captured_at":{"booleanValue":true}}}}}}}})");
    EXPECT_EQ(capture.pole_number, "167");
    EXPECT_EQ(capture.photos[model::index_of(model::Slot::front)]->path, "p/front.jpg");
    EXPECT_EQ(capture.notes, "kept");
    EXPECT_THAT(capture.bad_fields,
                ElementsAre("capturedAt", "gpsAccuracy", "gpsLocation", "offline_id", "photoUrls", "photos.front.bytes",
                            "photos.front.captured_at", "poleNumber", "projectId", "review", "schema",
                            "synced_to_production", "validation_errors", "validation_status"));
}

TEST(CaptureCodec, NullCountsAsAbsent) {
    const auto capture =
        decoded(R"({"poleNumber":{"nullValue":null},"gpsLocation":{"nullValue":null},"capturedAt":{"nullValue":null},
        "photoUrls":{"nullValue":null},"review":{"nullValue":null},"photos":{"mapValue":{"fields":{"front":{"nullValue":null}}}}})");
    EXPECT_THAT(capture.bad_fields, IsEmpty());
    EXPECT_EQ(capture.photo_mask(), 0);
    EXPECT_FALSE(capture.review.has_value());
}

TEST(CaptureCodec, OnlyWhatIsNoMapIsUnreadable) {
    for (const char* text : {"[]", "3", "\"x\"", "{", "{\"a\":}", "nonsense"}) {
        const auto result = decode_capture("stg9", std::string_view(text), "");
        ASSERT_FALSE(result.ok()) << text;
        EXPECT_EQ(result.error().kind, base::ErrorKind::corrupt);
        EXPECT_NE(result.error().what.find("stg9"), std::string::npos);
        EXPECT_EQ(decode_capture_or_unreadable("stg9", text, "").shape, model::SourceShape::unreadable);
    }
    EXPECT_TRUE(decode_capture("stg9", std::string_view(), "").ok());
}

TEST(CaptureCodec, BrokenUtf8DoesNotLoseTheDocument) {
    const auto capture = decoded("{\"poleNumber\":{\"stringValue\":\"LAW\xff\"},\"notes\":{\"stringValue\":\"kept\"}}");
    EXPECT_EQ(capture.notes, "kept");
    EXPECT_EQ(capture.pole_number, "LAW\xEF\xBF\xBD");
}

TEST(CaptureCodec, MutatedDocumentsNeverCrash) {
    RandomCaptures random(7);
    std::mt19937_64 dice(11);
    const std::string kJunk = "{}[]\",:0123456789.-+eEtfn\\u\x01\x80\xff ";
    for (int i = 0; i < 20000; ++i) {
        std::string text = fields_text(random.next());
        for (uint64_t n = dice() % 4 + 1; n > 0 && !text.empty(); --n) {
            const size_t where = dice() % text.size();
            switch (dice() % 4) {
                case 0:
                    text[where] = kJunk[dice() % kJunk.size()];
                    break;
                case 1:
                    text.erase(where, dice() % 9);
                    break;
                case 2:
                    text.insert(where, 1, kJunk[dice() % kJunk.size()]);
                    break;
                default:
                    text.resize(where);
            }
        }
        (void)decode_capture_or_unreadable("x", text, text);
    }
}

TEST(CaptureCodec, StructurallyMutatedDocumentsAreStillReadable) {
    RandomCaptures random(9);
    std::mt19937_64 dice(13);
    const Json kOdd[] = {Json::parse(R"({"integerValue":"1"})"),
                         Json::parse(R"({"mapValue":{"fields":[]}})"),
                         Json::parse("[]"),
                         Json(3),
                         Json(nullptr),
                         Json::parse(R"({"arrayValue":{"values":{}}})"),
                         Json::parse(R"({"timestampValue":7})")};
    for (int i = 0; i < 3000; ++i) {
        Json fields = encode_capture(random.next());
        Json* node = &fields;
        while (node->is_structured() && !node->empty()) {
            auto it = node->begin();
            std::advance(it, static_cast<long>(dice() % node->size()));
            node = &*it;
            if (dice() % 3 == 0) break;
        }
        *node = kOdd[dice() % std::size(kOdd)];
        if (!fields.is_object()) continue;
        ASSERT_TRUE(decode_capture("x", fields, "").ok()) << fields.dump();
    }
}

TEST(CaptureCodec, ACreateIsWrittenAsTheSeedWritesItPlusOurAdditions) {
    auto capture = phone_capture();
    capture.notes.clear();
    capture.device_id.clear();
    capture.gps.reset();
    capture.expected_photos = model::kAllSlots;
    const Json write = encode_capture_create(capture, kRoot + "staging-field-captures/stg1");
    EXPECT_EQ(write["currentDocument"], Json({{"exists", false}}));
    const Json& fields = write["update"]["fields"];
    for (const char* key : {"notes", "device_id", "gpsLocation", "submitted_at", "updated_at", "review",
                            "production_id", "validated_at"}) {
        EXPECT_FALSE(fields.contains(key)) << key;
    }
    EXPECT_EQ(value::text_at(fields, "validation_status"), "pending");
    EXPECT_EQ(fields["validation_errors"].dump(), R"({"arrayValue":{}})");
    EXPECT_FALSE(value::boolean_at(fields, "synced_to_production", true));
    EXPECT_EQ(value::integer_at(fields, "schema"), kCaptureSchema);
    EXPECT_EQ(
        write["updateTransforms"].dump(),
        R"([{"fieldPath":"submitted_at","setToServerValue":"REQUEST_TIME"},{"fieldPath":"updated_at","setToServerValue":"REQUEST_TIME"}])");
}

}  // namespace
}  // namespace linesman::sync::test
