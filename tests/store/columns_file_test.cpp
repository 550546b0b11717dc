#include "store/columns_file.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/file.h"
#include "support/temp_folder.h"

namespace linesman::store {
namespace {

using base::ErrorKind;
using test::TempFolder;

constexpr ColumnsStamp kStamp{1234, 77};

model::Columns columns_of(int rows) {
    model::ColumnsBuilder builder;
    for (int i = 0; i < rows; ++i) {
        const std::string id = "capture-" + std::to_string(i), number = i % 3 == 0 ? "" : "LAW.P." + std::to_string(i);
        const std::string device = "device" + std::to_string(i % 11), person = "person" + std::to_string(i % 5);
        model::RowValues values;
        values.staging_id = id;
        values.pole_number = number;
        values.project = i % 2 == 0 ? "lawley" : "";
        values.zone = "zone 1";
        values.device = device;
        values.person = person;
        values.decided_by = person;
        values.x = static_cast<uint32_t>(i) * 7919U;
        values.y = ~values.x;
        values.flags = model::kFlagHasGps | model::kFlagInQueue;
        values.severity = model::Severity::error;
        values.photos = model::kAllSlots;
        values.findings = model::bit(model::Rule::gps_accuracy);
        values.captured_at = 1'700'000'000'000'000 + i;
        builder.put(values);
    }
    return builder.publish();
}

void expect_equal(const model::Columns& a, const model::Columns& b) {
    ASSERT_EQ(a.row_count(), b.row_count());
    for (model::Row row = 0; row < a.row_count(); ++row) {
        const auto& left = a.chunk_of(row);
        const auto& right = b.chunk_of(row);
        const uint32_t i = row % model::kChunkRows;
        ASSERT_EQ(a.staging_id(row), b.staging_id(row));
        ASSERT_EQ(a.pole_number(row), b.pole_number(row));
        ASSERT_EQ(left.x[i], right.x[i]);
        ASSERT_EQ(left.y[i], right.y[i]);
        ASSERT_EQ(left.flags[i], right.flags[i]);
        ASSERT_EQ(left.severity[i], right.severity[i]);
        ASSERT_EQ(left.photos[i], right.photos[i]);
        ASSERT_EQ(left.findings[i], right.findings[i]);
        ASSERT_EQ(left.accuracy_dm[i], right.accuracy_dm[i]);
        ASSERT_EQ(left.captured_at[i], right.captured_at[i]);
        ASSERT_EQ(left.decided_at[i], right.decided_at[i]);
        ASSERT_EQ(a.names->projects.at(left.project[i]), b.names->projects.at(right.project[i]));
        ASSERT_EQ(a.names->devices.at(left.device[i]), b.names->devices.at(right.device[i]));
        ASSERT_EQ(a.names->people.at(left.decided_by[i]), b.names->people.at(right.decided_by[i]));
    }
}

class ColumnsFile : public testing::Test {
  protected:
    std::string path() const { return folder_.file("columns.bin"); }
    void write(int rows) { ASSERT_TRUE(write_columns_file(path(), columns_of(rows), kStamp)); }
    ErrorKind failure(const ColumnsStamp& stamp = kStamp) {
        const auto read = read_columns_file(path(), stamp);
        EXPECT_FALSE(read);
        return read ? ErrorKind::internal : read.error().kind;
    }
    TempFolder folder_;
};

TEST_F(ColumnsFile, RowsComeBackAsTheyWere) {
    for (const int rows : {0, 1, 4095, 4096, 4097, 10'000}) {
        write(rows);
        const auto read = read_columns_file(path(), kStamp);
        ASSERT_TRUE(read) << rows << ": " << read.error().full();
        expect_equal(columns_of(rows), *read);
    }
}

TEST_F(ColumnsFile, WhatWasReadCanBeBuiltUpon) {
    write(5000);
    model::ColumnsBuilder builder(read_columns_file(path(), kStamp).value());
    EXPECT_EQ(builder.row_of("capture-4999"), 4999U);
    model::RowValues values;
    values.staging_id = "new";
    EXPECT_EQ(builder.put(values), 5000U);
}

TEST_F(ColumnsFile, OtherGenerationOrProducerIsNotUsed) {
    write(10);
    EXPECT_EQ(failure({1235, 77}), ErrorKind::precondition_failed);
    EXPECT_EQ(failure({1234, 78}), ErrorKind::precondition_failed);
}

TEST_F(ColumnsFile, AbsentFileIsNotFound) {
    EXPECT_EQ(failure(), ErrorKind::not_found);
}

TEST_F(ColumnsFile, OtherFormatVersionIsUnsupported) {
    write(10);
    auto bytes = base::read_file(path()).value();
    bytes[8] = 9;
    ASSERT_TRUE(base::write_file_atomically(path(), bytes));
    EXPECT_EQ(failure(), ErrorKind::unsupported);
}

TEST_F(ColumnsFile, EveryCutIsNoticed) {
    write(300);
    const auto bytes = base::read_file(path()).value();
    for (size_t size = 0; size < bytes.size(); size += size < 200 ? 1 : 97) {
        ASSERT_TRUE(base::write_file_atomically(path(), bytes.substr(0, size), false));
        EXPECT_EQ(failure(), ErrorKind::corrupt) << size;
    }
    ASSERT_TRUE(base::write_file_atomically(path(), bytes + "more", false));
    EXPECT_EQ(failure(), ErrorKind::corrupt);
}

TEST_F(ColumnsFile, ValuesThatPointNowhereAreCorruptEvenWithRightChecksums) {
    const auto sound = columns_of(10);
    const auto refuse = [&](const std::function<void(model::Chunk&)>& spoil) {
        auto chunk = std::make_shared<model::Chunk>(*sound.chunks[0]);
        spoil(*chunk);
        model::Columns spoilt = sound;
        spoilt.chunks[0] = chunk;
        ASSERT_TRUE(write_columns_file(path(), spoilt, kStamp));
        EXPECT_EQ(failure(), ErrorKind::corrupt);
    };
    refuse([](model::Chunk& chunk) { chunk.device[3] = 4'000'000; });
    refuse([](model::Chunk& chunk) { chunk.project[9] = 2; });
    refuse([](model::Chunk& chunk) { chunk.status[0] = static_cast<model::ValidationStatus>(4); });
    refuse([](model::Chunk& chunk) { chunk.severity[0] = static_cast<model::Severity>(200); });
    refuse([](model::Chunk& chunk) { chunk.findings[0] = UINT32_MAX; });
    refuse([](model::Chunk& chunk) { chunk.staging_id.offsets[5] = 1; });
    refuse([](model::Chunk& chunk) { chunk.pole_number.offsets[5] = UINT32_MAX; });
}

TEST_F(ColumnsFile, EveryFlippedByteIsNoticedOrHarmless) {
    write(12);
    const auto sound = base::read_file(path()).value();
    const auto before = columns_of(12);
    for (size_t at = 0; at < sound.size(); ++at) {
        auto bytes = sound;
        bytes[at] ^= 0x41;
        ASSERT_TRUE(base::write_file_atomically(path(), bytes, false));
        const auto read = read_columns_file(path(), kStamp);
        // Only padding between blocks is not covered by a checksum.
        if (read) expect_equal(before, *read);
    }
}

}  // namespace
}  // namespace linesman::store
