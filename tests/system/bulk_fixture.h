// Bulk decisions of a desk, step by step, for the tests of whole ways.
#pragma once

#include "system/desk_fixture.h"

namespace linesman::system_test {

class BulkServerTest : public ServerTest {
  protected:
    static std::vector<std::string> ids(size_t from, size_t to) {
        std::vector<std::string> out;
        for (size_t i = from; i < to; ++i) out.push_back(numbered("stg", i));
        return out;
    }
    static app::BulkRequest request_for(model::OperationKind kind, std::vector<std::string> staging_ids) {
        app::BulkRequest request;
        request.draft.kind = kind;
        if (kind == model::OperationKind::reject) request.draft.reason = "photo_unclear";
        request.staging_ids = std::move(staging_ids);
        return request;
    }
    static app::BulkRequest approval_of(std::vector<std::string> staging_ids) {
        return request_for(model::OperationKind::approve, std::move(staging_ids));
    }
    static std::shared_ptr<const app::BulkPlan> dry_run(DeskUnderTest& desk, app::BulkRequest request) {
        const auto id = desk->plan_bulk(std::move(request));
        std::shared_ptr<const app::BulkPlan> plan;
        desk.wait([&](const app::Snapshot&) {
            plan = desk->bulk_plan();
            return plan && plan->id == id && plan->ready;
        });
        return plan;
    }
    static app::BulkStart start(DeskUnderTest& desk, uint64_t plan_id) {
        auto begun = desk->start_bulk(plan_id);
        desk.wait([&](const app::Snapshot&) {
            if (begun.state == app::BulkStart::State::waiting) begun = desk->bulk_start_state(begun.batch_id);
            return begun.state != app::BulkStart::State::waiting;
        });
        return begun;
    }
    static app::BatchSummary batch_in(const app::Snapshot& snapshot, const std::string& batch_id) {
        for (const auto& batch : snapshot.batches) {
            if (batch.batch_id == batch_id) return batch;
        }
        return {};
    }
    static app::BatchSummary batch_when(DeskUnderTest& desk, const std::string& batch_id,
                                        const std::function<bool(const app::BatchSummary&)>& done) {
        app::BatchSummary found;
        EXPECT_TRUE(desk.wait([&](const app::Snapshot& s) {
            found = batch_in(s, batch_id);
            return !found.batch_id.empty() && done(found);
        })) << "done "
            << found.done << " waiting " << found.waiting << " sending " << found.sending << " need a person "
            << found.need_person;
        return found;
    }
    static app::BatchSummary finished(DeskUnderTest& desk, const std::string& batch_id) {
        return batch_when(desk, batch_id, [](const auto& b) { return b.state == app::BatchState::finished; });
    }
    static std::shared_ptr<const app::BatchReceipts> receipts(DeskUnderTest& desk, const std::string& batch_id) {
        std::shared_ptr<const app::BatchReceipts> found;
        const auto asked = desk.now()->generation;
        EXPECT_TRUE(desk.wait([&](const app::Snapshot&) {
            found = desk->batch_receipts(batch_id);
            return found && found->generation >= asked;
        }));
        return found;
    }
    static void go_offline(DeskUnderTest& desk) {
        desk->set_work_offline(true);
        ASSERT_TRUE(desk.wait([](const app::Snapshot& s) { return s.sync.work_offline; }));
    }
    // Audit entries by the capture they are about.
    std::map<std::string, size_t> changes_by_capture() {
        std::map<std::string, size_t> out;
        for (const auto& [id, fields] : documents(kAudit)) ++out[value::text_at(fields, "staging_id")];
        return out;
    }
    void expect_each_approved_once(size_t count) {
        const auto changes = changes_by_capture();
        EXPECT_EQ(changes.size(), count);
        for (const auto& [id, times] : changes) EXPECT_EQ(times, 1U) << id;
        EXPECT_EQ(documents(kProduction).size(), count);
        EXPECT_EQ(key_count(), count);
        for (const auto& [id, times] : changes) {
            const auto fields = staging(id);
            EXPECT_EQ(value::integer_at(fields, "revision"), 1) << id;
            EXPECT_EQ(value::text_at(review_of(fields), "decision"), "approved") << id;
        }
    }
};

}  // namespace linesman::system_test
