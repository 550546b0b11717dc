#include "ui/window.h"

#define GLFW_INCLUDE_NONE
#include <GL/gl.h>
#include <GLFW/glfw3.h>

#include <cmath>
#include <cstdio>

#include "base/file.h"
#include "base/log.h"
#include "image/encode.h"
#include "imgui.h"
#include "imgui_impl_glfw.h"
#include "imgui_impl_opengl3.h"
#include "imgui_internal.h"
#include "ui/decision_times.h"
#include "ui/fonts.h"
#include "ui/player.h"
#include "ui/shell.h"
#include "ui/tuning.h"

namespace linesman::ui {

namespace {

std::string last_glfw_error;

void keep_glfw_error(int code, const char* text) {
    last_glfw_error = "GLFW " + std::to_string(code) + ": " + (text != nullptr ? text : "");
}

base::Error no_window(std::string detail) {
    return base::make_error(base::ErrorKind::configuration,
                            "No window can be opened: there is no display with OpenGL 3.2. Use linesmanctl, or start "
                            "under a desktop or xvfb-run.",
                            std::move(detail));
}

// Owns GLFW, the window and ImGui's context and backends, in the order in which they must end.
class Host {
  public:
    static base::Result<std::unique_ptr<Host>> open(const std::string& title, int width, int height);
    ~Host();
    GLFWwindow* window() const { return window_; }

  private:
    GLFWwindow* window_ = nullptr;
    bool imgui_ = false;
};

base::Result<std::unique_ptr<Host>> Host::open(const std::string& title, int width, int height) {
    glfwSetErrorCallback(keep_glfw_error);
    if (glfwInit() == GLFW_FALSE) return no_window(last_glfw_error);
    auto host = std::make_unique<Host>();
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    glfwWindowHint(GLFW_DEPTH_BITS, 0);
    glfwWindowHint(GLFW_STENCIL_BITS, 0);
    glfwWindowHintString(GLFW_X11_CLASS_NAME, "linesman");
    host->window_ = glfwCreateWindow(width, height, title.c_str(), nullptr, nullptr);
    if (host->window_ == nullptr) return no_window(last_glfw_error);
    glfwSetWindowSizeLimits(host->window_, 640, 480, GLFW_DONT_CARE, GLFW_DONT_CARE);
    glfwMakeContextCurrent(host->window_);
    glfwSwapInterval(1);
    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;  // the layout is ours (ui/layout.h)
    ImGui::GetIO().LogFilename = nullptr;
    if (!ImGui_ImplGlfw_InitForOpenGL(host->window_, true) || !ImGui_ImplOpenGL3_Init("#version 150"))
        return no_window("Dear ImGui's backends");
    host->imgui_ = true;
    return host;
}

Host::~Host() {
    if (imgui_) {
        ImGui_ImplOpenGL3_Shutdown();
        ImGui_ImplGlfw_Shutdown();
    }
    if (ImGui::GetCurrentContext() != nullptr) ImGui::DestroyContext();
    if (window_ != nullptr) glfwDestroyWindow(window_);
    glfwTerminate();
}

void set_clear_colour(ImU32 colour) {
    const ImVec4 c = ImGui::ColorConvertU32ToFloat4(colour);
    glClearColor(c.x, c.y, c.z, 1);
}

// The grounds of the panels by scissored clears: a full-window rectangle would cost 7 ms each on software GL.
void clear(const Shell& shell, int height) {
    glDisable(GL_SCISSOR_TEST);
    set_clear_colour(shell.clear_colour());
    glClear(GL_COLOR_BUFFER_BIT);
    glEnable(GL_SCISSOR_TEST);
    for (const auto& ground : shell.grounds()) {
        glScissor(ground.x, height - ground.y - ground.height, ground.width, ground.height);
        set_clear_colour(ground.colour);
        glClear(GL_COLOR_BUFFER_BIT);
    }
    glDisable(GL_SCISSOR_TEST);
}

base::Status write_screenshot(const std::string& path, int width, int height) {
    image::Image picture = image::Image::filled(width, height, {});
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    std::vector<uint8_t> rows(picture.rgba.size());
    glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, rows.data());
    const size_t stride = picture.stride_bytes();
    for (int y = 0; y < height; ++y) {
        std::copy_n(rows.begin() + static_cast<ptrdiff_t>(stride) * (height - 1 - y), stride,
                    picture.rgba.begin() + static_cast<ptrdiff_t>(stride) * y);
    }
    for (size_t i = 3; i < picture.rgba.size(); i += 4) picture.rgba[i] = 255;
    auto png = image::encode_png(picture);
    if (!png) return png.error();
    return base::write_file_atomically(path, *png, false);
}

// A window that is being made larger changes with every frame.
constexpr double kSizeEveryS = 2;

class Loop {
  public:
    Loop(app::Desk& desk, WindowOptions options, Host& host, Layout layout, Keymap keymap)
        : options_(std::move(options)),
          host_(host),
          shell_(desk, layout, std::move(keymap), load_filters(options_.filters_path), load_fonts()),
          player_(options_.script) {}

