#include "backend/counters.h"

namespace linesman::backend {

void Counters::request(const std::string& kind) {
    const std::lock_guard lock(mutex_);
    ++requests_[kind];
}

void Counters::read(uint64_t documents) {
    const std::lock_guard lock(mutex_);
    read_ += documents;
}

void Counters::listened(uint64_t documents) {
    const std::lock_guard lock(mutex_);
    read_ += documents;
    listened_ += documents;
}

void Counters::wrote(uint64_t documents) {
    const std::lock_guard lock(mutex_);
    written_ += documents;
}

void Counters::removed(uint64_t documents) {
    const std::lock_guard lock(mutex_);
    deleted_ += documents;
}

uint64_t Counters::requests(const std::string& kind) const {
    const std::lock_guard lock(mutex_);
    const auto it = requests_.find(kind);
    return it == requests_.end() ? 0 : it->second;
}

uint64_t Counters::requests() const {
    const std::lock_guard lock(mutex_);
    uint64_t sum = 0;
    for (const auto& [kind, count] : requests_) sum += count;
    return sum;
}

uint64_t Counters::documents_read() const {
    const std::lock_guard lock(mutex_);
    return read_;
}

uint64_t Counters::documents_listened() const {
    const std::lock_guard lock(mutex_);
    return listened_;
}

uint64_t Counters::documents_written() const {
    const std::lock_guard lock(mutex_);
    return written_;
}

uint64_t Counters::documents_deleted() const {
    const std::lock_guard lock(mutex_);
    return deleted_;
}

base::Json Counters::to_json() const {
    const std::lock_guard lock(mutex_);
    base::Json requests = base::Json::object();
    for (const auto& [kind, count] : requests_) requests[kind] = count;
    return {{"requests", std::move(requests)},
            {"documentsRead", read_},
            {"documentsListened", listened_},
            {"documentsWritten", written_},
            {"documentsDeleted", deleted_}};
}

void Counters::reset() {
    const std::lock_guard lock(mutex_);
    requests_.clear();
    read_ = listened_ = written_ = deleted_ = 0;
}

}  // namespace linesman::backend
