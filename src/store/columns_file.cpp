#include "store/columns_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>
#include <type_traits>

#include "base/file.h"

namespace linesman::store {

using base::Error;
using base::ErrorKind;
using base::make_error;
using base::Result;
using base::Status;
using model::Chunk;
using model::kChunkRows;

namespace {

static_assert(std::endian::native == std::endian::little, "the file is written as memory lies");

constexpr uint64_t kMagic = 0x314C4F434E4E494CULL;  // "LINNCOL1"
constexpr uint32_t kVersion = 1;                    // goes up with every change of Chunk or of the layout

struct Header {
    uint64_t magic = kMagic;
    uint32_t version = kVersion;
    uint32_t chunk_rows = kChunkRows;
    int64_t generation = 0;
    uint64_t producer = 0;
    uint32_t chunks = 0;
    uint32_t rows = 0;
    uint64_t file_bytes = 0;
    uint64_t checksum = 0;  // of the header with this field 0
    uint64_t unused = 0;
};
static_assert(sizeof(Header) == 64 && std::is_trivially_copyable_v<Header>);

// Four independent multiply-rotate lanes over 32-byte blocks: close to memory speed. Detects cut and flipped bytes; no
// security.
uint64_t checksum_of(std::string_view bytes) {
    constexpr uint64_t kPrimeA = 0x9E3779B185EBCA87ULL, kPrimeB = 0xC2B2AE3D27D4EB4FULL;
    std::array<uint64_t, 4> lanes = {kPrimeA + kPrimeB, kPrimeB, 0, ~kPrimeA + 1};
    const char* at = bytes.data();
    size_t left = bytes.size();
    const auto mix = [](uint64_t lane, uint64_t word) { return std::rotl(lane + word * kPrimeB, 31) * kPrimeA; };
    for (; left >= 32; left -= 32, at += 32) {
        std::array<uint64_t, 4> words;
        std::memcpy(words.data(), at, 32);
        for (size_t i = 0; i < 4; ++i) lanes[i] = mix(lanes[i], words[i]);
    }
    uint64_t sum = bytes.size() * kPrimeA;
    for (const uint64_t lane : lanes) sum = mix(sum ^ lane, lane);
    for (; left > 0; --left, ++at) sum = mix(sum, static_cast<uint8_t>(*at));
    sum = (sum ^ (sum >> 33)) * kPrimeB;
    return sum ^ (sum >> 29);
}

// The fixed arrays of a chunk, in the order in which they lie in the file. One list for writing and reading.
template <typename AnyChunk, typename Visit>
void each_array(AnyChunk& chunk, Visit&& visit) {
    visit(chunk.x);
    visit(chunk.y);
    visit(chunk.flags);
    visit(chunk.status);
    visit(chunk.decision);
    visit(chunk.severity);
    visit(chunk.photos);
    visit(chunk.lost);
    visit(chunk.accuracy_dm);
    visit(chunk.project);
    visit(chunk.zone);
    visit(chunk.pon);
    visit(chunk.device);
    visit(chunk.person);
    visit(chunk.decided_by);
    visit(chunk.findings);
    visit(chunk.captured_at);
    visit(chunk.submitted_at);
    visit(chunk.decided_at);
}

template <typename Names, typename Visit>
void each_dictionary(Names& names, Visit&& visit) {
    visit(names.projects);
    visit(names.zones);
    visit(names.pons);
    visit(names.devices);
    visit(names.people);
}

// Writing

class Writer {
  public:
    explicit Writer(std::string& out) : out_(out) {}
    void bytes(const void* data, size_t size) {
        if (size > 0) out_.append(static_cast<const char*>(data), size);
    }
    template <typename T>
    void value(const T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        bytes(&value, sizeof value);
    }
    void text_column(const model::TextColumn& column, uint32_t size) {
        const uint32_t first = size > 0 ? column.offsets[0] : 0;
        const uint32_t last = size > 0 ? column.offsets[size] : 0;
        value(last - first);
        for (uint32_t i = 0; i <= size; ++i) value(size > 0 ? column.offsets[i] - first : 0U);
        bytes(column.pool.data() + first, last - first);
    }
    template <typename Fill>
    void block(Fill&& fill) {
        const size_t start = out_.size();
        out_.append(16, '\0');
        fill();
        const uint64_t length = out_.size() - start - 16;
        const uint64_t sum = checksum_of(std::string_view(out_).substr(start + 16));
        std::memcpy(out_.data() + start, &length, 8);
        std::memcpy(out_.data() + start + 8, &sum, 8);
        out_.append((8 - out_.size() % 8) % 8, '\0');
    }

