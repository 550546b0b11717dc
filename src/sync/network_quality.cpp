#include "sync/network_quality.h"

#include <algorithm>
#include <cmath>

namespace linesman::sync {
namespace {

// "40 ms", "1.3 s"
std::string seconds_text(double ms) {
    if (ms < 100) return std::to_string(std::max<int64_t>(1, std::lround(ms))) + " ms";
    const auto tenths = static_cast<int64_t>(std::lround(ms / 100));
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

}  // namespace

void NetworkQuality::Average::add(double sample, double weight) {
    value = any ? value + weight * (sample - value) : sample;
    any = true;
}

void NetworkQuality::add(const net::Sample& sample) {
    failures_.add(sample.answered ? 0 : 1, tuning_.weight);
    if (sample.answered) {
        busy_.add(sample.server_busy ? 1 : 0, tuning_.weight);
        failures_in_row_ = 0;
        if (sample.time_to_first_byte.us > 0)
            rtt_ms_.add(static_cast<double>(sample.time_to_first_byte.us) / 1000, tuning_.weight);
    } else {
        ++failures_in_row_;
    }
    if (sample.bytes >= tuning_.least_bytes_for_throughput && sample.transfer_time.us > 0) {
        throughput_bps_.add(static_cast<double>(sample.bytes) / sample.transfer_time.seconds(), tuning_.weight);
    }
    judge(sample.answered);
}

bool NetworkQuality::is_bad() const {
    return (rtt_ms_.any && rtt_ms_.value > tuning_.poor_rtt_ms) || failures_.value > tuning_.poor_failure_rate ||
           (throughput_bps_.any && throughput_bps_.value < tuning_.poor_throughput_bps);
}

bool NetworkQuality::is_well() const {
    return (!rtt_ms_.any || rtt_ms_.value < tuning_.good_rtt_ms) && failures_.value < tuning_.good_failure_rate &&
           (!throughput_bps_.any || throughput_bps_.value > tuning_.good_throughput_bps);
}

void NetworkQuality::judge(bool answered) {
    if (failures_in_row_ >= tuning_.failures_to_offline) {
        state_ = NetworkState::offline;
        well_ = false;
        return;
    }
    if (state_ == NetworkState::offline) {
        if (!answered) return;
        state_ = NetworkState::poor;
        // What was lost while there was no network says nothing about the one that is back.
        failures_ = {};
        failures_.add(0, tuning_.weight);
    }
    if (state_ == NetworkState::good) {
        if (is_bad()) state_ = NetworkState::poor;
        well_ = false;
        return;
    }
    if (!is_well()) {
        well_ = false;
        return;
    }
    if (!well_) {
        well_ = true;
        well_since_ = clock_.steady();
    }
    if (clock_.steady().us - well_since_.us >= tuning_.good_after.us) state_ = NetworkState::good;
}

std::string NetworkQuality::reason() const {
    switch (state_) {
        case NetworkState::offline:
            return "No connection: the last " + std::to_string(failures_in_row_) +
                   " requests failed. Decisions are kept and sent later.";
        case NetworkState::poor:
            if (failures_.value > tuning_.poor_failure_rate) {
                return "Poor connection: " + std::to_string(std::lround(failures_.value * 100)) +
                       " % of the requests fail.";
            }
            if (rtt_ms_.any && rtt_ms_.value >= tuning_.good_rtt_ms)
                return "Poor connection: answers take " + seconds_text(rtt_ms_.value) + ".";
            if (throughput_bps_.any && throughput_bps_.value <= tuning_.good_throughput_bps) {
                return "Poor connection: " + std::to_string(std::lround(throughput_bps_.value / 1000)) + " kB/s.";
            }
            return "The connection is recovering.";
        case NetworkState::good:
            break;
    }
    if (busy_.any && busy_.value > tuning_.poor_failure_rate) return "The connection is good, but the server is busy.";
    return rtt_ms_.any ? "Good connection: answers take " + seconds_text(rtt_ms_.value) + "." : "Good connection.";
}

QualityReport NetworkQuality::report() const {
    QualityReport out;
    out.state = state_;
    out.reason = reason();
    out.rtt_ms = rtt_ms_.value;
    out.throughput_bps = throughput_bps_.value;
    out.failure_rate = failures_.value;
    if (state_ == NetworkState::offline) {
        out.concurrency = 1;  // a single probe
        out.page_size = 100;
        out.prefetch_photos = 0;
    } else if (state_ == NetworkState::poor) {
        // A page should arrive within about 10 s: 3 kB a document as in the field's data.
        const double fits = throughput_bps_.any ? throughput_bps_.value * 10 / 3000 : 300;
        out.concurrency = failures_.value > tuning_.poor_failure_rate ? 1 : 2;
        out.page_size = static_cast<int>(std::clamp(fits, 50.0, 300.0));
        out.prefetch_photos = 4;
    } else if (busy_.any && busy_.value > tuning_.poor_failure_rate) {
        out.concurrency = 2;
        out.page_size = 300;
        out.prefetch_photos = 4;
    }
    return out;
}

}  // namespace linesman::sync
