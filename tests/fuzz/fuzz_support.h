// What the fuzz targets share. A target is one file fuzz_<name>.cpp with LLVMFuzzerTestOneInput (LLVM, "libFuzzer"):
// any bytes may come, and it must end soon, without a sanitizer's complaint and with every require() true. The ordinary
// build gives the same function the name fuzz_<name> and replays the corpus with it (replay_test.cpp).
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace linesman::fuzz {

inline std::string_view text_of(const uint8_t* data, size_t size) {
    return size == 0 ? std::string_view() : std::string_view(reinterpret_cast<const char*>(data), size);
}

// A broken promise of the code under test; libFuzzer keeps the input.
inline void require(bool promise, std::string_view claim) {
    if (promise) return;
    std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(claim.size()), claim.data());
    std::abort();
}

// What a supervisor reads is a sentence in valid UTF-8, whatever arrived.
inline void require_shown_well(const base::Error& error) {
    require(!error.what.empty(), "an error has words");
    require(base::is_valid_utf8(error.what), "the words of an error are UTF-8");
    require(error.what.size() < 4096, "the words of an error fit on a screen");
}

// One file that is written anew for each input, for readers that take a path. Gone with the process.
class ScratchFile {
  public:
    explicit ScratchFile(const std::string& name) {
        std::string pattern = (std::filesystem::temp_directory_path() / "linesman-fuzz-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        path_ = folder_ + "/" + name;
    }
    ~ScratchFile() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    void write(std::string_view bytes) const {
        std::ofstream out(path_, std::ios::binary | std::ios::trunc);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        require(out.flush().good(), "the scratch file can be written");
    }
    const std::string& path() const { return path_; }

  private:
    std::string folder_, path_;
};

}  // namespace linesman::fuzz
