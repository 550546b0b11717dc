#include "field/fleet/demo_fleet.h"

#include <map>

#include "base/file.h"
#include "field/fleet/demo_device.h"
#include "field/fleet/office.h"
#include "field/fleet/past_reviews.h"

namespace linesman::field {

using base::ErrorKind;
using base::Json;
using base::make_error;
using base::Result;
using base::Status;

namespace {

constexpr int kReporting = 2;   // devices with heartbeats; the second one fails
constexpr size_t kWaiting = 9;  // captures that stay on the failing device

class Fleet {
  public:
    explicit Fleet(DemoFleetOptions options) : options_(std::move(options)), studio_(options_.studio) {}

    Result<DemoFleetResult> run() {
        auto endpoints = local_backend(options_.backend_url);
        if (!endpoints) return endpoints.error();
        endpoints_ = *endpoints;
        AgentOptions office;
        office.endpoints = endpoints_;
        office.bearer = "owner";
        office_ = std::make_unique<FieldAgent>(std::move(office));
        until_ = options_.until.value_or(base::SystemClock().now());
        spec_ = {options_.captures, options_.devices, options_.seed, working_days(until_, options_.days)};
        plan_ = plan_fleet(spec_);
        const Status told = tell_the_story();
        const Status reset = set_clock(std::nullopt);
        if (!told) return told.error();
        if (!reset) return reset.error();
        LINESMAN_TRY(finish());
        return std::move(result_);
    }

  private:
    void say(const std::string& line) const {
        if (options_.progress) options_.progress(line);
    }

    // Nullopt: back to the real time.
    Status set_clock(std::optional<base::Timestamp> to) {
        const int64_t offset_ms = to ? (*to - base::SystemClock().now()).us / 1000 : 0;
        net::Request request;
        request.method = "PUT";
        request.url = endpoints_.firestore + "/linesman-admin/clock";
        request.headers = {{"Content-Type", "application/json"}};
        request.body = base::to_text(Json{{"offsetMs", offset_ms}});
        auto answer = office_->request(std::move(request));
        if (!answer) return answer.error();
        if (answer->status == 200) return {};
        return make_error(ErrorKind::configuration, "The server at " + options_.backend_url +
                                                        " is not linesman-backend. The demo's data go nowhere else.");
    }

    Status tell_the_story() {
        LINESMAN_TRY(set_clock(spec_.days.front() + base::hours(6)));
        LINESMAN_TRY(furnish_office());
        LINESMAN_TRY(open_devices());
        const int last = static_cast<int>(spec_.days.size()) - 1;
        for (int day = 0; day <= last; ++day) {
            if (day == last && last > 0) LINESMAN_TRY(review(spec_.days[static_cast<size_t>(day)] + base::hours(7)));
            for (int device = 0; device < options_.devices; ++device) {
                // Two devices send their last day only now, so that the desk has something fresh.
                if (day < last || device >= kReporting) LINESMAN_TRY(evening(day, device));
            }
        }
        if (last == 0) LINESMAN_TRY(review(spec_.days[0] + base::hours(19)));
        for (int device = 0; device < kReporting; ++device)
            LINESMAN_TRY(work(last, device, until_ - base::minutes(9 - 3 * device)));
        return leave_queue_waiting();
    }

    Status furnish_office() {
        size_t documents = 0;
        for (auto& commit : office_commits(plan_, endpoints_, names_)) {
            documents += commit.size();
            auto reply = office_->commit(std::move(commit));
            if (!reply) return reply.error();
        }
        say("office: " + std::to_string(documents) + " documents (projects, planned poles, people)");
        return {};
    }

    Status open_devices() {
        for (int i = 0; i < options_.devices; ++i) {
            DemoDevice::Place place{options_.folder + "/device-" + std::to_string(i + 1),
                                    endpoints_,
                                    names_,
                                    i,
                                    options_.seed * 1000 + static_cast<uint64_t>(i),
                                    i < kReporting,
                                    spec_.days.front() - base::hours(24LL * (20 + 7 * i))};
            auto device = DemoDevice::open(std::move(place));
            if (!device) return device.error();
            devices_.push_back(std::move(*device));
        }
        return {};
    }

    Status evening(int day, int device) {
        return work(day, device, spec_.days[static_cast<size_t>(day)] + base::minutes(16 * 60 + 35 + 7 * device));
    }

    // The six photos of a capture. A reused front is the earlier capture's, to the byte.
    std::vector<image::DemoPhotoSpec> specs_of(const PlannedCapture& capture) const {
        std::vector<image::DemoPhotoSpec> out;
        for (const auto slot : model::kSlots) {
            const bool reused = capture.front_from && slot == model::Slot::front;
            const PlannedCapture& shown = reused ? plan_.captures[*capture.front_from] : capture;
            image::DemoPhotoSpec spec;
            spec.pole_number = shown.plate;
            spec.slot = std::string(model::name_of(slot));
            spec.seed = shown.photo_seed;
            spec.time_text = base::format_local(shown.clock, kDemoUtcOffset_min);
            out.push_back(std::move(spec));
        }
        return out;
    }

    Result<std::vector<std::string>> photos_of(const std::vector<const PlannedCapture*>& captures) {
        std::vector<image::DemoPhotoSpec> specs;
        for (const auto* capture : captures) {
            for (auto& spec : specs_of(*capture)) specs.push_back(std::move(spec));
        }
        return studio_.render(std::move(specs));
    }

