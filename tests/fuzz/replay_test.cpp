// The short fuzz run: every target gets its corpus and seeded damage of it. LINESMAN_FUZZ_SEED and LINESMAN_FUZZ_INPUTS
// (inputs per target) choose another run; the seed is printed. A crash names target, seed and input, and leaves
// the input in the file `fuzz-crash-<target>` of the temporary folder.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "mutator.h"

#define LINESMAN_FUZZ_ENTRY(name) extern "C" int name(const uint8_t* data, size_t size);
#include "fuzz_entries.inc"
#undef LINESMAN_FUZZ_ENTRY

namespace linesman::fuzz {
namespace {

using Entry = int (*)(const uint8_t*, size_t);
struct Target {
    const char* name;  // "fuzz_csv"
    Entry entry;
    std::string corpus() const { return std::string(LINESMAN_FUZZ_CORPUS "/") + (name + 5); }
};
#define LINESMAN_FUZZ_ENTRY(name) Target{#name, name},
constexpr std::array kTargets = {
#include "fuzz_entries.inc"
};
#undef LINESMAN_FUZZ_ENTRY

uint64_t number_from_environment(const char* name, uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

// Together about ten seconds. Targets that write a file for each input get fewer.
uint64_t default_inputs(const Target& target) {
    const std::string_view name = target.name;
    return name == "fuzz_mbtiles" || name == "fuzz_columns_file" ? 2'000 : 30'000;
}

// What is being tried, for the handler of a crash.
struct Trial {
    std::string message, file, input;
};
Trial& trial() {
    static Trial current;
    return current;
}

extern "C" void tell_crash(int number) {
    const Trial& current = trial();
    [[maybe_unused]] auto written = write(STDERR_FILENO, current.message.data(), current.message.size());
    if (FILE* out = std::fopen(current.file.c_str(), "wb")) {
        std::fwrite(current.input.data(), 1, current.input.size(), out);
        std::fclose(out);
    }
    std::signal(number, SIG_DFL);
    std::raise(number);
}

std::vector<std::string> read_corpus(const std::string& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> inputs;
    for (const auto& path : paths) {
        std::ifstream in(path, std::ios::binary);
        inputs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    return inputs;
}

class Replay : public testing::TestWithParam<Target> {
  protected:
    void try_input(const std::string& input, const std::string& what) {
        trial().input = input;
        trial().message = std::string(GetParam().name) + " failed on " + what + ", kept as " + trial().file + "\n";
        GetParam().entry(reinterpret_cast<const uint8_t*>(input.data()), input.size());
    }
};

TEST_P(Replay, CorpusAndItsDamageAreRead) {
    trial().file = (std::filesystem::temp_directory_path() / ("fuzz-crash-" + std::string(GetParam().name))).string();
    for (const int number : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) std::signal(number, tell_crash);
    const auto corpus = read_corpus(GetParam().corpus());
    ASSERT_GE(corpus.size(), 3U) << "a target needs seeds in " << GetParam().corpus();
    try_input("", "no bytes");
    for (size_t i = 0; i < corpus.size(); ++i) try_input(corpus[i], "corpus file " + std::to_string(i));

    const uint64_t seed = number_from_environment("LINESMAN_FUZZ_SEED", 20'250'130);
    const uint64_t inputs = number_from_environment("LINESMAN_FUZZ_INPUTS", default_inputs(GetParam()));
    std::printf("%s: seed %llu, %llu damaged inputs of %zu files\n", GetParam().name,
                static_cast<unsigned long long>(seed), static_cast<unsigned long long>(inputs), corpus.size());
    Mutator mutator(seed);
    for (uint64_t i = 0; i < inputs; ++i) {
        const std::string input = mutator.damaged(corpus[i % corpus.size()], corpus);
        try_input(input, "damaged input " + std::to_string(i) + " of seed " + std::to_string(seed));
    }
    for (const int number : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) std::signal(number, SIG_DFL);
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Replay, testing::ValuesIn(kTargets), [](const testing::TestParamInfo<Target>& target) {
    return std::string(target.param.name + 5);
});

TEST(Mutator, TheSameSeedGivesTheSameDamage) {
    const std::vector<std::string> others = {"{\"a\":[1,2,3]}", "text"};
    Mutator one(7), same(7), other(8);
    int differing = 0;
    for (int i = 0; i < 50; ++i) {
        const std::string damaged = one.damaged(others[0], others);
        EXPECT_EQ(damaged, same.damaged(others[0], others));
        differing += damaged == other.damaged(others[0], others) ? 0 : 1;
    }
    EXPECT_GT(differing, 25);
}

}  // namespace
}  // namespace linesman::fuzz
