// The batches of this desk: how far each is, pause, resume and cancel, and one receipt for each capture. Thread: main.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class BatchesView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_list(const Frame& frame);
    void draw_batch(const Frame& frame, Intents& intents, const app::BatchSummary& batch);
    void draw_receipts(const Frame& frame, Intents& intents, const app::BatchSummary& batch);
    static void draw_receipt(const Frame& frame, Intents& intents, const app::BatchReceipt& item);

    std::string chosen_;  // batch id; the newest when it is gone
    uint64_t opened_ = 0;
    bool only_open_ = false;  // receipts that are not done
    float rate_ = 0;          // while the slider is held
};

// "412 of 500 done, 2 need a person, 20 s left".
std::string progress_words(const app::BatchSummary& batch);

}  // namespace linesman::ui
