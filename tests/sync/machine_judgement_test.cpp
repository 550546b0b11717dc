#include "sync/machine_judgement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/operation.h"
#include "sync/builders.h"

namespace linesman::sync::test {
namespace {

using base::Json;

model::Finding finding(model::Rule rule, model::Severity severity, const std::string& id) {
    model::Finding out;
    out.rule = rule;
    out.severity = severity;
    out.field = "gpsLocation";
    out.message = "Too far away.";
    out.id = id;
    return out;
}

struct MachineJudgementTest : testing::Test {
    model::Capture capture = phone_capture();
    std::vector<model::Finding> findings;

    CurrentDocument current() const {
        return {kRoot + kStaging + "/" + capture.staging_id, "2026-11-22T08:00:00.000001Z", encode_capture(capture)};
    }
    std::optional<MachineWrite> write() const { return machine_write(current(), capture, findings); }
    static const Json* set_in(const FieldChanges& changes, const std::string& key) {
        for (const auto& [path, content] : changes.set) {
            if (path == key) return &content;
        }
        return nullptr;
    }
    static std::string status_in(const MachineWrite& write) {
        const Json* status = set_in(write.changes, "validation_status");
        return status ? value::as_text(*status).value_or("") : "";
    }
    static Json entries_in(const MachineWrite& write) {
        const Json* entries = set_in(write.changes, "validation_errors");
        return entries ? value::to_plain(*entries) : Json();
    }
    // What the document becomes.
    void take(const MachineWrite& made) {
        Json fields = encode_capture(capture);
        for (const auto& [key, content] : made.changes.set) fields[key] = content;
        capture = *decode_capture(capture.staging_id, fields, "2026-11-22T08:00:01Z");
    }
    void decided(model::Decision decision) {
        capture.review.emplace();
        capture.review->decision = decision;
        capture.review->op_id = "op1";
        capture.review->reason = "photo_unclear";
        capture.review->comment = "Plate";
    }
};

TEST_F(MachineJudgementTest, ACleanCaptureIsValidatedAndThenLeftAlone) {
    capture.validation_status = model::ValidationStatus::pending;
    const auto made = write();
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->claims);
    EXPECT_EQ(status_in(*made), "validated");
    EXPECT_THAT(made->changes.server_times, testing::UnorderedElementsAre("validated_at", "updated_at"));
    take(*made);
    EXPECT_FALSE(write()) << "nothing would change";
}

TEST_F(MachineJudgementTest, AnErrorRejectsAndTheEntryHasTheSeedsFieldsWithCodeAndId) {
    capture.validation_status = model::ValidationStatus::validated;  // a phone's, having run no rule
    findings = {finding(model::Rule::gps_missing, model::Severity::blocking, "f1"),
                finding(model::Rule::gps_accuracy, model::Severity::warning, "f2")};
    const auto made = write();
    ASSERT_TRUE(made);
    EXPECT_EQ(status_in(*made), "rejected");
    const Json entries = entries_in(*made);
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0], (Json{{"field", "gpsLocation"},
                                {"rule", "gps_missing"},
                                {"message", "Too far away."},
                                {"severity", "error"},
                                {"code", "gps_missing"},
                                {"id", "f1"}}));
    EXPECT_EQ(entries[1]["severity"], "warning");
    take(*made);
    EXPECT_FALSE(write());
}

TEST_F(MachineJudgementTest, WarningsAloneDoNotReject) {
    findings = {finding(model::Rule::gps_accuracy, model::Severity::warning, "f1")};
    const auto made = write();
    ASSERT_TRUE(made);
    EXPECT_EQ(status_in(*made), "validated");
}

TEST_F(MachineJudgementTest, ReviewRevisionAndWhatTheCrewCapturedAreNeverWritten) {
    findings = {finding(model::Rule::gps_missing, model::Severity::blocking, "f1")};
    const auto made = write();
    ASSERT_TRUE(made);
    for (const auto& [path, content] : made->changes.set)
        EXPECT_TRUE(path == "validation_status" || path == "validation_errors") << path;
    EXPECT_EQ(made->changes.removed, (std::vector<std::string>{kClaimField}));
}

TEST_F(MachineJudgementTest, EntriesThatAreNotOursStayAsTheyCame) {
    capture.validation_errors = {{"photos", "photo_blurred", "The front photo is blurred.", "warning", "", ""},
                                 {"general", std::string(model::kManualRejection), "No.", "error", "other", "op0"},
                                 {"gpsLocation", "gps_accuracy", "old", "warning", "gps_accuracy", "gone"}};
    findings = {finding(model::Rule::planned_distance, model::Severity::error, "f1")};
    const auto made = write();
    ASSERT_TRUE(made);
    const Json entries = entries_in(*made);
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[0]["rule"], "photo_blurred");
    EXPECT_EQ(entries[1]["rule"], "manual_rejection");
    EXPECT_EQ(entries[2]["id"], "f1") << "our own entry of before is replaced";
}

