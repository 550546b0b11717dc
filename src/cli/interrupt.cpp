#include "cli/interrupt.h"

#include <csignal>

namespace linesman::cli {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

void note(int signal) {
    g_interrupted = 1;
    std::signal(signal, SIG_DFL);
}

}  // namespace

InterruptWatch::InterruptWatch() {
    g_interrupted = 0;
    std::signal(SIGINT, note);
    std::signal(SIGTERM, note);
}

InterruptWatch::~InterruptWatch() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

bool InterruptWatch::interrupted() {
    return g_interrupted != 0;
}

}  // namespace linesman::cli
