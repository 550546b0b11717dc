#include "model/text_search.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace linesman::model {
namespace {

constexpr size_t kBlock = 64;

bool is_ascii(std::string_view text) {
    uint8_t all = 0;
    for (const char c : text) all = static_cast<uint8_t>(all | static_cast<uint8_t>(c));
    return all < 0x80;
}

char lowered(char c) {
    return static_cast<uint8_t>(c - 'A') < 26 ? static_cast<char>(c + 32) : c;
}

}  // namespace

TextSearch::TextSearch(std::string_view needle)
    : needle_(base::fold(base::nfc_trimmed(needle))), ascii_(is_ascii(needle_)) {}

void TextSearch::mark(const TextColumn& text, uint32_t size, std::array<uint8_t, kChunkRows>& hit) {
    if (size == 0) return;
    if (needle_.empty()) {
        std::fill_n(hit.begin(), size, uint8_t{1});
        return;
    }
    // Text with only ASCII folds to its lower case, so an ASCII needle can be looked for in the bytes. Other rows are
    // folded one by one.
    if (ascii_) mark_ascii(text, size, hit);
    if (!is_ascii(text.pool)) mark_folded(text, size, hit);
}

void TextSearch::mark_ascii(const TextColumn& text, uint32_t size, std::array<uint8_t, kChunkRows>& hit) {
    const size_t length = text.offsets[size];
    const size_t n = needle_.size();
    if (length < n) return;
    folded_.resize(length + n + kBlock);
    std::transform(text.pool.begin(), text.pool.begin() + static_cast<ptrdiff_t>(length), folded_.begin(), lowered);
    std::fill(folded_.begin() + static_cast<ptrdiff_t>(length), folded_.end(), '\0');

    const char* data = folded_.data();
    const char first = needle_.front(), last = needle_.back();
    const uint32_t* next_offset = text.offsets.data();  // walks forward with the hits
    const uint32_t* const end_offset = text.offsets.data() + size;
    for (size_t block = 0; block + n <= length; block += kBlock) {
        // First and last letter at their distance: compared 64 places at a time, which compilers turn into vector code.
        std::array<uint8_t, kBlock> candidate;
        for (size_t i = 0; i < kBlock; ++i) {
            candidate[i] = static_cast<uint8_t>((data[block + i] == first) & (data[block + i + n - 1] == last));
        }
        for (size_t word = 0; word < kBlock; word += 8) {
            uint64_t bits = 0;
            std::memcpy(&bits, candidate.data() + word, 8);
            for (; bits != 0; bits &= bits - 1) {
                const size_t at = block + word + static_cast<size_t>(__builtin_ctzll(bits)) / 8;
                if (at + n > length || std::memcmp(data + at, needle_.data(), n) != 0) continue;
                while (next_offset < end_offset && next_offset[1] <= at) ++next_offset;
                // A match must not run into the next row.
                if (at + n <= next_offset[1]) hit[static_cast<size_t>(next_offset - text.offsets.data())] = 1;
            }
        }
    }
}

void TextSearch::mark_folded(const TextColumn& text, uint32_t size, std::array<uint8_t, kChunkRows>& hit) const {
    for (uint32_t i = 0; i < size; ++i) {
        const std::string_view value = text.at(i);
        if (hit[i] || is_ascii(value)) continue;
        if (base::fold(value).find(needle_) != std::string::npos) hit[i] = 1;
    }
}

}  // namespace linesman::model
