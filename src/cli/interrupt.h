// Ctrl-C and SIGTERM as a question that long work asks: it ends by itself and leaves nothing half done. A second signal
// ends the program at once.
//
// Thread: main.
#pragma once

namespace linesman::cli {

class InterruptWatch {
  public:
    InterruptWatch();
    ~InterruptWatch();
    InterruptWatch(const InterruptWatch&) = delete;
    InterruptWatch& operator=(const InterruptWatch&) = delete;
    static bool interrupted();
};

}  // namespace linesman::cli
