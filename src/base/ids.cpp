#include "base/ids.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstdlib>

namespace linesman::base {
namespace {

void random_bytes(uint8_t* out, size_t size) {
    if (RAND_bytes(out, static_cast<int>(size)) != 1)
        std::abort();  // no entropy source: nothing we make would be unique
}

// OpenSSL 3 looks an algorithm up by its name at every use of EVP_sha256(), which for short texts costs more than the
// digest: it is fetched once for each thread.
class Digester {
  public:
    explicit Digester(const char* name) : kind_(EVP_MD_fetch(nullptr, name, nullptr)), context_(EVP_MD_CTX_new()) {
        if (!kind_ || !context_)
            std::abort();  // no memory, or an OpenSSL without it: nothing we store could be checked
    }
    ~Digester() {
        EVP_MD_CTX_free(context_);
        EVP_MD_free(kind_);
    }
    Digester(const Digester&) = delete;
    Digester& operator=(const Digester&) = delete;

    template <size_t N>
    std::array<uint8_t, N> operator()(std::string_view bytes) {
        std::array<uint8_t, N> out{};
        unsigned size = 0;
        EVP_DigestInit_ex2(context_, kind_, nullptr);
        EVP_DigestUpdate(context_, bytes.data(), bytes.size());
        EVP_DigestFinal_ex(context_, out.data(), &size);
        return out;
    }

  private:
    EVP_MD* kind_;
    EVP_MD_CTX* context_;
};

std::string encode_base64(std::string_view bytes, const char* alphabet, bool pad) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const size_t left = bytes.size() - i;
        const auto at = [&](size_t k) { return k < left ? static_cast<uint8_t>(bytes[i + k]) : 0U; };
        const uint32_t word = at(0) << 16 | at(1) << 8 | at(2);
        for (size_t k = 0; k < 4; ++k) {
            if (k <= left) {
                out += alphabet[word >> (18 - 6 * k) & 63];
            } else if (pad) {
                out += '=';
            }
        }
    }
    return out;
}

int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

template <size_t N>
std::string pick(const char (&alphabet)[N], int count) {
    std::string out;
    while (static_cast<int>(out.size()) < count) {
        std::array<uint8_t, 64> bytes{};
        random_bytes(bytes.data(), bytes.size());
        constexpr unsigned kLetters = N - 1;
        constexpr unsigned kLimit = 256 / kLetters * kLetters;  // rejection keeps every letter equally likely
        for (const uint8_t byte : bytes) {
            if (byte < kLimit && static_cast<int>(out.size()) < count) out += alphabet[byte % kLetters];
        }
    }
    return out;
}

constexpr char kHex[] = "0123456789abcdef";

}  // namespace

std::string uuid7(const Clock& clock) {
    std::array<uint8_t, 16> b{};
    random_bytes(b.data(), b.size());
    const auto ms = static_cast<uint64_t>(clock.now().us / 1000);
    for (int i = 0; i < 6; ++i) b[static_cast<size_t>(i)] = static_cast<uint8_t>(ms >> (40 - 8 * i));
    b[6] = static_cast<uint8_t>((b[6] & 0x0F) | 0x70);
    b[8] = static_cast<uint8_t>((b[8] & 0x3F) | 0x80);
    std::string text = hex({reinterpret_cast<const char*>(b.data()), b.size()});
    for (const size_t at : {20U, 16U, 12U, 8U}) text.insert(at, 1, '-');
    return text;
}

std::string random_document_id() {
    return pick("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 20);
}

std::string random_base36(int count) {
    return pick("0123456789abcdefghijklmnopqrstuvwxyz", count);
}

std::string random_hex(int count) {
    std::string bytes(static_cast<size_t>(count), '\0');
    random_bytes(reinterpret_cast<uint8_t*>(bytes.data()), bytes.size());
    return hex(bytes);
}

std::array<uint8_t, 32> sha256(std::string_view bytes) {
    static thread_local Digester digester("SHA256");
    return digester.operator()<32>(bytes);
}

std::array<uint8_t, 16> md5(std::string_view bytes) {
    static thread_local Digester digester("MD5");
    return digester.operator()<16>(bytes);
}

std::string sha256_hex(std::string_view bytes) {
    const auto d = sha256(bytes);
    return hex({reinterpret_cast<const char*>(d.data()), d.size()});
}

std::string md5_base64(std::string_view bytes) {
    const auto d = md5(bytes);
    return base64_encode({reinterpret_cast<const char*>(d.data()), d.size()});
}

std::string base64_encode(std::string_view bytes) {
    return encode_base64(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

std::string base64url_encode(std::string_view bytes) {
    return encode_base64(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false);
}

Result<std::string> base64_decode(std::string_view text) {
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    std::string out;
    out.reserve(text.size() * 3 / 4);
    uint32_t word = 0;
    int bits = 0;
    for (const char c : text) {
        const int value = base64_value(c);
        if (value < 0) return make_error(ErrorKind::corrupt, "Encoded data could not be read.", "not base64");
        word = word << 6 | static_cast<uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(word >> bits & 0xFF);
        }
    }
    if (bits == 6) return make_error(ErrorKind::corrupt, "Encoded data could not be read.", "base64 cut short");
    return out;
}

std::string hex(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        out += kHex[static_cast<uint8_t>(c) >> 4];
        out += kHex[static_cast<uint8_t>(c) & 15];
    }
    return out;
}

uint64_t fnv1a(std::string_view bytes) {
    uint64_t hash = 14695981039346656037ULL;
    for (const char c : bytes) hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211ULL;
    return hash;
}

}  // namespace linesman::base
