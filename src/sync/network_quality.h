// How good the line is, from what our own requests saw, and what to do about it. Pure: samples in, a report out.
//
//   good ──(slow, thin or failing)──► poor ──(three failures in a row)──► offline
//     ▲                                │ ▲                                   │
//     └─(well below the limits for 10 s)┘ └───────(any answer)───────────────┘
//
// Leaving a state asks for more than entering it (hysteresis), so that the indicator does not flicker. Averages are
// exponentially weighted. Thread: one. The net thread's samples are posted to it.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "net/http.h"

namespace linesman::sync {

enum class NetworkState { good, poor, offline };

// Every constant with its reason.
struct QualityTuning {
    double weight = 0.2;                  // of the newest sample: about the last ten count
    double poor_rtt_ms = 900;             // a decision would be felt as waiting
    double good_rtt_ms = 500;             // back below this for good
    double poor_throughput_bps = 40'000;  // bytes/s: a 400 kB photo takes 10 s
    double good_throughput_bps = 80'000;
    double poor_failure_rate = 0.20;
    double good_failure_rate = 0.05;
    uint64_t least_bytes_for_throughput = 16'384;  // smaller answers measure the round trip, not the line
    int failures_to_offline = 3;
    base::Duration good_after = base::seconds(10);
};

struct QualityReport {
    NetworkState state = NetworkState::good;
    std::string reason;         // a sentence for the status bar
    double rtt_ms = 0;          // 0 = not measured yet
    double throughput_bps = 0;  // bytes per second of one transfer; 0 = not measured yet
    double failure_rate = 0;    // 0..1
    int concurrency = 6;        // transfers at the same time
    int page_size = 1000;       // documents a query page
    int prefetch_photos = 24;   // captures ahead whose photos are fetched
};

class NetworkQuality {
  public:
    explicit NetworkQuality(const base::Clock& clock, QualityTuning tuning = {}) : clock_(clock), tuning_(tuning) {
        failures_.add(0, 1);  // so that one lost request among few is no bad line yet
    }

    void add(const net::Sample& sample);
    QualityReport report() const;

  private:
    struct Average {
        double value = 0;
        bool any = false;
        void add(double sample, double weight);
    };
    void judge(bool answered);
    bool is_bad() const;
    bool is_well() const;
    std::string reason() const;

    const base::Clock& clock_;
    QualityTuning tuning_;
    Average rtt_ms_;
    Average throughput_bps_;
    Average failures_;
    Average busy_;
    int failures_in_row_ = 0;
    NetworkState state_ = NetworkState::good;
    bool well_ = false;  // below the good limits since `well_since_`
    base::Duration well_since_{};
};

}  // namespace linesman::sync
