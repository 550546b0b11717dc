// Tables of a report that need whole documents: findings, reviews, the hand-over, planned poles, thumbnails, journal.
#include <algorithm>
#include <bit>

#include "app/photo_service.h"
#include "app/report_tables.h"
#include "base/ids.h"
#include "image/decode.h"
#include "image/encode.h"
#include "model/keys.h"
#include "model/reasons.h"
#include "report/capture_table.h"
#include "store/outbox.h"
#include "sync/capture_codec.h"

namespace linesman::app {
namespace {

using report::Cell;
using report::CellType;
using report::Column;
using report::MemoryTable;

constexpr size_t kFindingsAtOnce = 4000;  // the sync queue answers others in between
constexpr int kThumbnailPixels = 240, kThumbnailQuality = 72;

Cell time_cell(const std::optional<base::Timestamp>& time) {
    return time ? Cell::of_time(time->us) : Cell::none();
}

std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const auto& item : items) text += (text.empty() ? "" : "; ") + item;
    return text;
}

// A small JPEG of a photo that was looked at at this desk; empty when there is none.
std::string thumbnail_of(const std::string& folder, const model::Photo& photo) {
    const auto bytes = base::read_file(thumbnail_path_of(folder, photo), 4U << 20);
    if (!bytes) return {};
    const auto decoded = image::decode(*bytes, {kThumbnailPixels, kThumbnailPixels});
    if (!decoded || decoded->damaged) return {};
    const auto jpeg = image::encode_jpeg(decoded->image, kThumbnailQuality);
    return jpeg ? base::base64_encode(*jpeg) : std::string();
}

// Worst first; of equals those that wait. The report's order decides the rest.
std::vector<model::Row> most_in_need(const Gathering& g) {
    std::vector<model::Row> rows = g.rows;
    const auto rank = [&](model::Row row) {
        const auto& chunk = g.columns().chunk_of(row);
        const auto i = row % model::kChunkRows;
        const int severity = static_cast<int>(chunk.severity[i]) * 2;
        return severity + ((chunk.flags[i] & model::kFlagInQueue) != 0 ? 1 : 0);
    };
    std::stable_sort(rows.begin(), rows.end(), [&](model::Row a, model::Row b) { return rank(a) > rank(b); });
    return rows;
}

}  // namespace

TableResult findings_table(const Gathering& g) {
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{"staging_id", "Staging id"},
                                                                   {"pole_number", "Pole number"},
                                                                   {"project", "Project"},
                                                                   {"rule", "Rule"},
                                                                   {"severity", "Severity"},
                                                                   {"field", "Field"},
                                                                   {"message", "Message"},
                                                                   {"value", "Value"},
                                                                   {"threshold", "Threshold"},
                                                                   {"ignored", "Ignored", CellType::boolean},
                                                                   {"ignore_reason", "Ignored because"},
                                                                   {"others", "Other captures"},
                                                                   {"finding_id", "Finding id"}});
    if (!g.sources.findings) return std::shared_ptr<const report::Table>(table);
    for (size_t at = 0; at < g.rows.size(); at += kFindingsAtOnce) {
        std::vector<std::string> ids;
        const size_t end = std::min(g.rows.size(), at + kFindingsAtOnce);
        for (size_t i = at; i < end; ++i) ids.emplace_back(g.columns().staging_id(g.rows[i]));
        const auto findings = g.sources.findings(std::move(ids));
        for (size_t i = at; i < end && i - at < findings.size(); ++i) {
            const auto& chunk = g.columns().chunk_of(g.rows[i]);
            const auto place = g.rows[i] % model::kChunkRows;
            for (const auto& f : findings[i - at]) {
                table->add({Cell::of(chunk.staging_id.at(place)), Cell::of(chunk.pole_number.at(place)),
                            Cell::of(g.columns().names->projects.at(chunk.project[place])),
                            Cell::of(model::code_of(f.rule)), Cell::of(model::name_of(f.severity)), Cell::of(f.field),
                            Cell::of(f.message), Cell::of(f.value), Cell::of(f.threshold), Cell::of_bool(f.ignored),
                            Cell::of(f.ignore_reason), Cell::of(joined(f.others)), Cell::of(f.id)});
            }
        }
    }
    return std::shared_ptr<const report::Table>(table);
}

TableResult planned_table(const Gathering& g) {
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{"planned_id", "Planned pole"},
                                                                   {"pole_number", "Pole number"},
                                                                   {"project", "Project"},
                                                                   {"zone", "Zone"},
                                                                   {"pon", "PON"},
                                                                   {"pole_type", "Type"},
                                                                   {"latitude", "Latitude", CellType::number, 7},
                                                                   {"longitude", "Longitude", CellType::number, 7}});
    const auto& filter = g.request.filter;
    const auto passes = [](const std::vector<std::string>& wanted, const std::string& value) {
        return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
    };
    std::vector<const model::PlannedPole*> poles;
    for (const auto& pole : g.sources.snapshot->reference->planned) {
        if (passes(filter.projects, pole.project_id) && passes(filter.zones, pole.zone) &&
            passes(filter.pons, pole.pon))
            poles.push_back(&pole);
    }
    std::sort(poles.begin(), poles.end(), [](const auto* a, const auto* b) {
        return std::tie(a->project_id, a->pole_number, a->id) < std::tie(b->project_id, b->pole_number, b->id);
    });
    for (const auto* pole : poles) {
        table->add({Cell::of(pole->id), Cell::of(pole->pole_number), Cell::of(pole->project_id), Cell::of(pole->zone),
                    Cell::of(pole->pon), Cell::of(pole->pole_type), Cell::of_number(pole->position.latitude),
                    Cell::of_number(pole->position.longitude)});
    }
    return std::shared_ptr<const report::Table>(table);
}

