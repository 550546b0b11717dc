#include "app/report_request.h"

#include <gmock/gmock.h>

namespace linesman::app {
namespace {

TEST(ReportRequest, SurvivesItsJson) {
    ReportRequest request;
    request.kind = report::Kind::coverage;
    request.filter.scope = model::QueueScope::to_judge;
    request.filter.search = "A12";
    request.filter.projects = {"Law-001"};
    request.filter.zones = {"Zone 1"};
    request.filter.pons = {"7"};
    request.filter.devices = {"d1", "d2"};
    request.filter.people = {"worker-1"};
    request.filter.rules = model::bit(model::Rule::gps_missing) | model::bit(model::Rule::photos_missing);
    request.filter.least_severity = model::Severity::error;
    request.filter.decision = model::Decision::held;
    request.filter.status = model::ValidationStatus::validated;
    request.filter.from_us = -5;
    request.filter.to_us = 1'750'000'000'000'000;
    request.filter.time = model::Filter::Time::decided;
    request.filter.area = {{0.1, 0.2}, {0.3, 0.4}, {0.5, 0.1}};
    request.filter.only_lost_photos = true;
    request.csv_bom = true;
    request.html_rows = 7;
    request.photo_captures = 3;
    request.with_findings = false;
    request.utc_offset_minutes = -210;
    const auto again = report_request_from_json(to_json(request));
    ASSERT_TRUE(again.ok()) << again.error().full();
    EXPECT_EQ(again->kind, request.kind);
    EXPECT_EQ(again->filter, request.filter);
    EXPECT_EQ(*again, request);
    EXPECT_EQ(to_json(*again), to_json(request));
}

TEST(ReportRequest, WhatItCannotReadIsNamed) {
    auto json = to_json(ReportRequest{});
    json["filter"]["scope"] = "everything";
    const auto wrong = report_request_from_json(json);
    ASSERT_FALSE(wrong.ok());
    EXPECT_THAT(wrong.error().what, testing::HasSubstr("scope"));
    EXPECT_FALSE(report_request_from_json(base::Json::object()).ok());
    json = to_json(ReportRequest{});
    json["utc_offset_minutes"] = 900;
    EXPECT_FALSE(report_request_from_json(json).ok());
}

TEST(ReportRequest, SaysInWordsWhatIsMeant) {
    model::Filter filter;
    filter.projects = {"Law-001"};
    filter.rules = model::bit(model::Rule::gps_missing);
    EXPECT_EQ(words_of(filter), "waiting captures of project Law-001, with a finding of gps_missing");
    EXPECT_EQ(words_of(ReportRequest::whole()), "all captures");
}

}  // namespace
}  // namespace linesman::app
