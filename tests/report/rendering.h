// Reports rendered into a folder, and what came of it, for tests.
#pragma once

#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "report/builders.h"
#include "report/render.h"

namespace linesman::report::test {

inline const std::vector<Format> kAll = {Format::csv, Format::jsonl, Format::geojson, Format::xlsx, Format::html};

inline base::Result<Rendered> render(const Inputs& inputs, const std::string& folder,
                                     std::vector<Format> formats = kAll, base::WorkerPool* pool = nullptr) {
    Making making;
    making.pool = pool;
    return render_report(inputs, {folder, "validation", std::move(formats), {{"cache_generation", 7}}, {}}, making);
}

inline std::map<std::string, std::string> contents(const std::string& folder) {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        out[entry.path().filename()] = base::read_file(entry.path()).value_or("unreadable");
    return out;
}

// Output of a program, or nullopt when it is not there or fails.
inline std::optional<std::string> output_of(const std::string& command) {
    std::FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
    if (!pipe) return std::nullopt;
    std::string text;
    char buffer[65536];
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
    return pclose(pipe) == 0 ? std::optional(text) : std::nullopt;
}

inline size_t count_of(const std::string& text, const std::string& part) {
    size_t count = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace linesman::report::test