TableResult thumbnail_table(const Gathering& g) {
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{"staging_id", "Staging id"},
                                                                   {"pole_number", "Pole number"},
                                                                   {"text", "Findings"},
                                                                   {"slot", "Slot"},
                                                                   {"jpeg", "Photo"}});
    const std::string folder = g.sources.folders.cache + "/thumbnails";
    if (!base::file_exists(folder)) return std::shared_ptr<const report::Table>(table);
    // Looking further costs a read per capture; photos of far more captures than are shown are rarely on this disk.
    const size_t most_looked_at = g.request.photo_captures * 20;
    size_t looked_at = 0, shown = 0;
    sync::CaptureDecoder decoder;
    for (const auto row : most_in_need(g)) {
        if (shown == g.request.photo_captures || looked_at++ == most_looked_at) break;
        auto document = g.cache.document(g.sources.profile.staging, g.columns().staging_id(row));
        if (!document) return document.error();
        if (!*document) continue;
        const auto capture = decoder.decode((*document)->id, (*document)->fields, (*document)->update_time);
        if (!capture) continue;
        const auto& chunk = g.columns().chunk_of(row);
        const auto text = report::rules_text(chunk.findings[row % model::kChunkRows]);
        bool any = false;
        for (const auto slot : model::kSlots) {
            const auto& photo = capture->photos[model::index_of(slot)];
            const std::string jpeg = photo ? thumbnail_of(folder, *photo) : std::string();
            if (jpeg.empty()) continue;
            any = true;
            table->add({Cell::of(capture->staging_id), Cell::of(capture->pole_number), Cell::of(text),
                        Cell::of(model::name_of(slot)), Cell::of(jpeg)});
        }
        shown += any;
    }
    return std::shared_ptr<const report::Table>(table);
}

TableResult decision_table(const Gathering& g, size_t& unsent) {
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{"staging_id", "Staging id"},
                                                                   {"pole_number", "Pole number"},
                                                                   {"project", "Project"},
                                                                   {"decision", "Decision"},
                                                                   {"decided_at", "Decided", CellType::time},
                                                                   {"decided_by", "Decided by"},
                                                                   {"decided_by_uid", "Account"},
                                                                   {"reason", "Reason code"},
                                                                   {"reason_title", "Reason"},
                                                                   {"comment", "Comment"},
                                                                   {"overrides", "Overridden findings"},
                                                                   {"remind_at", "Reminder", CellType::time},
                                                                   {"superseded_by", "Merged into"},
                                                                   {"photos_seen", "Photos seen", CellType::integer},
                                                                   {"resubmission", "Resubmission", CellType::integer},
                                                                   {"rules", "Rules seen (hash)"},
                                                                   {"op_id", "Operation"},
                                                                   {"captured_at", "Captured", CellType::time},
                                                                   {"submitted_at", "Submitted", CellType::time}});
    const auto wanted = [&](model::Row row) {
        const auto& chunk = g.columns().chunk_of(row);
        const auto i = row % model::kChunkRows;
        unsent += (chunk.flags[i] & model::kFlagPending) != 0;
        return chunk.decision[i] != model::Decision::none || (chunk.flags[i] & model::kFlagPending) != 0;
    };
    LINESMAN_TRY(g.each_capture(wanted, [&](model::Row, const model::Capture& c) {
        if (!c.review || c.review->decision == model::Decision::none) return;
        const auto& r = *c.review;
        const auto* reason = model::reject_reason(r.reason);
        std::vector<std::string> overrides;
        for (const auto& over : r.overrides) overrides.push_back(over.finding_id + ": " + over.reason);
        const std::string by = r.by_name.empty() ? g.name_of_person(r.by) : r.by_name;
        table->add({Cell::of(c.staging_id), Cell::of(c.pole_number), Cell::of(c.project_id),
                    Cell::of(model::name_of(r.decision)), time_cell(r.at), Cell::of(by), Cell::of(r.by),
                    Cell::of(r.reason), Cell::of(reason ? reason->title : std::string_view(r.reason)),
                    Cell::of(r.comment), Cell::of(joined(overrides)), time_cell(r.remind_at), Cell::of(r.superseded_by),
                    Cell::of_integer(static_cast<int64_t>(r.photos_seen.size())), Cell::of_integer(r.resubmission),
                    Cell::of(r.rules), Cell::of(r.op_id), time_cell(c.captured_at), time_cell(c.submitted_at)});
    }));
    return std::shared_ptr<const report::Table>(table);
}

