#include "backend/transactions.h"

#include "backend/api_error.h"
#include "base/ids.h"

namespace linesman::backend {
namespace {

constexpr base::Duration kMaxIdle = base::seconds(270);

base::Error gone() {
    return invalid("The referenced transaction has expired or is no longer valid.");
}

}  // namespace

base::Result<std::string> Transactions::begin(const base::Json* options, base::Timestamp now) {
    Open open{now, now, false, {}};
    if (const base::Json* read_only = options ? base::find(*options, "readOnly") : nullptr) {
        open.read_only = true;
        if (const auto text = base::string_at(*read_only, "readTime")) {
            const auto time = precise_time(*text);
            if (!time) return time.error();
            open.read_time = *time;
        }
    }
    const std::string id = base::base64_encode(base::random_document_id());
    const std::lock_guard lock(mutex_);
    std::erase_if(open_, [&](const auto& item) { return now - item.second.last_used > kMaxIdle; });
    open_.emplace(id, std::move(open));
    return id;
}

base::Result<base::Timestamp> Transactions::read_time(const std::string& id, base::Timestamp now) {
    const std::lock_guard lock(mutex_);
    const auto it = open_.find(id);
    if (it == open_.end() || now - it->second.last_used > kMaxIdle) return gone();
    it->second.last_used = now;
    return it->second.read_time;
}

void Transactions::note_read(const std::string& id, const std::string& name, std::optional<base::Timestamp> version) {
    const std::lock_guard lock(mutex_);
    const auto it = open_.find(id);
    if (it != open_.end() && !it->second.read_only) it->second.reads.emplace(name, version);
}

base::Result<ReadSet> Transactions::finish(const std::string& id, base::Timestamp now, bool writes) {
    const std::lock_guard lock(mutex_);
    const auto it = open_.find(id);
    if (it == open_.end() || now - it->second.last_used > kMaxIdle) return gone();
    if (writes && it->second.read_only) return invalid("Cannot modify entities in a read-only transaction.");
    ReadSet reads = std::move(it->second.reads);
    open_.erase(it);
    return reads;
}

base::Status Transactions::rollback(const std::string& id) {
    const std::lock_guard lock(mutex_);
    if (open_.erase(id) == 0) return gone();
    return {};
}

}  // namespace linesman::backend
