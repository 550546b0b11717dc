// A line that fails now and then, by dice: requests that never leave, replies that never arrive, a token that is no
// longer good (stolen, and therefore revoked). Stands between the clients and the real line.
//
// Thread: any, like the line it wraps.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "field/fleet/dice.h"
#include "net/http.h"

namespace linesman::field {

// Shared with whoever counts; outlives the line.
struct FaultCounts {
    std::atomic<int64_t> requests{0}, cut{0}, lost_replies{0}, stolen_tokens{0};
};

class FaultyHttp final : public net::Http {
  public:
    // `rate`: the share of requests that suffer something, 0 to 1.
    FaultyHttp(std::unique_ptr<net::Http> line, uint64_t seed, double rate, std::shared_ptr<FaultCounts> counts)
        : line_(std::move(line)), dice_(seed), rate_(rate), counts_(std::move(counts)) {}

    [[nodiscard]] net::Call send(net::Request request, base::Queue& queue, net::ResponseCallback done) override;

  private:
    enum class Fault { none, cut, lost_reply, stolen_token };
    Fault roll();

    std::unique_ptr<net::Http> line_;
    std::mutex mutex_;
    Dice dice_;
    double rate_;
    std::shared_ptr<FaultCounts> counts_;
};

}  // namespace linesman::field
