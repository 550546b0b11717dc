#include "sync/audit_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/in_process.h"

namespace linesman::sync::test {
namespace {

// A desk that decides; the comparison is over its real outbox and the real server.
struct AuditCheckTest : testing::Test {
    AuditCheckTest() {
        backend.index_keys();
        for (int i = 0; i < 4; ++i) {
            auto capture = phone_capture(numbered("stg", i), numbered("LAW.P.B", 100 + i));
            capture.offline_id = numbered("offline_", i);
            backend.stage(std::move(capture));
        }
        EXPECT_TRUE(desk.sync().ok());
    }

    std::vector<std::string> decide(int count) {
        std::vector<std::string> ids;
        for (int i = 0; i < count; ++i) ids.push_back(desk.enqueue(desk.reject(numbered("stg", i))));
        desk.send();
        return ids;
    }
    std::vector<store::JournalRow> journal(Desk& of) {
        std::vector<store::JournalRow> rows;
        EXPECT_TRUE(of.outbox
                        ->each_journal_row(0,
                                           [&](const store::JournalRow& row) {
                                               rows.push_back(row);
                                               return true;
                                           })
                        .ok());
        return rows;
    }
    std::vector<AuditEntry> server() {
        std::vector<AuditEntry> entries;
        auto call_done = false;
        InProcessHttp line(backend.server);
        auto client = make_firestore(Backend::endpoints(), line, backend.tokens, backend.queue);
        const base::Json query = {{"from", base::Json::array({base::Json{{"collectionId", backend.names.audit}}})}};
        const auto call = client->run_query(query, {}, [&](base::Result<std::string> text) {
            call_done = true;
            const auto reply = read_reply(*text);
            for (const auto& document : reply->documents) entries.push_back(audit_entry(document));
        });
        backend.queue.run_ready();
        EXPECT_TRUE(call_done);
        return entries;
    }
    std::vector<AuditFinding> compare(const std::vector<store::JournalRow>& rows,
                                      const std::vector<AuditEntry>& entries, bool server_was_read = true) {
        AuditComparison comparison(desk.outbox->desk_id(), desk.outbox->install_id());
        for (const auto& row : rows) comparison.take(row);
        for (const auto& entry : entries) comparison.take(entry);
        auto findings = comparison.finish(server_was_read);
        agreed = comparison.agreed();
        return findings;
    }
    static std::vector<AuditFault> faults(const std::vector<AuditFinding>& findings) {
        std::vector<AuditFault> out;
        for (const auto& finding : findings) {
            out.push_back(finding.fault);
            EXPECT_FALSE(finding.what.empty());
        }
        return out;
    }

    Backend backend;
    Desk desk{backend};
    int64_t agreed = 0;
};

TEST_F(AuditCheckTest, WhatWasDecidedAndSentAgrees) {
    decide(3);
    EXPECT_TRUE(compare(journal(desk), server()).empty());
    EXPECT_EQ(agreed, 3);
}

TEST_F(AuditCheckTest, WhatIsNotSentYetIsNotMissing) {
    desk.enqueue(desk.reject("stg0"));
    EXPECT_TRUE(compare(journal(desk), server()).empty());
}

TEST_F(AuditCheckTest, AChangedRowBreaksTheChain) {
    decide(2);
    auto rows = journal(desk);
    const auto at = rows[1].entry.find("photo_unclear");
    const size_t index = at == std::string::npos ? 0 : 1;
    rows[index].entry.replace(rows[index].entry.find("photo_unclear"), 13, "wrong_location");
    const auto findings = compare(rows, server());
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings[0].fault, AuditFault::broken_chain);
    EXPECT_EQ(findings[0].sequence, rows[index].sequence);
}

TEST_F(AuditCheckTest, AChangedRowWithANewHashBreaksTheLinkAndTheServerKnowsBetter) {
    decide(2);
    auto rows = journal(desk);
    auto row = std::find_if(rows.begin(), rows.end(), [](const auto& r) { return r.kind == "decided"; });
    ASSERT_NE(row, rows.end());
    row->entry.replace(row->entry.find("photo_unclear"), 13, "wrong_location");
    row->hash = base::sha256_hex(row->entry);
    const auto found = faults(compare(rows, server()));
    EXPECT_THAT(found, testing::Contains(AuditFault::broken_chain));
    EXPECT_THAT(found, testing::Contains(AuditFault::altered));
}

TEST_F(AuditCheckTest, ARemovedRowIsAGap) {
    decide(2);
    auto rows = journal(desk);
    ASSERT_GE(rows.size(), 3U);
    const auto gone = rows[1];
    rows.erase(rows.begin() + 1);
    const auto findings = compare(rows, {}, false);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].fault, AuditFault::gap);
    EXPECT_EQ(findings[0].sequence, gone.sequence + 1);
}

