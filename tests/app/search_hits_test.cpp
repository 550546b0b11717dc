#include "app/search_hits.h"

#include <gmock/gmock.h>

#include "app/app_support.h"
#include "app/row_service.h"

namespace linesman::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SearchHitsTest : public testing::Test {
  protected:
    void SetUp() override {
        store::CacheBatch batch;
        for (const auto& [id, notes] : {std::pair{"a", "Rots op 0.4 m, paal léun"}, {"b", "planted"}, {"c", ""}}) {
            model::Capture capture = model::test::a_capture(id);
            capture.notes = notes;
            batch.documents.push_back(test::cached(capture, test::kVersion1));
        }
        auto opened = store::Cache::open(path(), clock_);
        ASSERT_TRUE(opened);
        ASSERT_TRUE(opened->cache.apply(batch));
    }
    std::string path() const { return folder_.path() + "/cache.db"; }
    model::SearchHits find(const std::string& text) const { return search_hits(path(), people_, text); }

    test::TempFolder folder_;
    base::ManualClock clock_;
    std::vector<model::Person> people_ = {{"u1", "Thandi Ḽavhengwa", "Crew 1", "", ""},
                                          {"u2", "Sipho D.", "Crew 2", "", ""}};
};

TEST_F(SearchHitsTest, NotesAreFoundByTheBeginningOfAWordWithoutAccents) {
    EXPECT_THAT(find("LEUN").captures, ElementsAre("a"));
    EXPECT_THAT(find("plan").captures, ElementsAre("b"));
    EXPECT_THAT(find("nowhere").captures, IsEmpty());
}

TEST_F(SearchHitsTest, PeopleAreFoundByNameAndCrewAccentsFolded) {
    EXPECT_THAT(find("lavhe").people, ElementsAre("u1"));
    EXPECT_THAT(find("crew").people, UnorderedElementsAre("u1", "u2"));
    EXPECT_THAT(find("th").people, IsEmpty()) << "two letters stand in most names";
}

TEST_F(SearchHitsTest, NothingIsLookedForWithoutAText) {
    EXPECT_TRUE(find("  ").empty());
    EXPECT_THAT(search_hits(folder_.path() + "/no.db", people_, "sipho").people, ElementsAre("u2"));
}

TEST_F(SearchHitsTest, TheQueueShowsWhatNotesAndNamesFindOnceItIsLookedUp) {
    base::WorkerPool pool{1};
    test::Signal woken;
    RowService service{
        pool, [&] { woken.set(); },
        [&](const Snapshot& s, const std::string& text) { return search_hits(path(), *s.people, text); }};
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->people = std::make_shared<const std::vector<model::Person>>(people_);
    snapshot->rows_generation = 1;
    model::ColumnsBuilder builder;
    model::RowValues row;
    for (const auto& [id, person] : {std::pair{"a", ""}, {"b", "u1"}, {"c", "u2"}}) {
        row.staging_id = id;
        row.person = person;
        builder.put(row);
    }
    snapshot->columns = builder.publish();
    const auto shown = [&](const char* text) {
        model::Filter filter;
        filter.scope = model::QueueScope::all;
        filter.search = text;
        EXPECT_TRUE(woken.wait([&] { return service.rows(snapshot, filter, {}) != nullptr; }));
        return service.rows(snapshot, filter, {})->rows;
    };
    EXPECT_THAT(shown("rots"), ElementsAre(0));
    EXPECT_THAT(shown("thandi"), ElementsAre(1));
    EXPECT_THAT(shown("crew 2"), ElementsAre(2));
}

}  // namespace
}  // namespace linesman::app
