#include "image/sniff.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace linesman::image {
namespace {

using base::ErrorKind;
using base::make_error;

base::Error unsupported(const char* name) {
    return make_error(ErrorKind::unsupported,
                      std::string("The photo is a ") + name + " file, which is not read here. Ask for it as JPEG.",
                      name);
}

std::string beginning_in_lower_case(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    const size_t start = bytes.find_first_not_of(" \t\r\n");
    std::string text(start == std::string_view::npos ? std::string_view{} : bytes.substr(start, 64));
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

base::Error not_an_image(std::string_view bytes) {
    const std::string text = beginning_in_lower_case(bytes);
    if (text.starts_with("<!doctype html") || text.starts_with("<html") || text.starts_with("<head") ||
        text.starts_with("<body"))
        return make_error(ErrorKind::corrupt,
                          "A web page was received instead of the photo. A proxy or a sign-in page of the network may "
                          "stand in between.",
                          "HTML instead of an image");
    if (text.starts_with("<?xml") || text.starts_with("{") || text.starts_with("["))
        return make_error(ErrorKind::corrupt, "A message of a server was stored or received instead of the photo.",
                          "XML or JSON instead of an image");
    const bool zeros = std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
    if (zeros)
        return make_error(ErrorKind::corrupt,
                          "The photo file holds only zeros: it was never written completely on the phone.",
                          "all bytes are zero");
    return make_error(ErrorKind::corrupt, "The file is not a photo: its beginning is that of no known image format.",
                      "unknown signature, " + std::to_string(bytes.size()) + " bytes");
}

}  // namespace

base::Result<Format> sniff(std::string_view bytes) {
    using namespace std::string_view_literals;
    if (bytes.empty()) return make_error(ErrorKind::corrupt, "The photo file is empty (0 bytes).", "empty");
    if (bytes.size() > kMaxFileBytes)
        return make_error(ErrorKind::too_large, "The photo file is larger than 64 MiB and is not opened.",
                          std::to_string(bytes.size()));
    if (bytes.starts_with("\xFF\xD8\xFF")) return Format::jpeg;
    if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return Format::png;
    if (bytes.starts_with("BM") && bytes.size() > 26 && bytes.substr(6, 4) == "\0\0\0\0"sv) return Format::bmp;
    if (bytes.starts_with("GIF8")) return unsupported("GIF");
    if (bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") return unsupported("WebP");
    if (bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv)) return unsupported("TIFF");
    if (bytes.size() > 12 && bytes.substr(4, 4) == "ftyp") return unsupported("HEIC or AVIF");
    return not_an_image(bytes);
}

}  // namespace linesman::image