TableResult handover_table(const Gathering& g) {
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{"production_id", "Production id"},
                                                                   {"pole_number", "Pole number"},
                                                                   {"project", "Project"},
                                                                   {"zone", "Zone"},
                                                                   {"pon", "PON"},
                                                                   {"latitude", "Latitude", CellType::number, 7},
                                                                   {"longitude", "Longitude", CellType::number, 7},
                                                                   {"accuracy_m", "Accuracy (m)", CellType::number, 1},
                                                                   {"photos", "Photos", CellType::integer},
                                                                   {"missing_photos", "Missing photos"},
                                                                   {"crew", "Crew"},
                                                                   {"captured_by", "Captured by"},
                                                                   {"captured_at", "Captured", CellType::time},
                                                                   {"approved_by", "Approved by"},
                                                                   {"approved_at", "Approved", CellType::time},
                                                                   {"device", "Device"},
                                                                   {"staging_id", "Staging id"},
                                                                   {"offline_id", "Offline id"},
                                                                   {"op_id", "Operation"}});
    const auto wanted = [&](model::Row row) { return (g.columns().flags(row) & model::kFlagInProduction) != 0; };
    LINESMAN_TRY(g.each_capture(wanted, [&](model::Row row, const model::Capture& c) {
        if (!c.synced_to_production) return;
        const auto& chunk = g.columns().chunk_of(row);
        const auto i = row % model::kChunkRows;
        const auto& names = *g.columns().names;
        const bool approved = c.review && c.review->decision == model::Decision::approved;
        const std::string by = !approved                   ? std::string()
                               : c.review->by_name.empty() ? g.name_of_person(c.review->by)
                                                           : c.review->by_name;
        table->add({Cell::of(c.production_id.empty() ? model::production_id(model::upload_key(c)) : c.production_id),
                    Cell::of(c.pole_number), Cell::of(c.project_id), Cell::of(names.zones.at(chunk.zone[i])),
                    Cell::of(names.pons.at(chunk.pon[i])), c.gps ? Cell::of_number(c.gps->latitude) : Cell::none(),
                    c.gps ? Cell::of_number(c.gps->longitude) : Cell::none(),
                    c.gps_accuracy_m ? Cell::of_number(*c.gps_accuracy_m) : Cell::none(),
                    Cell::of_integer(std::popcount(c.photo_mask())),
                    Cell::of(report::slots_text(static_cast<model::SlotMask>(~c.photo_mask() & model::kAllSlots))),
                    Cell::of(g.crew_of(c.captured_by)), Cell::of(g.name_of_person(c.captured_by)),
                    time_cell(c.captured_at), Cell::of(by), approved ? time_cell(c.review->at) : Cell::none(),
                    Cell::of(c.device_id), Cell::of(c.staging_id), Cell::of(c.offline_id),
                    Cell::of(c.review ? c.review->op_id : std::string())});
    }));
    return std::shared_ptr<const report::Table>(table);
}

TableResult journal_table(const Gathering& g) {
    const std::string path = g.sources.folders.data + "/outbox.db";
    if (!base::file_exists(path)) return std::shared_ptr<const report::Table>();
    auto outbox = store::Outbox::open(path, g.sources.clock);
    if (!outbox) return outbox.error();
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{"sequence", "Entry", CellType::integer},
                                                                   {"at", "At", CellType::time},
                                                                   {"entry", "What happened"},
                                                                   {"kind", "Operation"},
                                                                   {"staging_id", "Staging id"},
                                                                   {"by", "By"},
                                                                   {"reason", "Reason"},
                                                                   {"comment", "Comment"},
                                                                   {"why", "Why"},
                                                                   {"via", "Via"},
                                                                   {"batch_id", "Batch"},
                                                                   {"op_id", "Operation id"},
                                                                   {"hash", "Hash"}});
    LINESMAN_TRY(outbox->each_journal_row(0, [&](const store::JournalRow& row) {
        const auto entry = base::parse_json(row.entry, "journal");
        const base::Json* body = entry ? base::find(*entry, "body") : nullptr;
        const auto text = [&](const char* key) { return body ? base::string_at(*body, key).value_or("") : ""; };
        const auto& filter = g.request.filter;
        if (filter.from_us && row.at.us < *filter.from_us) return true;
        if (filter.to_us && row.at.us >= *filter.to_us) return true;
        const std::string by = text("by_name").empty() ? g.name_of_person(text("uid")) : text("by_name");
        const std::string why = text("why").empty() ? text("error") : text("why");
        table->add({Cell::of_integer(row.sequence), Cell::of_time(row.at.us), Cell::of(row.kind),
                    Cell::of(text("kind")), Cell::of(text("staging_id")), Cell::of(by), Cell::of(text("reason")),
                    Cell::of(text("comment")), Cell::of(why), Cell::of(text("via")), Cell::of(text("batch_id")),
                    Cell::of(row.op_id), Cell::of(row.hash)});
        return true;
    }));
    return std::shared_ptr<const report::Table>(table);
}

}  // namespace linesman::app
