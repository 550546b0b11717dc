#include "app/board.h"

#include <algorithm>

namespace linesman::app {
namespace {

constexpr size_t kMaxNotices = 200;
constexpr base::Duration kSameNoticeWithin = base::minutes(1);

}  // namespace

std::shared_ptr<const Snapshot> Board::snapshot() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

void Board::on_change(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

void Board::wake() const {
    std::function<void()> call;
    {
        const std::lock_guard lock(mutex_);
        call = wake_;
    }
    if (call) call();
}

void Board::update(const std::function<void(Snapshot&)>& change, bool rows_changed) {
    {
        const std::lock_guard lock(mutex_);
        auto next = std::make_shared<Snapshot>(*current_);
        change(*next);
        ++next->generation;
        if (rows_changed) ++next->rows_generation;
        current_ = std::move(next);
    }
    wake();
}

void Board::notify(NoticeLevel level, std::string text, std::string cure, std::string staging_id) {
    const base::Timestamp now = clock_.now();
    update([&](Snapshot& s) {
        for (const auto& notice : s.notices) {
            if (notice.text == text && notice.staging_id == staging_id && now - notice.at < kSameNoticeWithin) return;
        }
        if (s.notices.size() >= kMaxNotices) s.notices.erase(s.notices.begin());
        s.notices.push_back({next_notice_++, level, now, std::move(text), std::move(cure), std::move(staging_id)});
    });
}

void Board::dismiss(uint64_t id) {
    update([&](Snapshot& s) { std::erase_if(s.notices, [&](const Notice& n) { return n.id == id; }); });
}

}  // namespace linesman::app
