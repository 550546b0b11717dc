// The Support layout's lower half: how the exchange with the server stands. This desk's queue and what needs a person;
// the runs with their answer times; the line and what was made of it; the disk. Thread: main.
#pragma once

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class SyncView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    enum class Page : uint8_t { queue, runs, line, disk };
    void draw_pages(const Frame& frame);
    static void draw_queue(const Frame& frame, Intents& intents);
    static void draw_runs(const Frame& frame, Intents& intents);
    static void draw_line(const Frame& frame);
    void draw_disk(const Frame& frame, Intents& intents);

    Page page_ = Page::queue;
    bool asks_to_clean_ = false;  // the clean-up waits for a second word
};

}  // namespace linesman::ui
