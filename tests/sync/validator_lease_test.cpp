#include "sync/validator_lease.h"

#include <gtest/gtest.h>

#include "sync/in_process.h"

namespace linesman::sync::test {
namespace {

// One process that wants the lease, on a line of its own.
struct Contender {
    Contender(Backend& backend, const std::string& name)
        : line(backend.server), client(make_firestore(Backend::endpoints(), line, backend.tokens, backend.queue)) {
        lease = std::make_unique<ValidatorLease>(
            *client, backend.queue, backend.clock, backend.names, "Law-001", LeaseHolder{name, "uid-" + name, name},
            tuning(), [this] { ++changes; }, 1);
    }
    static LeaseTuning tuning() {
        LeaseTuning tuning;
        tuning.backoff.jitter = 0;
        return tuning;
    }
    InProcessHttp line;
    std::unique_ptr<Firestore> client;
    std::unique_ptr<ValidatorLease> lease;
    int changes = 0;
};

struct ValidatorLeaseTest : testing::Test {
    Backend backend;
    Contender first{backend, "first"}, second{backend, "second"};

    // Time of everybody goes on together.
    void run_for(base::Duration by) {
        for (int64_t gone = 0; gone < by.us; gone += base::seconds(1).us) backend.queue.run_for(base::seconds(1));
    }
    std::string holder() {
        const auto document = backend.get(backend.names.leases, "Law-001");
        return document ? value::text_at(document->fields, "holder") : "nobody";
    }
    static std::optional<base::Error> fail(base::ErrorKind kind, double retry_after_s = 0) {
        auto error = base::make_error(kind, "fault");
        error.retry_after_s = retry_after_s;
        return error;
    }
};

TEST_F(ValidatorLeaseTest, TheFirstTakesItAndTheOtherSeesWhoAndUntilWhen) {
    first.lease->start();
    backend.queue.run_ready();
    EXPECT_TRUE(first.lease->held());
    second.lease->start();
    backend.queue.run_ready();
    EXPECT_FALSE(second.lease->held());
    EXPECT_EQ(second.lease->state(), LeaseState::elsewhere);
    EXPECT_EQ(second.lease->other(), "first");
    ASSERT_TRUE(second.lease->other_until());
    EXPECT_GT(*second.lease->other_until(), backend.clock.now());
}

TEST_F(ValidatorLeaseTest, WhenBothReachForItAtOnceOneHasIt) {
    first.lease->start();
    second.lease->start();
    run_for(base::seconds(20));
    EXPECT_NE(first.lease->held(), second.lease->held());
    EXPECT_EQ(holder(), first.lease->held() ? "first" : "second");
}

TEST_F(ValidatorLeaseTest, RenewedItStaysForHours) {
    first.lease->start();
    second.lease->start();
    run_for(base::seconds(5));
    const std::string had = holder();
    for (int i = 0; i < 120; ++i) {
        run_for(base::minutes(1));
        ASSERT_NE(first.lease->held(), second.lease->held()) << i;
    }
    EXPECT_EQ(holder(), had);
}

TEST_F(ValidatorLeaseTest, AKilledHolderIsFollowedOnceItsLeaseHasExpired) {
    first.lease->start();
    backend.queue.run_ready();
    second.lease->start();
    backend.queue.run_ready();
    first.lease.reset();  // no release: the process is gone
    run_for(base::seconds(100));
    EXPECT_FALSE(second.lease->held()) << "not before it expires";
    run_for(base::seconds(25));
    EXPECT_TRUE(second.lease->held());
    EXPECT_EQ(holder(), "second");
}

TEST_F(ValidatorLeaseTest, AHolderWithoutALineStopsBeforeAnotherBegins) {
    first.lease->start();
    second.lease->start();
    run_for(base::seconds(5));
    ASSERT_TRUE(first.lease->held());
    first.line.before = [](const std::string&, const std::string&) { return fail(base::ErrorKind::offline); };
    bool both = false, followed = false;
    for (int i = 0; i < 300; ++i) {
        run_for(base::seconds(1));
        both = both || (first.lease->held() && second.lease->held());
        followed = followed || second.lease->held();
    }
    EXPECT_FALSE(both);
    EXPECT_TRUE(followed);
    first.line.before = {};
    run_for(base::minutes(3));
    EXPECT_FALSE(first.lease->held());
    EXPECT_EQ(first.lease->state(), LeaseState::elsewhere);
}

TEST_F(ValidatorLeaseTest, GivenBackItIsFreeAtOnce) {
    first.lease->start();
    second.lease->start();
    run_for(base::seconds(5));
    std::optional<base::Status> released;
    first.lease->release([&](base::Status status) { released = std::move(status); });
    backend.queue.run_ready();
    ASSERT_TRUE(released && released->ok());
    EXPECT_EQ(holder(), "nobody");
    EXPECT_FALSE(first.lease->held());
    run_for(base::seconds(31));
    EXPECT_TRUE(second.lease->held());
}

TEST_F(ValidatorLeaseTest, GivingBackDuringARenewalStillFreesIt) {
    first.lease->start();
    run_for(base::seconds(39));
    // The renewal arrives, its answer is not awaited.
    bool renewed = false;
    first.line.after = [&](const std::string& path) -> std::optional<base::Error> {
        renewed = renewed || path.ends_with(":commit");
        return std::nullopt;
    };
    std::optional<base::Status> released;
    for (int i = 0; i < 2000 && !renewed; ++i) backend.queue.run_for(base::milliseconds(1));
    ASSERT_TRUE(renewed);
    first.lease->release([&](base::Status status) { released = std::move(status); });
    backend.queue.run_ready();
    EXPECT_TRUE(released.has_value());
    EXPECT_EQ(holder(), "nobody");
}

TEST_F(ValidatorLeaseTest, GivingBackIsTriedAgainWhileTheServerIsBusyOrAnswersAreLost) {
    first.lease->start();
    backend.queue.run_ready();
    int commits = 0;
    first.line.before = [&](const std::string& path, const std::string&) -> std::optional<base::Error> {
        if (!path.ends_with(":commit") || ++commits > 2) return std::nullopt;
        return fail(base::ErrorKind::unavailable);
    };
    first.line.after = [&](const std::string& path) -> std::optional<base::Error> {
        if (!path.ends_with(":commit") || commits != 3) return std::nullopt;
        ++commits;
        return fail(base::ErrorKind::timed_out);
    };
    std::optional<base::Status> released;
    first.lease->release([&](base::Status status) { released = std::move(status); });
    run_for(base::seconds(2));
    ASSERT_TRUE(released && released->ok());
    EXPECT_EQ(holder(), "nobody");
    EXPECT_EQ(commits, 4);
}

TEST_F(ValidatorLeaseTest, GivingBackEndsWhenTheServerStaysAway) {
    first.lease->start();
    backend.queue.run_ready();
    first.line.before = [](const std::string&, const std::string&) { return fail(base::ErrorKind::offline); };
    std::optional<base::Status> released;
    first.lease->release([&](base::Status status) { released = std::move(status); });
    run_for(base::seconds(10));
    ASSERT_TRUE(released.has_value());
    EXPECT_FALSE(released->ok()) << "it then expires";
}

TEST_F(ValidatorLeaseTest, WhatSomebodyTookOverIsNotGivenBackByTheOldHolder) {
    first.lease->start();
    backend.queue.run_ready();
    backend.put(backend.names.leases, "Law-001",
                {{"holder", value::text("third")}, {"until", value::timestamp(backend.clock.now() + base::hours(1))}});
    std::optional<base::Status> released;
    first.lease->release([&](base::Status status) { released = std::move(status); });
    backend.queue.run_ready();
    EXPECT_TRUE(released && released->ok());
    EXPECT_EQ(holder(), "third");
}

TEST_F(ValidatorLeaseTest, ALostAnswerToTheTakingIsRecognisedAsOurs) {
    bool lost = false;
    first.line.after = [&](const std::string& path) -> std::optional<base::Error> {
        if (!path.ends_with(":commit") || lost) return std::nullopt;
        lost = true;
        return fail(base::ErrorKind::offline);
    };
    first.lease->start();
    backend.queue.run_ready();
    EXPECT_FALSE(first.lease->held());
    EXPECT_EQ(holder(), "first");
    run_for(base::seconds(5));
    EXPECT_TRUE(first.lease->held());
}

TEST_F(ValidatorLeaseTest, RetryAfterIsObeyed) {
    int asked = 0;
    first.line.before = [&](const std::string&, const std::string&) {
        ++asked;
        return fail(base::ErrorKind::rate_limited, 30);
    };
    first.lease->start();
    run_for(base::seconds(29));
    EXPECT_EQ(asked, 1);
    first.line.before = {};
    run_for(base::seconds(10));
    EXPECT_TRUE(first.lease->held());
}

TEST_F(ValidatorLeaseTest, WithoutPermissionItIsRefusedAndAskedAgainMuchLater) {
    first.line.before = [](const std::string& path, const std::string&) -> std::optional<base::Error> {
        if (!path.ends_with(":commit")) return std::nullopt;
        return fail(base::ErrorKind::permission_denied);
    };
    first.lease->start();
    run_for(base::seconds(30));
    EXPECT_EQ(first.lease->state(), LeaseState::refused);
    ASSERT_TRUE(first.lease->last_error());
    EXPECT_EQ(first.lease->last_error()->kind, base::ErrorKind::permission_denied);
    first.line.before = {};
    run_for(base::minutes(11));
    EXPECT_TRUE(first.lease->held());
}

}  // namespace
}  // namespace linesman::sync::test