  private:
    std::string& out_;
};

// Reading. Every getter fails for good once one has failed.

class Reader {
  public:
    explicit Reader(std::string_view bytes) : left_(bytes) {}
    bool ok() const { return ok_; }
    bool at_end() const { return left_.empty(); }
    std::string_view bytes(uint64_t size) {
        if (!ok_ || size > left_.size()) {
            ok_ = false;
            return {};
        }
        const auto out = left_.substr(0, size);
        left_.remove_prefix(size);
        return out;
    }
    template <typename T>
    T value() {
        T out{};
        const auto from = bytes(sizeof out);
        if (ok_) std::memcpy(&out, from.data(), sizeof out);
        return out;
    }
    // The body of the next block; empty and not ok() when its length or checksum is wrong.
    std::string_view block() {
        const auto length = value<uint64_t>();
        const auto sum = value<uint64_t>();
        const auto body = bytes(length);
        if (ok_) bytes((8 - length % 8) % 8);
        if (ok_ && checksum_of(body) != sum) ok_ = false;
        return ok_ ? body : std::string_view();
    }
    void text_column(model::TextColumn& out, uint32_t size) {
        const auto pool_bytes = value<uint32_t>();
        const auto offsets = bytes((uint64_t{size} + 1) * sizeof(uint32_t));
        const auto pool = bytes(pool_bytes);
        if (!ok_) return;
        out.offsets.resize(size + 1);
        std::memcpy(out.offsets.data(), offsets.data(), offsets.size());
        out.pool = pool;
        uint32_t before = 0;
        for (const uint32_t offset : out.offsets) {
            ok_ = ok_ && offset >= before && offset <= pool_bytes;
            before = offset;
        }
    }

