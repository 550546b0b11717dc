#include "field/fleet/past_reviews.h"

#include "base/ids.h"
#include "sync/capture_codec.h"
#include "sync/commit_builder.h"
#include "sync/reply_reader.h"
#include "sync/value_codec.h"

namespace linesman::field {

using base::ErrorKind;
using base::make_error;

namespace {

model::Operation operation_of(const PastReview& review, const sync::RawDocument& document) {
    base::ManualClock clock(review.at);
    model::Operation out;
    out.op_id = base::uuid7(clock);
    out.staging_id = review.staging_id;
    out.uid = "demo-second";
    out.by_name = "Second Supervisor";
    out.made_at = out.send_after = review.at;
    out.base_update_time = document.update_time;
    out.base_fields = document.fields_json;
    out.desk_id = "desk-demo-second";
    out.sequence = review.sequence;
    if (review.decision == model::Decision::approved) {
        out.kind = model::OperationKind::approve;
        out.promote = true;
    } else if (review.decision == model::Decision::rejected) {
        out.kind = model::OperationKind::reject;
        out.reason = review.sequence % 2 == 0 ? "photo_unclear" : "depth";
        out.comment = "The tape measure cannot be read.";
    } else {
        out.kind = model::OperationKind::hold;
        out.comment = "Asked the crew whether this pole was moved.";
        out.remind_at = review.at + base::hours(48);
    }
    return out;
}

}  // namespace

base::Status commit_past_review(FieldAgent& office, const sync::CollectionNames& names, const PastReview& review) {
    const auto& endpoints = office.endpoints();
    auto text = office.batch_get({endpoints.document_name(names.staging, review.staging_id)});
    if (!text) return text.error();
    auto read = sync::read_reply(*text);
    if (!read) return read.error();
    if (read->documents.empty())
        return make_error(ErrorKind::not_found, "The capture " + review.staging_id + " is not in staging.");
    const auto& document = read->documents[0];
    const auto fields = sync::value::parse_fields(document.fields_json);
    if (!fields) return fields.error();
    const auto operation = operation_of(review, document);
    const sync::CommitInput input{operation, {document.name, document.update_time, *fields}, {}, {false, true}};
    auto built = sync::build_commit(endpoints, names, input);
    if (!built) return built.error();
    auto reply = office.commit(std::move(built->writes));
    if (!reply) return reply.error();
    return {};
}

}  // namespace linesman::field
