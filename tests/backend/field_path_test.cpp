#include "backend/field_path.h"

#include <gtest/gtest.h>

namespace linesman::backend {
namespace {

TEST(FieldPath, WhatIsWrittenReadsBackAsTheSameSegments) {
    const std::vector<std::vector<std::string>> paths = {
        {"a"}, {"_a1", "B"}, {"a b"},       {"1a"},       {"a.b", "c"},
        {"`"}, {"\\"},       {"`\\`", "x"}, {"\xC3\xA9"}, {"people", "u-1"}};
    for (const auto& segments : paths) {
        const FieldPath path{segments};
        const auto read = parse_field_path(path.text());
        ASSERT_TRUE(read.ok()) << path.text();
        EXPECT_EQ(read->segments, segments) << path.text();
    }
    const FieldPath quoted{{"a b", "c`d", "e"}};
    EXPECT_EQ(quoted.text(), "`a b`.`c\\`d`.e");
}

TEST(FieldPath, WhatIsNoPathIsRefused) {
    for (const char* bad : {"", ".", "a.", ".a", "a..b", "1a", "a b", "a-b", "`", "`a", "``", "`a`b", "`a\\", "a.`b`c"})
        EXPECT_FALSE(parse_field_path(bad).ok()) << bad;
}

TEST(FieldPath, ReservedNamesAreRefusedButForTheDocumentsOwn) {
    EXPECT_TRUE(parse_field_path("__name__")->is_name());
    for (const char* bad : {"__update_time__", "a.__x__", "____", "__name__.a"})
        EXPECT_FALSE(parse_field_path(bad).ok()) << bad;
    EXPECT_TRUE(parse_field_path("__a").ok());
}

TEST(FieldPath, PutMakesMapsOnTheWayAndReplacesWhatIsNone) {
    Map fields;
    set(fields, "a", Value{int64_t{1}});
    const auto path = parse_field_path("a.b.c").value();
    put(fields, path, Value{int64_t{2}});
    const Value* found = get(fields, path);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(*found->as<int64_t>(), 2);
    EXPECT_EQ(get(fields, parse_field_path("a.b.c.d").value()), nullptr) << "nothing lies below a number";
    remove(fields, parse_field_path("a.x.c").value());
    remove(fields, path);
    EXPECT_EQ(get(fields, path), nullptr);
    EXPECT_NE(get(fields, parse_field_path("a.b").value()), nullptr) << "the map stays, empty";
}

TEST(FieldPath, AProjectionHasOnlyWhatThePathsReach) {
    Map fields;
    put(fields, parse_field_path("a.b").value(), Value{int64_t{1}});
    put(fields, parse_field_path("a.c").value(), Value{int64_t{2}});
    put(fields, parse_field_path("d").value(), Value{int64_t{3}});
    const Map part = project(fields, {parse_field_path("a.c").value(), parse_field_path("none.x").value(),
                                      parse_field_path("__name__").value()});
    EXPECT_EQ(get(part, parse_field_path("a.b").value()), nullptr);
    EXPECT_NE(get(part, parse_field_path("a.c").value()), nullptr);
    EXPECT_EQ(get(part, parse_field_path("d").value()), nullptr);
    EXPECT_EQ(get(part, parse_field_path("none").value()), nullptr);
}

}  // namespace
}  // namespace linesman::backend
