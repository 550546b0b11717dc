// What stands in the outbox, kept in memory and brought up to date by what changed, so that a key press costs the same
// with five thousand unsent decisions as with none.
//
// Thread: the outbox queue.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "app/snapshot.h"

namespace linesman::app {

class OutboxTally {
  public:
    // The server's document that an operation in conflict met, as JSON text; and an operation with its document.
    using Theirs = std::function<std::string(const std::string& op_id)>;
    using Document = std::function<std::string(const std::string& op_id)>;
    OutboxTally(Theirs theirs, Document document) : theirs_(std::move(theirs)), document_(std::move(document)) {}

    void clear();
    // Operations as they are now, finished ones included. Takes the documents out of them.
    void take(std::vector<model::PendingOperation>& changed);
    // Whose day is counted, and what they made since `begin`; replaces what was counted before.
    void start_day(std::string uid, base::Timestamp begin, std::vector<model::PendingOperation> made);

    OutboxSummary summary(base::Timestamp now) const;
    MyDay my_day(base::Timestamp now);
    std::vector<OpenMatter> matters() const;

  private:
    struct Fate {
        model::OperationState state{};
        base::Timestamp made_at, send_after;
        std::string predecessor;
    };
    bool is_blocked(const Fate& fate) const;
    const std::string& number_of(const std::string& op_id);
    void count_today(const model::PendingOperation& pending);

    Theirs theirs_;
    Document document_;
    std::unordered_map<std::string, Fate> unfinished_;  // by op_id
    std::map<std::string, OpenMatter> matters_;         // by op_id, so by age
    std::string uid_;
    base::Timestamp day_begin_;
    std::map<std::pair<base::Timestamp, std::string>, model::PendingOperation> today_;  // without documents
    std::unordered_map<std::string, std::string> numbers_;                              // pole number by op_id
};

}  // namespace linesman::app
