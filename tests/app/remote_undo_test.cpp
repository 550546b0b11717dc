// Undoing from the server's record, pure: what is set, on which captures, and what is refused.
#include "app/remote_undo.h"

#include <gtest/gtest.h>

#include "model/builders.h"
#include "model/conflict.h"
#include "sync/capture_codec.h"
#include "sync/value_codec.h"

namespace linesman::app {
namespace {

namespace value = sync::value;
using base::ErrorKind;
using model::OperationKind;
using model::test::a_capture;
using model::test::an_operation;

std::string fields_of(const model::Capture& capture) {
    return base::to_text(sync::encode_capture(capture));
}

// What the server keeps of an operation that was applied to these captures; the first is the one it is about.
struct Record {
    model::Operation operation;
    sync::ServerChange found;

    explicit Record(model::Operation made, const std::vector<model::Capture>& captures) : operation(std::move(made)) {
        found.change.emplace();
        auto& change = *found.change;
        change.op_id = operation.op_id;
        change.kind = operation.kind;
        change.kind_name = model::name_of(operation.kind);
        change.staging_id = captures.front().staging_id;
        change.by = operation.uid;
        for (const auto& capture : captures) {
            const auto after = sync::encode_capture(model::apply(capture, operation));
            const auto before = sync::encode_capture(capture);
            base::Json to = base::Json::object();
            for (const auto& [key, content] : after.items()) {
                if (!before.contains(key) || before[key] != content) to[key] = content;
            }
            const bool is_other = capture.staging_id != change.staging_id;
            if (is_other) {
                change.others.push_back(capture.staging_id);
                change.to[capture.staging_id] = value::map(to);
            } else {
                for (const auto& [key, content] : to.items()) change.to[key] = content;
            }
            auto& concerned = found.captures[capture.staging_id];
            concerned.before.emplace();
            concerned.before->id = operation.op_id;
            concerned.before->fields = before;
            concerned.before->capture = sync::decode_capture_or_unreadable(capture.staging_id, fields_of(capture), "");
            now(capture.staging_id, model::apply(capture, operation));
        }
    }
    void now(const std::string& id, const model::Capture& capture) {
        sync::RawDocument document;
        document.name = "projects/demo/databases/(default)/documents/staging-field-captures/" + id;
        document.update_time = "2026-01-01T09:00:00Z";
        document.fields_json = fields_of(capture);
        found.captures[id].now = document;
    }
    base::Result<model::Operation> undo(const std::string& on) const {
        auto undo = an_operation(OperationKind::undo, "undo");
        undo.uid = "sipho";
        undo.staging_id = on;
        undo.undo_of = operation.op_id;
        return undo_from_server(undo, found);
    }
};

model::Operation a_merge() {
    auto merge = an_operation(OperationKind::merge, "merge");
    merge.target = "s1";
    merge.extra = {{"set", {{"notes", "of both"}}}, {"superseded", {"s2", "s3"}}};
    return merge;
}

TEST(RemoteUndo, OfAMergeIsOneOperationOnThePrimaryWhicheverCaptureItIsAskedFor) {
    const std::vector<model::Capture> before = {a_capture("s1"), a_capture("s2"),
                                                model::test::decided(a_capture("s3"), model::Decision::held)};
    const Record record(a_merge(), before);
    for (const char* asked : {"s1", "s3"}) {
        const auto undo = record.undo(asked);
        ASSERT_TRUE(undo.ok()) << undo.error().full();
        EXPECT_EQ(undo->staging_id, "s1");
        EXPECT_EQ(undo->base_update_time, "2026-01-01T09:00:00Z");
        EXPECT_EQ(base::string_at(undo->extra, "undone_by"), "thandi");
        EXPECT_EQ(base::string_at(undo->extra, "undone_kind"), "merge");
        for (const auto& capture : before) {
            const auto back = model::apply(model::apply(capture, record.operation), *undo);
            for (const auto& pair : model::difference(capture, back))
                ADD_FAILURE() << capture.staging_id << " " << model::title_of(pair.field) << " is " << pair.right;
        }
    }
}

TEST(RemoteUndo, OfAMergeIsRefusedWhenOneOfItsCapturesWasDecidedSinceOrIsGone) {
    const std::vector<model::Capture> before = {a_capture("s1"), a_capture("s2"), a_capture("s3")};
    Record record(a_merge(), before);
    record.now("s2", model::test::decided(before[1], model::Decision::rejected, "sipho", "op-9"));
    const auto decided = record.undo("s1");
    ASSERT_FALSE(decided.ok());
    EXPECT_EQ(decided.error().kind, ErrorKind::precondition_failed);
    EXPECT_NE(decided.error().what.find("Decision"), std::string::npos) << decided.error().what;
    record.found.captures["s2"].now.reset();
    EXPECT_EQ(record.undo("s1").error().kind, ErrorKind::precondition_failed);
    record.found.captures["s2"].before.reset();
    EXPECT_EQ(record.undo("s1").error().kind, ErrorKind::not_found);
}

TEST(RemoteUndo, AMachineThatJudgedAgainSinceDoesNotStandInTheWay) {
    const auto before = a_capture("s1");
    Record record(an_operation(OperationKind::reject, "op-1"), {before});
    auto now = model::apply(before, record.operation);
    now.validation_status = model::ValidationStatus::validated;
    record.now("s1", now);
    const auto undo = record.undo("s1");
    ASSERT_TRUE(undo.ok()) << undo.error().full();
    EXPECT_EQ(model::apply(now, *undo).decision(), model::Decision::none);
    EXPECT_EQ(model::apply(now, *undo).validation_status, model::ValidationStatus::pending);
}

TEST(RemoteUndo, RefusesWithoutARecordAndWhatIsNotUndoneThisWay) {
    Record record(an_operation(OperationKind::reject, "op-1"), {a_capture("s1")});
    for (const auto kind : {OperationKind::undo, OperationKind::ignore_finding, OperationKind::unignore_finding}) {
        record.found.change->kind = kind;
        const auto refused = record.undo("s1");
        ASSERT_FALSE(refused.ok()) << model::name_of(kind);
        EXPECT_EQ(refused.error().kind, ErrorKind::invalid_argument) << model::name_of(kind);
    }
    record.found.change->kind.reset();  // a resubmission
    EXPECT_EQ(record.undo("s1").error().kind, ErrorKind::invalid_argument);
    record.found.change.reset();
    EXPECT_EQ(record.undo("s1").error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace linesman::app
