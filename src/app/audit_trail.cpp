// The history of one capture (audit_service.h).
#include "app/audit_service.h"
#include "base/file.h"
#include "store/outbox.h"
#include "sync/capture_codec.h"
#include "sync/device_commands.h"
#include "sync/pull_query.h"
#include "sync/value_codec.h"

namespace linesman::app {
namespace {

namespace value = sync::value;
using base::Json;
using Source = TrailLine::Source;

class Gatherer {
  public:
    Gatherer(OfficeLine& line, const std::string& staging_id) : line_(line) { out_.staging_id = staging_id; }

    base::Status read_document() {
        const auto reply = line_.get({name(line_.names().staging, out_.staging_id)});
        if (!reply) return reply.error();
        if (reply->documents.empty()) {
            out_.notes.emplace_back("The capture is not in staging any more.");
            return {};
        }
        const auto& document = reply->documents.front();
        const auto capture =
            sync::decode_capture_or_unreadable(out_.staging_id, document.fields_json, document.update_time);
        found_ = true;
        out_.offline_id = capture.offline_id;
        out_.device_id = capture.device_id;
        if (capture.captured_at)
            add(*capture.captured_at, Source::document, capture.captured_by, "captured (the device's clock)", {});
        if (capture.submitted_at)
            add(*capture.submitted_at, Source::document, capture.captured_by, "arrived in staging", {});
        return {};
    }

    base::Status read_audit() {
        const auto take = [&](const sync::RawDocument& document) {
            found_ = true;
            add_audit(document);
            return true;
        };
        LINESMAN_TRY(line_.each(line_.names().audit, "staging_id", out_.staging_id, take));
        // Merges name the captures they superseded.
        Json query = sync::query_of(line_.names().audit);
        sync::set_where(query, {sync::field_filter("others", "ARRAY_CONTAINS", value::text(out_.staging_id))});
        const auto merges = line_.query(std::move(query));
        if (!merges) return merges.error();
        for (const auto& document : merges->documents) take(document);
        return {};
    }

    base::Status read_versions() {
        if (op_ids_.empty()) return {};
        std::vector<std::string> names;
        for (const auto& op_id : op_ids_)
            names.push_back(name(line_.names().staging, out_.staging_id) + "/" + line_.names().versions + "/" + op_id);
        const auto reply = line_.get(std::move(names));
        if (!reply) return reply.error();
        for (const auto& document : reply->documents) add_version(document);
        return {};
    }

    // What the devices answered to commands about this capture.
    base::Status read_answers(base::Timestamp now) {
        if (commands_.empty()) return {};
        const auto reply = line_.get(commands_);
        if (!reply) return reply.error();
        for (const auto& document : reply->documents) {
            const auto command = sync::decode_command(document.id(), document.fields_json, now);
            if (!command || !command->finished_at) continue;
            add(*command->finished_at, Source::device, command->device_id,
                "the phone's answer to " + command->kind + ": " + command->state +
                    (command->result.empty() ? "" : ", " + command->result),
                {{"command", command->id}, {"state", command->state}});
        }
        return {};
    }

    base::Status read_attempts() {
        if (out_.device_id.empty() || out_.offline_id.empty()) {
            out_.notes.emplace_back("The capture names no device: its sync attempts cannot be found.");
            return {};
        }
        size_t sessions = 0;
        const size_t before = out_.lines.size();
        LINESMAN_TRY(
            line_.each(line_.names().sessions, "device_id", out_.device_id, [&](const sync::RawDocument& document) {
                ++sessions;
                add_session(document);
                return true;
            }));
        if (sessions == 0)
            out_.notes.push_back("The device " + out_.device_id +
                                 " reports no sync sessions (an older app): its attempts are not known.");
        else if (out_.lines.size() == before)
            out_.notes.push_back("None of the " + std::to_string(sessions) + " sync sessions of the device " +
                                 out_.device_id + " names this capture.");
        return {};
    }

    base::Status read_journal(const std::string& path, const base::Clock& clock) {
        if (!base::file_exists(path)) return {};
        auto outbox = store::Outbox::open(path, clock);
        if (!outbox) return outbox.error();
        std::map<std::string, std::string> operations;  // op_id -> kind, of this capture
        return outbox->each_journal_row(0, [&](const store::JournalRow& row) {
            const auto entry = base::parse_json(row.entry, "journal");
            const Json* body = entry ? base::find(*entry, "body") : nullptr;
            if (!body) return true;
            if (base::string_at(*body, "staging_id") == out_.staging_id)
                operations[row.op_id] = base::string_at(*body, "kind").value_or("");
            const auto known = operations.find(row.op_id);
            // What the server has is told by its own entries.
            if (known == operations.end() || row.kind == "decided" || row.kind == "done") return true;
            std::string what = known->second + " " + row.kind + " at this desk";
            if (const auto why = base::string_at(*body, "refused_because")) what += ": " + *why;
            add(row.at, Source::journal, {}, std::move(what), {{"op_id", row.op_id}, {"sequence", row.sequence}});
            return true;
        });
    }

