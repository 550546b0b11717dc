#include "report/verify.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "report/rendering.h"
#include "support/temp_folder.h"

namespace linesman::report {
namespace {

using test::render;

TEST(Verify, AReportRendersAgainToTheSameBytes) {
    const linesman::test::TempFolder folder, scratch;
    const auto rendered = render(test::validation_inputs(), folder.path());
    ASSERT_TRUE(rendered.ok());
    Making making;
    const auto checked = verify_report(rendered->manifest, "0.1.0", scratch.path(), making);
    ASSERT_TRUE(checked.ok()) << checked.error().full();
    for (const auto& file : checked->files) EXPECT_EQ(name_of(file.state), "same") << file.name << " " << file.what;
    EXPECT_TRUE(checked->holds());
    EXPECT_EQ(checked->meta, test::meta());
    EXPECT_EQ(scratch.count(), 0);
}

TEST(Verify, NamesAlteredAndMissingFiles) {
    const linesman::test::TempFolder folder, scratch;
    const auto rendered = render(test::validation_inputs(), folder.path(), {Format::csv});
    ASSERT_TRUE(rendered.ok());
    ASSERT_TRUE(base::write_file_atomically(folder / "validation.csv", "nicer figures").ok());
    std::filesystem::remove(folder / "validation-by-rule.csv");
    Making making;
    const auto checked = verify_report(rendered->manifest, "0.1.0", scratch.path(), making);
    ASSERT_TRUE(checked.ok());
    EXPECT_FALSE(checked->holds());
    for (const auto& file : checked->files) {
        const auto expected = file.name == "validation.csv"           ? FileState::altered
                              : file.name == "validation-by-rule.csv" ? FileState::missing
                                                                      : FileState::same;
        EXPECT_EQ(file.state, expected) << file.name;
    }
}

TEST(Verify, AlteredInputsAreSeenEvenWhenTheyAreStillInputs) {
    const linesman::test::TempFolder folder, scratch;
    const auto rendered = render(test::validation_inputs(), folder.path(), {Format::csv});
    ASSERT_TRUE(rendered.ok());
    auto text = base::read_file(folder / "validation.inputs.jsonl").value_or("");
    const auto at = text.find("\"rejected\"");
    ASSERT_NE(at, std::string::npos);
    text.replace(at, 10, "\"approved\"");
    ASSERT_TRUE(base::write_file_atomically(folder / "validation.inputs.jsonl", text).ok());
    Making making;
    const auto checked = verify_report(rendered->manifest, "0.1.0", scratch.path(), making);
    ASSERT_TRUE(checked.ok());
    EXPECT_EQ(checked->files[0].state, FileState::altered);
    const auto csv = std::find_if(checked->files.begin(), checked->files.end(),
                                  [](const auto& file) { return file.name == "validation.csv"; });
    EXPECT_EQ(csv->state, FileState::different);
}

TEST(Verify, AManifestCannotPointElsewhere) {
    const linesman::test::TempFolder folder;
    ASSERT_TRUE(base::write_file_atomically(folder / "m.json",
                                            R"({"linesman_report":1,"stem":"x","formats":[],"files":[],)"
                                            R"("inputs":{"name":"../../etc/passwd","sha256":"0"}})")
                    .ok());
    Making making;
    const auto checked = verify_report(folder / "m.json", "0.1.0", folder.path(), making);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().kind, base::ErrorKind::corrupt);
}

TEST(Verify, ListsWhatChangedInTheDataSince) {
    auto before = test::validation_inputs(), now = test::validation_inputs();
    model::ColumnsBuilder builder(test::five_captures());
    auto decided = model::test::decided(model::test::a_capture("s0"), model::Decision::approved);
    builder.put(model::row_values(decided, model::Severity::none, 0, 0, "Zone 1", "PON 7"));
    builder.remove("s2");
    auto late = model::test::a_capture("s9");
    builder.put(model::row_values(late, model::Severity::none, 0, 0, "", ""));
    now.tables[0].table = test::capture_table(builder.publish());
    const auto changes = compare_inputs(before, now);
    ASSERT_EQ(changes.size(), 3U);
    EXPECT_EQ(changes[0].key, "s0");
    EXPECT_EQ(changes[0].what, DataChange::What::changed);
    EXPECT_NE(std::find(changes[0].columns.begin(), changes[0].columns.end(), "decision"), changes[0].columns.end());
    EXPECT_EQ(changes[1].key, "s2");
    EXPECT_EQ(changes[1].what, DataChange::What::removed);
    EXPECT_EQ(changes[2].key, "s9");
    EXPECT_EQ(changes[2].what, DataChange::What::added);
}

TEST(Verify, WhatIsNoManifestIsNamedAndWhatIsNewerIsNotTouched) {
    const linesman::test::TempFolder folder;
    Making making;
    const auto error_of = [&](const std::string& text) {
        EXPECT_TRUE(base::write_file_atomically(folder / "m.json", text).ok());
        const auto checked = verify_report(folder / "m.json", "0.1.0", folder.path(), making);
        EXPECT_FALSE(checked.ok()) << text;
        return checked.ok() ? base::Error{} : checked.error();
    };
    for (const char* text : {"", "{", "[]", "{}", R"({"linesman_report":1})", R"({"linesman_report":1,"stem":"a/b"})",
                             R"({"linesman_report":1,"stem":"x","formats":["doc"],"files":[],"inputs":{}})",
                             R"({"linesman_report":1,"stem":"x","formats":[],"files":[{}],)"
                             R"("inputs":{"name":"i","sha256":"0"}})"}) {
        const auto error = error_of(text);
        EXPECT_EQ(error.kind, base::ErrorKind::corrupt) << text;
        EXPECT_NE(error.what.find("m.json"), std::string::npos) << error.what;
    }
    EXPECT_EQ(error_of(R"({"linesman_report":99})").kind, base::ErrorKind::unsupported);
    const auto missing = verify_report(folder / "none.json", "0.1.0", folder.path(), making);
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(missing.error().kind, base::ErrorKind::not_found);
}

TEST(Verify, WithoutItsInputsTheFilesAreStillCompared) {
    const linesman::test::TempFolder folder, scratch;
    const auto rendered = render(test::validation_inputs(), folder.path(), {Format::csv});
    ASSERT_TRUE(rendered.ok());
    std::filesystem::remove(folder / "validation.inputs.jsonl");
    ASSERT_TRUE(base::write_file_atomically(folder / "validation-by-rule.csv", "other").ok());
    Making making;
    const auto checked = verify_report(rendered->manifest, "0.1.0", scratch.path(), making);
    ASSERT_TRUE(checked.ok()) << checked.error().full();
    EXPECT_FALSE(checked->holds());
    EXPECT_EQ(checked->files[0].state, FileState::missing);
    EXPECT_TRUE(std::any_of(checked->files.begin(), checked->files.end(),
                            [](const auto& file) { return file.state == FileState::altered; }));
    EXPECT_TRUE(checked->inputs.tables.empty());
}

TEST(Verify, InputsThatCannotBeReadAreAnError) {
    const linesman::test::TempFolder folder, scratch;
    const auto rendered = render(test::validation_inputs(), folder.path(), {Format::csv});
    ASSERT_TRUE(rendered.ok());
    ASSERT_TRUE(base::write_file_atomically(folder / "validation.inputs.jsonl", "{\"linesman_inputs\":1").ok());
    Making making;
    const auto checked = verify_report(rendered->manifest, "0.1.0", scratch.path(), making);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().kind, base::ErrorKind::corrupt);
    EXPECT_EQ(scratch.count(), 0);
}

