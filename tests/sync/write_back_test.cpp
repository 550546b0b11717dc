#include "sync/write_back.h"

#include <gtest/gtest.h>

#include "model/validator.h"
#include "sync/in_process.h"
#include "sync/validator_lease.h"

namespace linesman::sync::test {
namespace {

// A process that judges and writes: cache by its own pull, rules by the real validator.
struct Machine {
    Machine(Backend& given, const std::string& name) : backend(given), desk(given, "uid-" + name), holder(name) {
        WriteBackTuning tuning;
        tuning.backoff.jitter = 0;
        WriteBackHooks hooks;
        hooks.judge = [this](const std::string& id) { return judge(id); };
        hooks.ready = [this] { return ready; };
        hooks.store = [this](RawDocument document) {
            EXPECT_TRUE(desk.pull->take_document(backend.names.staging, std::move(document)).ok());
        };
        hooks.forget = [this](const std::string& id, base::Timestamp as_of) {
            EXPECT_TRUE(desk.pull->forget(backend.names.staging, id, as_of).ok());
        };
        client = make_firestore(Backend::endpoints(), line, backend.tokens, backend.queue);
        writer =
            std::make_unique<WriteBack>(*client, backend.queue, backend.clock, holder, tuning, std::move(hooks), 1);
    }

    JudgedCapture judge(const std::string& id) {
        JudgedCapture out;
        auto document = desk.cache->read().document(kStaging, id);
        if (!document || !*document) return out;
        if (!may_write) {
            out.state = JudgedCapture::State::not_ours;
            return out;
        }
        out.capture = decode_capture_or_unreadable(id, (*document)->fields, (*document)->update_time);
        out.current = {backend.name(kStaging, id), (*document)->update_time, *value::parse_fields((*document)->fields)};
        model::Validator rules;
        rules.put(out.capture);
        rules.validate(backend.clock.now());
        out.findings = rules.findings(id);
        out.state = decided_here.contains(id) ? JudgedCapture::State::later : JudgedCapture::State::judged;
        return out;
    }
    void offer_all() {
        std::vector<std::string> ids;
        EXPECT_TRUE(desk.cache->read()
                        .for_each(kStaging,
                                  [&](const store::DocumentView& document) {
                                      ids.emplace_back(document.id);
                                      return true;
                                  })
                        .ok());
        writer->offer(ids);
    }
    void sync_and_offer() {
        ASSERT_TRUE(desk.sync().ok());
        offer_all();
    }

    Backend& backend;
    Desk desk;
    std::string holder;
    InProcessHttp line{backend.server};
    std::unique_ptr<Firestore> client;
    std::unique_ptr<WriteBack> writer;
    std::set<std::string> decided_here;
    bool ready = true, may_write = true;
};

struct WriteBackTest : testing::Test {
    Backend backend;
    Machine machine{backend, "first"};

