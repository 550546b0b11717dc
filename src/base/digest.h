// SHA-256 of what comes piece by piece: files too large to be in memory at once. For whole texts: base/ids.h.
// Thread: one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace linesman::base {

class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void add(std::string_view bytes);
    // Lower-case hex of everything added. Ends it: later pieces begin a new digest.
    std::string finish_hex();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace linesman::base
