// The net thread: one curl_multi, woken for new requests and dropped calls.
//
//   send() ─► inbox ─► waiting (screen | prefetch) ─► running in curl_multi ─► callback posted to the caller's queue
//   dropped Call ─────────────── swept from waiting and running at the next turn
#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>

#include <cstdlib>
#include <deque>
#include <list>
#include <unordered_map>

#include "base/file.h"
#include "base/log.h"
#include "net/transfer.h"

namespace linesman::net {
namespace {

using base::ErrorKind;
using base::make_error;

constexpr uint64_t kMaxCaBytes = 8ULL << 20;
constexpr int kIdlePollMs = 60'000;  // new work wakes the thread; this is only a safety net
constexpr long kCachedConnections = 32;

void init_curl_once() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// The system's roots and the extra ones as one PEM text. libcurl takes only one bundle.
base::Result<std::string> load_ca_bundle(const std::string& extra_file) {
    const char* named = std::getenv("SSL_CERT_FILE");
    if (extra_file.empty() && named == nullptr) return std::string();
    const char* built_in = curl_version_info(CURLVERSION_NOW)->cainfo;
    const std::string system_file = named != nullptr ? named : (built_in != nullptr ? built_in : "");
    std::string bundle;
    if (!system_file.empty()) {
        auto system = base::read_file(system_file, kMaxCaBytes);
        if (system) bundle = std::move(*system);
        if (!system) base::log(base::LogLevel::warning, "net", system.error());
    }
    if (extra_file.empty()) return bundle;
    auto extra = base::read_file(extra_file, kMaxCaBytes);
    if (!extra || extra->find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
        return make_error(ErrorKind::configuration,
                          "The certificate file " + extra_file + " given as ca_file cannot be read as PEM.",
                          extra ? "no certificate in it" : extra.error().detail);
    }
    return bundle + "\n" + *extra;
}

// Shared by the Http and every handle, so that a handle may outlive the Http.
struct Mailbox {
    std::mutex mutex;
    CURLM* multi = nullptr;  // null once the thread ended
    std::deque<std::unique_ptr<Transfer>> inbox;
    bool sweep = false;
    bool stopping = false;

    void wake() {  // with the mutex held
        if (multi != nullptr) curl_multi_wakeup(multi);
    }
};

void drop_call(const std::shared_ptr<CallState>& state, const std::weak_ptr<Mailbox>& box) {
    ResponseCallback dead;  // destroyed outside the lock, on the thread that drops
    {
        const std::lock_guard lock(state->mutex);
        state->dropped = true;
        dead = std::move(state->done);
        state->done = nullptr;
    }
    if (!dead) return;  // already delivered
    if (const auto mailbox = box.lock()) {
        const std::lock_guard lock(mailbox->mutex);
        mailbox->sweep = true;
        mailbox->wake();
    }
}

class CurlHttp final : public Http {
  public:
    explicit CurlHttp(HttpOptions options) : options_(std::move(options)), box_(std::make_shared<Mailbox>()) {
        init_curl_once();
        auto bundle = load_ca_bundle(options_.ca_file);
        if (bundle) {
            defaults_.ca_bundle = std::move(*bundle);
        } else {
            ca_status_ = bundle.error();
        }
        defaults_.user_agent = options_.user_agent;
        multi_ = curl_multi_init();
        curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kCachedConnections);
        box_->multi = multi_;
        thread_ = std::thread([this] { run(); });
    }

    ~CurlHttp() override {
        {
            const std::lock_guard lock(box_->mutex);
            box_->stopping = true;
            box_->wake();
        }
        thread_.join();
        curl_multi_cleanup(multi_);
    }

    Call send(Request request, base::Queue& queue, ResponseCallback done) override {
        auto state = std::make_shared<CallState>();
        state->done = std::move(done);
        state->queue = &queue;
        auto transfer = std::make_unique<Transfer>(std::move(request), state);
        bool refused = false;
        {
            const std::lock_guard lock(box_->mutex);
            refused = box_->stopping;
            if (!refused) {
                box_->inbox.push_back(std::move(transfer));
                box_->wake();
            }
        }
        if (refused) CallState::deliver(state, make_error(ErrorKind::cancelled, "The network is shutting down."));
        // The handle's deleter is the cancellation; the pointer itself is only a token.
        return Call(std::shared_ptr<void>(
            state.get(), [state, box = std::weak_ptr<Mailbox>(box_)](void*) { drop_call(state, box); }));
    }

  private:
    struct Host {
        int running = 0;
        std::deque<std::unique_ptr<Transfer>> screen;
        std::deque<std::unique_ptr<Transfer>> prefetch;
    };

    void run() {
        pthread_setname_np(pthread_self(), "net");
        sigset_t pipe_only;
        sigemptyset(&pipe_only);
        sigaddset(&pipe_only, SIGPIPE);  // TLS may write to a closed socket; NOSIGNAL leaves SIGPIPE to us
        pthread_sigmask(SIG_BLOCK, &pipe_only, nullptr);
        while (take_mail()) {
            start_waiting();
            int still_running = 0;
            curl_multi_perform(multi_, &still_running);
            collect_finished();
            stop_stalled();
            start_waiting();
            curl_multi_poll(multi_, nullptr, 0, poll_timeout_ms(), nullptr);
        }
        end_all();
    }

