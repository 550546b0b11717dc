// columns.bin. Checksums are mended before reading, so that the checks behind them are reached. Input that begins with
// 'P' is a list of patches (offset in two bytes, value) to a file as it is written today; other input is the file.
#include <array>
#include <bit>
#include <cstring>

#include "base/file.h"
#include "fuzz_support.h"
#include "model/columns.h"
#include "store/columns_file.h"

namespace {

using namespace linesman;

constexpr store::ColumnsStamp kStamp{1234, 77};
constexpr size_t kHeaderBytes = 64, kLengthAt = 40, kChecksumAt = 48;

// As in store/columns_file.cpp; fresh_file() notices when the two differ.
uint64_t checksum_of(std::string_view bytes) {
    constexpr uint64_t kPrimeA = 0x9E3779B185EBCA87ULL, kPrimeB = 0xC2B2AE3D27D4EB4FULL;
    std::array<uint64_t, 4> lanes = {kPrimeA + kPrimeB, kPrimeB, 0, ~kPrimeA + 1};
    const auto mix = [](uint64_t lane, uint64_t word) { return std::rotl(lane + word * kPrimeB, 31) * kPrimeA; };
    uint64_t sum = bytes.size() * kPrimeA;
    for (; bytes.size() >= 32; bytes.remove_prefix(32)) {
        for (size_t i = 0; i < 4; ++i) {
            uint64_t word = 0;
            std::memcpy(&word, bytes.data() + i * 8, 8);
            lanes[i] = mix(lanes[i], word);
        }
    }
    for (const uint64_t lane : lanes) sum = mix(sum ^ lane, lane);
    for (const char byte : bytes) sum = mix(sum, static_cast<uint8_t>(byte));
    sum = (sum ^ (sum >> 33)) * kPrimeB;
    return sum ^ (sum >> 29);
}

void mend(std::string& file, const std::string& fresh) {
    if (file.size() < kHeaderBytes) return;
    // Magic, version, chunk rows, generation and producer are as expected: other values are refused at once.
    std::memcpy(file.data(), fresh.data(), 32);
    const uint64_t length = file.size(), zero = 0;
    std::memcpy(file.data() + kLengthAt, &length, 8);
    std::memcpy(file.data() + kChecksumAt, &zero, 8);
    const uint64_t sum = checksum_of(std::string_view(file).substr(0, kHeaderBytes));
    std::memcpy(file.data() + kChecksumAt, &sum, 8);
    for (size_t at = kHeaderBytes; at + 16 <= file.size();) {
        uint64_t body = 0;
        std::memcpy(&body, file.data() + at, 8);
        if (body > file.size() - at - 16) return;
        const uint64_t body_sum = checksum_of(std::string_view(file).substr(at + 16, body));
        std::memcpy(file.data() + at + 8, &body_sum, 8);
        at += 16 + body + (8 - body % 8) % 8;
    }
}

std::string fresh_file(const fuzz::ScratchFile& file) {
    model::ColumnsBuilder builder;
    for (int i = 0; i < 5; ++i) {
        const std::string id = "capture-" + std::to_string(i), number = i == 3 ? "" : "LAW.P." + std::to_string(i);
        model::RowValues values;
        values.staging_id = id;
        values.pole_number = number;
        values.project = i % 2 == 0 ? "lawley" : "";
        values.device = "device";
        values.person = "thabo";
        values.flags = model::kFlagHasGps | model::kFlagInQueue;
        builder.put(values);
    }
    fuzz::require(store::write_columns_file(file.path(), builder.publish(), kStamp).ok(),
                  "a columns file can be written");
    std::string bytes = base::read_file(file.path()).value_or("");
    const std::string before = bytes;
    mend(bytes, before);
    fuzz::require(bytes == before, "the checksums here are those of store/columns_file.cpp");
    return bytes;
}

std::string patched(std::string file, std::string_view patches) {
    for (; patches.size() >= 3; patches.remove_prefix(3)) {
        const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<uint8_t>(patches[i])); };
        file[(byte(0) << 8 | byte(1)) % file.size()] = patches[2];
    }
    // What is left over cuts the file.
    return patches.empty() ? file : file.substr(0, file.size() - static_cast<uint8_t>(patches[0]) % file.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const fuzz::ScratchFile file("columns.bin");
    static const std::string fresh = fresh_file(file);
    const std::string_view input = fuzz::text_of(data, size);
    std::string bytes = input.starts_with('P') ? patched(fresh, input.substr(1)) : std::string(input);
    mend(bytes, fresh);
    file.write(bytes);
    const auto columns = store::read_columns_file(file.path(), kStamp);
    if (!columns) {
        fuzz::require(!columns.error().what.empty(), "an error has words");
        return 0;
    }
    size_t text_bytes = 0;
    for (model::Row row = 0; row < columns->row_count(); ++row) {
        const model::Chunk& chunk = columns->chunk_of(row);
        const uint32_t i = row % model::kChunkRows;
        text_bytes += columns->staging_id(row).size() + columns->pole_number(row).size();
        text_bytes += columns->names->projects.at(chunk.project[i]).size() +
                      columns->names->people.at(chunk.decided_by[i]).size();
    }
    fuzz::require(text_bytes <= bytes.size() * (columns->row_count() + 1), "no row points outside the file");
    return 0;
}
