// Repeatable randomness for the demo fleet: the same seed gives the same demo on every machine, which the distributions
// of the standard library do not promise.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace linesman::field {

// Thread: one.
class Dice {
  public:
    explicit Dice(uint64_t seed) : engine_(seed) {}

    uint64_t bits() { return engine_(); }
    double unit() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }  // [0, 1)
    double between(double low, double high) { return low + (high - low) * unit(); }
    // [0, count), count > 0
    size_t below(size_t count) { return static_cast<size_t>(engine_() % count); }
    bool chance(double probability) { return unit() < probability; }
    double normal() {  // Box-Muller
        const double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
        return radius * std::cos(6.283185307179586 * unit());
    }
    template <typename T>
    const T& pick(const std::vector<T>& from) {
        return from[below(from.size())];
    }
    template <typename T>
    void shuffle(std::vector<T>& items) {
        for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
    }
    std::string letters(std::string_view alphabet, int count) {
        std::string out;
        for (int i = 0; i < count; ++i) out += alphabet[below(alphabet.size())];
        return out;
    }
    std::string base36(int count) { return letters("0123456789abcdefghijklmnopqrstuvwxyz", count); }
    // As Firestore's clients make document ids.
    std::string document_id() { return letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 20); }

  private:
    std::mt19937_64 engine_;
};

}  // namespace linesman::field
