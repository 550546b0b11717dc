#include "base/digest.h"

#include <openssl/evp.h>

#include <array>

#include "base/ids.h"

namespace linesman::base {

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    State() { begin(); }
    ~State() { EVP_MD_CTX_free(context); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    void begin() const { EVP_DigestInit_ex(context, EVP_sha256(), nullptr); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
    EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::string Sha256::finish_hex() {
    std::array<char, 32> digest{};
    unsigned size = 0;
    EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(digest.data()), &size);
    state_->begin();
    return hex(std::string_view(digest.data(), size));
}

}  // namespace linesman::base
