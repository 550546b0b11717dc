// Damages bytes the way networks, disks and hostile people do. Deterministic: the same seed gives the same damage on
// every machine (no distribution of the standard library is used, since those differ). Thread: one.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace linesman::fuzz {

class Mutator {
  public:
    explicit Mutator(uint64_t seed) : random_(seed) {}

    // One to four kinds of damage in turn: flipped bits, cut ends, lost, doubled or moved pieces, pieces of `others`,
    // numbers at their limits, deep brackets, broken UTF-8. Never longer than kMaxBytes.
    std::string damaged(std::string bytes, const std::vector<std::string>& others);

    static constexpr size_t kMaxBytes = 64 * 1024;

  private:
    size_t below(size_t limit) { return limit == 0 ? 0 : static_cast<size_t>(random_() % limit); }
    void damage_once(std::string& bytes, const std::vector<std::string>& others);
    void replace_number(std::string& bytes);

    std::mt19937_64 random_;
};

}  // namespace linesman::fuzz
