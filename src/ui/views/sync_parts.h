// Parts of the sync view: figures, progress, and the queue of this desk. Thread: main.
#pragma once

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

// The queue by state, reads and writes, in as many lines as the room needs.
void draw_queue_figures(const Frame& frame);
// The first sync and every other pull with rate and time left; the last error with its cure; the next attempt.
void draw_progress_lines(const Frame& frame);
// Every decision that needs a person, with cause, cure and choices; those that can be are retried together.
void draw_matter_list(const Frame& frame, Intents& intents);
// Batches under way: how far, how fast, how long still.
void draw_batch_lines(const Frame& frame, Intents& intents);
// The latest decisions of this person with what became of them.
void draw_latest(const Frame& frame, Intents& intents);

}  // namespace linesman::ui