TEST_F(AuditCheckTest, AJournalCutAtItsEndIsSeenByTheServersEntries) {
    decide(3);
    auto rows = journal(desk);
    rows.resize(1);
    const auto findings = compare(rows, server());
    EXPECT_THAT(faults(findings), testing::Each(AuditFault::unknown_to_journal));
    EXPECT_EQ(findings.size(), 2U);
    EXPECT_NE(findings[0].what.find("cut or restored"), std::string::npos);
}

TEST_F(AuditCheckTest, ARestoredBackupThatWentOnIsAFork) {
    decide(1);
    const auto backup = journal(desk);
    desk.enqueue(desk.reject("stg1"));
    desk.send();
    const auto lost = server();
    // The backup goes on with something else under the same numbers.
    auto rows = backup;
    auto next = rows.back();
    base::Json entry = {{"at", next.at.us},
                        {"body", base::Json::object()},
                        {"desk_id", desk.outbox->desk_id()},
                        {"entry", "decided"},
                        {"install_id", desk.outbox->install_id()},
                        {"op_id", "another"},
                        {"sequence", next.sequence + 1},
                        {"previous_hash", next.hash}};
    store::JournalRow forked{next.sequence + 1, next.at, "decided", "another", next.hash, {}, base::to_text(entry)};
    forked.hash = base::sha256_hex(forked.entry);
    rows.push_back(forked);
    const auto findings = compare(rows, lost);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].fault, AuditFault::fork);
    EXPECT_EQ(findings[0].sequence, forked.sequence);
}

TEST_F(AuditCheckTest, AnotherDesksForkIsSeenOnTheServerAlone) {
    AuditEntry one, two;
    one.op_id = "a";
    two.op_id = "b";
    one.desk_id = two.desk_id = "desk-other";
    one.sequence = two.sequence = 7;
    const auto findings = compare({}, {one, two});
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].fault, AuditFault::fork);
    EXPECT_EQ(findings[0].desk_id, "desk-other");
}

TEST_F(AuditCheckTest, AnEntryThatIsNotOnTheServerIsMissingUnlessTheServerWasNotAsked) {
    const auto ids = decide(2);
    backend.erase(backend.names.audit, ids[0]);
    const auto findings = compare(journal(desk), server());
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].fault, AuditFault::missing_on_server);
    EXPECT_EQ(findings[0].op_id, ids[0]);
    EXPECT_TRUE(compare(journal(desk), {}, false).empty());
}

TEST_F(AuditCheckTest, AnEntryChangedOnTheServerIsAlteredAndSaysWhere) {
    const auto ids = decide(1);
    FieldChanges changes;
    changes.set = {{"by", value::text("uid-somebody")}};
    ASSERT_TRUE(
        backend.commit(base::Json::array({update_write(backend.name(backend.names.audit, ids[0]), changes, {})})).ok());
    const auto findings = compare(journal(desk), server());
    EXPECT_THAT(faults(findings), testing::Each(AuditFault::altered));
    ASSERT_EQ(findings.size(), 2U) << "changed after it was made, and different from the journal";
    EXPECT_NE(findings[0].what.find("changed on the server") != std::string::npos ? findings[1].what.find("by")
                                                                                  : findings[0].what.find("by"),
              std::string::npos);
}

TEST_F(AuditCheckTest, AnEntryInOurNameThatWeNeverMadeIsUnknown) {
    decide(1);
    backend.put(backend.names.audit, "forged",
                {{"desk_id", value::text(desk.outbox->desk_id())}, {"sequence", value::integer(1)}});
    const auto rows = journal(desk);
    const auto findings = compare(rows, server());
    EXPECT_THAT(faults(findings), testing::Contains(AuditFault::fork));
}

TEST_F(AuditCheckTest, AdministeredChangesAreComparedToo) {
    const auto row = desk.outbox->record_administered("adm1", {{"kind", "rule_set"}, {"by", "uid-admin"}});
    ASSERT_TRUE(row.ok());
    ASSERT_TRUE(desk.outbox->record_administered_done("adm1", "2026-11-22T08:00:00Z").ok());
    EXPECT_THAT(faults(compare(journal(desk), server())), testing::ElementsAre(AuditFault::missing_on_server));
    base::Json fields = {{"kind", value::text("rule_set")},
                         {"by", value::text("uid-admin")},
                         {"desk_id", value::text(desk.outbox->desk_id())},
                         {"sequence", value::integer(row->sequence)},
                         {"hash", value::text(row->hash)},
                         {"previous_hash", value::text(row->previous_hash)}};
    backend.put(backend.names.audit, "adm1", fields);
    EXPECT_TRUE(compare(journal(desk), server()).empty());
    fields["kind"] = value::text("import");
    backend.put(backend.names.audit, "adm1", fields);
    EXPECT_THAT(faults(compare(journal(desk), server())), testing::Each(AuditFault::altered));
}

}  // namespace
}  // namespace linesman::sync::test
