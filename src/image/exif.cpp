#include "image/exif.h"

#include <charconv>
#include <chrono>
#include <cmath>

#include "image/tiff_reader.h"

namespace linesman::image {
namespace {

using base::Timestamp;

// Tags of EXIF 2.32 (CIPA DC-008).
constexpr uint16_t kMake = 0x010F, kModel = 0x0110, kOrientation = 0x0112, kDateTime = 0x0132;
constexpr uint16_t kExifDirectory = 0x8769, kGpsDirectory = 0x8825;
constexpr uint16_t kDateTimeOriginal = 0x9003, kDateTimeDigitized = 0x9004;
constexpr uint16_t kOffsetTime = 0x9010, kOffsetTimeOriginal = 0x9011, kOffsetTimeDigitized = 0x9012;
constexpr uint16_t kSubSecTimeOriginal = 0x9291;
constexpr uint16_t kLatitudeRef = 1, kLatitude = 2, kLongitudeRef = 3, kLongitude = 4, kAltitudeRef = 5, kAltitude = 6;
constexpr uint16_t kGpsTime = 7, kGpsDate = 29, kHorizontalError = 31;

std::optional<int> number(std::string_view text, size_t at, size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int value = 0;
    for (size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

std::optional<int64_t> days_of(std::string_view text) {  // "2025:01:30"
    namespace c = std::chrono;
    const auto year = number(text, 0, 4);
    const auto month = number(text, 5, 2);
    const auto day = number(text, 8, 2);
    if (!year || !month || !day || *year < 1) return std::nullopt;
    const c::year_month_day date{c::year{*year}, c::month{static_cast<unsigned>(*month)},
                                 c::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return c::sys_days{date}.time_since_epoch().count();
}

std::optional<Timestamp> time_of(std::string_view text) {  // "2025:01:30 10:15:00"
    const auto days = days_of(text);
    const auto hour = number(text, 11, 2);
    const auto minute = number(text, 14, 2);
    const auto second = number(text, 17, 2);
    if (!days || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return Timestamp{(*days * 86'400 + int64_t{*hour} * 3600 + int64_t{*minute} * 60 + *second) *
                     base::kMicrosPerSecond};
}

std::optional<int> offset_of(std::string_view text) {  // "+02:00"
    if (text.size() < 6 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    const auto hours = number(text, 1, 2);
    const auto minutes = number(text, 4, 2);
    if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
    return (text[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

// "5" = 0.5 s, "123" = 0.123 s.
int64_t subsecond_micros(std::string_view text) {
    int64_t micros = 0, scale = 100'000;
    for (const char c : text) {
        if (c < '0' || c > '9') break;
        micros += (c - '0') * scale;
        scale /= 10;
    }
    return micros;
}

std::optional<double> angle(const TiffReader& tiff, const TiffEntry& entry) {
    const auto degrees = tiff.rational_at(entry, 0);
    if (!degrees) return std::nullopt;
    return *degrees + tiff.rational_at(entry, 1).value_or(0) / 60 + tiff.rational_at(entry, 2).value_or(0) / 3600;
}

struct GpsParts {
    std::optional<double> latitude, longitude, altitude, accuracy, hour, minute, second;
    std::optional<std::string> date;
    bool south = false, west = false, below_sea = false, latitude_named = false, longitude_named = false;
};

GpsParts read_gps_parts(const TiffReader& tiff, uint32_t offset) {
    GpsParts parts;
    for (const TiffEntry& entry : tiff.directory(offset)) {
        switch (entry.tag) {
            case kLatitudeRef:
                parts.south = tiff.text(entry) == "S";
                parts.latitude_named = parts.south || tiff.text(entry) == "N";
                break;
            case kLongitudeRef:
                parts.west = tiff.text(entry) == "W";
                parts.longitude_named = parts.west || tiff.text(entry) == "E";
                break;
            case kLatitude:
                parts.latitude = angle(tiff, entry);
                break;
            case kLongitude:
                parts.longitude = angle(tiff, entry);
                break;
            case kAltitudeRef:
                parts.below_sea = tiff.unsigned_at(entry, 0) == 1U;
                break;
            case kAltitude:
                parts.altitude = tiff.rational_at(entry, 0);
                break;
            case kHorizontalError:
                parts.accuracy = tiff.rational_at(entry, 0);
                break;
            case kGpsDate:
                parts.date = tiff.text(entry);
                break;
            case kGpsTime:
                parts.hour = tiff.rational_at(entry, 0);
                parts.minute = tiff.rational_at(entry, 1);
                parts.second = tiff.rational_at(entry, 2);
                break;
            default:
                break;
        }
    }
    return parts;
}

std::optional<GpsPosition> read_gps(const TiffReader& tiff, uint32_t offset) {
    const GpsParts parts = read_gps_parts(tiff, offset);
    // Without N/S and E/W the hemisphere is a guess, and a guess puts a pole on another continent.
    if (!parts.latitude || !parts.longitude || !parts.latitude_named || !parts.longitude_named) return std::nullopt;
    GpsPosition gps;
    gps.latitude_deg = parts.south ? -*parts.latitude : *parts.latitude;
    gps.longitude_deg = parts.west ? -*parts.longitude : *parts.longitude;
    const bool in_range = std::abs(gps.latitude_deg) <= 90 && std::abs(gps.longitude_deg) <= 180;
    if (!in_range || (gps.latitude_deg == 0 && gps.longitude_deg == 0)) return std::nullopt;
    if (parts.accuracy && *parts.accuracy > 0 && *parts.accuracy < 1e6) gps.accuracy_m = parts.accuracy;
    if (parts.altitude && std::abs(*parts.altitude) < 1e5)
        gps.altitude_m = parts.below_sea ? -*parts.altitude : *parts.altitude;
    const auto days = parts.date ? days_of(*parts.date) : std::nullopt;
    if (days && parts.hour && parts.minute && parts.second) {
        const double seconds = *parts.hour * 3600 + *parts.minute * 60 + *parts.second;
        if (seconds >= 0 && seconds < 86'401)
            gps.fix_time = Timestamp{*days * 86'400 * base::kMicrosPerSecond + std::llround(seconds * 1e6)};
    }
    return gps;
}

struct Times {
    std::optional<Timestamp> original, digitized;
    std::optional<int> offset_original, offset_digitized, offset_plain;
    int64_t subsecond_us = 0;
};

Times read_times(const TiffReader& tiff, uint32_t offset) {
    Times times;
    for (const TiffEntry& entry : tiff.directory(offset)) {
        const std::string text = tiff.text(entry).value_or("");
        switch (entry.tag) {
            case kDateTimeOriginal:
                times.original = time_of(text);
                break;
            case kDateTimeDigitized:
                times.digitized = time_of(text);
                break;
            case kOffsetTimeOriginal:
                times.offset_original = offset_of(text);
                break;
            case kOffsetTimeDigitized:
                times.offset_digitized = offset_of(text);
                break;
            case kOffsetTime:
                times.offset_plain = offset_of(text);
                break;
            case kSubSecTimeOriginal:
                times.subsecond_us = subsecond_micros(text);
                break;
            default:
                break;
        }
    }
    return times;
}

void apply_times(Exif& exif, const Times& times, std::optional<Timestamp> modified) {
    if (times.original) {
        exif.local_time = Timestamp{times.original->us + times.subsecond_us};
        exif.utc_offset_minutes = times.offset_original ? times.offset_original : times.offset_plain;
    } else if (times.digitized) {
        exif.local_time = times.digitized;
        exif.utc_offset_minutes = times.offset_digitized ? times.offset_digitized : times.offset_plain;
    } else if (modified) {
        exif.local_time = modified;
        exif.utc_offset_minutes = times.offset_plain;
    }
}

uint32_t big_endian(std::string_view bytes, size_t at, size_t count) {
    uint32_t value = 0;
    for (size_t i = 0; i < count; ++i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
    return value;
}

// The TIFF block inside a JPEG's APP1 segment, or empty.
std::string_view block_in_jpeg(std::string_view bytes) {
    using namespace std::string_view_literals;
    constexpr std::string_view kName = "Exif\0\0"sv;
    for (size_t at = 2; at + 4 <= bytes.size();) {
        if (static_cast<uint8_t>(bytes[at]) != 0xFF) return {};
        const auto marker = static_cast<uint8_t>(bytes[at + 1]);
        if (marker == 0xFF) {  // fill byte
            ++at;
            continue;
        }
        if (marker == 0xDA || marker == 0xD9) return {};  // picture data begins: EXIF stands before it
        const size_t length = big_endian(bytes, at + 2, 2);
        if (length < 2) return {};
        const std::string_view payload = bytes.substr(at + 4, length - 2);
        if (marker == 0xE1 && payload.starts_with(kName)) return payload.substr(kName.size());
        at += 2 + length;
    }
    return {};
}

std::string_view block_in_png(std::string_view bytes) {
    for (size_t at = 8; at + 12 <= bytes.size();) {
        const size_t length = big_endian(bytes, at, 4);
        const std::string_view name = bytes.substr(at + 4, 4);
        if (name == "eXIf") return bytes.substr(at + 8, length);
        if (name == "IEND") return {};
        at += 12 + length;
    }
    return {};
}

}  // namespace

std::optional<Timestamp> Exif::captured_at(int assumed_offset_minutes) const {
    if (!local_time) return std::nullopt;
    return *local_time - base::minutes(utc_offset_minutes.value_or(assumed_offset_minutes));
}

Exif read_exif_block(std::string_view block) {
    Exif exif;
    const TiffReader tiff(block);
    if (!tiff.valid()) return exif;
    std::optional<Timestamp> modified;
    Times times;
    // Only the first directory and the two it names are read: a chain that loops is never followed.
    for (const TiffEntry& entry : tiff.directory(tiff.first_directory())) {
        switch (entry.tag) {
            case kMake:
                exif.make = tiff.text(entry);
                break;
            case kModel:
                exif.model = tiff.text(entry);
                break;
            case kDateTime:
                modified = time_of(tiff.text(entry).value_or(""));
                break;
            case kOrientation: {
                const auto value = tiff.unsigned_at(entry, 0);
                if (value && *value >= 1 && *value <= 8) exif.orientation = static_cast<int>(*value);
                break;
            }
            case kExifDirectory:
                times = read_times(tiff, tiff.unsigned_at(entry, 0).value_or(UINT32_MAX));
                break;
            case kGpsDirectory:
                exif.gps = read_gps(tiff, tiff.unsigned_at(entry, 0).value_or(UINT32_MAX));
                break;
            default:
                break;
        }
    }
    apply_times(exif, times, modified);
    return exif;
}

Exif read_exif(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xD8")) return read_exif_block(block_in_jpeg(bytes));
    if (bytes.starts_with("\x89PNG")) return read_exif_block(block_in_png(bytes));
    return {};
}

}  // namespace linesman::image
