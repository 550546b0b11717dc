#include "field/photo_folder.h"

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "model/csv_values.h"

namespace linesman::field {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::make_error;

namespace {

constexpr size_t kMaxFiles = 100'000;
constexpr size_t kLongestCounter = 3;  // "front 2", "side-001"; longer numbers are times or belong to the pole

bool is_image_file(const fs::path& path) {
    const std::string extension = base::fold(path.extension().string());
    return extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

std::vector<std::string> words_of(std::string_view stem) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : stem) {
        const bool separates = c == '_' || c == '-' || c == ' ' || c == '.' || c == '(' || c == ')';
        if (!separates) word += c;
        if (separates && !word.empty()) words.push_back(std::exchange(word, {}));
    }
    if (!word.empty()) words.push_back(word);
    return words;
}

bool is_digits(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Counters and times behind a slot, and the words "photo", "img".
bool is_noise(const std::string& word) {
    if (is_digits(word)) return word.size() <= kLongestCounter || word.size() >= 10;
    const std::string plain = base::fold(word);
    return plain == "photo" || plain == "img" || plain == "image";
}

std::string joined(const std::vector<std::string>& words, size_t begin, size_t end) {
    std::string out;
    for (size_t i = begin; i < end; ++i) out += words[i];
    return owner_key(out);
}

void take_folder(const fs::path& folder, const fs::path& root, std::vector<FoundPhoto>& out, std::error_code& error) {
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        std::error_code ignored;
        if (out.size() >= kMaxFiles || !entry.is_regular_file(ignored) || !is_image_file(entry.path())) continue;
        const std::string holder = folder == root ? std::string() : folder.filename().string();
        out.push_back({entry.path().string(), entry.path().lexically_relative(root).string(),
                       read_photo_name(entry.path().filename().string(), holder)});
    }
}

}  // namespace

std::string owner_key(std::string_view text) {
    return model::column_key(text);
}

std::optional<PhotoName> read_photo_name(std::string_view file, std::string_view folder) {
    const auto words = words_of(fs::path(file).stem().string());
    for (size_t i = words.size(); i-- > 0;) {
        const auto slot = model::slot_from_key(words[i]);
        if (!slot) continue;
        PhotoName out{joined(words, 0, i), *slot};
        if (!out.owner.empty()) return out;
        size_t end = words.size();
        while (end > i + 1 && is_noise(words[end - 1])) --end;
        out.owner = joined(words, i + 1, end);
        if (out.owner.empty()) out.owner = owner_key(folder);
        return out;
    }
    return std::nullopt;
}

base::Result<std::vector<FoundPhoto>> photos_in(const std::string& folder) {
    std::error_code error;
    const fs::path root(folder);
    if (!fs::is_directory(root, error))
        return make_error(ErrorKind::not_found, "There is no folder " + folder + " with photos.");
    std::vector<FoundPhoto> out;
    take_folder(root, root, out, error);
    for (const auto& entry : fs::directory_iterator(root, error)) {
        std::error_code ignored;
        if (entry.is_directory(ignored)) take_folder(entry.path(), root, out, error);
    }
    if (error) return make_error(ErrorKind::io, "The folder " + folder + " could not be read.", error.message());
    std::sort(out.begin(), out.end(), [](const FoundPhoto& a, const FoundPhoto& b) { return a.shown < b.shown; });
    return out;
}

}  // namespace linesman::field