TEST_F(MachineJudgementTest, AnIgnoredFindingStaysMarkedAndDoesNotReject) {
    findings = {finding(model::Rule::planned_distance, model::Severity::error, "f1")};
    findings[0].ignored = true;
    findings[0].ignore_reason = "surveyed";
    const auto made = write();
    ASSERT_TRUE(made);
    EXPECT_EQ(status_in(*made), "validated");
    const Json entries = entries_in(*made);
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0]["severity"], "warning");
    EXPECT_EQ(entries[0]["ignored"], true);
    EXPECT_EQ(entries[0]["ignore_reason"], "surveyed");
}

TEST_F(MachineJudgementTest, WhatOnlyADeskWithPixelsKnowsIsNotWritten) {
    findings = {finding(model::Rule::photo_too_small, model::Severity::error, "f1"),
                finding(model::Rule::device_reported, model::Severity::warning, "f2")};
    const auto made = write();
    ASSERT_TRUE(made);
    EXPECT_EQ(status_in(*made), "validated");
    EXPECT_TRUE(entries_in(*made).empty());
}

TEST_F(MachineJudgementTest, APhonesWriteThatContradictsAnApprovalIsRepairedWithoutAClaim) {
    decided(model::Decision::approved);
    capture.validation_status = model::ValidationStatus::validated;
    EXPECT_FALSE(write());
    capture.validation_status = model::ValidationStatus::pending;
    findings = {finding(model::Rule::gps_missing, model::Severity::blocking, "f1")};
    const auto made = write();
    ASSERT_TRUE(made);
    EXPECT_FALSE(made->claims);
    EXPECT_EQ(status_in(*made), "validated");
    EXPECT_TRUE(entries_in(*made).is_null());
    EXPECT_THAT(made->changes.server_times, testing::ElementsAre("updated_at"));
}

TEST_F(MachineJudgementTest, ARejectionThatAPhoneWipedIsWrittenAgainWithItsReason) {
    decided(model::Decision::rejected);
    capture.validation_status = model::ValidationStatus::validated;
    capture.validation_errors.clear();
    const auto made = write();
    ASSERT_TRUE(made);
    EXPECT_EQ(status_in(*made), "rejected");
    const Json entries = entries_in(*made);
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0]["rule"], "manual_rejection");
    EXPECT_EQ(entries[0]["id"], "op1");
    EXPECT_NE(entries[0]["message"].get<std::string>().find("Plate"), std::string::npos);
    take(*made);
    EXPECT_FALSE(write());
}

TEST_F(MachineJudgementTest, AResubmittedCaptureIsJudgedAgain) {
    decided(model::Decision::rejected);
    capture.resubmission = 1;
    capture.validation_status = model::ValidationStatus::pending;
    const auto made = write();
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->claims);
    EXPECT_EQ(status_in(*made), "validated");
}

TEST_F(MachineJudgementTest, SupersededPromotedAndReadOnlyDocumentsAreLeftAlone) {
    decided(model::Decision::superseded);
    EXPECT_FALSE(write());
    capture.review.reset();
    capture.synced_to_production = true;
    EXPECT_FALSE(write()) << "promoted by another program";
    capture.synced_to_production = false;
    capture.shape = model::SourceShape::pole_plantings;
    EXPECT_FALSE(write());
    capture.shape = model::SourceShape::unreadable;
    EXPECT_FALSE(write());
}

TEST_F(MachineJudgementTest, AClaimIsReadAndALeftOneIsRemoved) {
    auto document = current();
    EXPECT_FALSE(claim_of(document.fields));
    const auto until = at("2026-11-22T08:02:00Z");
    for (const auto& [key, content] : claim_changes({"desk-b/1", until}).set) document.fields[key] = content;
    const auto claim = claim_of(document.fields);
    ASSERT_TRUE(claim);
    EXPECT_EQ(claim->by, "desk-b/1");
    EXPECT_EQ(claim->until, until);
    decided(model::Decision::approved);
    capture.validation_status = model::ValidationStatus::validated;
    document.fields["validation_status"] = value::text("validated");
    const auto made = machine_write(document, capture, findings);
    ASSERT_TRUE(made) << "a claim without an owner does not stay";
    EXPECT_THAT(made->changes.removed, testing::ElementsAre(kClaimField));
    document.fields[kClaimField] = value::text("nonsense");
    EXPECT_FALSE(claim_of(document.fields));
}

TEST_F(MachineJudgementTest, AFloodOfFindingsIsCut) {
    for (int i = 0; i < 500; ++i)
        findings.push_back(finding(model::Rule::near_duplicate, model::Severity::warning, numbered("f", i)));
    EXPECT_EQ(entries_in(*write()).size(), kMaxMachineEntries);
}

}  // namespace
}  // namespace linesman::sync::test