    // Moves new requests to their host's queues and sweeps dropped ones. False when the Http goes away.
    bool take_mail() {
        std::deque<std::unique_ptr<Transfer>> fresh;
        bool sweep = false;
        {
            const std::lock_guard lock(box_->mutex);
            if (box_->stopping) return false;
            fresh.swap(box_->inbox);
            std::swap(sweep, box_->sweep);
        }
        for (auto& transfer : fresh) admit(std::move(transfer));
        if (sweep) sweep_dropped();
        return true;
    }

    void admit(std::unique_ptr<Transfer> transfer) {
        if (transfer->dropped()) return;
        base::Status ready = ca_status_ ? transfer->prepare(defaults_) : ca_status_;
        if (!ready) {
            CallState::deliver(transfer->state(), ready.error());
            return;
        }
        if (transfer->is_stream()) {
            start(std::move(transfer));
            return;
        }
        Host& host = hosts_[transfer->host_key()];
        (transfer->prefetch() ? host.prefetch : host.screen).push_back(std::move(transfer));
    }

    // Prefetch leaves a quarter of the slots free, so that what is on the screen never waits for a long prefetch.
    void start_waiting() {
        const int most = std::max(1, options_.max_connections_per_host);
        const int most_prefetch = std::max(1, most - std::max(1, most / 4));
        for (auto it = hosts_.begin(); it != hosts_.end();) {
            Host& host = it->second;
            while (!host.screen.empty() && host.running < most) start_next(host, host.screen);
            while (host.screen.empty() && !host.prefetch.empty() && host.running < most_prefetch)
                start_next(host, host.prefetch);
            const bool unused = host.running == 0 && host.screen.empty() && host.prefetch.empty();
            it = unused ? hosts_.erase(it) : std::next(it);
        }
    }

    void start_next(Host& host, std::deque<std::unique_ptr<Transfer>>& from) {
        auto transfer = std::move(from.front());
        from.pop_front();
        ++host.running;
        start(std::move(transfer));
    }

    void start(std::unique_ptr<Transfer> transfer) {
        CURL* easy = transfer->easy();
        transfer->mark_started();
        running_.emplace(easy, std::move(transfer));
        curl_multi_add_handle(multi_, easy);
    }

    // Takes the transfer off libcurl and frees its slot.
    std::unique_ptr<Transfer> take(CURL* easy) {
        curl_multi_remove_handle(multi_, easy);
        const auto it = running_.find(easy);
        auto transfer = std::move(it->second);
        running_.erase(it);
        if (!transfer->is_stream()) --hosts_[transfer->host_key()].running;
        return transfer;
    }

    void collect_finished() {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            const CURLcode code = message->data.result;
            complete(take(message->easy_handle), code);
        }
    }

    void complete(std::unique_ptr<Transfer> transfer, CURLcode code) {
        if (transfer->dropped()) return;
        auto result = transfer->finish(code);
        const bool ours = !result && result.error().kind == ErrorKind::cancelled;
        // A stream is open for hours and mostly silent: it measures nothing.
        if (options_.observe && !ours && !transfer->is_stream()) options_.observe(transfer->sample());
        CallState::deliver(transfer->state(), std::move(result));
    }

    void stop_stalled() {
        std::vector<CURL*> stalled;
        for (auto& [easy, transfer] : running_) {
            if (transfer->check_stall()) stalled.push_back(easy);
        }
        for (CURL* easy : stalled) complete(take(easy), CURLE_ABORTED_BY_CALLBACK);
    }

    void sweep_dropped() {
        std::vector<CURL*> dead;
        for (auto& [easy, transfer] : running_) {
            if (transfer->dropped()) dead.push_back(easy);
        }
        for (CURL* easy : dead) take(easy);
        const auto gone = [](const std::unique_ptr<Transfer>& transfer) { return transfer->dropped(); };
        for (auto& [name, host] : hosts_) {
            std::erase_if(host.screen, gone);
            std::erase_if(host.prefetch, gone);
        }
    }

    int poll_timeout_ms() const {
        int64_t left_ms = kIdlePollMs;
        for (const auto& [easy, transfer] : running_) left_ms = std::min(left_ms, transfer->stall_left().us / 1000 + 1);
        return static_cast<int>(std::max<int64_t>(left_ms, 0));
    }

    void end_all() {
        {
            const std::lock_guard lock(box_->mutex);
            box_->multi = nullptr;
            for (auto& transfer : box_->inbox) cancel(*transfer);
            box_->inbox.clear();
        }
        for (auto& [easy, transfer] : running_) {
            curl_multi_remove_handle(multi_, easy);
            cancel(*transfer);
        }
        running_.clear();
        for (auto& [name, host] : hosts_) {
            for (auto& transfer : host.screen) cancel(*transfer);
            for (auto& transfer : host.prefetch) cancel(*transfer);
        }
        hosts_.clear();
    }

    static void cancel(const Transfer& transfer) {
        CallState::deliver(transfer.state(), make_error(ErrorKind::cancelled, "The network is shutting down."));
    }

    HttpOptions options_;
    TransferDefaults defaults_;
    base::Status ca_status_;
    std::shared_ptr<Mailbox> box_;
    CURLM* multi_ = nullptr;
    // Net thread only:
    std::unordered_map<CURL*, std::unique_ptr<Transfer>> running_;
    std::unordered_map<std::string, Host> hosts_;
    std::thread thread_;
};

}  // namespace

std::unique_ptr<Http> make_http(HttpOptions options) {
    return std::make_unique<CurlHttp>(std::move(options));
}

}  // namespace linesman::net
