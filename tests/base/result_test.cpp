#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <vector>

namespace linesman::base {
namespace {

const std::vector<ErrorKind> kAllKinds{
    ErrorKind::offline,   ErrorKind::timed_out,      ErrorKind::rate_limited,        ErrorKind::unavailable,
    ErrorKind::aborted,   ErrorKind::internal,       ErrorKind::unauthenticated,     ErrorKind::permission_denied,
    ErrorKind::not_found, ErrorKind::already_exists, ErrorKind::precondition_failed, ErrorKind::invalid_argument,
    ErrorKind::corrupt,   ErrorKind::too_large,      ErrorKind::disk_full,           ErrorKind::io,
    ErrorKind::cancelled, ErrorKind::configuration,  ErrorKind::unsupported};

Result<int> half(int n) {
    if (n % 2 != 0) return make_error(ErrorKind::invalid_argument, "odd");
    return n / 2;
}

Status quarter_is_even(int n) {
    LINESMAN_TRY(half(n));
    LINESMAN_TRY(half(n / 2));
    return {};
}

TEST(Result, HoldsAValueOrAnError) {
    EXPECT_EQ(half(8).value(), 4);
    EXPECT_TRUE(half(8));
    EXPECT_FALSE(half(7));
    EXPECT_EQ(half(7).error().what, "odd");
    EXPECT_EQ(half(7).value_or(-1), -1);
    EXPECT_EQ(half(6).value_or(-1), 3);
}

TEST(Result, TryReturnsTheFirstError) {
    EXPECT_TRUE(quarter_is_even(8).ok());
    EXPECT_EQ(quarter_is_even(6).error().kind, ErrorKind::invalid_argument);
}

TEST(Result, CarriesTypesThatOnlyMove) {
    Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
    const std::unique_ptr<int> taken = std::move(result).value();
    EXPECT_EQ(*taken, 5);
}

TEST(Result, CanHoldAnErrorAsItsValueType) {
    const Result<std::string> text = std::string("fine");
    EXPECT_EQ(text->size(), 4U);
    EXPECT_EQ(*text, "fine");
}

TEST(ErrorKind, NamesAreDistinctLowerCaseAndStable) {
    std::set<std::string_view> names;
    for (const ErrorKind kind : kAllKinds) {
        names.insert(name_of(kind));
        for (const char c : name_of(kind)) EXPECT_TRUE((c >= 'a' && c <= 'z') || c == '_');
    }
    EXPECT_EQ(names.size(), kAllKinds.size());
    EXPECT_EQ(name_of(ErrorKind::permission_denied), "permission_denied");
}

TEST(ErrorKind, OnlyWhatMayPassByItselfIsRetryable) {
    const std::set<ErrorKind> retryable{ErrorKind::offline,        ErrorKind::timed_out, ErrorKind::rate_limited,
                                        ErrorKind::unavailable,    ErrorKind::aborted,   ErrorKind::internal,
                                        ErrorKind::unauthenticated};
    for (const ErrorKind kind : kAllKinds) EXPECT_EQ(is_retryable(kind), retryable.contains(kind)) << name_of(kind);
}

TEST(Error, FullTextHoldsSentenceKindAndDetail) {
    EXPECT_EQ(make_error(ErrorKind::io, "Could not read a.").full(), "Could not read a. (io)");
    EXPECT_EQ(make_error(ErrorKind::io, "Could not read a.", "EIO").full(), "Could not read a. (io: EIO)");
}

}  // namespace
}  // namespace linesman::base
