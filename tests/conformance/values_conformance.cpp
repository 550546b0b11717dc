// Values: what comes back, in which order, and what is refused.
#include "conformance/conformance_fixture.h"

namespace linesman::conformance {
namespace {

LINESMAN_CONFORMANCE(Values);

TEST_P(Values, EveryTypeComesBackAsItWasWritten) {
    const Json fields = {{"null", null()},
                         {"yes", boolean(true)},
                         {"int", integer(INT64_MIN)},
                         {"double", number(0.1)},
                         {"time", time("2025-01-30T08:15:00.123456Z")},
                         {"text", text("Umlaut ä, quote \" and \\ and \n")},
                         {"bytes", Json{{"bytesValue", "AAEC/w=="}}},
                         {"ref", reference(db().name("a/b"))},
                         {"geo", Json{{"geoPointValue", {{"latitude", -26.5}, {"longitude", 28.25}}}}},
                         {"list", array({integer(1), text("x"), map({{"k", integer(2)}})})},
                         {"map", map({{"inner", map({{"deep", boolean(false)}})}})}};
    db().set("t/all", fields);
    EXPECT_EQ(db().get(db().name("t/all")).body["fields"], fields);
}

TEST_P(Values, EmptyContainersComeBackWithoutTheInnerKey) {
    db().set("t/empty", {{"a", array({})}, {"m", map(Json::object())}});
    const Json fields = db().get(db().name("t/empty")).body["fields"];
    EXPECT_EQ(fields["a"], Json({{"arrayValue", Json::object()}}));
    EXPECT_EQ(fields["m"], Json({{"mapValue", Json::object()}}));
}

TEST_P(Values, ADocumentWithoutFieldsHasNoFieldsKey) {
    db().set("t/bare", Json::object());
    const Reply reply = db().get(db().name("t/bare"));
    EXPECT_EQ(reply.http, 200);
    EXPECT_FALSE(reply.body.contains("fields"));
}

TEST_P(Values, TimestampsAreCutToMicroseconds) {
    db().set("t/time", {{"t", time("2025-01-30T08:15:00.123456789Z")}, {"whole", time("2025-01-30T08:15:00Z")}});
    const Json fields = db().get(db().name("t/time")).body["fields"];
    EXPECT_EQ(fields["t"], time("2025-01-30T08:15:00.123456Z"));
    EXPECT_EQ(fields["whole"], time("2025-01-30T08:15:00Z"));
}

TEST_P(Values, NumbersAreAcceptedForIntegerValue) {
    db().set("t/n", {{"n", Json{{"integerValue", 7}}}});
    EXPECT_EQ(db().get(db().name("t/n")).body["fields"]["n"], integer(7));
}

TEST_P(Values, SpecialDoublesAreNamed) {
    const Json fields = {{"a", number(std::nan(""))},
                         {"b", Json{{"doubleValue", "Infinity"}}},
                         {"c", Json{{"doubleValue", "-Infinity"}}}};
    db().set("t/d", fields);
    EXPECT_EQ(db().get(db().name("t/d")).body["fields"], fields);
}

TEST_P(Values, AnOrderedQueryFollowsTheOrderAcrossTypes) {
    const std::vector<std::pair<std::string, Json>> ascending = {
        {"z01", null()},
        {"y02", boolean(false)},
        {"x03", boolean(true)},
        {"w04", number(std::nan(""))},
        {"v05", Json{{"doubleValue", "-Infinity"}}},
        {"u06", integer(-3)},
        {"t07", number(1.5)},
        {"s08", integer(2)},
        {"r09", number(2.5)},
        {"q10", integer(INT64_MAX)},
        {"p11", time("1970-01-01T00:00:00Z")},
        {"o12", time("2031-01-01T00:00:00Z")},
        {"n13", text("")},
        {"m14", text("10")},
        {"l15", text("2")},
        {"k16", text("a")},
        {"j17", text("ä")},
        {"i18", text("\xF0\x9F\x98\x80")},
        {"h19", Json{{"bytesValue", "AA=="}}},
        {"g20", Json{{"bytesValue", "/w=="}}},
        {"f21", reference(db().name("a/1"))},
        {"e22", reference(db().name("a/1/b/1"))},
        {"d23", reference(db().name("a/2"))},
        {"c24", Json{{"geoPointValue", {{"latitude", -1}, {"longitude", 5}}}}},
        {"b25", Json{{"geoPointValue", {{"latitude", 1}, {"longitude", 2}}}}},
        {"a26", array({})},
        {"a27", array({integer(1), integer(2)})},
        {"a28", array({integer(1), integer(3)})},
        {"a29", map(Json::object())},
        {"a30", map({{"a", integer(1)}})},
        {"a31", map({{"a", integer(1)}, {"b", integer(0)}})},
        {"a32", map({{"a", integer(2)}})},
        {"a33", map({{"b", integer(0)}})},
    };
    std::string forward, backward;
    for (const auto& [id, value] : ascending) {
        db().set("o/" + id, {{"v", value}});
        forward += (forward.empty() ? "" : " ") + id;
        backward = id + (backward.empty() ? "" : " ") + backward;
    }
    Json query = from("o");
    query["orderBy"] = Json::array({order("v")});
    EXPECT_EQ(db().ids(query), forward);
    query["orderBy"] = Json::array({order("v", true)});
    EXPECT_EQ(db().ids(query), backward);
}

TEST_P(Values, DocumentIdsSortByTheirBytes) {
    for (const char* id : {"10", "2", "1", "a", "B"}) db().set(std::string("ids/") + id, Json::object());
    EXPECT_EQ(db().ids(from("ids")), "1 10 2 B a");
}

TEST_P(Values, WhatCannotBeStoredIsRefused) {
    const auto status = [&](const Json& fields) {
        return db().commit(Json::array({update(db().name("bad/x"), fields)})).status();
    };
    EXPECT_EQ(status({{"a", array(Json::array({array(Json::array({integer(1)}))}))}}), "INVALID_ARGUMENT")
        << "an array in an array";
    EXPECT_EQ(status({{"__x__", integer(1)}}), "INVALID_ARGUMENT") << "a reserved field name";
    EXPECT_EQ(status({{"t", time("yesterday")}}), "INVALID_ARGUMENT");
    EXPECT_EQ(status({{"i", Json{{"integerValue", "1.5"}}}}), "INVALID_ARGUMENT");
    EXPECT_EQ(status({{"g", Json{{"geoPointValue", {{"latitude", 91}, {"longitude", 0}}}}}}), "INVALID_ARGUMENT");
    EXPECT_EQ(status({{"b", Json{{"bytesValue", "*"}}}}), "INVALID_ARGUMENT");
    EXPECT_EQ(status({{"s", text(std::string(1'048'488, 'x'))}}), "INVALID_ARGUMENT") << "a value over the limit";
    EXPECT_EQ(db().get(db().name("bad/x")).status(), "NOT_FOUND");
}

TEST_P(Values, NamesAreChecked) {
    const auto status = [&](const std::string& name) { return db().commit(Json::array({update(name, {})})).status(); };
    EXPECT_EQ(status(db().name("a")), "INVALID_ARGUMENT") << "a collection";
    EXPECT_EQ(status(db().name("a/__x__")), "INVALID_ARGUMENT") << "a reserved id";
    EXPECT_EQ(status("nonsense"), "INVALID_ARGUMENT");
}

}  // namespace
}  // namespace linesman::conformance
