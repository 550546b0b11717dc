#include "base/ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace linesman::base {
namespace {

using namespace std::string_literals;

TEST(Digest, KnownVectors) {
    // RFC 1321, appendix A.5; FIPS 180-2, appendix B.
    EXPECT_EQ(hex({reinterpret_cast<const char*>(md5("").data()), 16}), "d41d8cd98f00b204e9800998ecf8427e");
    const auto abc = md5("abc");
    EXPECT_EQ(hex({reinterpret_cast<const char*>(abc.data()), 16}), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(md5_base64(""), "1B2M2Y8AsgTpgAmY7PhCfg==");
    EXPECT_EQ(md5_base64("abc"), "kAFQmDzST7DWlj99KOF/cg==");
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Fnv1a, KnownVectors) {
    EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325ULL);
    EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cULL);
    EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8ULL);
}

TEST(Hex, CoversEveryByte) {
    EXPECT_EQ(hex("\x00\x0f\xf0\xff"s), "000ff0ff");
}

TEST(Uuid7, HoldsTheTimeTheVersionAndTheVariant) {
    // RFC 9562: 48 bits of Unix milliseconds, version 7, variant 10.
    const ManualClock clock({1'645'557'742'000'000});  // the example of RFC 9562, appendix A.6
    const std::string id = uuid7(clock);
    EXPECT_THAT(id, testing::MatchesRegex("017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
}

TEST(Uuid7, SortsByTimeAndNeverRepeats) {
    ManualClock clock;
    std::string before;
    std::set<std::string> all;
    for (int i = 0; i < 1000; ++i) {
        clock.advance(milliseconds(1));
        const std::string id = uuid7(clock);
        EXPECT_LT(before, id);
        before = id;
        all.insert(id);
        all.insert(uuid7(clock));
    }
    EXPECT_EQ(all.size(), 2000U);
}

TEST(RandomIds, HaveTheirLengthAlphabetAndSpread) {
    std::set<std::string> all;
    std::set<char> letters;
    for (int i = 0; i < 2000; ++i) {
        const std::string id = random_document_id();
        ASSERT_EQ(id.size(), 20U);
        for (const char c : id) {
            ASSERT_TRUE(std::isalnum(static_cast<unsigned char>(c)));
            letters.insert(c);
        }
        all.insert(id);
    }
    EXPECT_EQ(all.size(), 2000U);
    EXPECT_EQ(letters.size(), 62U);
    EXPECT_THAT(random_base36(100), testing::MatchesRegex("[0-9a-z]{100}"));
    EXPECT_EQ(random_base36(0), "");
    EXPECT_THAT(random_hex(16), testing::MatchesRegex("[0-9a-f]{32}"));
    EXPECT_NE(random_hex(16), random_hex(16));
}

TEST(Base64, KnownVectors) {
    // RFC 4648, section 10.
    const std::vector<std::pair<std::string, std::string>> vectors{{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : vectors) {
        EXPECT_EQ(base64_encode(plain), encoded);
        EXPECT_EQ(base64_decode(encoded).value(), plain);
    }
    EXPECT_EQ(base64_encode("\xFB\xFF"), "+/8=");
    EXPECT_EQ(base64url_encode("\xFB\xFF"), "-_8");
    EXPECT_EQ(base64_decode("-_8").value(), "\xFB\xFF");
    EXPECT_EQ(base64_decode("+/8=").value(), "\xFB\xFF");
}

TEST(Base64, EveryLengthComesBack) {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(base64_decode(base64_encode(bytes)).value(), bytes);
        EXPECT_EQ(base64_decode(base64url_encode(bytes)).value(), bytes);
        bytes += static_cast<char>(i * 37);
    }
}

TEST(Base64, GarbageIsCorrupt) {
    for (const char* text :
         {"A", "A===", "Zm9v!", "Zm 9v", "Zg==Zg==", "\xFF\xFF\xFF\xFF", "data:image/jpeg;base64,Zg=="}) {
        const auto decoded = base64_decode(text);
        ASSERT_FALSE(decoded.ok()) << text;
        EXPECT_EQ(decoded.error().kind, ErrorKind::corrupt);
    }
}

}  // namespace
}  // namespace linesman::base
