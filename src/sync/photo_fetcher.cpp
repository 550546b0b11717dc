#include "sync/photo_fetcher.h"

#include <algorithm>
#include <list>
#include <map>

#include "base/backoff.h"
#include "base/log.h"
#include "base/text.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::make_error;

constexpr base::BackoffTuning kRetry{base::seconds(1), 2.0, base::seconds(60), 0.25};
constexpr int kMaxDamaged = 3;  // a photo that arrives damaged again and again is damaged in the storage
constexpr int kDefaultTransfers = 6;

bool is_retryable(const base::Error& error) {
    return error.retryable() && error.kind != ErrorKind::unauthenticated;
}

}  // namespace

class PhotoFetcher::Core : public std::enable_shared_from_this<Core> {
  public:
    struct Watcher {
        uint64_t id;
        PhotoPriority priority;
        PhotoCallback callback;
    };

    enum class Stage { disk, waiting, transferring, backing_off, done };

    struct Job {
        ObjectRef object;
        std::string md5_base64;
        std::list<Watcher> watchers;
        Stage stage = Stage::disk;
        uint64_t order = 0;  // first asked, first served, within a priority
        net::Call call;
        std::shared_ptr<PartialDownload> partial = std::make_shared<PartialDownload>();
        base::Backoff backoff{kRetry};
        base::TimerId timer = 0;
        int damaged = 0;
        PhotoUpdate last;

        bool on_screen() const {
            return std::any_of(watchers.begin(), watchers.end(),
                               [](const Watcher& w) { return w.priority == PhotoPriority::screen; });
        }
    };

    Core(Storage& storage, std::shared_ptr<PhotoCache> cache, base::Queue& queue,
         std::function<void(base::Task)> run_io)
        : storage_(storage), cache_(std::move(cache)), queue_(queue), run_io_(std::move(run_io)) {}

    ~Core() {
        for (auto& [key, job] : jobs_) {
            if (job->timer != 0) queue_.cancel(job->timer);
        }
    }

    PhotoHandle fetch(PhotoRequest request, PhotoCallback callback) {
        auto object = parse_photo_url(request.url, storage_.endpoints());
        if (!object) return refuse(object.error(), std::move(callback));
        const std::string key = object->key() + "\n" + request.md5_base64;
        const uint64_t id = next_id_++;
        auto it = jobs_.find(key);
        const bool is_new = it == jobs_.end();
        if (is_new) {
            it = jobs_.emplace(key, std::make_shared<Job>()).first;
            it->second->object = std::move(*object);
            it->second->md5_base64 = std::move(request.md5_base64);
            it->second->order = id;
        }
        it->second->watchers.push_back({id, request.priority, std::move(callback)});
        if (is_new) {
            read_disk(key, it->second);
        } else {
            post([key, id](Core& core) { core.tell_one(key, id); });
            post([](Core& core) { core.start_waiting(); });  // its priority may have risen
        }
        return PhotoHandle(std::shared_ptr<void>(this, [weak = weak_from_this(), key, id](void*) {
            if (const auto core = weak.lock()) core->drop(key, id);
        }));
    }

    void set_concurrency(int transfers) {
        most_ = std::max(1, transfers);
        start_waiting();
    }

    void retry_now() {
        for (auto& [key, job] : jobs_) {
            if (job->stage != Stage::backing_off) continue;
            queue_.cancel(job->timer);
            job->timer = 0;
            job->stage = Stage::waiting;
        }
        start_waiting();
    }

    Counts counts() const {
        Counts counts;
        for (const auto& [key, job] : jobs_) {
            if (job->stage == Stage::waiting || job->stage == Stage::disk) ++counts.waiting;
            if (job->stage == Stage::transferring) ++counts.transferring;
            if (job->stage == Stage::backing_off) ++counts.backing_off;
        }
        return counts;
    }

  private:
    using JobPtr = std::shared_ptr<Job>;

    template <typename Task>
    void post(Task task) {
        queue_.post([weak = weak_from_this(), task = std::move(task)] {
            if (const auto self = weak.lock()) task(*self);
        });
    }

