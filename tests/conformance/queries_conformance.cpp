// Queries: filters, orders, cursors, limits, projections, collection groups.
#include "conformance/conformance_fixture.h"

namespace linesman::conformance {
namespace {

LINESMAN_CONFORMANCE(Queries);

void add_samples(Firestore& db) {
    db.set("q/arr", {{"v", array({integer(1), text("x")})}, {"n", integer(6)}});
    db.set("q/five", {{"v", integer(5)}, {"n", integer(3)}});
    db.set("q/half", {{"v", number(0.5)}, {"n", integer(1)}});
    db.set("q/nan", {{"v", number(std::nan(""))}, {"n", integer(7)}});
    db.set("q/none", {{"n", integer(8)}});
    db.set("q/null", {{"v", null()}, {"n", integer(9)}});
    db.set("q/one", {{"v", integer(1)}, {"n", integer(2)}});
    db.set("q/text", {{"v", text("x")}, {"n", integer(4)}});
}

std::string found(Firestore& db, const Json& filter) {
    Json query = from("q");
    query["where"] = filter;
    query["orderBy"] = Json::array({order("__name__")});
    return db.ids(query);
}

TEST_P(Queries, EveryOperatorSelectsWhatItSays) {
    add_samples(db());
    EXPECT_EQ(found(db(), where("v", "EQUAL", integer(1))), "one");
    EXPECT_EQ(found(db(), where("v", "EQUAL", number(1.0))), "one") << "numbers compare by value";
    EXPECT_EQ(found(db(), where("v", "EQUAL", text("x"))), "text");
    EXPECT_EQ(found(db(), where("v", "IN", array({integer(5), text("x")}))), "five text");
    EXPECT_EQ(found(db(), where("v", "ARRAY_CONTAINS", integer(1))), "arr");
    EXPECT_EQ(found(db(), where("v", "ARRAY_CONTAINS_ANY", array({text("x"), text("y")}))), "arr");
    EXPECT_EQ(found(db(), unary("v", "IS_NULL")), "null");
    EXPECT_EQ(found(db(), unary("v", "IS_NAN")), "nan");
    EXPECT_EQ(found(db(), composite("AND", {where("v", "EQUAL", integer(1)), where("n", "EQUAL", integer(2))})), "one");
    EXPECT_EQ(found(db(), composite("OR", {where("v", "EQUAL", integer(1)), where("n", "EQUAL", integer(8))})),
              "none one");
}

TEST_P(Queries, InequalitiesStayWithinOneType) {
    add_samples(db());
    const auto ordered = [&](const Json& filter) {
        Json query = from("q");
        query["where"] = filter;
        return db().ids(query);
    };
    EXPECT_EQ(ordered(where("v", "LESS_THAN", integer(5))), "half one");
    EXPECT_EQ(ordered(where("v", "LESS_THAN_OR_EQUAL", integer(5))), "half one five");
    EXPECT_EQ(ordered(where("v", "GREATER_THAN", number(0.5))), "one five");
    EXPECT_EQ(ordered(where("v", "GREATER_THAN_OR_EQUAL", number(0.5))), "half one five");
    EXPECT_EQ(ordered(where("v", "GREATER_THAN", text("a"))), "text");
    EXPECT_EQ(ordered(where("v", "NOT_EQUAL", integer(1))), "nan half five text arr");
    EXPECT_EQ(ordered(where("v", "NOT_IN", array({integer(1), text("x")}))), "nan half five arr");
    EXPECT_EQ(ordered(unary("v", "IS_NOT_NULL")), "nan half one five text arr");
    EXPECT_EQ(ordered(unary("v", "IS_NOT_NAN")), "half one five text arr");
}

TEST_P(Queries, OrderingByAFieldLeavesOutDocumentsWithoutIt) {
    add_samples(db());
    Json query = from("q");
    query["orderBy"] = Json::array({order("v")});
    EXPECT_EQ(db().ids(query), "null nan half one five text arr");
}

TEST_P(Queries, SeveralOrdersApplyInTurn) {
    db().set("m/a", {{"x", integer(1)}, {"y", integer(2)}});
    db().set("m/b", {{"x", integer(1)}, {"y", integer(1)}});
    db().set("m/c", {{"x", integer(0)}, {"y", integer(9)}});
    db().set("m/d", {{"x", integer(1)}, {"y", integer(2)}});
    Json query = from("m");
    query["orderBy"] = Json::array({order("x", true), order("y")});
    EXPECT_EQ(db().ids(query), "b a d c");
    query["orderBy"] = Json::array({order("x"), order("y", true)});
    EXPECT_EQ(db().ids(query), "c d a b");
    query["limit"] = 2;
    EXPECT_EQ(db().ids(query), "c d");
    query["orderBy"] = Json::array({order("x"), order("__name__", true)});
    query.erase("limit");
    EXPECT_EQ(db().ids(query), "c d b a");
}

TEST_P(Queries, ACursorPairContinuesWithinEqualValues) {
    for (const char* id : {"a", "b", "c", "d"}) db().set(std::string("c/") + id, {{"t", time("2025-01-30T08:15:00Z")}});
    db().set("c/e", {{"t", time("2025-01-30T08:15:01Z")}});
    Json query = from("c");
    query["orderBy"] = Json::array({order("t"), order("__name__")});
    query["startAt"] = {{"values", {time("2025-01-30T08:15:00Z"), reference(db().name("c/b"))}}, {"before", false}};
    EXPECT_EQ(db().ids(query), "c d e");
    query["startAt"]["before"] = true;
    EXPECT_EQ(db().ids(query), "b c d e");
    query["limit"] = 2;
    EXPECT_EQ(db().ids(query), "b c");
}

TEST_P(Queries, CursorsBoundBothEndsInBothDirections) {
    for (int i = 1; i <= 5; ++i) db().set("n/" + std::to_string(i), {{"v", integer(i)}});
    Json query = from("n");
    query["orderBy"] = Json::array({order("v")});
    query["startAt"] = {{"values", {integer(2)}}, {"before", true}};
    query["endAt"] = {{"values", {integer(4)}}, {"before", true}};
    EXPECT_EQ(db().ids(query), "2 3");
    query["endAt"]["before"] = false;
    EXPECT_EQ(db().ids(query), "2 3 4");
    query["orderBy"] = Json::array({order("v", true)});
    query["startAt"] = {{"values", {integer(4)}}, {"before", false}};
    query["endAt"] = {{"values", {integer(2)}}, {"before", false}};
    EXPECT_EQ(db().ids(query), "3 2");
}

TEST_P(Queries, ACursorWithTooManyValuesIsRefused) {
    db().set("n/1", {{"v", integer(1)}});
    Json query = from("n");
    query["orderBy"] = Json::array({order("v"), order("__name__")});
    query["startAt"] = {{"values", {integer(1), reference(db().name("n/1")), integer(3)}}};
    EXPECT_EQ(db().query(query).status(), "INVALID_ARGUMENT");
}

TEST_P(Queries, NameRangesSelectByDocumentName) {
    for (const char* id : {"a", "b", "c", "d"}) db().set(std::string("r/") + id, Json::object());
    Json query = from("r");
    query["where"] = composite("AND", {where("__name__", "GREATER_THAN_OR_EQUAL", reference(db().name("r/b"))),
                                       where("__name__", "LESS_THAN", reference(db().name("r/d")))});
    EXPECT_EQ(db().ids(query), "b c");
    query["where"] = where("__name__", "IN", array({reference(db().name("r/a")), reference(db().name("r/d"))}));
    EXPECT_EQ(db().ids(query), "a d");
    query["where"] = where("__name__", "EQUAL", text("a"));
    EXPECT_EQ(db().query(query).status(), "INVALID_ARGUMENT");
    query.erase("where");
    query["orderBy"] = Json::array({order("__name__", true)});
    EXPECT_EQ(db().query(query).status(), "FAILED_PRECONDITION") << "names are not scanned backwards";
}

TEST_P(Queries, OffsetAndLimitCutTheResult) {
    for (int i = 1; i <= 5; ++i) db().set("n/" + std::to_string(i), {{"v", integer(i)}});
    Json query = from("n");
    query["offset"] = 1;
    query["limit"] = 2;
    EXPECT_EQ(db().ids(query), "2 3");
    query["offset"] = 9;
    EXPECT_EQ(db().ids(query), "");
}

TEST_P(Queries, SelectGivesOnlyTheNamedFields) {
    db().set("s/1", {{"a", integer(1)}, {"b", map({{"c", integer(2)}, {"d", integer(3)}})}});
    Json query = from("s");
    query["select"] = {{"fields", {{{"fieldPath", "b.c"}}}}};
    const Json document = db().query(query).body[0]["document"];
    EXPECT_EQ(document["fields"], Json({{"b", map({{"c", integer(2)}})}}));
    query["select"] = {{"fields", {{{"fieldPath", "__name__"}}}}};
    const Json bare = db().query(query).body[0]["document"];
    EXPECT_FALSE(bare.contains("fields"));
    EXPECT_TRUE(bare.contains("updateTime"));
}

TEST_P(Queries, AnEmptyResultIsOneElementWithAReadTime) {
    const Reply reply = db().query(from("nothing"));
    ASSERT_EQ(reply.http, 200);
    ASSERT_EQ(reply.body.size(), 1U);
    EXPECT_TRUE(reply.body[0].contains("readTime"));
    EXPECT_FALSE(reply.body[0].contains("document"));
}

TEST_P(Queries, CollectionGroupsReachEveryDepth) {
    db().set("p/1/versions/a", {{"n", integer(2)}});
    db().set("p/2/versions/b", {{"n", integer(1)}});
    db().set("versions/c", {{"n", integer(3)}});
    db().set("p/1/other/d", {{"n", integer(0)}});
    EXPECT_EQ(db().ids(from("versions", true)), "a b c");
    Json query = from("versions", true);
    query["orderBy"] = Json::array({order("n", true)});
    EXPECT_EQ(db().ids(query), "c a b");
    EXPECT_EQ(db().ids(from("versions", true), "p/1"), "a");
    EXPECT_EQ(db().ids(from("versions"), "p/2"), "b");
}

TEST_P(Queries, NestedFieldsAndQuotedPathsAreReached) {
    db().set("f/1", {{"a", map({{"b c", integer(1)}})}});
    Json query = from("f");
    query["where"] = where("a.`b c`", "EQUAL", integer(1));
    EXPECT_EQ(db().ids(query), "1");
}

TEST_P(Queries, MalformedQueriesAreRefused) {
    add_samples(db());
    const auto status = [&](const Json& query) { return db().query(query).status(); };
    Json bad = from("q");
    bad["where"] = where("__update_time__", "GREATER_THAN", integer(1));
    EXPECT_EQ(status(bad), "INVALID_ARGUMENT");
    bad["where"] = where("v", "IN", array({}));
    EXPECT_EQ(status(bad), "INVALID_ARGUMENT");
    bad["where"] = where("v", "IN", integer(1));
    EXPECT_EQ(status(bad), "INVALID_ARGUMENT");
    bad["where"] = where("v", "SOUNDS_LIKE", integer(1));
    EXPECT_EQ(status(bad), "INVALID_ARGUMENT");
    bad.erase("where");
    bad["offset"] = -1;
    EXPECT_EQ(status(bad), "INVALID_ARGUMENT");
    bad["offset"] = 0;
    bad["orderBy"] = Json::array({order("a b")});
    EXPECT_EQ(status(bad), "INVALID_ARGUMENT");
}

TEST_P(Queries, CountsSumsAndAverages) {
    add_samples(db());
    const Json aggregations = {{{"alias", "count"}, {"count", Json::object()}},
                               {{"alias", "few"}, {"count", {{"upTo", "3"}}}},
                               {{"alias", "sum"}, {"sum", {{"field", {{"fieldPath", "n"}}}}}},
                               {{"alias", "avg"}, {"avg", {{"field", {{"fieldPath", "n"}}}}}}};
    const Reply reply = db().aggregate(from("q"), aggregations);
    ASSERT_EQ(reply.http, 200) << reply.text;
    const Json fields = reply.body[0]["result"]["aggregateFields"];
    EXPECT_EQ(fields["count"], integer(8));
    EXPECT_EQ(fields["few"], integer(3));
    EXPECT_EQ(fields["sum"], integer(40));
    EXPECT_EQ(fields["avg"], number(5));
    EXPECT_TRUE(reply.body[0].contains("readTime"));
}

TEST_P(Queries, CountHonoursTheFilter) {
    add_samples(db());
    Json query = from("q");
    query["where"] = where("n", "GREATER_THAN", integer(6));
    const Reply reply = db().aggregate(query, {{{"alias", "c"}, {"count", Json::object()}}});
    EXPECT_EQ(reply.body[0]["result"]["aggregateFields"]["c"], integer(3));
}

TEST_P(Queries, AReadTimeShowsThePast) {
    const std::string before = db().set("h/1", {{"v", integer(1)}});
    db().set("h/1", {{"v", integer(2)}});
    db().set("h/2", {{"v", integer(0)}});
    db().remove(db().name("h/1"));
    Json body = {{"structuredQuery", from("h")}, {"readTime", before}};
    const Reply reply = db().post(db().root() + ":runQuery", body);
    ASSERT_EQ(reply.http, 200) << reply.text;
    ASSERT_EQ(reply.body.size(), 1U) << reply.text;
    ASSERT_TRUE(reply.body[0].contains("document")) << reply.text;
    EXPECT_EQ(reply.body[0]["document"]["fields"]["v"], integer(1));
    body["structuredQuery"]["orderBy"] = Json::array({order("v", true)});
    const Reply ordered = db().post(db().root() + ":runQuery", body);
    ASSERT_TRUE(ordered.body[0].contains("document")) << ordered.text;
    EXPECT_EQ(ordered.body[0]["document"]["fields"]["v"], integer(1));
    EXPECT_EQ(db().ids(from("h")), "2");
    // batchGet, since the emulator refuses readTime in the query of a GET.
    const Json past = {{"documents", {db().name("h/1")}}, {"readTime", before}};
    EXPECT_EQ(db().post(db().root() + ":batchGet", past).body[0]["found"]["fields"]["v"], integer(1));
}

}  // namespace
}  // namespace linesman::conformance