    base::Result<WindowResult> run();

  private:
    base::Status draw();
    void wait();
    void count_frame(double own_ms, double shown_ms);
    void keep_choices();
    bool done() const;
    base::Duration now() const { return clock_.steady(); }

    WindowOptions options_;
    Host& host_;
    Shell shell_;
    Player player_;
    base::SystemClock clock_;
    WindowResult result_;
    DecisionTimes decision_times_;
    int frames_due_ = kExtraFrames;
    double drawn_at_s_ = 0;
    Layout saved_;
    double layout_kept_s_ = 0;
    uint64_t saved_keys_ = 0, saved_filters_ = 0;  // changes that are on disk
};

bool Loop::done() const {
    return glfwWindowShouldClose(host_.window()) != 0 || shell_.wants_quit() || player_.quit() ||
           (options_.should_close && options_.should_close());
}

void Loop::wait() {
    // Events since the last poll mean frames: input of the person, or news of the desk.
    GLFWwindow* window = host_.window();
    const bool hidden = glfwGetWindowAttrib(window, GLFW_ICONIFIED) != 0;
    if (!hidden && (frames_due_ > 0 || shell_.wants_frame() || player_.busy(now().seconds()))) {
        glfwPollEvents();
        return;
    }
    double timeout = std::max(0.001, shell_.wants_frame_in_s() - (now().seconds() - drawn_at_s_));
    if (const double wake = player_.next_in_s(now().seconds()); wake >= 0) timeout = std::min(timeout, wake);
    // Signals do not wake a wait: a closing desk is noticed within half a second.
    if (options_.should_close) timeout = std::min(timeout, 0.5);
    const double before = now().seconds();
    const int events = ImGui::GetCurrentContext() != nullptr ? 1 : 0;
    glfwWaitEventsTimeout(timeout);
    const bool timed_out = now().seconds() - before >= timeout * 0.98;
    const bool due = now().seconds() - drawn_at_s_ >= shell_.wants_frame_in_s();
    if (hidden) return;
    if (!timed_out && events > 0) {
        frames_due_ = kExtraFrames;
    } else if (due) {
        frames_due_ = 1;
    } else {
        ++result_.idle_wakeups;
    }
}

base::Status Loop::draw() {
    GLFWwindow* window = host_.window();
    int width = 0, height = 0;
    glfwGetFramebufferSize(window, &width, &height);
    if (width < 1 || height < 1) return {};
    const double begun = now().seconds(), used = FrameStats::thread_cpu_ms();
    float scale_x = 1, scale_y = 1;
    glfwGetWindowContentScale(window, &scale_x, &scale_y);
    shell_.before_frame(std::max(scale_x, 0.5F));
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    LINESMAN_TRY(player_.step(shell_, begun));
    ImGui::NewFrame();
    shell_.frame(now());
    decision_times_.frame_made({shell_.advances(), shell_.review().waiting(), shell_.photo_presented()}, begun);
    ImGui::Render();
    glViewport(0, 0, width, height);
    clear(shell_, height);
    // What the rasteriser of the driver does is not ours; building the draw data is.
    const double own_ms = FrameStats::thread_cpu_ms() - used;
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    if (const std::string path = player_.take_screenshot(); !path.empty()) {
        LINESMAN_TRY(write_screenshot(path, width, height));
        result_.screenshots.push_back(path);
    }
    glfwSwapBuffers(window);
    drawn_at_s_ = now().seconds();
    decision_times_.frame_shown(drawn_at_s_);
    count_frame(own_ms, (drawn_at_s_ - begun) * 1000);
    keep_choices();
    if (frames_due_ > 0) --frames_due_;
    if (options_.on_frame) options_.on_frame(result_.frames.own.frames(), shell_.idle());
    return {};
}

void Loop::count_frame(double own_ms, double shown_ms) {
    result_.frames.own.add(own_ms);
    result_.frames.shown.add(shown_ms);
    const std::string& name = player_.measured();
    if (name.empty()) return;
    if (result_.measured.empty() || result_.measured.back().name != name) result_.measured.push_back({name, {}, {}});
    result_.measured.back().own.add(own_ms);
    result_.measured.back().shown.add(shown_ms);
}

// Keys, filters and layout are few bytes and change rarely: written when they change, so that a crash loses none. A
// divider that is being dragged is written where it is let go.
void Loop::keep_choices() {
    base::Status kept;
    Layout layout = shell_.layout();
    glfwGetWindowSize(host_.window(), &layout.window_width, &layout.window_height);
    Layout as_large = layout;
    as_large.window_width = saved_.window_width;
    as_large.window_height = saved_.window_height;
    const bool due = !(as_large == saved_) || now().seconds() - layout_kept_s_ >= kSizeEveryS;
    if (!(layout == saved_) && !ImGui::IsAnyMouseDown() && due) {
        layout_kept_s_ = now().seconds();
        saved_ = layout;
        kept = save_layout(options_.layout_path, layout);
    }
    if (saved_keys_ != shell_.keymap_changes()) {
        saved_keys_ = shell_.keymap_changes();
        if (!options_.keymap_path.empty())
            kept = base::write_file_atomically(options_.keymap_path, shell_.keymap().to_text(), false);
    }
    if (saved_filters_ != shell_.saved_filters().changes()) {
        saved_filters_ = shell_.saved_filters().changes();
        kept = save_filters(options_.filters_path, shell_.saved_filters());
    }
    if (!kept) base::log(base::LogLevel::warning, "ui", kept.error());
}

base::Result<WindowResult> Loop::run() {
    saved_ = shell_.layout();
    ImGuiContext& context = *ImGui::GetCurrentContext();
    context.ErrorCallback = [](ImGuiContext*, void* count, const char* text) {
        ++*static_cast<int*>(count);
        base::log(base::LogLevel::error, "ui", text);
    };
    context.ErrorCallbackUserData = &result_.layout_errors;
    while (!done()) {
        wait();
        const bool hidden = glfwGetWindowAttrib(host_.window(), GLFW_ICONIFIED) != 0;
        if (!hidden && (frames_due_ > 0 || shell_.wants_frame() || player_.busy(now().seconds()))) LINESMAN_TRY(draw());
    }
    Layout layout = shell_.layout();
    glfwGetWindowSize(host_.window(), &layout.window_width, &layout.window_height);
    if (!(layout == saved_)) {
        const auto saved = save_layout(options_.layout_path, layout);
        if (!saved) base::log(base::LogLevel::warning, "ui", saved.error());
    }
    if (!options_.decision_times_path.empty()) LINESMAN_TRY(decision_times_.write(options_.decision_times_path));
    if (options_.print_frame_stats) {
        std::printf("%s\n", result_.frames.text().c_str());
        for (const auto& part : result_.measured) std::printf("%s\n", part.text().c_str());
    }
    return result_;
}

}  // namespace

