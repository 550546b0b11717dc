#include "model/text_search.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace linesman::model {
namespace {

constexpr size_t kBlock = 64;

// Sixteen bytes compared at once; GCC and Clang make vector code of it on every machine.
using Bytes = uint8_t __attribute__((vector_size(16)));

Bytes load(const char* from) {
    Bytes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    return bytes;
}

bool is_ascii(std::string_view text) {
    uint8_t all = 0;
    for (const char c : text) all = static_cast<uint8_t>(all | static_cast<uint8_t>(c));
    return all < 0x80;
}

bool is_small_letter(char c) {
    return c >= 'a' && c <= 'z';
}

// Bits to set before comparing with a folded character: makes both cases of a letter alike, and nothing else.
uint8_t case_bit(char folded) {
    return is_small_letter(folded) ? 0x20 : 0;
}

bool matches_at(const char* text, std::string_view folded) {
    for (size_t i = 0; i < folded.size(); ++i) {
        if (static_cast<char>(static_cast<uint8_t>(text[i]) | case_bit(folded[i])) != folded[i]) return false;
    }
    return true;
}

// The row that holds a place in the pool, asked for in rising order.
class RowCursor {
  public:
    explicit RowCursor(const TextColumn& text) : offsets_(text.offsets.data()) {}
    uint32_t row_at(size_t place) {
        while (offsets_[row_ + 1] <= place) ++row_;
        return row_;
    }
    size_t end_of_row() const { return offsets_[row_ + 1]; }

  private:
    const uint32_t* offsets_;
    uint32_t row_ = 0;
};

}  // namespace

TextSearch::TextSearch(std::string_view needle)
    : needle_(base::fold(base::nfc_trimmed(needle))), ascii_(is_ascii(needle_)) {}

bool TextSearch::is_in(std::string_view text) const {
    if (!is_ascii(text)) return base::fold(text).find(needle_) != std::string::npos;
    if (!ascii_) return false;
    for (size_t at = 0; at + needle_.size() <= text.size(); ++at) {
        if (matches_at(text.data() + at, needle_)) return true;
    }
    return needle_.empty();
}

void TextSearch::mark(const TextColumn& text, uint32_t size, std::array<uint8_t, kChunkRows>& hit) const {
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

void TextSearch::mark_ascii(const TextColumn& text, uint32_t size, std::array<uint8_t, kChunkRows>& hit) const {
    const size_t length = text.offsets[size], n = needle_.size();
    const char* data = text.pool.data();
    RowCursor cursor(text);
    const auto check = [&](size_t at) {
        if (!matches_at(data + at, needle_)) return;
        const uint32_t row = cursor.row_at(at);
        // A match must not run into the next row.
        if (at + n <= cursor.end_of_row()) hit[row] = 1;
    };
    const Bytes zero = {};
    const Bytes first = zero + static_cast<uint8_t>(needle_.front()),
                last = zero + static_cast<uint8_t>(needle_.back());
    const Bytes first_case = zero + case_bit(needle_.front()), last_case = zero + case_bit(needle_.back());
    size_t at = 0;
    for (; at + kBlock + n - 1 <= length; at += kBlock) {
        // First and last letter at their distance: few places have both.
        std::array<uint64_t, kBlock / 8> words;
        for (size_t i = 0; i < kBlock; i += sizeof(Bytes)) {
            const auto candidate =
                ((load(data + at + i) | first_case) == first) & ((load(data + at + i + n - 1) | last_case) == last);
            std::memcpy(&words[i / 8], &candidate, sizeof candidate);
        }
        uint64_t any = 0;
        for (const uint64_t word : words) any |= word;
        if (any == 0) continue;
        for (size_t word = 0; word < words.size(); ++word) {
            // One bit of each byte that matched.
            for (uint64_t bits = words[word] & 0x0101010101010101U; bits != 0; bits &= bits - 1) {
                check(at + word * 8 + static_cast<size_t>(__builtin_ctzll(bits)) / 8);
            }
        }
    }
    for (; at + n <= length; ++at) check(at);
}

void TextSearch::mark_folded(const TextColumn& text, uint32_t size, std::array<uint8_t, kChunkRows>& hit) const {
    const size_t length = text.offsets[size];
    RowCursor cursor(text);
    for (size_t at = 0; at < length;) {
        uint64_t word = 0;
        const size_t step = std::min<size_t>(8, length - at);
        std::memcpy(&word, text.pool.data() + at, step);
        const uint64_t high = word & 0x8080808080808080U;
        if (high == 0) {
            at += step;
            continue;
        }
        const uint32_t row = cursor.row_at(at + static_cast<size_t>(__builtin_ctzll(high)) / 8);
        if (!hit[row] && base::fold(text.at(row)).find(needle_) != std::string::npos) hit[row] = 1;
        at = cursor.end_of_row();
    }
}

}  // namespace linesman::model
