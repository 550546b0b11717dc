// Which capture a word of the command line means.
#include <gtest/gtest.h>

#include "cli/verbs/verbs.h"
#include "model/columns.h"

namespace linesman::cli {
namespace {

class FindRow : public testing::Test {
  protected:
    void add(const std::string& id, const std::string& number) {
        model::RowValues values;
        values.staging_id = id;
        values.pole_number = number;
        builder.put(values);
        snapshot.columns = builder.publish();
        ++snapshot.counts.total;
    }
    std::string found(const std::string& item) {
        const auto row = find_row(snapshot, item);
        return row ? std::string(snapshot.columns.staging_id(*row)) : row.error().what;
    }

    model::ColumnsBuilder builder;
    app::Snapshot snapshot;
};

TEST_F(FindRow, IsTheIdOrTheNumberOfOneCapture) {
    add("stg1", "LAW.P.A001");
    add("stg2", "LAW.P.A002");
    EXPECT_EQ(found("stg2"), "stg2");
    EXPECT_EQ(found("LAW.P.A001"), "stg1");
    EXPECT_NE(found("LAW.P.A003").find("No capture here"), std::string::npos);
    EXPECT_NE(found("").find("No capture here"), std::string::npos);
}

TEST_F(FindRow, ANumberInAnotherSpellingIsFoundWhenNoneIsSpelledSo) {
    add("stg1", "law.p.a001 ");
    EXPECT_EQ(found("LAW.P.A001"), "stg1");
    add("stg2", "LAW.P.A001");
    EXPECT_EQ(found("LAW.P.A001"), "stg2") << "as typed comes first";
    EXPECT_NE(found("Law.P.A001").find("stg1, stg2"), std::string::npos) << found("Law.P.A001");
}

TEST_F(FindRow, AnEmptyDeskSaysWhatToDo) {
    EXPECT_NE(found("LAW.P.A001").find("linesmanctl sync"), std::string::npos);
}

}  // namespace
}  // namespace linesman::cli
