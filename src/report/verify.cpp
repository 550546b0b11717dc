#include "report/verify.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "report/json_text.h"

namespace linesman::report {

using base::ErrorKind;
using base::Json;
using base::make_error;

namespace {

// What the manifest says of a file.
struct Promise {
    std::string name, sha256;
};

struct Manifest {
    std::string stem, version;
    std::vector<Format> formats;
    Promise inputs;
    std::vector<Promise> files;
    Json request, snapshot;
};

std::optional<Promise> promise_of(const Json& json) {
    auto name = base::string_at(json, "name"), sha256 = base::string_at(json, "sha256");
    // A manifest that was handed on must not make us read elsewhere.
    if (!name || !sha256 || name->empty() || name->find('/') != std::string::npos) return std::nullopt;
    return Promise{*name, *sha256};
}

base::Result<Manifest> read_manifest(const std::string& path) {
    auto text = base::read_file(path, 16ULL << 20);
    if (!text) return text.error();
    auto json = base::parse_json(*text, path);
    const auto wrong = [&](const char* why) {
        return make_error(ErrorKind::corrupt, path + " is no manifest of a report: " + why + ".");
    };
    if (!json) return wrong("it is no JSON");
    const auto version = base::int_at(*json, "linesman_report");
    if (!version) return wrong("it does not say so");
    if (*version > kManifestVersion)
        return make_error(ErrorKind::unsupported, path + " was written by a newer Linesman. Use that one.");
    Manifest manifest;
    manifest.stem = base::string_at(*json, "stem").value_or("");
    manifest.version = base::string_at(*json, "version").value_or("");
    if (manifest.stem.empty() || manifest.stem.find('/') != std::string::npos) return wrong("the stem is missing");
    const Json *formats = base::find(*json, "formats"), *files = base::find(*json, "files"),
               *inputs = base::find(*json, "inputs");
    if (!formats || !formats->is_array() || !files || !files->is_array() || !inputs)
        return wrong("formats, files or inputs are missing");
    for (const Json& entry : *formats) {
        const auto format = entry.is_string() ? format_from_name(entry.get<std::string>()) : std::nullopt;
        if (!format) return wrong("a format is not known");
        manifest.formats.push_back(*format);
    }
    auto promise = promise_of(*inputs);
    if (!promise) return wrong("the inputs are not named");
    manifest.inputs = std::move(*promise);
    for (const Json& entry : *files) {
        auto file = promise_of(entry);
        if (!file) return wrong("a file is not named");
        manifest.files.push_back(std::move(*file));
    }
    const Json *request = base::find(*json, "request"), *snapshot = base::find(*json, "snapshot");
    manifest.request = request ? *request : Json::object();
    manifest.snapshot = snapshot && snapshot->is_object() ? *snapshot : Json::object();
    return manifest;
}

// A folder that is gone with everything in it at the end.
class Scratch {
  public:
    explicit Scratch(const std::string& below) : path_(below + "/linesman-verify-XXXXXX") {
        made_ = mkdtemp(path_.data()) != nullptr;
    }
    ~Scratch() {
        std::error_code ignored;
        if (made_) std::filesystem::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    bool made() const { return made_; }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
    bool made_ = false;
};

FileCheck check_on_disk(const std::string& folder, const Promise& promise) {
    const auto there = digest_of_file(folder + "/" + promise.name, promise.name);
    if (!there) return {promise.name, FileState::missing, there.error().what};
    if (there->sha256 != promise.sha256)
        return {promise.name, FileState::altered, "The file is not the one that was written: its SHA-256 differs."};
    return {promise.name, FileState::same, {}};
}

std::string row_text(std::span<const Cell> cells, const std::vector<Column>& columns) {
    std::string text;
    for (size_t i = 0; i < cells.size(); ++i) {
        append_json_cell(text, cells[i], columns[i], 0, true);
        text += '\n';
    }
    return text;
}

// Several rows of a table may share their first cell (findings of one capture): they are compared as one.
std::map<std::string, std::vector<std::string>> rows_by_key(const Table& table) {
    std::map<std::string, std::vector<std::string>> rows;
    std::vector<Cell> cells(table.columns().size());
    for (size_t i = 0; i < table.row_count(); ++i) {
        table.read(i, cells);
        rows[std::string(cells[0].text)].push_back(row_text(cells, table.columns()));
    }
    return rows;
}

std::vector<std::string> changed_columns(const std::string& before, const std::string& now,
                                         const std::vector<Column>& columns) {
    std::vector<std::string> changed;
    size_t a = 0, b = 0;
    for (const auto& column : columns) {
        const auto end_a = before.find('\n', a), end_b = now.find('\n', b);
        if (before.substr(a, end_a - a) != now.substr(b, end_b - b)) changed.push_back(column.key);
        a = end_a + 1;
        b = end_b + 1;
    }
    return changed;
}

void compare_tables(const std::string& name, const Table& before, const Table& now, std::vector<DataChange>& out) {
    const auto old_rows = rows_by_key(before), new_rows = rows_by_key(now);
    const bool same_columns = before.columns() == now.columns();
    for (const auto& [key, rows] : old_rows) {
        const auto found = new_rows.find(key);
        if (found == new_rows.end()) {
            out.push_back({name, key, DataChange::What::removed, {}});
        } else if (found->second != rows) {
            DataChange change{name, key, DataChange::What::changed, {}};
            if (same_columns && rows.size() == 1 && found->second.size() == 1)
                change.columns = changed_columns(rows[0], found->second[0], now.columns());
            out.push_back(std::move(change));
        }
    }
    for (const auto& [key, rows] : new_rows) {
        if (!old_rows.contains(key)) out.push_back({name, key, DataChange::What::added, {}});
    }
}

}  // namespace

std::string_view name_of(FileState state) {
    switch (state) {
        case FileState::same:
            return "same";
        case FileState::missing:
            return "missing";
        case FileState::altered:
            return "altered";
        case FileState::different:
            return "different";
    }
    return "different";
}

bool Verification::holds() const {
    return std::all_of(files.begin(), files.end(), [](const FileCheck& f) { return f.state == FileState::same; });
}

base::Result<Verification> verify_report(const std::string& manifest_path, const std::string& version,
                                         const std::string& scratch_folder, Making& making) {
    auto manifest = read_manifest(manifest_path);
    if (!manifest) return manifest.error();
    const auto slash = manifest_path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : manifest_path.substr(0, std::max<size_t>(slash, 1));
    Verification out;
    out.made_by = manifest->version;
    out.checked_by = version;
    out.request = manifest->request;
    out.files.push_back(check_on_disk(folder, manifest->inputs));
    for (const auto& file : manifest->files) out.files.push_back(check_on_disk(folder, file));
    if (out.files[0].state == FileState::missing) return out;  // nothing to render from: said in the list
    auto inputs = read_inputs(folder + "/" + manifest->inputs.name);
    if (!inputs) return inputs.error();
    out.inputs = std::move(*inputs);
    out.meta = out.inputs.meta;

    const Scratch scratch(scratch_folder);
    if (!scratch.made()) return make_error(ErrorKind::io, "No scratch folder could be made in " + scratch_folder + ".");
    RenderRequest request{scratch.path(), manifest->stem, manifest->formats, manifest->snapshot, manifest->request};
    const auto rendered = render_report(out.inputs, request, making);
    if (!rendered) return rendered.error();
    for (size_t i = 0; i < manifest->files.size(); ++i) {
        const auto& promise = manifest->files[i];
        const auto again = std::find_if(rendered->files.begin(), rendered->files.end(),
                                        [&](const WrittenFile& file) { return file.name == promise.name; });
        if (again != rendered->files.end() && again->sha256 == promise.sha256) continue;
        FileCheck& check = out.files[i + 1];
        if (check.state != FileState::same) continue;
        check.state = FileState::different;
        check.what = manifest->version == version
                         ? "Rendered again from the kept inputs it has other bytes."
                         : "This Linesman is another version than the one that wrote it, and renders other bytes.";
    }
    return out;
}

std::vector<DataChange> compare_inputs(const Inputs& before, const Inputs& now) {
    std::vector<DataChange> out;
    for (const auto& named : before.tables) {
        if (named.name == "thumbnails") continue;  // what is cached is no change of the data
        const auto table = now.find(named.name);
        if (table && !table->columns().empty()) compare_tables(named.name, *named.table, *table, out);
    }
    return out;
}

}  // namespace linesman::report