    Status work(int day, int device, base::Timestamp sync_at) {
        std::vector<size_t> indices;
        std::vector<const PlannedCapture*> captures;
        for (size_t i = 0; i < plan_.captures.size(); ++i) {
            const auto& capture = plan_.captures[i];
            if (capture.day != day || capture.device != device) continue;
            indices.push_back(i);
            captures.push_back(&capture);
        }
        auto photos = photos_of(captures);
        if (!photos) return photos.error();
        LINESMAN_TRY(set_clock(sync_at));
        auto sent = devices_[static_cast<size_t>(device)]->work(captures, *photos, sync_at);
        if (!sent) return sent.error();
        for (size_t i = 0; i < indices.size(); ++i) note(indices[i], (*sent)[i]);
        say("day " + std::to_string(day + 1) + ", device " + std::to_string(device + 1) + ": " +
            std::to_string(captures.size()) + " captures staged (" + std::to_string(result_.captures) + " of " +
            std::to_string(options_.captures) + ")");
        return {};
    }

    void note(size_t index, const SentCapture& sent) {
        const auto& planned = plan_.captures[index];
        staging_ids_[index] = sent.staging_ids.front();
        ++result_.captures;
        result_.documents += static_cast<int64_t>(sent.staging_ids.size());
        for (const auto& fault : planned.faults) {
            for (const auto& id : sent.staging_ids) {
                faults_[fault].push_back(id);
                if (fault == "lost_photos") break;  // a second upload has no expected_photos: nobody can know
            }
        }
        if (planned.sent_twice) {
            for (const auto& id : sent.staging_ids) faults_["duplicate_upload"].push_back(id);
        }
    }

    Status review(base::Timestamp from) {
        LINESMAN_TRY(set_clock(from));
        int64_t sequence = 0;
        for (const auto& [index, staging_id] : staging_ids_) {
            const auto decision = plan_.captures[index].earlier;
            if (decision == model::Decision::none) continue;
            ++sequence;
            const PastReview past{staging_id, decision, from + base::seconds(20 * sequence), sequence};
            LINESMAN_TRY(commit_past_review(*office_, names_, past));
        }
        say("a supervisor decided " + std::to_string(sequence) + " captures");
        return {};
    }

    // Poles further along the second device's street, taken this morning, with Storage out of reach.
    Status leave_queue_waiting() {
        Dice dice(options_.seed + 99);
        std::vector<PlannedCapture> made;
        const auto& poles = plan_.towns[0].poles;
        const auto last = std::find_if(plan_.captures.rbegin(), plan_.captures.rend(),
                                       [](const PlannedCapture& c) { return c.device == 1 && !c.plate.empty(); });
        size_t next = 0;
        for (size_t i = 0; last != plan_.captures.rend() && i < poles.size(); ++i) {
            if (poles[i].number == last->plate) next = i + 1;
        }
        for (size_t i = 0; i < kWaiting; ++i) {
            PlannedCapture capture = *last;
            const auto& pole = poles[(next + i) % poles.size()];
            capture.plate = capture.number = pole.number;
            capture.place = pole.position;
            capture.gps = moved(pole.position, dice.between(-3, 3), dice.between(-3, 3));
            capture.accuracy_m = 4.2;
            capture.notes.clear();
            capture.photo_seed = dice.bits();
            capture.front_from.reset();
            capture.at = capture.clock = until_ - base::minutes(static_cast<int64_t>(60 - 5 * i));
            made.push_back(std::move(capture));
        }
        std::vector<const PlannedCapture*> captures;
        captures.reserve(made.size());
        for (const auto& capture : made) captures.push_back(&capture);
        auto photos = photos_of(captures);
        if (!photos) return photos.error();
        LINESMAN_TRY(set_clock(until_ - base::minutes(2)));
        auto ids = devices_[1]->capture_without_storage(captures, *photos, until_ - base::minutes(2));
        if (!ids) return ids.error();
        waiting_ = std::move(*ids);
        result_.waiting = static_cast<int64_t>(waiting_.size());
        say("device 2 keeps " + std::to_string(waiting_.size()) + " captures: its photos cannot be uploaded");
        return {};
    }

    Status finish() {
        Json devices = Json::array();
        for (const auto& device : devices_) {
            devices.push_back({{"device_id", device->device_id()}, {"reports", device->reports()}});
            result_.photos += device->photos_sent();
            result_.photo_bytes += device->photo_bytes();
        }
        result_.manifest = {
            {"seed", options_.seed},    {"captures", result_.captures},  {"documents", result_.documents},
            {"photos", result_.photos}, {"devices", std::move(devices)}, {"waiting", waiting_},
            {"faults", faults_}};
        return base::write_file_atomically(options_.folder + "/manifest.json", result_.manifest.dump(1) + "\n");
    }

    DemoFleetOptions options_;
    sync::Endpoints endpoints_;
    sync::CollectionNames names_;
    PhotoStudio studio_;
    std::unique_ptr<FieldAgent> office_;
    base::Timestamp until_;
    FleetSpec spec_;
    FleetPlan plan_;
    std::vector<std::unique_ptr<DemoDevice>> devices_;
    std::map<size_t, std::string> staging_ids_;  // by place in the plan
    std::map<std::string, std::vector<std::string>> faults_;
    std::vector<std::string> waiting_;
    DemoFleetResult result_;
};

}  // namespace

Result<DemoFleetResult> run_demo_fleet(DemoFleetOptions options) {
    if (options.captures < 60 || options.devices < 3 || options.days < 1) {
        return make_error(ErrorKind::configuration,
                          "The demo needs at least 60 captures, 3 devices and 1 day, so that every fault appears.");
    }
    if (base::file_exists(options.folder + "/manifest.json")) {
        return make_error(ErrorKind::configuration,
                          "The folder " + options.folder + " holds a demo already. Remove it or choose another.");
    }
    LINESMAN_TRY(base::make_private_dirs(options.folder));
    return Fleet(std::move(options)).run();
}

}  // namespace linesman::field