base::Result<WindowResult> run(app::Desk& desk, WindowOptions options) {
    Layout layout = load_layout(options.layout_path);
    if (options.width > 0) layout.window_width = options.width;
    if (options.height > 0) layout.window_height = options.height;
    if (options.zoom > 0) layout.zoom = options.zoom;
    for (const auto kind : {ThemeKind::dark, ThemeKind::light, ThemeKind::high_contrast}) {
        if (options.theme == name_of(kind)) layout.theme = kind;
    }
    if (!options.screenshot_path.empty()) {
        options.script.push_back({ScriptStep::Kind::wait_idle, {}, {}, 0, 0, CommandId::quit});
        options.script.push_back({ScriptStep::Kind::screenshot, {}, options.screenshot_path, 0, 0, CommandId::quit});
        options.script.push_back({ScriptStep::Kind::quit, {}, {}, 0, 0, CommandId::quit});
    }
    Keymap keymap;
    LINESMAN_TRY(keymap.load(options.keymap_text));
    auto host = Host::open(options.title, layout.window_width, layout.window_height);
    if (!host) return host.error();
    desk.on_change([] { glfwPostEmptyEvent(); });
    // The loop holds textures and must end before the context does.
    auto result = std::make_unique<Loop>(desk, std::move(options), **host, layout, std::move(keymap))->run();
    desk.on_change([] {});
    return result;
}

}  // namespace linesman::ui
