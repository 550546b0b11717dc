#include "cli/verbs/verbs.h"

namespace linesman::cli {
namespace {

std::string when(const std::optional<base::Timestamp>& time) {
    return time ? base::format_rfc3339(*time) : "unknown";
}

// Never the url: it may hold a download token.
base::Json photos_json(const model::Capture& c) {
    base::Json photos = base::Json::object();
    for (const auto slot : model::kSlots) {
        const auto& photo = c.photos[model::index_of(slot)];
        const bool lost = (c.lost_photo_mask() & model::bit(slot)) != 0;
        base::Json entry = {{"state", photo ? "linked" : lost ? "lost" : "absent"}};
        if (photo) {
            entry["path"] = photo->path;
            entry["bytes"] = photo->bytes;
            entry["md5"] = photo->md5;
        }
        photos[std::string(model::name_of(slot))] = std::move(entry);
    }
    return photos;
}

base::Json as_json(const model::Review& review) {
    base::Json overrides = base::Json::array();
    for (const auto& each : review.overrides)
        overrides.push_back({{"finding", each.finding_id}, {"reason", each.reason}});
    return {{"decision", model::name_of(review.decision)},
            {"by", review.by},
            {"by_name", review.by_name},
            {"at", when(review.at)},
            {"reason", review.reason},
            {"comment", review.comment},
            {"op_id", review.op_id},
            {"remind_at", review.remind_at ? when(review.remind_at) : std::string()},
            {"superseded_by", review.superseded_by},
            {"overrides", std::move(overrides)}};
}

base::Json as_json(const app::CaptureDetail& d) {
    const auto& c = d.capture;
    base::Json findings = base::Json::array();
    for (const auto& f : d.findings) {
        findings.push_back({{"id", f.id},
                            {"rule", model::code_of(f.rule)},
                            {"severity", model::name_of(f.severity)},
                            {"field", f.field},
                            {"message", f.message},
                            {"value", f.value},
                            {"threshold", f.threshold},
                            {"ignored", f.ignored},
                            {"ignore_reason", f.ignore_reason},
                            {"others", f.others}});
    }
    base::Json json = {{"id", c.staging_id},
                       {"pole_number", c.pole_number},
                       {"project", c.project_id},
                       {"notes", c.notes},
                       {"captured_by", c.captured_by},
                       {"captured_at", when(c.captured_at)},
                       {"submitted_at", when(c.submitted_at)},
                       {"offline_id", c.offline_id},
                       {"device_id", c.device_id},
                       {"validation_status", model::name_of(c.validation_status)},
                       {"decision", model::name_of(c.decision())},
                       {"in_queue", c.in_queue()},
                       {"revision", c.revision},
                       {"resubmission", c.resubmission},
                       {"synced_to_production", c.synced_to_production},
                       {"production_id", c.production_id},
                       {"pending", d.pending},
                       {"photos", photos_json(c)},
                       {"findings", findings}};
    if (c.gps) json["gps"] = {{"latitude", c.gps->latitude}, {"longitude", c.gps->longitude}};
    if (c.gps_accuracy_m) json["gps_accuracy_m"] = *c.gps_accuracy_m;
    if (d.planned)
        json["planned"] = {{"id", d.planned->id},
                           {"distance_m", d.planned_distance_m},
                           {"zone", d.planned->zone},
                           {"pon", d.planned->pon}};
    if (c.review) json["review"] = as_json(*c.review);
    return json;
}

// Who decided when and why; for what is held or merged, until when or into which.
std::string decided(const model::Review& review) {
    std::string text = when(review.at) + " by " + (review.by_name.empty() ? review.by : review.by_name);
    if (!review.reason.empty()) text += ", " + review.reason;
    if (!review.comment.empty()) text += ": " + review.comment;
    if (review.remind_at) text += "; reminder " + when(review.remind_at);
    if (!review.superseded_by.empty()) text += "; merged into " + review.superseded_by;
    for (const auto& each : review.overrides) text += "; in spite of " + each.finding_id + ": " + each.reason;
    return text;
}

std::string place(const app::CaptureDetail& d) {
    const auto& c = d.capture;
    if (!c.gps) return "none";
    std::string text = std::to_string(c.gps->latitude) + ", " + std::to_string(c.gps->longitude);
    char more[64];
    if (c.gps_accuracy_m) {
        std::snprintf(more, sizeof more, ", within %.1f m", *c.gps_accuracy_m);
        text += more;
    }
    if (d.planned && d.planned_distance_m >= 0) {
        std::snprintf(more, sizeof more, ", %.1f m from the planned pole", d.planned_distance_m);
        text += more;
    }
    return text;
}

void print(const Output& out, const app::CaptureDetail& d) {
    const auto& c = d.capture;
    std::vector<std::vector<std::string>> rows = {
        {"Capture", c.staging_id},
        {"Pole number", c.pole_number.empty() ? "none" : c.pole_number},
        {"Project", c.project_id.empty() ? "none" : c.project_id},
        {"Captured", when(c.captured_at) + " by " + (c.captured_by.empty() ? "unknown" : c.captured_by)},
        {"Submitted", when(c.submitted_at)},
        {"Device", c.device_id.empty() ? "unknown" : c.device_id},
        {"Position", place(d)},
        {"Photos", std::to_string(__builtin_popcount(c.photo_mask())) + " of 6"},
        {"Machine", std::string(model::name_of(c.validation_status))},
        {"Supervisor", std::string(model::name_of(c.decision()))},
        {"Production", c.production_id.empty() ? "no" : c.production_id}};
    if (c.review && c.review->decision != model::Decision::none) rows.push_back({"Decided", decided(*c.review)});
    if (!c.notes.empty()) rows.push_back({"Notes", c.notes});
    out.data(Output::table(rows));
    for (const auto& f : d.findings)
        out.data("  " + std::string(model::name_of(f.severity)) +
                 (f.ignored ? " (ignored: " + f.ignore_reason + ")  " : "  ") + std::string(model::title_of(f.rule)) +
                 ": " + f.message);
}

}  // namespace

int verb_show(Context& context, const std::string& item) {
    auto desk = context.open_desk(true, false);
    if (!desk) return context.fail(desk.error());
    const auto snapshot = (*desk)->snapshot();
    const auto row = find_row(*snapshot, item);
    if (!row) return context.fail(row.error());
    const std::string id(snapshot->columns.staging_id(*row));
    std::shared_ptr<const app::CaptureDetail> detail;
    (*desk)->wait_for([&](const app::Snapshot&) { return (detail = (*desk)->detail(id)) != nullptr; },
                      base::seconds(30));
    if (!detail)
        return context.fail(
            base::make_error(base::ErrorKind::timed_out, "The capture " + id + " could not be read in time."));
    context.out.document(as_json(*detail));
    if (!context.out.json()) print(context.out, *detail);
    return kOk;
}

}  // namespace linesman::cli
