#include "sync/audit_check.h"

#include "base/ids.h"
#include "model/operation.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::Json;

std::string entry_words(int64_t sequence) {
    return "Entry " + std::to_string(sequence);
}

// The first member of the server's entry that says something else than the journal; empty when they agree.
std::string difference_of(const Json& fields, const std::string& kind, const Json& body) {
    const auto differs = [&](const char* key, const std::string& wanted) {
        return value::text_at(fields, key) != wanted;
    };
    if (kind == store::name_of(store::JournalKind::administered)) {
        for (const auto& [key, wanted] : body.items()) {
            if (wanted.is_string() && differs(key.c_str(), wanted.get<std::string>())) return key;
        }
        return {};
    }
    const auto operation = model::operation_from_json(body);
    if (!operation) return "everything: the journal's own entry cannot be read";
    const std::pair<const char*, std::string> texts[] = {{"kind", std::string(model::name_of(operation->kind))},
                                                         {"staging_id", operation->staging_id},
                                                         {"by", operation->uid},
                                                         {"by_name", operation->by_name},
                                                         {"reason", operation->reason},
                                                         {"comment", operation->comment},
                                                         {"via", operation->via},
                                                         {"batch_id", operation->batch_id},
                                                         {"undo_of", operation->undo_of},
                                                         {"target", operation->target},
                                                         {"rules", operation->rules_hash}};
    for (const auto& [key, wanted] : texts) {
        if (differs(key, wanted)) return key;
    }
    const auto at = value::timestamp_at(fields, "at");
    if (!at || *at != operation->made_at) return "at";
    Json overrides = Json::array();
    if (const Json* stored = value::member(fields, "overrides")) overrides = value::to_plain(*stored);
    Json wanted = Json::array();
    for (const auto& each : operation->overrides)
        wanted.push_back({{"finding", each.finding_id}, {"reason", each.reason}});
    return overrides == wanted ? std::string() : std::string("overrides");
}

}  // namespace

std::string_view name_of(AuditFault fault) {
    switch (fault) {
        case AuditFault::broken_chain:
            return "broken_chain";
        case AuditFault::gap:
            return "gap";
        case AuditFault::fork:
            return "fork";
        case AuditFault::missing_on_server:
            return "missing_on_server";
        case AuditFault::unknown_to_journal:
            return "unknown_to_journal";
        case AuditFault::altered:
            return "altered";
    }
    return "?";
}

AuditEntry audit_entry(const RawDocument& document) {
    AuditEntry entry;
    entry.op_id = document.id();
    entry.changed_later = !document.create_time.empty() && document.create_time != document.update_time;
    const auto fields = value::parse_fields(document.fields_json);
    if (!fields) return entry;
    entry.desk_id = value::text_at(*fields, "desk_id");
    entry.hash = value::text_at(*fields, "hash");
    entry.previous_hash = value::text_at(*fields, "previous_hash");
    entry.sequence = value::integer_at(*fields, "sequence");
    entry.fields = *fields;
    return entry;
}

AuditComparison::AuditComparison(std::string desk_id, std::string install_id)
    : desk_id_(std::move(desk_id)), last_hash_(base::sha256_hex("linesman journal " + install_id)) {}

void AuditComparison::find(AuditFault fault, std::string desk_id, int64_t sequence, std::string op_id,
                           std::string what) {
    findings_.push_back({fault, std::move(desk_id), sequence, std::move(op_id), std::move(what)});
}

