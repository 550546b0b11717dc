// Two desks (one listens, one polls), a validator, a machine of somebody else, phones and an office that deletes write
// at random against one server, over lines that lose requests and replies, while desks crash and the clock moves by
// hand.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "simulation/desk.h"
#include "simulation/others.h"
#include "simulation/validator.h"

namespace linesman::simulation {

inline uint64_t number_from(const char* variable, uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

class Simulation {
  public:
    explicit Simulation(uint64_t seed)
        : random_(seed), history_(backend_.server.documents()), others_(backend_, random_) {
        for (int i = 0; i < 24; ++i) others_.create();
        backend_.index_keys();
        desks_.push_back(std::make_unique<SimDesk>(backend_, history_, random_, tally, "lerato", true));
        desks_.push_back(std::make_unique<SimDesk>(backend_, history_, random_, tally, "sipho", false));
        validator_ = std::make_unique<SimValidator>(backend_, history_, random_, place_for_files());
        pass(base::minutes(1));
        for (auto& desk : desks_) desk->line.faults = {0.04, 0.06, 0.02, 0.05, 0.3, 0.02, 0.02};
        validator_->line.faults = {0.04, 0.06, 0.02, 0.05, 0.3, 0.02, 0.02};
    }

    void run(int steps) {
        for (int i = 0; i < steps && history_.faults().empty(); ++i) {
            step();
            history_.check();
        }
    }

    void step() {
        const size_t what = random_.below(100);
        SimDesk& desk = *desks_[random_.below(desks_.size())];
        if (what < 55) desk.act();
        if (what >= 55 && what < 75) others_.phone();
        if (what >= 75 && what < 90) others_.validator();
        if (what >= 90 && what < 92) restart_validator();
        if (what >= 92 && what < 95) desk.restart();
        if (what >= 95 && what < 98) desk.line.down = !desk.line.down && random_.chance(0.5);
        if (what == 98 && random_.chance(0.5)) others_.office();
        // Mostly seconds, so that everybody meets everybody; now and then an hour.
        if (what == 99) return pass(base::minutes(30));
        pass(random_.up_to_ms(random_.chance(0.5) ? 500 : 8000));
    }

    void restart_validator() {
        tally("restart of the validator");
        note_validator();
        validator_->restart();
    }
    // A restart begins to count anew.
    void note_validator() {
        const auto state = validator_->state();
        tally.counts["verdicts written"] += state.written;
        tally.counts["verdicts repaired"] += state.repaired;
        tally.counts["verdicts written again"] += state.retried;
    }

    // Good lines, people who settle what is open, and a day for the sweep.
    void come_to_rest() {
        validator_->line.faults = {};
        for (auto& desk : desks_) {
            desk->line.faults = {};
            desk->line.down = false;
        }
        for (int round = 0; round < 400 && history_.faults().empty(); ++round) {
            pass(base::minutes(2));
            // One that is taken back stops all behind it: of a long chain several have to be settled in a round.
            for (int i = 0; i < 4; ++i) {
                for (auto& desk : desks_) desk->settle_a_matter();
            }
            history_.check();
            if (std::all_of(desks_.begin(), desks_.end(), [](auto& desk) { return desk->is_done(); })) break;
        }
        pass(base::hours(25));
        pass(base::minutes(5));
        history_.check();
    }

    void check_end() {
        std::set<std::string> of_desks;
        for (auto& desk : desks_) {
            EXPECT_TRUE(desk->is_done()) << desk->uid() << " has decisions that never end\n" << desk->open_ones();
            check_journal(*desk, of_desks);
            check_cache(*desk);
        }
        EXPECT_TRUE(validator_->is_idle()) << validator_->state().last_error;
        EXPECT_TRUE(validator_->differing().empty()) << "not judged as the rules do: " << validator_->differing()[0];
        for (const auto& [op_id, entry] : history_.audits()) {
            EXPECT_TRUE(of_desks.contains(op_id) || sync::value::text_at(entry, "kind") == "resubmit")
                << "the server has a decision that no desk knows: " << op_id;
        }
    }

    // The journal is whole, and it and the server tell the same of every decision.
    void check_journal(SimDesk& desk, std::set<std::string>& of_desks) {
        auto& file = desk.outbox->file();
        const auto check = file.verify_journal();
        ASSERT_TRUE(check.ok() && check->whole()) << (check ? check->why : check.error().full());
        const auto ended = file.made_by(desk.uid(), {0}, backend_.clock.now() + base::hours(1), 1'000'000);
        ASSERT_TRUE(ended.ok());
        for (const auto& pending : *ended) {
            const auto& operation = pending.operation;
            const auto entry = history_.audits().find(operation.op_id);
            const bool is_there = entry != history_.audits().end();
            const bool is_done = pending.state == OperationState::done;
            EXPECT_EQ(is_there, is_done) << model::name_of(operation.kind) << " " << operation.op_id << " is "
                                         << model::name_of(pending.state) << " at the desk: " << pending.error;
            if (!is_there) continue;
            of_desks.insert(operation.op_id);
            EXPECT_EQ(sync::value::text_at(entry->second, "hash"), operation.hash);
            EXPECT_EQ(sync::value::text_at(entry->second, "previous_hash"), operation.previous_hash);
            EXPECT_EQ(sync::value::text_at(entry->second, "desk_id"), file.desk_id());
            EXPECT_EQ(sync::value::integer_at(entry->second, "sequence"), operation.sequence);
        }
    }

    void check_cache(SimDesk& desk) {
        const auto server = backend_.list(sync::test::kStaging);
        EXPECT_EQ(desk.captures().size(), server.size());
        for (const auto& document : server) {
            const auto held = desk.cache->read().document(sync::test::kStaging, tail_of(document.name));
            ASSERT_TRUE(held.ok() && held->has_value()) << desk.uid() << " lacks " << document.fields.dump() << "\n"
                                                        << story_of(tail_of(document.name));
            EXPECT_EQ((*held)->update_time, document.update_time) << document.name;
            EXPECT_EQ(*sync::value::parse_fields((*held)->fields), document.fields);
        }
        for (const auto& collection : {backend_.names.pole_keys}) {
            EXPECT_EQ(*desk.cache->read().count(collection), static_cast<int64_t>(backend_.list(collection).size()));
        }
    }

    void pass(base::Duration time) {
        const base::Duration end{backend_.clock.steady().us + time.us};
        // Over hours nothing but timers happens, and these may come a little late.
        const base::Duration most = time.us > base::minutes(10).us ? base::seconds(5) : tick;
        for (;;) {
            for (auto& desk : desks_) desk->line.pump(backend_.clock.steady());
            while (backend_.queue.run_ready() + run_desks() > 0) {
            }
            ++turns_;
            if (desks_[0]->pull->progress().live.phase == sync::ListenPhase::live) ++live_turns_;
            const int64_t left = end.us - backend_.clock.steady().us;
            if (left <= 0) return;
            backend_.clock.advance({std::min(left, most.us)});
        }
    }

    const History& history() const { return history_; }
    History& history() { return history_; }
    std::vector<std::unique_ptr<SimDesk>>& desks() { return desks_; }
    Others& others() { return others_; }
    Random& random() { return random_; }
    Tally tally;
    base::Duration tick = base::milliseconds(100);  // the clock moves by this at most

    void set_line(const LineFaults& faults, bool down) {
        for (auto& desk : desks_) {
            desk->line.faults = faults;
            desk->line.down = down;
        }
    }
    // The desk holds what the server holds, and nothing that may be sent waits.
    bool is_level(SimDesk& desk) {
        const auto server = backend_.list(sync::test::kStaging);
        if (desk.captures().size() != server.size()) return false;
        for (const auto& document : server) {
            const auto held = desk.cache->read().document(sync::test::kStaging, tail_of(document.name));
            if (!held || !*held || (*held)->update_time != document.update_time) return false;
        }
        const auto waiting = desk.outbox->file().pending();
        if (!waiting) return false;
        // In the order they were made: what lies behind a matter on one of its captures waits with it, and nothing else
        // does.
        std::set<std::string> held_up;
        for (const auto& pending : *waiting) {
            const auto& operation = pending.operation;
            auto captures = model::captures_of(operation);
            captures.push_back(operation.staging_id);
            const bool is_matter = pending.state == OperationState::parked || pending.state == OperationState::conflict;
            const bool is_behind =
                std::any_of(captures.begin(), captures.end(), [&](const auto& id) { return held_up.contains(id); });
            if (is_matter || is_behind) {
                held_up.insert(captures.begin(), captures.end());
                continue;
            }
            const bool is_due = operation.send_after <= backend_.clock.now();
            if (pending.state == OperationState::sending || (pending.state == OperationState::ready && is_due))
                return false;
        }
        return true;
    }

    // What both desks know of a capture, for whoever looks into a fault.
    std::string story_of(const std::string& staging_id) {
        std::string out;
        for (auto& desk : desks_) {
            auto& file = desk->outbox->file();
            const auto operations = file.for_capture(staging_id);
            for (const auto& pending : *operations) {
                const auto& o = pending.operation;
                out += desk->uid() + " " + std::string(model::name_of(o.kind)) + " " + o.op_id + " " +
                       std::string(model::name_of(pending.state)) + ", on " + o.staging_id + " " + o.base_update_time +
                       ", after [" + o.predecessor + "] undoes [" + o.undo_of + "] committed " +
                       pending.committed_update_time + " " + pending.error + "\n";
                (void)file.each_journal_row(0, [&](const store::JournalRow& row) {
                    if (row.op_id == o.op_id)
                        out += "      " + row.kind + " " + base::format_rfc3339(row.at) +
                               (row.kind == "decided" ? "" : " " + row.entry.substr(0, 300)) + "\n";
                    return true;
                });
            }
        }
        return out;
    }

    void print(uint64_t seed) {
        std::printf("seed %llu: %llu commits of people, at most %llu poles, %llu undos (%llu compared to the field);",
                    static_cast<unsigned long long>(seed), static_cast<unsigned long long>(history_.human_commits()),
                    static_cast<unsigned long long>(history_.promotions()),
                    static_cast<unsigned long long>(history_.undos()),
                    static_cast<unsigned long long>(history_.exact_undos()));
        for (auto& desk : desks_) {
            const auto& status = desk->sender->status();
            tally.counts["retried"] += status.retried;
            tally.counts["rebased"] += status.rebased;
            tally.counts["conflicts"] += status.conflicts;
            tally.counts["parked"] += status.parked;
            tally.counts["requests hurt"] += desk->line.hurt;
        }
        note_validator();
        tally.counts["captures deleted"] = history_.deleted();
        tally.counts["% of the time listening"] = 100 * live_turns_ / std::max<uint64_t>(turns_, 1);
        for (const auto& [what, count] : tally.counts)
            std::printf(" %s %llu,", what.c_str(), static_cast<unsigned long long>(count));
        std::printf("\n");
    }

  private:
    size_t run_desks() {
        size_t ran = 0;
        for (auto& desk : desks_) ran += desk->queue().run_ready();
        return ran + validator_->queue().run_ready();
    }

    uint64_t turns_ = 0, live_turns_ = 0;
    Random random_;
    sync::test::Backend backend_;
    History history_;
    Others others_;
    std::vector<std::unique_ptr<SimDesk>> desks_;
    std::unique_ptr<SimValidator> validator_;
};

}  // namespace linesman::simulation
