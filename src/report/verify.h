// Is a report what it says it is? Its files are compared with the manifest, the kept inputs are rendered again and
// compared byte by byte (by SHA-256), and what changed since in the data is listed apart.
//
// Thread: one. Errors: not_found, corrupt (the manifest or the inputs cannot be read), those of rendering.
#pragma once

#include "report/render.h"

namespace linesman::report {

enum class FileState : uint8_t {
    same,       // on disk and rendered again: the bytes of the manifest
    missing,    // not there
    altered,    // on disk are other bytes than the manifest says
    different,  // rendered again it has other bytes: another version of Linesman, or inputs that were altered
};
std::string_view name_of(FileState state);

struct FileCheck {
    std::string name;
    FileState state = FileState::same;
    std::string what;  // in words
};

struct Verification {
    Meta meta;                        // of the kept inputs
    std::string made_by, checked_by;  // versions
    std::vector<FileCheck> files;     // the inputs are the first
    base::Json request;               // of the manifest: to gather the data anew
    Inputs inputs;
    bool holds() const;
};

// `version` is this program's. Renders below `scratch_folder`, which is left as it was.
base::Result<Verification> verify_report(const std::string& manifest_path, const std::string& version,
                                         const std::string& scratch_folder, Making& making);

struct DataChange {
    std::string table, key;  // "captures", staging id
    enum class What : uint8_t { added, removed, changed } what = What::changed;
    std::vector<std::string> columns;  // changed: which
};
// Rows by their first column, in order of table and key.
std::vector<DataChange> compare_inputs(const Inputs& before, const Inputs& now);

}  // namespace linesman::report