TEST(Verify, WithoutAScratchFolderNothingIsSaidToHold) {
    const linesman::test::TempFolder folder;
    const auto rendered = render(test::validation_inputs(), folder.path(), {Format::csv});
    ASSERT_TRUE(rendered.ok());
    Making making;
    const auto checked = verify_report(rendered->manifest, "0.1.0", folder / "nowhere", making);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().kind, base::ErrorKind::io);
}

TEST(Verify, AnotherVersionThatRendersOtherBytesIsToldFromDamage) {
    const linesman::test::TempFolder folder, scratch;
    const auto rendered = render(test::validation_inputs(), folder.path(), {Format::csv});
    ASSERT_TRUE(rendered.ok());
    // As another version would have written it: other bytes, and a manifest that knows them.
    auto manifest = *base::parse_json(base::read_file(rendered->manifest).value_or(""), "manifest");
    ASSERT_TRUE(base::write_file_atomically(folder / "validation.csv", "as version 0.0.9 wrote it\n").ok());
    manifest["version"] = "0.0.9";
    for (auto& file : manifest["files"]) {
        if (file["name"] == "validation.csv")
            file["sha256"] = digest_of_file(folder / "validation.csv", "validation.csv")->sha256;
    }
    ASSERT_TRUE(base::write_file_atomically(rendered->manifest, base::to_text(manifest)).ok());
    Making making;
    const auto checked = verify_report(rendered->manifest, "0.1.0", scratch.path(), making);
    ASSERT_TRUE(checked.ok());
    EXPECT_EQ(checked->made_by, "0.0.9");
    const auto csv = std::find_if(checked->files.begin(), checked->files.end(),
                                  [](const auto& file) { return file.name == "validation.csv"; });
    ASSERT_NE(csv, checked->files.end());
    EXPECT_EQ(csv->state, FileState::different);
    EXPECT_NE(csv->what.find("another version"), std::string::npos) << csv->what;
}

TEST(Verify, RowsThatShareTheirKeyAreComparedTogetherAndPhotosAreNot) {
    const auto table = [](std::initializer_list<const char*> messages) {
        auto out = std::make_shared<MemoryTable>(std::vector<Column>{{"staging_id", ""}, {"message", ""}});
        for (const char* message : messages) out->add({Cell::of("s1"), Cell::of(message)});
        return out;
    };
    Inputs before, now;
    before.tables = {{"findings", table({"a", "b"})}, {"thumbnails", table({"x"})}};
    now.tables = {{"findings", table({"a", "b"})}, {"thumbnails", table({})}};
    EXPECT_TRUE(compare_inputs(before, now).empty());
    now.tables[0].table = table({"a", "c"});
    const auto changes = compare_inputs(before, now);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].key, "s1");
    EXPECT_TRUE(changes[0].columns.empty()) << "which of two rows changed is not known";
}

TEST(FileState, HasAName) {
    EXPECT_EQ(name_of(FileState::same), "same");
    EXPECT_EQ(name_of(FileState::missing), "missing");
    EXPECT_EQ(name_of(FileState::altered), "altered");
    EXPECT_EQ(name_of(FileState::different), "different");
}

}  // namespace
}  // namespace linesman::report