  private:
    std::string_view left_;
    bool ok_ = true;
};

bool read_dictionary(std::string_view body, model::Dictionary& out) {
    Reader reader(body);
    const auto count = reader.value<uint32_t>();
    for (uint32_t i = 0; i < count && reader.ok(); ++i) {
        const auto name = reader.bytes(reader.value<uint32_t>());
        // Places must come out as they went in; the first is always the empty name.
        if (reader.ok() && out.intern(name) != i) return false;
    }
    return reader.ok() && reader.at_end() && out.size() == count;
}

template <typename Array>
bool all_below(const Array& array, uint32_t size, uint64_t limit) {
    uint64_t largest = 0;
    for (uint32_t i = 0; i < size; ++i) largest = std::max(largest, static_cast<uint64_t>(array[i]));
    return size == 0 || largest < limit;
}

bool is_plausible(const Chunk& chunk, const model::Dictionaries& names) {
    const uint32_t n = chunk.size;
    return all_below(chunk.status, n, 4) && all_below(chunk.decision, n, 5) && all_below(chunk.severity, n, 4) &&
           all_below(chunk.photos, n, model::kAllSlots + 1U) && all_below(chunk.lost, n, model::kAllSlots + 1U) &&
           all_below(chunk.findings, n, uint64_t{1} << model::kRuleCount) &&
           all_below(chunk.project, n, names.projects.size()) && all_below(chunk.zone, n, names.zones.size()) &&
           all_below(chunk.pon, n, names.pons.size()) && all_below(chunk.device, n, names.devices.size()) &&
           all_below(chunk.person, n, names.people.size()) && all_below(chunk.decided_by, n, names.people.size());
}

std::shared_ptr<const Chunk> read_chunk(std::string_view body, uint32_t size, const model::Dictionaries& names) {
    Reader reader(body);
    auto chunk = std::make_shared<Chunk>();
    chunk->size = size;
    each_array(*chunk, [&](auto& array) {
        const auto from = reader.bytes(uint64_t{size} * sizeof array[0]);
        if (reader.ok() && !from.empty()) std::memcpy(static_cast<void*>(array.data()), from.data(), from.size());
    });
    reader.text_column(chunk->staging_id, size);
    reader.text_column(chunk->pole_number, size);
    if (!reader.ok() || !reader.at_end() || !is_plausible(*chunk, names)) return nullptr;
    return chunk;
}

Error damaged(const std::string& path, std::string detail) {
    return make_error(ErrorKind::corrupt, "The start-up copy " + path + " is damaged and was not used.",
                      std::move(detail));
}

Result<Header> read_header(Reader& reader, const std::string& path, uint64_t file_bytes, const ColumnsStamp& expected) {
    auto header = reader.value<Header>();
    if (!reader.ok() || header.magic != kMagic) return damaged(path, "no header");
    if (header.version != kVersion || header.chunk_rows != kChunkRows)
        return make_error(ErrorKind::unsupported,
                          "The start-up copy was made by another version of Linesman and was not used.");
    const uint64_t sum = std::exchange(header.checksum, 0);
    if (checksum_of({reinterpret_cast<const char*>(&header), sizeof header}) != sum)
        return damaged(path, "header checksum");
    if (header.file_bytes != file_bytes) return damaged(path, "length");
    if (ColumnsStamp{header.generation, header.producer} != expected)
        return make_error(ErrorKind::precondition_failed, "The start-up copy is of another state and was not used.");
    const uint64_t chunks = (uint64_t{header.rows} + kChunkRows - 1) / kChunkRows;
    if (header.chunks != chunks) return damaged(path, "row count");
    return header;
}

Result<model::Columns> parse(std::string_view bytes, const std::string& path, const ColumnsStamp& expected) {
    Reader reader(bytes);
    const auto header = read_header(reader, path, bytes.size(), expected);
    if (!header) return header.error();
    model::Columns columns;
    auto names = std::make_shared<model::Dictionaries>();
    bool sound = true;
    each_dictionary(
        *names, [&](model::Dictionary& dictionary) { sound = sound && read_dictionary(reader.block(), dictionary); });
    if (!sound || !reader.ok()) return damaged(path, "dictionaries");
    columns.chunks.reserve(header->chunks);
    for (uint32_t i = 0; i < header->chunks; ++i) {
        const uint32_t size = std::min(kChunkRows, header->rows - i * kChunkRows);
        auto chunk = read_chunk(reader.block(), size, *names);
        if (!chunk || !reader.ok()) return damaged(path, "chunk " + std::to_string(i));
        columns.chunks.push_back(std::move(chunk));
    }
    if (!reader.at_end()) return damaged(path, "bytes after the end");
    columns.names = std::move(names);
    return columns;
}

// A private mapping of a whole file. Replaced files keep their old content for us: they are renamed over, never written
// in place.
class Mapping {
  public:
    static Result<Mapping> open(const std::string& path) {
        const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) return base::file_error(errno, path, "open");
        struct stat info {};
        Mapping out;
        const bool known = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
        out.size_ = known ? static_cast<size_t>(info.st_size) : 0;
        if (out.size_ > 0) out.data_ = mmap(nullptr, out.size_, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
        const int failed = errno;
        ::close(fd);
        if (!known) return make_error(ErrorKind::io, path + " is not a file.");
        if (out.data_ == MAP_FAILED) return base::file_error(failed, path, "read");
        return out;
    }
    Mapping(Mapping&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    Mapping& operator=(Mapping&&) = delete;
    ~Mapping() {
        if (data_ && data_ != MAP_FAILED) munmap(data_, size_);
    }
    std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

  private:
    Mapping() = default;
    void* data_ = nullptr;
    size_t size_ = 0;
};

}  // namespace

Status write_columns_file(const std::string& path, const model::Columns& columns, const ColumnsStamp& stamp) {
    std::string out(sizeof(Header), '\0');
    out.reserve(sizeof(Header) + size_t{columns.row_count()} * 130 + (1U << 16));
    Writer writer(out);
    each_dictionary(*columns.names, [&](const model::Dictionary& dictionary) {
        writer.block([&] {
            writer.value(dictionary.size());
            for (uint32_t i = 0; i < dictionary.size(); ++i) {
                const std::string& name = dictionary.at(i);
                writer.value(static_cast<uint32_t>(name.size()));
                writer.bytes(name.data(), name.size());
            }
        });
    });
    for (const auto& chunk : columns.chunks) {
        writer.block([&] {
            each_array(*chunk, [&](const auto& array) { writer.bytes(array.data(), chunk->size * sizeof array[0]); });
            writer.text_column(chunk->staging_id, chunk->size);
            writer.text_column(chunk->pole_number, chunk->size);
        });
    }
    Header header;
    header.generation = stamp.generation;
    header.producer = stamp.producer;
    header.chunks = static_cast<uint32_t>(columns.chunks.size());
    header.rows = columns.row_count();
    header.file_bytes = out.size();
    header.checksum = checksum_of({reinterpret_cast<const char*>(&header), sizeof header});
    std::memcpy(out.data(), &header, sizeof header);
    // Not synced: a copy lost in a power cut is made anew, and a cut one is noticed.
    return base::write_file_atomically(path, out, false);
}

Result<model::Columns> read_columns_file(const std::string& path, const ColumnsStamp& expected) {
    const auto mapping = Mapping::open(path);
    if (!mapping) return mapping.error();
    return parse(mapping->bytes(), path, expected);
}

}  // namespace linesman::store