    PhotoHandle refuse(const base::Error& error, PhotoCallback callback) {
        auto alive = std::make_shared<int>(0);
        queue_.post([weak = std::weak_ptr<int>(alive), callback = std::move(callback), what = error.what] {
            if (!weak.expired()) callback({PhotoState::failed, what, nullptr, {}, false});
        });
        return PhotoHandle(std::move(alive));
    }

    void drop(const std::string& key, uint64_t id) {
        for (const auto& settled : settling_) settled->watchers.remove_if([&](const Watcher& w) { return w.id == id; });
        const auto it = jobs_.find(key);
        if (it == jobs_.end()) return;
        const JobPtr job = it->second;
        job->watchers.remove_if([&](const Watcher& w) { return w.id == id; });
        if (!job->watchers.empty()) return;
        const bool was_transferring = job->stage == Stage::transferring;
        job->call.cancel();
        if (job->timer != 0) queue_.cancel(job->timer);
        jobs_.erase(it);
        if (!was_transferring) return;
        --transferring_;
        post([](Core& core) { core.start_waiting(); });
    }

    // The io task knows the cache, the key and a weak pointer; the job is found again on the queue, if it is still
    // wanted.
    void read_disk(const std::string& key, const JobPtr& job) {
        run_io_([cache = cache_, queue = &queue_, weak = weak_from_this(), weak_job = std::weak_ptr<Job>(job), key,
                 object = job->object.key(), md5 = md5_hex_of_base64(job->md5_base64)] {
            PhotoUpdate found;
            if (cache) {
                std::optional<std::string> bytes;
                std::string name = md5;
                if (!md5.empty()) {
                    bytes = cache->read(md5);
                } else if (auto photo = cache->find(object)) {
                    bytes = std::move(photo->bytes);
                    name = photo->md5_hex;
                }
                if (bytes)
                    found = {PhotoState::ready, {}, std::make_shared<const std::string>(std::move(*bytes)), name, true};
            }
            queue->post([weak, weak_job, key, found] {
                const auto self = weak.lock();
                const auto wanted = weak_job.lock();
                if (self && wanted && self->is_current(key, wanted)) self->on_disk(wanted, found);
            });
        });
    }

    bool is_current(const std::string& key, const JobPtr& job) const {
        const auto it = jobs_.find(key);
        return it != jobs_.end() && it->second == job;
    }

    void on_disk(const JobPtr& job, const PhotoUpdate& found) {
        if (found.state == PhotoState::ready) return settle(job, found);
        job->stage = Stage::waiting;
        tell(job, {});
        start_waiting();
    }

    void start_waiting() {
        const int most_prefetch = std::max(1, most_ - 1);
        while (transferring_ < most_) {
            JobPtr best;
            for (const auto& [key, job] : jobs_) {
                if (job->stage != Stage::waiting) continue;
                if (!best || std::pair(!job->on_screen(), job->order) < std::pair(!best->on_screen(), best->order))
                    best = job;
            }
            if (!best || (!best->on_screen() && transferring_ >= most_prefetch)) return;
            transfer(best);
        }
    }

    void transfer(const JobPtr& job) {
        job->stage = Stage::transferring;
        ++transferring_;
        DownloadOptions options;
        options.prefetch = !job->on_screen();
        job->call =
            storage_.download(job->object, options, job->partial,
                              [weak = weak_from_this(), weak_job = std::weak_ptr<Job>(job)](base::Result<Download> r) {
                                  const auto self = weak.lock();
                                  const auto wanted = weak_job.lock();
                                  if (self && wanted) self->on_download(wanted, std::move(r));
                              });
    }

    void on_download(const JobPtr& job, base::Result<Download> result) {
        --transferring_;
        job->call.cancel();
        if (result && !job->md5_base64.empty() && job->md5_base64 != result->md5_base64) {
            result = make_error(ErrorKind::corrupt,
                                "The photo " + base::sanitize_utf8(job->object.path, 120) +
                                    " in the storage is not the one the device took: its checksum differs.");
        }
        if (result) {
            on_photo(job, std::move(*result));
        } else {
            on_error(job, result.error());
        }
        start_waiting();
    }

