#include "app/device_service.h"

#include <algorithm>

#include "app/reference_loader.h"
#include "base/ids.h"
#include "base/log.h"
#include "sync/device_commands.h"
#include "sync/pull_query.h"
#include "sync/value_codec.h"

namespace linesman::app {

using base::ErrorKind;
using base::make_error;
using base::Result;

namespace {

constexpr int kMostSends = 5;
constexpr base::Duration kQuickLook = base::seconds(1);  // while the device may be at work on it
constexpr base::Duration kSlowLook = base::seconds(15);  // each look is a read that is billed
constexpr base::Duration kQuickFor = base::minutes(1);
constexpr size_t kPerCommit = 40;                            // with their audit entries far from 500 writes
constexpr base::Duration kSlack = base::seconds(10);         // server times of two writes may stand in the other order
constexpr base::Duration kNotice = base::milliseconds(200);  // within which an interrupt is seen

Result<model::DeviceCommand> read_command(OfficeLine& line, const std::string& id, base::Timestamp now) {
    const auto reply = line.get({line.endpoints().document_name(line.names().commands, id)});
    if (!reply) return reply.error();
    if (reply->documents.empty())
        return make_error(ErrorKind::not_found, "The command " + id + " is no longer on the server.");
    const auto server_now = base::parse_rfc3339(reply->read_time);
    return sync::decode_command(id, reply->documents.front().fields_json, server_now ? *server_now : now);
}

base::Status check_device(OfficeLine& line, const std::string& device_id) {
    model::DeviceSummary device;
    device.device_id = device_id;
    if (!device_id.empty()) {
        const auto reply = line.get({line.endpoints().document_name(line.names().devices, device_id)});
        if (!reply) return reply.error();
        if (!reply->documents.empty()) device.reported.emplace();
    }
    const auto why = sync::command_refusal(device);
    return why.empty() ? base::Status() : base::Status(make_error(ErrorKind::not_found, why));
}

base::Status may_send(const model::Session& session) {
    const auto why = order_refusal(session);
    return why.empty() ? base::Status() : base::Status(make_error(ErrorKind::permission_denied, why));
}

// The writes of one command: itself and, with a journal, its audit entry.
struct Prepared {
    std::string id, op_id;
    base::Json writes = base::Json::array();
};

Result<Prepared> prepare(OfficeLine& line, const sync::NewDeviceCommand& command, const base::Clock& clock,
                         Administration* journal, const std::string& via) {
    Prepared out;
    out.id = base::uuid7(clock);
    auto write = sync::command_write(line.endpoints(), line.names(), out.id, command);
    if (!write) return write.error();
    out.writes.push_back(std::move(*write));
    if (!journal) return out;
    AdministeredChange change;
    change.kind = "command";
    change.target = line.names().commands + "/" + out.id;
    change.comment = command.kind;
    change.via = via;
    change.more = {{"device_id", command.device_id}};
    if (!command.staging_id.empty()) change.more["staging_id"] = command.staging_id;
    auto begun = journal->begin(line, change);
    if (!begun) return begun.error();
    out.op_id = begun->op_id;
    out.writes.push_back(std::move(begun->audit_write));
    return out;
}

// Sends until an answer tells; then closes the journal's entries.
base::Status commit_prepared(OfficeLine& line, const std::vector<Prepared>& prepared, Administration* journal) {
    base::Json writes = base::Json::array();
    for (const auto& one : prepared) {
        for (const auto& write : one.writes) writes.push_back(write);
    }
    std::string version;
    for (int tries = 1;; ++tries) {
        const auto reply = line.commit(writes);
        if (reply) {
            if (!reply->update_times.empty()) version = reply->update_times.back();
            break;
        }
        // There already: the reply of an earlier try was lost.
        if (reply.error().kind == ErrorKind::already_exists) break;
        if (!reply.error().retryable() || tries >= kMostSends) return reply.error();
        line.back_off(reply.error());
    }
    line.reset_backoff();
    if (!journal) return {};
    if (version.empty()) {
        const auto found = Administration::took_effect(line, prepared.front().op_id);
        if (found && *found) version = **found;
    }
    for (const auto& one : prepared) {
        // The command is out; that the journal's row stays open is for `audit verify` to say.
        if (auto closed = journal->finish(one.op_id, version); !closed)
            base::log(base::LogLevel::warning, "devices", closed.error());
    }
    return {};
}

}  // namespace

Result<model::DeviceCommand> send_order(OfficeLine& line, const DeviceOrder& order, const base::Clock& clock,
                                        Administration* journal, const std::string& via) {
    LINESMAN_TRY(may_send(line.session()));
    LINESMAN_TRY(check_device(line, order.device_id));
    auto prepared =
        prepare(line, {order.device_id, order.kind, order.staging_id, line.session().uid, clock.now(), order.lives_for},
                clock, journal, via);
    if (!prepared) return prepared.error();
    const std::string id = prepared->id;
    LINESMAN_TRY(commit_prepared(line, {std::move(*prepared)}, journal));
    return read_command(line, id, clock.now());
}

namespace {

OrderReceipt receipt_of(const FleetTarget& target, const FleetOrder& order) {
    OrderReceipt receipt{target.device_id, target.person, {}, {}};
    receipt.command.id = target.command_id;
    receipt.command.device_id = target.device_id;
    receipt.command.kind = order.kind;
    receipt.command.staging_id = order.staging_id;
    return receipt;
}

// Gathers commands and sends a few dozen in one commit.
class OrderSender {
  public:
    OrderSender(OfficeLine& line, const base::Clock& clock, Administration* journal, const std::string& via)
        : line_(line), clock_(clock), journal_(journal), via_(via) {}

