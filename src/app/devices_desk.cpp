#include "app/devices_desk.h"

#include <algorithm>

#include "app/device_file.h"
#include "base/log.h"

namespace linesman::app {

using base::ErrorKind;
using base::make_error;

namespace {

constexpr size_t kKeptDevices = 12, kKeptLedgers = 8, kKeptStored = 64;
constexpr size_t kWindowLedger = 60;  // captures; each is a request to Storage
constexpr base::Duration kLinePatience = base::seconds(20);

std::string key_of(const LedgerWish& wish) {
    return wish.device_id + "\n" + wish.staging_id;
}
LedgerWish wish_of(const std::string& key) {
    const size_t cut = key.find('\n');
    return {key.substr(0, cut), key.substr(cut + 1)};
}

}  // namespace

std::string DevicesDesk::cure_for(const base::Error& error) {
    switch (error.kind) {
        case ErrorKind::offline:
        case ErrorKind::timed_out:
            return "Check the network, then try again.";
        case ErrorKind::unauthenticated:
            return "Sign in again.";
        case ErrorKind::permission_denied:
            return "Ask an admin of the project for the role that this needs.";
        case ErrorKind::disk_full:
            return "Free some space on this disk.";
        case ErrorKind::precondition_failed:
            return "";  // says it itself
        default:
            return "Try again; if it stays, show this line to an admin.";
    }
}

DevicesDesk::DevicesDesk(Needs needs)
    : needs_(needs),
      figures_(std::make_shared<Figures>()),
      devices_([this](std::string id, uint64_t) { queue_.post([this, id = std::move(id)] { read(id); }); },
               kKeptDevices),
      ledgers_([this](std::string key, uint64_t) { queue_.post([this, key = std::move(key)] { read_photos(key); }); },
               kKeptLedgers),
      stored_(
          [this](std::string path, uint64_t) { queue_.post([this, path = std::move(path)] { read_stored(path); }); },
          kKeptStored) {
    figures_->wake = [&board = needs_.board] { board.wake(); };
}

DevicesDesk::~DevicesDesk() {
    stop();
    const std::lock_guard lock(figures_->mutex);
    figures_->wake = {};
}

void DevicesDesk::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        if (line_) line_->stop();
    }
    queue_.stop();
}

base::Result<OfficeLine*> DevicesDesk::ready_line() {
    const auto s = needs_.board.snapshot();
    if (!s->session.signed_in)
        return make_error(ErrorKind::precondition_failed, "Nobody is signed in. Sign in, then try again.");
    if (s->sync.work_offline)
        return make_error(ErrorKind::precondition_failed, "You work offline. Go online first, then try again.");
    const std::lock_guard lock(mutex_);
    if (stopped_) return make_error(ErrorKind::cancelled, "The desk is being closed.");
    OfficeLineOptions options;
    options.patience = kLinePatience;
    if (!line_) line_ = OfficeLine::beside(needs_.profile, s->session, needs_.sync.tokens(), options);
    line_->become(s->session);
    return line_.get();
}

void DevicesDesk::used(OfficeLine& line) {
    needs_.sync.note_usage(line.usage());
}

// --- One device ---

std::shared_ptr<const DeviceView> DevicesDesk::device(const std::string& device_id) {
    const auto s = needs_.board.snapshot();
    uint64_t look = 0;
    {
        const std::lock_guard lock(mutex_);
        look = looks_;
    }
    return devices_.get(device_id, s->rows_generation * 1000 + look);
}

void DevicesDesk::read(const std::string& device_id) {
    auto file = read_device(*needs_.board.snapshot(), cache_path(), needs_.profile, device_id);
    if (!file) {
        base::log(base::LogLevel::info, "devices", file.error());
        devices_.provide(device_id, nullptr);
        return needs_.board.wake();
    }
    if (!file->summary.reported) {
        file->sessions_unknown = "It never reported: of its attempts nothing is known. Its captures are all there is.";
        auto view = std::make_shared<DeviceView>();
        view->file = std::move(*file);
        devices_.provide(device_id, std::move(view));
        return needs_.board.wake();
    }
    ask_sessions(device_id, std::move(*file), known_[device_id]);
}

void DevicesDesk::ask_sessions(const std::string& device_id, DeviceFile file, Known& known) {
    const auto show = [&](bool asking) {
        auto view = std::make_shared<DeviceView>();
        view->file = file;
        if (known.asked) {
            view->file.sessions = known.sessions;
            view->file.sessions_unknown = known.unknown;
        }
        view->asking = asking;
        view->trouble = known.trouble;
        view->cure = known.cure;
        devices_.provide(device_id, std::move(view));
        needs_.board.wake();
    };
    uint64_t look = 0;
    {
        const std::lock_guard lock(mutex_);
        look = looks_;
    }
    const auto heartbeat = file.summary.reported->last_seen;
    if (known.asked && known.heartbeat == heartbeat && known.look == look) return show(false);
    show(true);
    known.heartbeat = heartbeat;
    known.look = look;
    known.trouble.clear();
    known.cure.clear();
    auto line = ready_line();
    DeviceFile asked = file;
    const auto read = line ? add_sessions(asked, **line) : base::Status(line.error());
    if (line) used(**line);
    if (read) {
        known.asked = true;
        known.sessions = std::move(asked.sessions);
        known.unknown = std::move(asked.sessions_unknown);
    } else {
        known.trouble = read.error().what;
        known.cure = cure_for(read.error());
    }
    show(false);
}

void DevicesDesk::look_again() {
    {
        const std::lock_guard lock(mutex_);
        ++looks_;
    }
    needs_.board.wake();
}

// --- Photos ---

std::shared_ptr<const LedgerView> DevicesDesk::photos(const LedgerWish& wish) {
    uint64_t look = 0;
    {
        const std::lock_guard lock(mutex_);
        look = looks_;
    }
    return ledgers_.get(key_of(wish), look);
}

void DevicesDesk::read_photos(const std::string& key) {
    LedgerView view;
    view.wish = wish_of(key);
    const auto provide = [&] {
        ledgers_.provide(key, std::make_shared<const LedgerView>(view));
        needs_.board.wake();
    };
    std::vector<DeviceCapture> captures;
    if (!view.wish.staging_id.empty()) {
        captures.emplace_back().staging_id = view.wish.staging_id;
    } else if (auto file = read_device(*needs_.board.snapshot(), cache_path(), needs_.profile, view.wish.device_id)) {
        captures = std::move(file->captures);
    }
    // The documents say at once what is linked; Storage takes its time.
    auto ledger = read_photo_ledger(cache_path(), needs_.profile, captures, nullptr, kWindowLedger);
    if (ledger) {
        view.ledger = std::move(*ledger);
        view.asking = true;
        provide();
    }
    auto line = ready_line();
    if (line)
        ledger = read_photo_ledger(cache_path(), needs_.profile, captures, *line, kWindowLedger);
    else
        ledger = line.error();
    if (line) used(**line);
    view.asking = false;
    if (ledger) {
        view.ledger = std::move(*ledger);
    } else {
        view.trouble = ledger.error().what;
        view.cure = cure_for(ledger.error());
    }
    provide();
}

}  // namespace linesman::app
