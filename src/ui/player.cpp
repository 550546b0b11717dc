#include "ui/player.h"

#include <algorithm>

#include "imgui.h"
#include "ui/tuning.h"

namespace linesman::ui {

namespace {
constexpr int kSettledFrames = 4;  // popups and layouts need two, what they cause one more
}

bool Player::busy(double now_s) const {
    if (next_ >= steps_.size()) return false;
    return !(steps_[next_].kind == ScriptStep::Kind::wait && next_in_s(now_s) > 0);
}

double Player::next_in_s(double now_s) const {
    if (next_ >= steps_.size() || steps_[next_].kind != ScriptStep::Kind::wait || since_s_ < 0) return -1;
    return std::max(0.0, since_s_ + static_cast<double>(steps_[next_].x) / 1000 - now_s);
}

void Player::press(const Chord& chord, bool down) const {
    ImGuiIO& io = ImGui::GetIO();
    for (const ImGuiKey mod : {ImGuiMod_Ctrl, ImGuiMod_Shift, ImGuiMod_Alt}) {
        if ((chord.mods & mod) != 0 && down) io.AddKeyEvent(mod, true);
    }
    io.AddKeyEvent(chord.key, down);
    for (const ImGuiKey mod : {ImGuiMod_Ctrl, ImGuiMod_Shift, ImGuiMod_Alt}) {
        if ((chord.mods & mod) != 0 && !down) io.AddKeyEvent(mod, false);
    }
}

base::Status Player::step(Shell& shell, double now_s) {
    if (next_ >= steps_.size()) return {};
    if (since_s_ < 0) {
        since_s_ = now_s;
        phase_ = 0;
        settled_ = 0;
    }
    ImGuiIO& io = ImGui::GetIO();
    // Under a test there is no mouse of a person: the script's stays where it was put.
    if (mouse_x_ >= 0) io.AddMousePosEvent(mouse_x_, mouse_y_);
    return perform(steps_[next_], shell, now_s);
}

base::Status Player::perform(const ScriptStep& step, Shell& shell, double now_s) {
    using Kind = ScriptStep::Kind;
    ImGuiIO& io = ImGui::GetIO();
    const auto finish = [this] {
        ++next_;
        since_s_ = -1;
    };
    const int phase = phase_++;
    switch (step.kind) {
        case Kind::wait_idle:
            settled_ = shell.idle() ? settled_ + 1 : 0;
            if (settled_ >= kSettledFrames) {
                finish();
            } else if (now_s - since_s_ > kScriptPatienceS) {
                return base::make_error(base::ErrorKind::timed_out,
                                        "The desk was not idle within 20 s while a script waited for it.");
            }
            break;
        case Kind::wait:
            if (next_in_s(now_s) <= 0) finish();
            break;
        case Kind::key:
            press(step.chord, phase == 0);
            if (phase == 1) finish();
            break;
        case Kind::text:
            io.AddInputCharactersUTF8(step.text.c_str());
            finish();
            break;
        case Kind::mouse:
            mouse_x_ = step.x;
            mouse_y_ = step.y;
            io.AddMousePosEvent(mouse_x_, mouse_y_);
            finish();
            break;
        case Kind::click:
            io.AddMouseButtonEvent(0, phase == 0);
            if (phase == 1) finish();
            break;
        case Kind::wheel:
            io.AddMouseWheelEvent(0, step.y);
            finish();
            break;
        case Kind::drag: {
            constexpr int kMoves = 4;
            if (phase == 0) {
                io.AddMouseButtonEvent(0, true);
            } else if (phase <= kMoves) {
                mouse_x_ += step.x / kMoves;
                mouse_y_ += step.y / kMoves;
                io.AddMousePosEvent(mouse_x_, mouse_y_);
            } else {
                io.AddMouseButtonEvent(0, false);
                finish();
            }
            break;
        }
        case Kind::down:
        case Kind::up:
            io.AddMouseButtonEvent(0, step.kind == Kind::down);
            finish();
            break;
        case Kind::hold:
        case Kind::release:
            io.AddKeyEvent(static_cast<ImGuiKey>(step.chord.mods), step.kind == Kind::hold);
            finish();
            break;
        case Kind::prefetch:
            shell.set_prefetch(step.x > 0);
            finish();
            break;
        case Kind::measure:
            measured_ = step.text;
            finish();
            break;
        case Kind::run:
            shell.run(step.command);
            finish();
            break;
        case Kind::screenshot:
            // The frame after this one shows what the last step did.
            if (phase >= 2) {
                screenshot_ = step.text;
                finish();
            }
            break;
        case Kind::quit:
            quit_ = true;
            break;
    }
    return {};
}

}  // namespace linesman::ui
