#include "ui/palette.h"

#include <algorithm>
#include <string>

namespace linesman::ui {

namespace {
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
}  // namespace

// Best way to place the letters, found by trying all: best[i] is the score with the letters so far, the last of them at
// place i.
int match_score(std::string_view query, std::string_view text) {
    std::string letters;
    for (const char c : query) {
        if (c != ' ') letters += lower(c);
    }
    if (letters.empty()) return 1;
    constexpr int kNone = -1, kLetter = 2, kNextTo = 9, kWordStart = 8;
    std::vector<int> best(text.size(), kNone), next(text.size());
    for (size_t q = 0; q < letters.size(); ++q) {
        int so_far = q == 0 ? 0 : kNone;  // the best that ends before place i
        for (size_t i = 0; i < text.size(); ++i) {
            const int adjacent = q > 0 && i > 0 ? best[i - 1] : kNone;
            so_far = std::max(so_far, adjacent);
            next[i] = kNone;
            if (lower(text[i]) != letters[q]) continue;
            const int before = std::max(so_far, adjacent == kNone ? kNone : adjacent + kNextTo);
            if (before == kNone) continue;
            next[i] = before + kLetter + (i == 0 || text[i - 1] == ' ' ? kWordStart : 0);
        }
        std::swap(best, next);
    }
    const int score = best.empty() ? kNone : *std::max_element(best.begin(), best.end());
    if (score == kNone) return 0;
    // Of equal matches the shorter title is meant.
    return std::max(1, score * 4 - static_cast<int>(text.size()) / 4);
}

std::vector<CommandId> find_commands(std::string_view query) {
    struct Hit {
        int score;
        CommandId id;
    };
    std::vector<Hit> hits;
    for (const auto& entry : all_commands()) {
        if (entry.context == KeyContext::strip) continue;
        const int title = match_score(query, entry.title);
        const int category = match_score(query, entry.category) / 3;
        const int score = std::max(title, category);
        if (score > 0) hits.push_back({score, entry.id});
    }
    std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
    std::vector<CommandId> ids;
    ids.reserve(hits.size());
    for (const auto& hit : hits) ids.push_back(hit.id);
    return ids;
}

}  // namespace linesman::ui
