#include "app/detail_service.h"

#include <gtest/gtest.h>

namespace linesman::app {
namespace {

struct DetailServiceTest : testing::Test {
    std::vector<std::string> asked;
    DetailService service{[this](std::string id) { asked.push_back(std::move(id)); }};

    static std::shared_ptr<const LoadedCapture> loaded(const std::string& update_time) {
        auto made = std::make_shared<LoadedCapture>();
        made->remote_update_time = update_time;
        return made;
    }
};

TEST_F(DetailServiceTest, AsksOncePerGenerationHoweverOftenItIsLookedAt) {
    EXPECT_EQ(service.get("a", 1), nullptr);
    EXPECT_EQ(service.get("a", 1), nullptr);
    EXPECT_EQ(asked, std::vector<std::string>{"a"});
}

TEST_F(DetailServiceTest, WhatWasReadStaysWhileTheNewerVersionIsRead) {
    service.get("a", 1);
    const auto first = loaded("1");
    service.provide("a", 1, first);
    EXPECT_EQ(service.get("a", 1), first);
    EXPECT_EQ(service.get("a", 2), first);
    EXPECT_EQ(asked.size(), 2U);
    const auto second = loaded("2");
    service.provide("a", 2, second);
    EXPECT_EQ(service.get("a", 2), second);
    EXPECT_EQ(asked.size(), 2U);
}

TEST_F(DetailServiceTest, AMissingCaptureIsNotAskedForAgainBeforeSomethingChanged) {
    service.get("gone", 3);
    service.provide("gone", 3, nullptr);
    EXPECT_EQ(service.get("gone", 3), nullptr);
    EXPECT_EQ(asked.size(), 1U);
    service.get("gone", 4);
    EXPECT_EQ(asked.size(), 2U);
}

TEST_F(DetailServiceTest, AnAnswerOfALaterGenerationSparesTheQuestion) {
    service.get("a", 1);
    service.provide("a", 5, loaded("5"));
    EXPECT_NE(service.get("a", 5), nullptr);
    EXPECT_EQ(asked.size(), 1U);
}

TEST_F(DetailServiceTest, AnAnswerNobodyAskedForIsDropped) {
    service.provide("stranger", 1, loaded("1"));
    EXPECT_EQ(service.get("stranger", 1), nullptr);
}

TEST_F(DetailServiceTest, KeepsTheLastUsedAndForgetsTheOldest) {
    for (int i = 0; i < 300; ++i) {
        const std::string id = std::to_string(i);
        service.get(id, 1);
        service.provide(id, 1, loaded(id));
        service.get("0", 1);  // always in use
    }
    EXPECT_NE(service.get("0", 1), nullptr);
    EXPECT_NE(service.get("299", 1), nullptr);
    EXPECT_EQ(service.get("1", 1), nullptr) << "forgotten, and asked for again";
    EXPECT_EQ(asked.back(), "1");
}

}  // namespace
}  // namespace linesman::app