void AuditComparison::take(const store::JournalRow& row) {
    ++rows_;
    const std::string words = entry_words(row.sequence) + " of the journal";
    if (row.sequence != last_sequence_ + 1) {
        find(AuditFault::gap, desk_id_, row.sequence, row.op_id,
             words + " follows entry " + std::to_string(last_sequence_) + ": those between are missing.");
    } else if (row.previous_hash != last_hash_) {
        find(AuditFault::broken_chain, desk_id_, row.sequence, row.op_id,
             words + " does not belong to the entry before it.");
    }
    const auto entry = base::parse_json(row.entry, words);
    const bool as_hashed =
        base::sha256_hex(row.entry) == row.hash && entry && base::int_at(*entry, "sequence") == row.sequence &&
        base::string_at(*entry, "previous_hash") == row.previous_hash &&
        base::string_at(*entry, "op_id") == row.op_id && base::string_at(*entry, "entry") == row.kind;
    if (!as_hashed) {
        find(AuditFault::broken_chain, desk_id_, row.sequence, row.op_id, words + " was changed after it was written.");
    }
    last_sequence_ = row.sequence;
    last_hash_ = row.hash;
    by_sequence_[row.sequence] = row.hash;
    using store::JournalKind;
    if (row.kind == store::name_of(JournalKind::done)) done_.insert(row.op_id);
    if (row.kind == store::name_of(JournalKind::withdrawn)) withdrawn_.insert(row.op_id);
    const bool is_made =
        row.kind == store::name_of(JournalKind::decided) || row.kind == store::name_of(JournalKind::administered);
    if (!is_made) return;
    const Json* body = entry ? base::find(*entry, "body") : nullptr;
    known_[row.op_id] = {row.sequence, row.hash, row.previous_hash, row.kind, body ? *body : Json()};
}

void AuditComparison::take(const AuditEntry& entry) {
    ++entries_;
    if (entry.changed_later) {
        find(AuditFault::altered, entry.desk_id, entry.sequence, entry.op_id,
             "The audit entry " + entry.op_id + " was changed on the server after it was made.");
    }
    if (!entry.desk_id.empty() && entry.sequence > 0) {
        const auto [first, is_new] = by_desk_.try_emplace({entry.desk_id, entry.sequence}, entry);
        if (!is_new && first->second.op_id != entry.op_id) {
            find(AuditFault::fork, entry.desk_id, entry.sequence, entry.op_id,
                 "The desk " + entry.desk_id + " used the number " + std::to_string(entry.sequence) + " twice, for " +
                     first->second.op_id + " and for " + entry.op_id +
                     ": its file was restored from a backup, or exists twice.");
        }
    }
    on_server_.insert(entry.op_id);
    if (entry.desk_id == desk_id_) compare(entry);
}

void AuditComparison::compare(const AuditEntry& entry) {
    const auto known = known_.find(entry.op_id);
    const std::string words = "The server's entry " + entry.op_id + " (number " + std::to_string(entry.sequence) + ")";
    if (known == known_.end()) {
        const auto here = by_sequence_.find(entry.sequence);
        if (here != by_sequence_.end() && here->second != entry.hash) {
            return find(AuditFault::fork, desk_id_, entry.sequence, entry.op_id,
                        words +
                            " has a number under which the journal holds something else: this file was restored "
                            "from a backup, or exists twice.");
        }
        const bool beyond = entry.sequence > last_sequence_;
        return find(AuditFault::unknown_to_journal, desk_id_, entry.sequence, entry.op_id,
                    words + (beyond ? " is newer than the journal, which ends at " + std::to_string(last_sequence_) +
                                          ": the journal was cut or restored from a backup."
                                    : " is not in the journal."));
    }
    const Known& made = known->second;
    if (withdrawn_.contains(entry.op_id)) {
        return find(AuditFault::unknown_to_journal, desk_id_, entry.sequence, entry.op_id,
                    words + " was taken back here before it was sent, yet the server has it.");
    }
    if (made.sequence != entry.sequence || made.hash != entry.hash || made.previous_hash != entry.previous_hash) {
        return find(
            AuditFault::altered, desk_id_, made.sequence, entry.op_id,
            words + " carries another number or hash than the journal's entry " + std::to_string(made.sequence) + ".");
    }
    const std::string member = difference_of(entry.fields, made.kind, made.body);
    if (!member.empty()) {
        return find(AuditFault::altered, desk_id_, made.sequence, entry.op_id,
                    words + " says something else than was decided here: " + member + ".");
    }
    ++agreed_;
}

std::vector<AuditFinding> AuditComparison::finish(bool server_was_read) {
    for (const auto& op_id : done_) {
        if (!server_was_read || on_server_.contains(op_id)) continue;
        const auto known = known_.find(op_id);
        const int64_t sequence = known == known_.end() ? 0 : known->second.sequence;
        find(AuditFault::missing_on_server, desk_id_, sequence, op_id,
             "The journal says that " + op_id + " reached the server, but its audit entry is not there.");
    }
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
    return std::move(findings_);
}

}  // namespace linesman::sync
