// Writes: masks, preconditions, transforms, atomicity, transactions, single-document requests.
#include "conformance/conformance_fixture.h"

namespace linesman::conformance {
namespace {

LINESMAN_CONFORMANCE(Writes);

Json with(Json write, const char* key, const Json& value) {
    write[key] = value;
    return write;
}

Json transform(const std::string& path, const char* kind, const Json& operand) {
    return {{"fieldPath", path}, {kind, operand}};
}

TEST_P(Writes, AMaskSetsDeletesAndKeeps) {
    db().set("w/1", {{"keep", integer(1)}, {"drop", integer(2)}, {"map", map({{"a", integer(1)}, {"b", integer(2)}})}});
    const Json write =
        with(update(db().name("w/1"), {{"new", integer(3)}, {"map", map({{"a", integer(9)}})}, {"keep", integer(8)}}),
             "updateMask", {{"fieldPaths", {"new", "drop", "map.a"}}});
    ASSERT_EQ(db().commit(Json::array({write})).http, 200);
    EXPECT_EQ(db().get(db().name("w/1")).body["fields"],
              Json({{"keep", integer(1)}, {"new", integer(3)}, {"map", map({{"a", integer(9)}, {"b", integer(2)}})}}));
}

TEST_P(Writes, WithoutAMaskTheDocumentIsReplaced) {
    db().set("w/1", {{"a", integer(1)}});
    db().set("w/1", {{"b", integer(2)}});
    EXPECT_EQ(db().get(db().name("w/1")).body["fields"], Json({{"b", integer(2)}}));
}

TEST_P(Writes, AnEmptyMaskWithTransformsCreatesTheDocument) {
    Json write = with(update(db().name("w/t"), Json::object()), "updateMask", {{"fieldPaths", Json::array()}});
    write["updateTransforms"] = Json::array({transform("n", "increment", integer(2))});
    const Reply reply = db().commit(Json::array({write}));
    ASSERT_EQ(reply.http, 200) << reply.text;
    EXPECT_EQ(reply.body["writeResults"][0]["transformResults"], Json::array({integer(2)}));
    EXPECT_EQ(db().get(db().name("w/t")).body["fields"], Json({{"n", integer(2)}}));
}

TEST_P(Writes, TransformsComputeOnTheServer) {
    db().set("w/t",
             {{"i", integer(5)}, {"d", number(1.5)}, {"list", array({integer(1), integer(2)})}, {"s", text("x")}});
    Json write = with(update(db().name("w/t"), Json::object()), "updateMask", {{"fieldPaths", Json::array()}});
    write["updateTransforms"] = {transform("i", "increment", integer(-7)),
                                 transform("d", "increment", integer(1)),
                                 transform("s", "increment", integer(4)),
                                 transform("max", "maximum", integer(3)),
                                 transform("i2", "minimum", integer(3)),
                                 transform("list", "appendMissingElements", {{"values", {integer(2), integer(3)}}}),
                                 transform("gone", "removeAllFromArray", {{"values", {integer(1)}}})};
    const Reply reply = db().commit(Json::array({write}));
    ASSERT_EQ(reply.http, 200) << reply.text;
    const Json fields = db().get(db().name("w/t")).body["fields"];
    EXPECT_EQ(fields["i"], integer(-2));
    EXPECT_EQ(fields["d"], number(2.5));
    EXPECT_EQ(fields["s"], integer(4));
    EXPECT_EQ(fields["max"], integer(3));
    EXPECT_EQ(fields["i2"], integer(3));
    EXPECT_EQ(fields["list"], array({integer(1), integer(2), integer(3)}));
    EXPECT_EQ(fields["gone"], array({}));
    const Json results = reply.body["writeResults"][0]["transformResults"];
    ASSERT_EQ(results.size(), 7U);
    EXPECT_EQ(results[0], integer(-2));
    EXPECT_EQ(results[5], null());
}

TEST_P(Writes, RequestTimeIsOneMillisecondForAllAndNotAfterTheCommit) {
    Json one =
        with(update(db().name("w/1"), Json::object()), "updateTransforms",
             {transform("a", "setToServerValue", "REQUEST_TIME"), transform("b", "setToServerValue", "REQUEST_TIME")});
    Json two = with(update(db().name("w/2"), Json::object()), "updateTransforms",
                    Json::array({transform("a", "setToServerValue", "REQUEST_TIME")}));
    const Reply reply = db().commit(Json::array({one, two}));
    ASSERT_EQ(reply.http, 200) << reply.text;
    const Json first = db().get(db().name("w/1")).body, second = db().get(db().name("w/2")).body;
    EXPECT_EQ(first["fields"]["a"], first["fields"]["b"]);
    EXPECT_EQ(first["fields"]["a"], second["fields"]["a"]);
    const auto stamp = base::parse_rfc3339(first["fields"]["a"]["timestampValue"].get<std::string>());
    const auto commit = base::parse_rfc3339(reply.body["commitTime"].get<std::string>());
    ASSERT_TRUE(stamp && commit);
    EXPECT_EQ(stamp->us % 1000, 0);
    EXPECT_LE(stamp->us, commit->us);
}

TEST_P(Writes, AllWritesOfACommitShareTheUpdateTime) {
    const Reply reply = db().commit(
        Json::array({update(db().name("w/1"), {{"a", integer(1)}}), update(db().name("w/2"), {{"a", integer(1)}})}));
    EXPECT_EQ(reply.body["writeResults"][0]["updateTime"], reply.body["writeResults"][1]["updateTime"]);
    EXPECT_EQ(reply.body["writeResults"][0]["updateTime"], reply.body["commitTime"]);
    EXPECT_EQ(db().get(db().name("w/2")).body["updateTime"], reply.body["commitTime"]);
}

TEST_P(Writes, AWriteThatChangesNothingKeepsTheUpdateTime) {
    const std::string first = db().set("w/1", {{"a", integer(1)}});
    EXPECT_EQ(db().set("w/1", {{"a", integer(1)}}), first);
    EXPECT_EQ(db().get(db().name("w/1")).body["updateTime"], first);
    EXPECT_NE(db().set("w/1", {{"a", number(1)}}), first) << "another type is another value";
}

TEST_P(Writes, FailedPreconditionsNameTheirReason) {
    const std::string version = db().set("w/there", {{"a", integer(1)}});
    const auto status = [&](const Json& write) { return db().commit(Json::array({write})).status(); };
    const Json there = update(db().name("w/there"), {{"a", integer(2)}}),
               missing = update(db().name("w/missing"), {{"a", integer(2)}});
    const Json old = {{"updateTime", "2020-01-01T00:00:00.000001Z"}};
    EXPECT_EQ(status(with(there, "currentDocument", {{"exists", false}})), "ALREADY_EXISTS");
    EXPECT_EQ(status(with(missing, "currentDocument", {{"exists", true}})), "NOT_FOUND");
    EXPECT_EQ(status(with({{"delete", db().name("w/missing")}}, "currentDocument", {{"exists", true}})), "NOT_FOUND");
    EXPECT_EQ(status(with(there, "currentDocument", old)), "FAILED_PRECONDITION");
    EXPECT_EQ(status(with(missing, "currentDocument", old)), "FAILED_PRECONDITION");
    EXPECT_EQ(status(with({{"delete", db().name("w/there")}}, "currentDocument", old)), "FAILED_PRECONDITION");
    EXPECT_EQ(status(with({{"verify", db().name("w/there")}}, "currentDocument", old)), "FAILED_PRECONDITION");
    EXPECT_EQ(status(with(there, "currentDocument", {{"updateTime", "2020-01-01T00:00:00.123456789Z"}})),
              "INVALID_ARGUMENT");
    EXPECT_EQ(status(with({{"verify", db().name("w/there")}}, "currentDocument", {{"updateTime", version}})), "");
    EXPECT_EQ(status(with(there, "currentDocument", {{"updateTime", version}})), "");
}

TEST_P(Writes, HttpCodesFollowTheStatus) {
    db().set("w/there", {{"a", integer(1)}});
    const Json there = update(db().name("w/there"), {{"a", integer(2)}});
    EXPECT_EQ(db().commit(Json::array({with(there, "currentDocument", {{"exists", false}})})).http, 409);
    EXPECT_EQ(db().commit(Json::array({with(there, "currentDocument", {{"updateTime", "2020-01-01T00:00:00Z"}})})).http,
              400);
    EXPECT_EQ(db().get(db().name("w/none")).http, 404);
    EXPECT_EQ(db().get(db().name("w/none")).body["error"]["code"], 404);
}

TEST_P(Writes, ACommitIsAllOrNothing) {
    db().set("w/there", {{"a", integer(1)}});
    const Json writes = {
        update(db().name("w/new"), {{"a", integer(1)}}),
        with(update(db().name("w/there"), {{"a", integer(2)}}), "currentDocument", {{"exists", false}})};
    EXPECT_EQ(db().commit(writes).status(), "ALREADY_EXISTS");
    EXPECT_EQ(db().get(db().name("w/new")).status(), "NOT_FOUND");
    EXPECT_EQ(db().get(db().name("w/there")).body["fields"]["a"], integer(1));
}

TEST_P(Writes, ASwapOfKeysIsOneCommit) {
    db().set("keys/old", {{"p", integer(1)}});
    const Json writes = {
        with({{"delete", db().name("keys/old")}}, "currentDocument", {{"exists", true}}),
        with(update(db().name("keys/new"), {{"p", integer(1)}}), "currentDocument", {{"exists", false}})};
    ASSERT_EQ(db().commit(writes).http, 200);
    EXPECT_EQ(db().ids(from("keys")), "new");
}

TEST_P(Writes, SingleDocumentRequestsCreatePatchAndDelete) {
    const Reply made = db().post(db().name("docs") + "?documentId=a", {{"fields", {{"x", integer(1)}}}});
    ASSERT_EQ(made.http, 200) << made.text;
    EXPECT_EQ(made.body["name"], db().name("docs/a"));
    EXPECT_EQ(db().post(db().name("docs") + "?documentId=a", {{"fields", Json::object()}}).status(), "ALREADY_EXISTS");
    const Reply patched =
        db().patch(db().name("docs/a") + "?updateMask.fieldPaths=y", {{"fields", {{"y", integer(2)}}}});
    EXPECT_EQ(patched.body["fields"], Json({{"x", integer(1)}, {"y", integer(2)}}));
    EXPECT_EQ(patched.body["createTime"], made.body["createTime"]);
    EXPECT_EQ(db().patch(db().name("docs/b") + "?currentDocument.exists=true", {{"fields", Json::object()}}).status(),
              "NOT_FOUND");
    EXPECT_EQ(db().get(db().name("docs/a") + "?mask.fieldPaths=y").body["fields"], Json({{"y", integer(2)}}));
    EXPECT_EQ(db().remove(db().name("docs/a")).http, 200);
    EXPECT_EQ(db().remove(db().name("docs/a")).http, 200) << "deleting what is gone succeeds";
    EXPECT_EQ(db().get(db().name("docs/a")).status(), "NOT_FOUND");
    const Reply automatic = db().post(db().name("docs"), {{"fields", Json::object()}});
    EXPECT_EQ(automatic.body["name"].get<std::string>().size(), db().name("docs/").size() + 20);
}

TEST_P(Writes, ListingPagesThroughACollection) {
    for (int i = 1; i <= 5; ++i) db().set("l/" + std::to_string(i), {{"v", integer(6 - i)}});
    const Reply first = db().get(db().name("l") + "?pageSize=3");
    ASSERT_EQ(first.body["documents"].size(), 3U) << first.text;
    const Reply rest =
        db().get(db().name("l") + "?pageSize=3&pageToken=" + first.body["nextPageToken"].get<std::string>());
    ASSERT_EQ(rest.body["documents"].size(), 2U) << rest.text;
    EXPECT_EQ(rest.body["documents"][0]["name"], db().name("l/4"));
    EXPECT_EQ(db().get(db().name("l") + "?orderBy=v&pageSize=1").body["documents"][0]["name"], db().name("l/5"));
}

TEST_P(Writes, BatchGetTellsFoundFromMissing) {
    db().set("b/1", {{"v", integer(1)}});
    const Reply reply = db().post(db().root() + ":batchGet", {{"documents", {db().name("b/1"), db().name("b/2")}}});
    ASSERT_EQ(reply.body.size(), 2U) << reply.text;
    int found = 0, missing = 0;
    for (const Json& element : reply.body) {
        EXPECT_TRUE(element.contains("readTime"));
        if (element.contains("found")) {
            ++found;
            EXPECT_EQ(element["found"]["name"], db().name("b/1"));
        }
        if (element.contains("missing")) {
            ++missing;
            EXPECT_EQ(element["missing"], db().name("b/2"));
        }
    }
    EXPECT_EQ(found, 1);
    EXPECT_EQ(missing, 1);
}

TEST_P(Writes, BatchWriteJudgesEachWriteAlone) {
    db().set("b/there", {{"v", integer(1)}});
    const Json writes = {
        update(db().name("b/new"), {{"v", integer(1)}}),
        with(update(db().name("b/there"), {{"v", integer(2)}}), "currentDocument", {{"exists", false}})};
    const Reply reply = db().post(db().root() + ":batchWrite", {{"writes", writes}});
    ASSERT_EQ(reply.http, 200) << reply.text;
    EXPECT_EQ(reply.body["status"][0].value("code", 0), 0);
    EXPECT_EQ(reply.body["status"][1]["code"], 6);
    EXPECT_EQ(db().get(db().name("b/new")).http, 200);
    const Json twice = {update(db().name("b/x"), {}), update(db().name("b/x"), {})};
    EXPECT_EQ(db().post(db().root() + ":batchWrite", {{"writes", twice}}).status(), "INVALID_ARGUMENT");
}

TEST_P(Writes, ATransactionReadsAndCommits) {
    db().set("t/1", {{"n", integer(1)}});
    const Reply begun = db().post(db().root() + ":beginTransaction", Json::object());
    ASSERT_EQ(begun.http, 200) << begun.text;
    const Json id = begun.body["transaction"];
    const Reply read = db().post(db().root() + ":batchGet", {{"documents", {db().name("t/1")}}, {"transaction", id}});
    EXPECT_EQ(read.body[0]["found"]["fields"]["n"], integer(1));
    const Json writes = Json::array({update(db().name("t/1"), {{"n", integer(2)}})});
    EXPECT_EQ(db().post(db().root() + ":commit", {{"writes", writes}, {"transaction", id}}).http, 200);
    EXPECT_EQ(db().get(db().name("t/1")).body["fields"]["n"], integer(2));
    EXPECT_EQ(db().post(db().root() + ":commit", {{"writes", writes}, {"transaction", id}}).status(),
              "INVALID_ARGUMENT")
        << "used up";
}

TEST_P(Writes, ARolledBackTransactionIsGone) {
    const Json id = db().post(db().root() + ":beginTransaction", Json::object()).body["transaction"];
    EXPECT_EQ(db().post(db().root() + ":rollback", {{"transaction", id}}).http, 200);
    const Json writes = Json::array({update(db().name("t/1"), {{"n", integer(2)}})});
    EXPECT_EQ(db().post(db().root() + ":commit", {{"writes", writes}, {"transaction", id}}).status(),
              "INVALID_ARGUMENT");
}

TEST_P(Writes, OfTwoConflictingCommitsExactlyOneIsAborted) {
    db().set("t/1", {{"n", integer(1)}});
    const Json id = db().post(db().root() + ":beginTransaction", Json::object()).body["transaction"];
    db().post(db().root() + ":batchGet", {{"documents", {db().name("t/1")}}, {"transaction", id}});
    const Reply plain = db().commit(Json::array({update(db().name("t/1"), {{"n", integer(5)}})}));
    const Json writes = Json::array({update(db().name("t/1"), {{"n", integer(2)}})});
    const Reply inside = db().post(db().root() + ":commit", {{"writes", writes}, {"transaction", id}});
    EXPECT_EQ((plain.status() == "ABORTED") + (inside.status() == "ABORTED"), 1) << plain.text << inside.text;
    EXPECT_EQ((plain.http == 200) + (inside.http == 200), 1);
}

TEST_P(Writes, CollectionIdsAreListed) {
    db().set("one/a", Json::object());
    db().set("two/b/sub/c", Json::object());
    EXPECT_EQ(db().post(db().root() + ":listCollectionIds", Json::object()).body["collectionIds"],
              Json({"one", "two"}));
    EXPECT_EQ(db().post(db().name("two/b") + ":listCollectionIds", Json::object()).body["collectionIds"],
              Json({"sub"}));
}

TEST_P(Writes, MalformedWritesAreRefused) {
    EXPECT_EQ(db().commit(Json::array({Json::object()})).status(), "INVALID_ARGUMENT");
    const Json bad_mask = with(update(db().name("w/1"), Json::object()), "updateMask", {{"fieldPaths", {"a..b"}}});
    EXPECT_EQ(db().commit(Json::array({bad_mask})).status(), "INVALID_ARGUMENT");
    EXPECT_EQ(db().get(db().name("w/1")).status(), "NOT_FOUND");
}

}  // namespace
}  // namespace linesman::conformance