    void add(const FleetTarget& target, const FleetOrder& order) {
        auto receipt = receipt_of(target, order);
        const auto now = clock_.now();
        receipt.command.created_by = line_.session().uid;
        receipt.command.created_at = now;
        receipt.command.expires_at = now + order.lives_for;
        auto made = prepare(
            line_, {target.device_id, order.kind, order.staging_id, receipt.command.created_by, now, order.lives_for},
            clock_, journal_, via_);
        if (!made) return refuse(std::move(receipt), made.error());
        receipt.command.id = made->id;
        receipts.push_back(std::move(receipt));
        prepared_.push_back(std::move(*made));
        if (prepared_.size() >= kPerCommit) flush();
    }
    void refuse(OrderReceipt receipt, const base::Error& error) {
        flush();  // what is gathered belongs to the last receipts
        receipt.why = error.what;
        receipts.push_back(std::move(receipt));
    }
    void flush() {
        if (prepared_.empty()) return;
        const auto committed = commit_prepared(line_, prepared_, journal_);
        const size_t first = receipts.size() - prepared_.size();
        for (size_t i = first; i < receipts.size(); ++i) {
            if (committed) receipts[i].command.state = "queued";
            if (!committed) receipts[i].why = committed.error().what;
        }
        prepared_.clear();
    }

    bool settled() const { return prepared_.empty(); }

    std::vector<OrderReceipt> receipts;

