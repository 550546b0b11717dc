// N field devices in one process against a backend, with the faults of the field at a chosen rate: the load generator,
// and the proof that nothing is lost and nothing double.
//
//   faults, seeded: cut connections and lost replies, revoked tokens, crashes at any write of the offline store (the
//   store is dropped in the middle and opened again), full disks, clocks that are years off, photos damaged on the
//   device, documents sent twice
//
// A folder holds the devices; running it again on the same folder goes on where it was, also after kill -9. What is
// right is decided afterwards, over a line without faults, by comparing every device's store with the server.
//
// Thread: any; blocks. Errors: configuration, those of the stores; the server not answering over a whole line without
// faults.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "field/field_agent.h"

namespace linesman::field {

struct SimulationOptions {
    AgentOptions agent;  // the server and who the devices are
    std::string folder;
    int devices = 8;
    int captures = 100;  // of all devices together
    uint64_t seed = 1;
    double fault_rate = 0.10;  // of requests; the other faults are scaled by it
    int most_photos = 3;       // of a capture
    size_t most_photo_bytes = 8192;
    int threads = 4;       // devices at work at the same time
    int most_lives = 400;  // of one device, so that a server that is gone ends the run
    std::function<void(const std::string& line)> progress = {};
};

struct SimulationResult {
    int64_t captures = 0;     // on the devices
    int64_t staged = 0;       // exactly once on the server
    int64_t photos = 0;       // on the server, in Storage, with the right md5
    int64_t lost_photos = 0;  // listed as missing with their cause, in the document
    int64_t crashes = 0, full_disks = 0, wrong_clocks = 0, damaged_photos = 0, sent_twice = 0, lives = 0;
    int64_t requests = 0, cut = 0, lost_replies = 0, stolen_tokens = 0;
    uint64_t photo_bytes = 0;
    double seconds = 0;                 // without the comparison
    std::vector<std::string> problems;  // what is not right, at most 100
    bool is_right() const { return problems.empty() && staged == captures; }
};

base::Result<SimulationResult> simulate(const SimulationOptions& options);

base::Json to_json(const SimulationResult& result);

}  // namespace linesman::field