    void on_photo(const JobPtr& job, Download download) {
        auto bytes = std::make_shared<const std::string>(std::move(download.bytes));
        if (cache_) {
            run_io_([cache = cache_, object = job->object.key(), generation = download.generation, bytes] {
                // A full disk must not keep the photo from the screen.
                if (auto kept = cache->put(object, generation, *bytes); !kept)
                    base::log(base::LogLevel::warning, "sync", kept.error());
            });
        }
        settle(job, {PhotoState::ready, {}, std::move(bytes), md5_hex_of_base64(download.md5_base64), false});
    }

    void on_error(const JobPtr& job, const base::Error& error) {
        if (error.kind == ErrorKind::not_found)
            return settle(job, {PhotoState::missing, error.what, nullptr, {}, false});
        const bool damaged = error.kind == ErrorKind::corrupt && ++job->damaged < kMaxDamaged;
        if (!damaged && !is_retryable(error)) return settle(job, {PhotoState::failed, error.what, nullptr, {}, false});
        job->stage = Stage::backing_off;
        job->timer = queue_.post_after(job->backoff.next(error.retry_after_s),
                                       [weak = weak_from_this(), weak_job = std::weak_ptr<Job>(job)] {
                                           const auto self = weak.lock();
                                           const auto wanted = weak_job.lock();
                                           if (!self || !wanted) return;
                                           wanted->timer = 0;
                                           wanted->stage = Stage::waiting;
                                           self->start_waiting();
                                       });
        tell(job, {PhotoState::loading, "Trying again: " + error.what, nullptr, {}, false});
    }

    // Later askers of a photo that is done start anew: ready is on the disk by then, missing may have arrived since.
    void settle(const JobPtr& job, PhotoUpdate update) {
        job->stage = Stage::done;
        for (auto it = jobs_.begin(); it != jobs_.end(); ++it) {
            if (it->second != job) continue;
            jobs_.erase(it);
            break;
        }
        // A callback may drop other handles of this photo: drop() finds them here, since the job is no longer in the
        // map.
        settling_.push_back(job);
        tell(job, std::move(update));
        settling_.pop_back();
    }

    void tell(const JobPtr& job, PhotoUpdate update) {
        job->last = std::move(update);
        std::vector<uint64_t> ids;
        for (const Watcher& watcher : job->watchers) ids.push_back(watcher.id);
        for (const uint64_t id : ids) call_watcher(job, id);
    }

    void call_watcher(const JobPtr& job, uint64_t id) {
        const auto it =
            std::find_if(job->watchers.begin(), job->watchers.end(), [&](const Watcher& w) { return w.id == id; });
        if (it == job->watchers.end()) return;
        const PhotoCallback callback = it->callback;
        callback(job->last);
    }

    void tell_one(const std::string& key, uint64_t id) {
        const auto it = jobs_.find(key);
        if (it != jobs_.end() && it->second->stage != Stage::disk) call_watcher(it->second, id);
    }

    Storage& storage_;
    std::shared_ptr<PhotoCache> cache_;
    base::Queue& queue_;
    std::function<void(base::Task)> run_io_;
    std::map<std::string, JobPtr> jobs_;
    std::vector<JobPtr> settling_;
    uint64_t next_id_ = 1;
    int most_ = kDefaultTransfers;
    int transferring_ = 0;
};

PhotoFetcher::PhotoFetcher(Storage& storage, std::shared_ptr<PhotoCache> cache, base::Queue& queue,
                           std::function<void(base::Task)> run_io)
    : core_(std::make_shared<Core>(storage, std::move(cache), queue, std::move(run_io))) {}

PhotoFetcher::~PhotoFetcher() = default;

PhotoHandle PhotoFetcher::fetch(PhotoRequest request, PhotoCallback callback) {
    return core_->fetch(std::move(request), std::move(callback));
}
void PhotoFetcher::set_concurrency(int transfers) {
    core_->set_concurrency(transfers);
}
void PhotoFetcher::retry_now() {
    core_->retry_now();
}
PhotoFetcher::Counts PhotoFetcher::counts() const {
    return core_->counts();
}

}  // namespace linesman::sync