  private:
    OfficeLine& line_;
    const base::Clock& clock_;
    Administration* journal_;
    const std::string& via_;
    std::vector<Prepared> prepared_;
};

}  // namespace

std::vector<OrderReceipt> send_orders(OfficeLine& line, const FleetPlan& plan, const base::Clock& clock,
                                      Administration* journal, const std::string& via,
                                      const std::function<void(const std::vector<OrderReceipt>&)>& sent) {
    OrderSender sender(line, clock, journal, via);
    const auto allowed = may_send(line.session());
    for (const auto& target : plan.targets) {
        if (target.verdict != FleetTarget::Verdict::will_send) continue;
        if (!allowed) {
            sender.refuse(receipt_of(target, plan.order), allowed.error());
            continue;
        }
        sender.add(target, plan.order);
        if (sent && sender.settled()) sent(sender.receipts);
    }
    sender.flush();
    for (const auto& target : plan.targets) {
        if (target.verdict != FleetTarget::Verdict::under_way) continue;
        auto receipt = receipt_of(target, plan.order);
        receipt.command.state = "queued";
        sender.receipts.push_back(std::move(receipt));
    }
    if (sent) sent(sender.receipts);
    return std::move(sender.receipts);
}

Result<model::DeviceCommand> wait_for_answer(OfficeLine& line, const std::string& command_id, base::Duration patience,
                                             const base::Clock& clock,
                                             const std::function<void(const model::DeviceCommand&)>& changed) {
    const base::Duration begun = clock.steady();
    std::string state;
    for (;;) {
        auto command = read_command(line, command_id, clock.now());
        if (!command) return command;
        if (std::exchange(state, command->state) != command->state && changed) changed(*command);
        const base::Duration waited{clock.steady().us - begun.us};
        if (is_over(*command) || waited >= patience) return command;
        if (!line.rest({std::min(next_look(waited).us, patience.us - waited.us)})) return command;
    }
}

bool all_over(const std::vector<OrderReceipt>& receipts) {
    return std::all_of(receipts.begin(), receipts.end(),
                       [](const auto& receipt) { return receipt.command.state.empty() || is_over(receipt.command); });
}

base::Duration next_look(base::Duration waited) {
    return waited < kQuickFor ? kQuickLook : kSlowLook;
}

namespace {

void take_answer(std::vector<OrderReceipt>& receipts, const model::DeviceCommand& answer, const Following& how) {
    for (auto& receipt : receipts) {
        if (receipt.command.id != answer.id || receipt.command.state.empty()) continue;
        const bool is_new = receipt.command.state != answer.state;
        receipt.command = answer;
        if (is_new && how.changed) how.changed(receipt);
    }
}

// A command that nobody took in time is over.
void expire(std::vector<OrderReceipt>& receipts, base::Timestamp now, const Following& how) {
    for (auto& receipt : receipts) {
        if (receipt.command.state != "queued" || state_at(receipt.command, now) != "expired") continue;
        receipt.command.state = "expired";
        if (how.changed) how.changed(receipt);
    }
}

base::Json written_since(const std::string& collection, base::Timestamp since) {
    base::Json query = sync::query_of(collection);
    sync::set_where(query, {sync::field_filter("updated_at", "GREATER_THAN_OR_EQUAL", sync::value::timestamp(since))});
    return query;
}

// False when there is to be no next look.
bool until_next_look(OfficeLine& line, base::Duration begun, const base::Clock& clock, const Following& how) {
    const auto waited = [&] { return base::Duration{clock.steady().us - begun.us}; };
    const int64_t end_us = std::min(waited().us + next_look(waited()).us, how.patience.us);
    while (waited().us < end_us) {
        if (how.go_on && !how.go_on()) return false;
        if (!line.rest({std::min(kNotice.us, end_us - waited().us)})) return false;
    }
    return waited() < how.patience;
}

}  // namespace

base::Status look_for_answers(OfficeLine& line, std::vector<OrderReceipt>& receipts,
                              std::optional<base::Timestamp>& since, const base::Clock& clock, const Following& how) {
    std::vector<std::string> names;
    for (const auto& receipt : receipts) {
        if (!since && !receipt.command.state.empty())
            names.push_back(line.endpoints().document_name(line.names().commands, receipt.command.id));
    }
    const auto reply =
        since ? line.query(written_since(line.names().commands, *since - kSlack)) : line.get(std::move(names));
    if (!reply) return reply.error();
    const auto server_now = base::parse_rfc3339(reply->read_time);
    since = server_now ? *server_now : clock.now();
    for (const auto& document : reply->documents) {
        if (how.answer) how.answer(document);
        const auto answer = sync::decode_command(document.id(), document.fields_json, *since);
        if (answer) take_answer(receipts, *answer, how);
    }
    expire(receipts, *since, how);
    return {};
}

base::Status follow_orders(OfficeLine& line, std::vector<OrderReceipt>& receipts, const base::Clock& clock,
                           const Following& how) {
    const base::Duration begun = clock.steady();
    std::optional<base::Timestamp> since;
    while (!all_over(receipts)) {
        LINESMAN_TRY(look_for_answers(line, receipts, since, clock, how));
        // Interrupted or out of patience: what was answered meanwhile is told all the same.
        if (!all_over(receipts) && !until_next_look(line, begun, clock, how))
            return look_for_answers(line, receipts, since, clock, how);
    }
    return {};
}

Result<FleetNews> read_fleet(OfficeLine& line, const base::Clock& clock) {
    FleetNews news;
    LINESMAN_TRY(line.each(line.names().devices, "", "", [&](const sync::RawDocument& document) {
        const auto fields = sync::value::parse_fields(document.fields_json);
        if (fields) news.heartbeats.push_back(read_heartbeat(std::string(document.id()), *fields));
        return true;
    }));
    for (const char* state : {"queued", "delivered"}) {
        LINESMAN_TRY(line.each(line.names().commands, "state", state, [&](const sync::RawDocument& document) {
            auto command = sync::decode_command(document.id(), document.fields_json, clock.now());
            if (command) news.commands.push_back(std::move(*command));
            return true;
        }));
    }
    return news;
}

}  // namespace linesman::app