    bool found() const { return found_; }
    AuditTrail take() {
        std::stable_sort(out_.lines.begin(), out_.lines.end(),
                         [](const auto& a, const auto& b) { return a.at < b.at; });
        return std::move(out_);
    }

  private:
    std::string name(const std::string& collection, const std::string& id) const {
        return line_.endpoints().document_name(collection, id);
    }
    void add(base::Timestamp at, Source source, std::string who, std::string what, Json details) {
        out_.lines.push_back({at, source, std::move(who), std::move(what), std::move(details)});
    }

    void add_audit(const sync::RawDocument& document) {
        const auto fields = value::parse_fields(document.fields_json);
        if (!fields) {
            out_.notes.push_back("The audit entry " + std::string(document.id()) + " cannot be read.");
            return;
        }
        const auto text = [&](const char* key) { return value::text_at(*fields, key); };
        std::string what = text("kind");
        const std::string target = text("target");
        const size_t cut = target.find('/');
        if (what == "command" && cut != std::string::npos)
            commands_.push_back(name(target.substr(0, cut), target.substr(cut + 1)));
        else
            op_ids_.emplace_back(document.id());
        if (text("staging_id") != out_.staging_id) what += " of " + text("staging_id");
        if (!text("reason").empty()) what += ", " + text("reason");
        if (!text("comment").empty()) what += ": " + text("comment");
        what += " (" + (text("by_name").empty() ? text("by") : text("by_name")) +
                (text("via").empty() ? "" : ", " + text("via")) + ")";
        const auto decided = value::timestamp_at(*fields, "at");
        const auto written = base::parse_rfc3339(document.create_time);
        Json details = value::fields_to_plain(*fields);
        details["op_id"] = std::string(document.id());
        if (written) details["at_server"] = document.create_time;
        add(decided   ? *decided
            : written ? *written
                      : base::Timestamp{},
            Source::audit, text("by"), std::move(what), std::move(details));
    }

    void add_version(const sync::RawDocument& document) {
        const auto fields = value::parse_fields(document.fields_json);
        if (!fields) return;
        const auto saved = value::timestamp_at(*fields, "saved_at");
        const auto made = base::parse_rfc3339(document.create_time);
        const int64_t n = value::integer_at(*fields, "n");
        add(saved  ? *saved
            : made ? *made
                   : base::Timestamp{},
            Source::version, value::text_at(*fields, "by"),
            "version " + std::to_string(n) + " kept, as it was before the " + value::text_at(*fields, "kind"),
            {{"id", std::string(document.id())}, {"n", n}});
    }

    void add_session(const sync::RawDocument& document) {
        const auto fields = value::parse_fields(document.fields_json);
        const Json* stored = fields ? value::member(*fields, "attempts") : nullptr;
        const Json* attempts = stored ? value::as_array(*stored) : nullptr;
        if (!attempts) return;
        const auto begun = value::timestamp_at(*fields, "started_at");
        // Attempts carry no time of their own: the session's, moved by what came before.
        base::Timestamp at = begun.value_or(base::Timestamp{});
        for (const auto& attempt : *attempts) {
            const Json* entry = value::as_map(attempt);
            if (!entry) continue;
            const int64_t ms = value::integer_at(*entry, "ms");
            if (value::text_at(*entry, "offline_id") == out_.offline_id) {
                const std::string error = value::text_at(*entry, "error");
                std::string what =
                    "sync attempt, " + value::text_at(*entry, "stage") + ": " + value::text_at(*entry, "outcome");
                if (!error.empty()) what += ", " + error;
                what += " (" + std::to_string(value::integer_at(*entry, "bytes")) + " bytes, " + std::to_string(ms) +
                        " ms)";
                Json details = value::fields_to_plain(*entry);
                details["session"] = std::string(document.id());
                details["network"] = value::text_at(*fields, "network");
                add(at, Source::device, out_.device_id, std::move(what), std::move(details));
            }
            at = at + base::milliseconds(ms);
        }
    }

    OfficeLine& line_;
    AuditTrail out_;
    std::vector<std::string> op_ids_, commands_;
    bool found_ = false;
};

}  // namespace

std::string_view name_of(Source source) {
    switch (source) {
        case Source::device:
            return "device";
        case Source::audit:
            return "audit";
        case Source::version:
            return "version";
        case Source::journal:
            return "journal";
        case Source::document:
            return "document";
    }
    return "?";
}

base::Result<AuditTrail> audit_trail(OfficeLine& line, const std::string& outbox_path, const base::Clock& clock,
                                     const std::string& staging_id) {
    Gatherer gatherer(line, staging_id);
    LINESMAN_TRY(gatherer.read_document());
    LINESMAN_TRY(gatherer.read_audit());
    if (!gatherer.found())
        return base::make_error(base::ErrorKind::not_found,
                                "The server knows no capture \"" + staging_id + "\" and no audit entry of one.");
    LINESMAN_TRY(gatherer.read_versions());
    LINESMAN_TRY(gatherer.read_answers(clock.now()));
    LINESMAN_TRY(gatherer.read_attempts());
    LINESMAN_TRY(gatherer.read_journal(outbox_path, clock));
    return gatherer.take();
}

}  // namespace linesman::app