    void stage(int count) {
        for (int i = 0; i < count; ++i) {
            auto capture = phone_capture(numbered("stg", i), numbered("LAW.P.B", 100 + i));
            capture.offline_id = numbered("offline_", i);
            backend.stage(std::move(capture));
        }
    }
    base::Json fields(const std::string& id) {
        const auto document = backend.get(kStaging, id);
        return document ? document->fields : base::Json::object();
    }
    std::string version(const std::string& id) { return backend.get(kStaging, id)->update_time; }
    std::string status(const std::string& id) { return value::text_at(fields(id), "validation_status"); }
    bool is_judged(const std::string& id) {
        return (status(id) == "validated" || status(id) == "rejected") && !fields(id).contains(kClaimField) &&
               fields(id).contains("validated_at");
    }
    int count_judged(int count) {
        int judged = 0;
        for (int i = 0; i < count; ++i) judged += is_judged(numbered("stg", i)) ? 1 : 0;
        return judged;
    }
    void run_for(base::Duration by) { backend.queue.run_for(by); }
    static base::Error error(base::ErrorKind kind, double retry_after_s = 0) {
        auto out = base::make_error(kind, "fault");
        out.retry_after_s = retry_after_s;
        return out;
    }
    // The first `count` commits meet `fault` instead of the server.
    static void refuse_commits(Machine& machine, int count, base::Error fault) {
        auto left = std::make_shared<int>(count);
        machine.line.before = [left, fault](const std::string& path, const std::string&) -> std::optional<base::Error> {
            if (!path.ends_with(":commit") || *left == 0) return std::nullopt;
            --*left;
            return fault;
        };
    }
};

TEST_F(WriteBackTest, EveryCaptureIsJudgedOnceAndThenNothingIsWrittenAgain) {
    stage(25);
    machine.sync_and_offer();
    run_for(base::seconds(30));
    EXPECT_EQ(count_judged(25), 25);
    EXPECT_EQ(machine.writer->status().written, 25U);
    machine.sync_and_offer();
    run_for(base::seconds(30));
    EXPECT_EQ(machine.writer->status().written, 25U) << "suppressed";
    EXPECT_EQ(machine.writer->status().unchanged, 25U);
    EXPECT_TRUE(machine.writer->status().idle);
    EXPECT_TRUE(backend.list(backend.names.audit).empty());
    EXPECT_FALSE(fields("stg0").contains("review"));
    EXPECT_EQ(value::integer_at(fields("stg0"), "revision"), 0);
}

TEST_F(WriteBackTest, TheClaimNamesWhoAndUntilWhen) {
    stage(1);
    machine.sync_and_offer();
    int commits = 0;
    machine.line.before = [&](const std::string& path, const std::string&) -> std::optional<base::Error> {
        if (!path.ends_with(":commit") || ++commits < 2) return std::nullopt;
        return error(base::ErrorKind::offline);
    };
    run_for(base::milliseconds(100));
    EXPECT_EQ(status("stg0"), "validating");
    const auto claim = claim_of(fields("stg0"));
    ASSERT_TRUE(claim);
    EXPECT_EQ(claim->by, "first");
    EXPECT_GT(claim->until, backend.clock.now());
}

TEST_F(WriteBackTest, TheClaimOfAKilledValidatorIsReclaimedOnceItHasExpired) {
    stage(1);
    machine.sync_and_offer();
    int commits = 0;
    machine.line.before = [&](const std::string& path, const std::string&) -> std::optional<base::Error> {
        if (!path.ends_with(":commit") || ++commits < 2) return std::nullopt;
        return error(base::ErrorKind::offline);
    };
    run_for(base::milliseconds(100));
    ASSERT_EQ(status("stg0"), "validating");
    machine.writer.reset();  // killed between claim and verdict
    Machine second(backend, "second");
    second.sync_and_offer();
    run_for(base::seconds(60));
    EXPECT_EQ(status("stg0"), "validating") << "somebody may still be at it";
    EXPECT_EQ(second.writer->status().waiting, 1U);
    run_for(base::seconds(90));
    EXPECT_TRUE(is_judged("stg0"));
    EXPECT_EQ(second.writer->status().written, 1U);
}

TEST_F(WriteBackTest, TwoValidatorsUnderOneLeaseWriteEachVerdictOnce) {
    stage(40);
    Machine second(backend, "second");
    ASSERT_TRUE(machine.desk.sync().ok());
    ASSERT_TRUE(second.desk.sync().ok());
    // Both want the lease; who has it writes.
    LeaseTuning tuning;
    ValidatorLease one(
        *machine.client, backend.queue, backend.clock, backend.names, "Law-001", {"first", "uid-first", "First"},
        tuning, [] {}, 1);
    ValidatorLease other(
        *second.client, backend.queue, backend.clock, backend.names, "Law-001", {"second", "uid-second", "Second"},
        tuning, [] {}, 2);
    one.start();
    other.start();
    run_for(base::seconds(5));
    ASSERT_NE(one.held(), other.held());
    machine.may_write = one.held();
    second.may_write = other.held();
    machine.offer_all();
    second.offer_all();
    run_for(base::seconds(60));
    EXPECT_EQ(count_judged(40), 40);
    EXPECT_EQ(machine.writer->status().written + second.writer->status().written, 40U);
    EXPECT_EQ(machine.writer->status().retried + second.writer->status().retried, 0U);
}

TEST_F(WriteBackTest, EvenWithoutALeaseTwoWritersNeverOverwriteEachOther) {
    stage(15);
    Machine second(backend, "second");
    machine.sync_and_offer();
    second.sync_and_offer();
    run_for(base::minutes(5));
    EXPECT_EQ(count_judged(15), 15);
    EXPECT_TRUE(machine.writer->status().idle);
    EXPECT_TRUE(second.writer->status().idle);
}

TEST_F(WriteBackTest, ADecisionMadeMeanwhileIsNotTouched) {
    stage(1);
    machine.sync_and_offer();
    // The approval arrives between the judging and the claim.
    bool decided = false;
    machine.line.before = [&](const std::string& path, const std::string&) -> std::optional<base::Error> {
        if (!path.ends_with(":commit") || decided) return std::nullopt;
        decided = true;
        FieldChanges review;
        model::Review made;
        made.decision = model::Decision::rejected;
        made.op_id = "op1";
        made.reason = "photo_unclear";
        review.set = {{"review", encode_review(made)}, {"validation_status", value::text("rejected")}};
        const auto write = update_write(backend.name(kStaging, "stg0"), review, {});
        backend::HttpRequest request;
        request.method = "POST";
        request.path = "/v1/" + Backend::endpoints().documents_root() + ":commit";
        request.headers["authorization"] = "Bearer owner";
        request.body = base::to_text(base::Json{{"writes", base::Json::array({write})}});
        EXPECT_EQ(backend.server.handle(request).status, 200);
        return std::nullopt;
    };
    run_for(base::seconds(30));
    ASSERT_TRUE(decided);
    const auto after = fields("stg0");
    ASSERT_TRUE(after.contains("review"));
    const auto* review = value::as_map(after.at("review"));
    ASSERT_TRUE(review);
    EXPECT_EQ(value::text_at(*review, "op_id"), "op1");
    EXPECT_EQ(status("stg0"), "rejected");
    const auto entries = value::to_plain(after.at("validation_errors"));
    ASSERT_EQ(entries.size(), 1U) << "the reason the decision should have left there is put right";
    EXPECT_EQ(entries[0]["rule"], "manual_rejection");
}

TEST_F(WriteBackTest, APhonesLaterWriteAgainstTheDecisionIsRepaired) {
    stage(1);
    backend.index_keys();
    Desk supervisor(backend, "uid-lerato");
    ASSERT_TRUE(supervisor.sync().ok());
    supervisor.enqueue(supervisor.reject("stg0"));
    supervisor.send();
    ASSERT_EQ(status("stg0"), "rejected");
    FieldChanges phone;  // its own `validated`, having run no rule
    phone.set = {{"validation_status", value::text("validated")},
                 {"validation_errors", value::array()},
                 {"validated_at", value::timestamp(backend.clock.now())}};
    backend.patch("stg0", phone);
    const auto review_before = fields("stg0").at("review");
    machine.sync_and_offer();
    run_for(base::seconds(10));
    EXPECT_EQ(status("stg0"), "rejected");
    EXPECT_EQ(fields("stg0").at("review"), review_before);
    EXPECT_EQ(value::integer_at(fields("stg0"), "revision"), 1) << "a repair is no revision";
    EXPECT_EQ(machine.writer->status().repaired, 1U);
}

TEST_F(WriteBackTest, BusyServersAreWaitedForAsLongAsTheySay) {
    stage(3);
    machine.sync_and_offer();
    refuse_commits(machine, 1, error(base::ErrorKind::rate_limited, 45));
    run_for(base::seconds(44));
    EXPECT_EQ(count_judged(3), 0);
    run_for(base::seconds(10));
    EXPECT_EQ(count_judged(3), 3);
    EXPECT_EQ(machine.writer->status().retried, 1U);
}

TEST_F(WriteBackTest, AnUnavailableServerIsTriedAgainEverMoreSlowly) {
    stage(1);
    machine.sync_and_offer();
    refuse_commits(machine, 6, error(base::ErrorKind::unavailable));
    run_for(base::seconds(10));
    EXPECT_LT(machine.writer->status().retried, 6U);
    run_for(base::minutes(3));
    EXPECT_TRUE(is_judged("stg0"));
    EXPECT_FALSE(machine.writer->status().last_error);
}

TEST_F(WriteBackTest, LostRepliesNeitherLoseNorRepeatAVerdict) {
    stage(20);
    machine.sync_and_offer();
    int commits = 0;
    machine.line.after = [&](const std::string& path) -> std::optional<base::Error> {
        if (!path.ends_with(":commit") || ++commits % 3 != 0) return std::nullopt;
        return error(base::ErrorKind::timed_out);
    };
    run_for(base::minutes(10));
    EXPECT_EQ(count_judged(20), 20);
    EXPECT_TRUE(machine.writer->status().idle);
}

TEST_F(WriteBackTest, WithoutPermissionItStopsAndAsksAgainMuchLater) {
    stage(2);
    machine.sync_and_offer();
    refuse_commits(machine, 1, error(base::ErrorKind::permission_denied));
    run_for(base::minutes(4));
    EXPECT_TRUE(machine.writer->status().refused);
    EXPECT_EQ(count_judged(2), 0);
    run_for(base::minutes(2));
    EXPECT_EQ(count_judged(2), 2);
    EXPECT_FALSE(machine.writer->status().refused);
}

TEST_F(WriteBackTest, ADocumentTheServerCannotTakeDoesNotHoldUpTheOthers) {
    stage(5);
    machine.sync_and_offer();
    machine.line.before = [&](const std::string& path, const std::string& body) -> std::optional<base::Error> {
        const bool hit = path.ends_with(":commit") && body.find("/stg2\"") != std::string::npos;
        return hit ? std::optional(error(base::ErrorKind::invalid_argument)) : std::nullopt;
    };
    run_for(base::minutes(1));
    EXPECT_EQ(count_judged(5), 4);
    EXPECT_TRUE(machine.writer->status().idle);
    machine.offer_all();
    run_for(base::minutes(1));
    EXPECT_TRUE(machine.writer->status().idle) << "not asked again until it changes";
}

TEST_F(WriteBackTest, ACaptureDeletedMeanwhileIsForgotten) {
    stage(2);
    machine.sync_and_offer();
    backend.erase(kStaging, "stg1");
    run_for(base::seconds(30));
    EXPECT_TRUE(is_judged("stg0"));
    EXPECT_FALSE(machine.desk.capture("stg1").has_value());
    EXPECT_TRUE(machine.writer->status().idle);
}

TEST_F(WriteBackTest, ACaptureWithADecisionUnderWayWaits) {
    stage(2);
    machine.decided_here = {"stg1"};
    machine.sync_and_offer();
    run_for(base::seconds(15));
    EXPECT_TRUE(is_judged("stg0"));
    EXPECT_FALSE(is_judged("stg1"));
    machine.decided_here.clear();
    run_for(base::seconds(30));
    EXPECT_TRUE(is_judged("stg1"));
}

TEST_F(WriteBackTest, NothingIsWrittenWhileFindingsAreBeingWorkedOutOrTheLeaseIsElsewhere) {
    stage(2);
    machine.ready = false;
    machine.sync_and_offer();
    run_for(base::minutes(1));
    EXPECT_EQ(count_judged(2), 0);
    machine.ready = true;
    machine.may_write = false;
    machine.writer->poke();
    run_for(base::minutes(1));
    EXPECT_EQ(count_judged(2), 0);
    EXPECT_EQ(machine.writer->status().due, 0U) << "offered again with the lease";
}

TEST_F(WriteBackTest, TheRateIsLimited) {
    stage(60);
    machine.sync_and_offer();
    run_for(base::seconds(1));
    EXPECT_LE(machine.writer->status().written, 30U);
    run_for(base::seconds(10));
    EXPECT_EQ(machine.writer->status().written, 60U);
}

}  // namespace
}  // namespace linesman::sync::test
