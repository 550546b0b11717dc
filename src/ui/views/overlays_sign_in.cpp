// The sign-in window: stays until the server has answered, and says in place what went wrong.
#include <algorithm>

#include "ui/palette.h"
#include "ui/views/overlays.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {
namespace {

void wipe(std::string& secret) {
    std::fill(secret.begin(), secret.end(), '\0');
    secret.clear();
}

void draw_session(const Frame& frame, Intents& intents) {
    const auto& session = frame.snapshot.session;
    text_wrapped(session.name.empty() ? session.email : session.name + ", " + session.email, frame.theme.text);
    text_wrapped("Role: " + std::string(model::name_of(session.role)), frame.theme.muted);
    ImGui::Dummy({0, frame.px(6)});
    command_button(frame, intents, CommandId::sign_out, nullptr, ButtonLook::plain);
}

}  // namespace

void Overlays::draw_sign_in(const Frame& frame, Intents& intents) {
    const auto& session = frame.snapshot.session;
    const auto& attempt = frame.snapshot.sign_in;
    if (fresh_) form_.sent = 0;
    const bool answered = form_.sent != 0 && attempt.attempts >= form_.sent && !attempt.busy;
    if (answered && attempt.error.empty() && session.signed_in) {
        form_.sent = 0;
        wipe(form_.password);
        intents.overlay = Overlay::sign_in;  // showing it again closes it
    }
    const bool is_in = session.signed_in && !is_session_over(frame.snapshot) && !attempt.busy;
    begin(frame, "sign_in", {420, is_in ? 190.0F : 420.0F}, false);
    {
        FontScope font(frame.fonts.bold, kTitleText);
        text_line(is_in ? "Signed in" : "Sign in", frame.theme.text);
    }
    if (is_in) {
        draw_session(frame, intents);
    } else {
        draw_sign_in_form(frame, intents, form_.sent != 0 && !answered && !attempt.in_browser);
    }
    end(frame, intents);
}

// Email, password and the tick; true while the keyboard is in one of the two texts.
bool Overlays::draw_sign_in_fields(const Frame& frame, bool busy) {
    ImGui::BeginDisabled(busy);
    ImGui::SetNextItemWidth(-1);
    if (fresh_) ImGui::SetKeyboardFocusHere();
    input_text("##email", "Email", form_.email);
    bool typing = ImGui::IsItemFocused();
    ImGui::SetNextItemWidth(-1);
    if (form_.again && !busy) {
        ImGui::SetKeyboardFocusHere();
        form_.again = false;
    }
    input_text("##password", "Password", form_.password, ImGuiInputTextFlags_Password);
    typing |= ImGui::IsItemFocused();
    ImGui::Checkbox("Stay signed in on this computer", &form_.remember);
    ImGui::EndDisabled();
    ImGui::Dummy({0, frame.px(4)});
    return typing;
}

// True when it was clicked, or Enter pressed where it does not press another control.
bool Overlays::draw_sign_in_button(const Frame& frame, bool typing, bool busy) {
    const bool complete = !form_.email.empty() && !form_.password.empty();
    ImGui::BeginDisabled(!complete || busy);
    ImGui::PushStyleColor(ImGuiCol_Button, frame.theme.accent);
    ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.accent_text);
    const bool clicked =
        ImGui::Button(busy ? "Signing in \xE2\x80\xA6###sign_in" : "Sign in###sign_in", {-1, frame.px(34)});
    ImGui::PopStyleColor(2);
    ImGui::EndDisabled();
    if (!complete && ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled))
        tooltip("Enter email and password first.");
    const bool enter = ImGui::IsKeyPressed(ImGuiKey_Enter, false) || ImGui::IsKeyPressed(ImGuiKey_KeypadEnter, false);
    const bool meant_here = typing || !ImGui::GetIO().NavVisible;
    if (enter && typing && !complete) form_.again = !form_.email.empty();
    return complete && !busy && (clicked || (enter && meant_here));
}

void Overlays::draw_sign_in_form(const Frame& frame, Intents& intents, bool busy) {
    const auto& attempt = frame.snapshot.sign_in;
    text_wrapped("What is cached on this computer can be read without signing in.", frame.theme.muted);
    ImGui::Dummy({0, frame.px(4)});
    const bool typing = draw_sign_in_fields(frame, busy);
    if (draw_sign_in_button(frame, typing, busy)) {
        intents.sign_in = Intents::SignIn{form_.email, form_.password, form_.remember};
        form_.sent = attempt.attempts + 1;
        wipe(form_.password);
        form_.again = true;
        return;
    }
    draw_google_button(frame, intents, busy);
    if (busy || attempt.in_browser) return;
    // The answer to this form, or why the desk is signed out at all.
    const bool signed_out = frame.snapshot.sync.connection == app::Connection::signed_out;
    const std::string& words = !attempt.error.empty() ? attempt.error
                               : signed_out           ? frame.snapshot.sync.last_error
                                                      : attempt.error;
    if (!words.empty()) text_wrapped(words, frame.theme.error);
    if (!attempt.error.empty() && !attempt.cure.empty()) text_wrapped(attempt.cure, frame.theme.muted);
}

// While the browser has the next step the form stays open: whoever closed the browser signs in anew, this way or by
// email.
void Overlays::draw_google_button(const Frame& frame, Intents& intents, bool busy) {
    const auto& attempt = frame.snapshot.sign_in;
    const std::string& hint = frame.snapshot.google_hint;
    ImGui::BeginDisabled(busy || !hint.empty());
    const char* label =
        attempt.in_browser ? "Open the browser again###google_sign_in" : "Sign in with Google###google_sign_in";
    const bool clicked = ImGui::Button(label, {-1, frame.px(34)});
    ImGui::EndDisabled();
    if (clicked) {
        intents.sign_in = Intents::SignIn{{}, {}, form_.remember, true};
        form_.sent = attempt.attempts + 1;
    }
    if (!hint.empty()) text_wrapped(hint, frame.theme.muted);
    if (attempt.in_browser) text_wrapped("Finish the sign-in in your browser, then come back here.", frame.theme.muted);
}

}  // namespace linesman::ui
