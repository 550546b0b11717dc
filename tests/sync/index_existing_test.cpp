#include "sync/index_existing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/keys.h"
#include "sync/in_process.h"

namespace linesman::sync::test {
namespace {

struct IndexTest : testing::Test {
    Backend backend;
    InProcessHttp line{backend.server};
    std::unique_ptr<Firestore> client = make_firestore(Backend::endpoints(), line, backend.tokens, backend.queue);

    base::Result<IndexReport> run() {
        base::Result<IndexReport> out = base::make_error(base::ErrorKind::internal, "no answer");
        IndexExisting index(*client, backend.queue, backend.names, "uid-admin", {},
                            [&](base::Result<IndexReport> report) { out = std::move(report); });
        index.start();
        backend.queue.run_ready();
        return out;
    }
    void pole(const std::string& id, const std::string& number) {
        backend.put(backend.names.production, id,
                    {{"projectId", value::text("Law-001")}, {"poleNumber", value::text(number)}});
    }
};

TEST_F(IndexTest, MakesAKeyForEveryPoleAndThenTheMarker) {
    for (int i = 0; i < 450; ++i) pole(numbered("p", i), numbered("LAW.P.B", 1000 + i));
    pole("blank", " ");
    const auto report = run();
    ASSERT_TRUE(report.ok()) << report.error().full();
    EXPECT_EQ(report->poles, 451U);
    EXPECT_EQ(report->keys_made, 450U);
    EXPECT_EQ(report->without_number, 1U);
    EXPECT_TRUE(backend.get(backend.names.pole_keys, kIndexMarkerId).has_value());
    const auto key = backend.get(backend.names.pole_keys, model::pole_key_id("Law-001", "LAW.P.B1003"));
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(value::text_at(key->fields, "production_id"), "p3");
}

TEST_F(IndexTest, RunningAgainChangesNothing) {
    pole("p1", "law.p.b1001 ");
    ASSERT_TRUE(run().ok());
    const auto again = run();
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->keys_made, 0U);
    EXPECT_EQ(again->keys_known, 1U);
    EXPECT_TRUE(again->duplicates.empty());
}

TEST_F(IndexTest, TwoPolesWithOneNumberAreReported) {
    pole("p1", "LAW.P.B1001");
    pole("p2", "LAW.P.B1001");
    const auto report = run();
    ASSERT_TRUE(report.ok());
    EXPECT_THAT(report->duplicates, testing::ElementsAre("LAW.P.B1001: p1, p2"));
}

TEST_F(IndexTest, AFailureLeavesNoMarker) {
    pole("p1", "LAW.P.B1001");
    line.before = [](const std::string& path, const std::string&) -> std::optional<base::Error> {
        if (!path.ends_with(":commit")) return std::nullopt;
        return base::make_error(base::ErrorKind::permission_denied, "The rules deny this.");
    };
    EXPECT_FALSE(run().ok());
    EXPECT_FALSE(backend.get(backend.names.pole_keys, kIndexMarkerId).has_value());
}

}  // namespace
}  // namespace linesman::sync::test
