#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "app/report_gatherer.h"
#include "cli/interrupt.h"
#include "cli/verbs/operations_verbs.h"

namespace linesman::cli {
namespace {

// Where the files go: --out is a folder (made when missing), or a file whose extension is a format.
struct Place {
    std::string folder, stem;
    std::vector<report::Format> formats;
    bool made = false;  // the folder is new
};

bool is_folder(const std::string& path) {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

base::Result<Place> place_of(const ExportOptions& options) {
    Place place{options.out.empty() ? "." : options.out, std::string(report::name_of(options.request.kind)),
                options.formats};
    while (place.folder.size() > 1 && place.folder.back() == '/') place.folder.pop_back();
    const auto slash = place.folder.rfind('/');
    const std::string leaf = slash == std::string::npos ? place.folder : place.folder.substr(slash + 1);
    const auto dot = leaf.rfind('.');
    const auto format = dot == std::string::npos || dot == 0 || is_folder(place.folder)
                            ? std::nullopt
                            : report::format_from_name(leaf.substr(dot + 1));
    if (format) {
        place.folder = slash == std::string::npos ? "." : slash == 0 ? "/" : place.folder.substr(0, slash);
        place.stem = leaf.substr(0, dot);
        if (place.formats.empty()) place.formats = {*format};
        if (place.formats.size() != 1 || place.formats[0] != *format)
            return base::make_error(base::ErrorKind::invalid_argument,
                                    "--out " + options.out + " says another format than --format. Name a folder.");
    }
    if (place.formats.empty()) place.formats = {report::Format::csv};
    if (is_folder(place.folder)) return place;
    LINESMAN_TRY(base::make_private_dirs(place.folder));
    place.made = true;
    return place;
}

// A report that was refused or broken off leaves no empty folder.
void forget(const Place& place) {
    if (place.made) (void)::rmdir(place.folder.c_str());
}

// At most ten times a second: a terminal is slower than a million rows.
class Meter {
  public:
    explicit Meter(Output& out) : out_(out) {}
    bool step(size_t done, size_t total) {
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ > std::chrono::milliseconds(100) && total > 0) {
            last_ = now;
            out_.progress("Writing: " + std::to_string(done * 100 / total) + " %, " + std::to_string(done) + " of " +
                          std::to_string(total) + " rows");
        }
        return !InterruptWatch::interrupted();
    }

  private:
    Output& out_;
    std::chrono::steady_clock::time_point last_{};
};

int ended(Context& context, const base::Error& error) {
    context.out.end_progress();
    const int code = context.fail(error);
    return error.kind == base::ErrorKind::cancelled && InterruptWatch::interrupted() ? kInterrupted : code;
}

std::string size_text(uint64_t bytes) {
    if (bytes < 10'000) return std::to_string(bytes) + " B";
    if (bytes < 10'000'000) return std::to_string(bytes / 1000) + " kB";
    return std::to_string(bytes / 1'000'000) + " MB";
}

}  // namespace

int verb_export(Context& context, const ExportOptions& options) {
    const bool to_stdout = options.out == "-";
    Place place;
    if (!to_stdout) {
        auto found = place_of(options);
        if (!found) return context.fail(found.error());
        place = std::move(*found);
    }
    auto desk = context.open_desk(true, false);
    if (!desk) {
        forget(place);
        return context.fail(desk.error());
    }
    const InterruptWatch watch;
    context.out.progress("Gathering");
    auto gathered = (*desk)->gather_report(options.request);
    if (!gathered) {
        forget(place);
        return ended(context, gathered.error());
    }
    Meter meter(context.out);
    report::Making making;
    making.pool = &(*desk)->pool();
    making.step = [&](size_t done, size_t total) { return meter.step(done, total); };
    if (to_stdout) {
        const auto format = options.formats.empty() ? report::Format::csv : options.formats[0];
        if (auto status = report::render_stream(gathered->inputs, format, making, STDOUT_FILENO); !status)
            return ended(context, status.error());
        context.out.end_progress();
        return kOk;
    }
    const report::RenderRequest request{place.folder, place.stem, place.formats, gathered->snapshot,
                                        app::to_json(options.request)};
    const auto rendered = report::render_report(gathered->inputs, request, making);
    if (!rendered) {
        forget(place);
        return ended(context, rendered.error());
    }
    context.out.end_progress();
    base::Json files = base::Json::array();
    std::vector<std::vector<std::string>> table = {{"FILE", "SIZE", "SHA-256"}};
    for (const auto& file : rendered->files) {
        files.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
        table.push_back({file.name, size_text(file.bytes), file.sha256.substr(0, 16) + "…"});
    }
    context.out.document({{"manifest", rendered->manifest},
                          {"folder", place.folder},
                          {"snapshot", gathered->snapshot},
                          {"files", std::move(files)}});
    context.out.data(Output::table(table));
    if (!gathered->inputs.meta.note.empty()) context.out.message("Not covered: " + gathered->inputs.meta.note + ".");
    context.out.message("Check it later with: linesmanctl verify-report " + rendered->manifest);
    return kOk;
}

}  // namespace linesman::cli
