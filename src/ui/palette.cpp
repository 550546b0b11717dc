#include "ui/palette.h"

#include <algorithm>

namespace linesman::ui {

namespace {
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
}  // namespace

int match_score(std::string_view query, std::string_view text) {
    if (query.empty()) return 1;
    int score = 0;
    int run = 0;
    size_t at = 0;
    for (size_t q = 0; q < query.size(); ++q) {
        const char wanted = lower(query[q]);
        if (wanted == ' ') {
            run = 0;
            continue;
        }
        // Prefer the start of a word over the next occurrence anywhere.
        size_t best = std::string_view::npos;
        for (size_t i = at; i < text.size(); ++i) {
            if (lower(text[i]) != wanted) continue;
            const bool word_start = i == 0 || text[i - 1] == ' ';
            if (best == std::string_view::npos) best = i;
            if (run > 0 && i == at) break;
            if (word_start) {
                best = i;
                break;
            }
        }
        if (best == std::string_view::npos) return 0;
        run = best == at && q > 0 ? run + 1 : 0;
        score += 2 + 4 * run + (best == 0 || text[best - 1] == ' ' ? 8 : 0);
        at = best + 1;
    }
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
    for (const auto& hit : hits) ids.push_back(hit.id);
    return ids;
}

}  // namespace linesman::ui
