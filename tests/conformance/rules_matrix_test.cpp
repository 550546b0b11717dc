// Every role with every operation of a desk: each as the desk sends it, on a capture in the state that it is made on.
#include "conformance/rules_fixture.h"

namespace linesman::conformance {
namespace {

using model::OperationKind;

struct Case {
    std::string name;
    OperationKind kind;
    bool promote = false;
};

const std::vector<Case>& cases() {
    using enum model::OperationKind;
    static const std::vector<Case> all = {{"approve", approve},
                                          {"approve and promote", approve, true},
                                          {"reject", reject},
                                          {"hold", hold},
                                          {"undo", undo},
                                          {"correct", correct},
                                          {"requeue", requeue},
                                          {"merge", merge},
                                          {"restore", restore},
                                          {"promote", promote, true},
                                          {"ignore a finding", ignore_finding},
                                          {"take back an ignored finding", unignore_finding}};
    return all;
}

class RulesMatrix : public RulesTest {
  protected:
    // Brings capture `id` into the state that the operation is made on, and gives the operation.
    model::Operation prepared(const Case& each, const std::string& id, const std::string& uid) {
        using enum model::OperationKind;
        put(capture(id, "LAW.P." + id));
        auto made = operation(each.kind, id);
        made.uid = uid;
        made.promote = each.promote;
        if (each.kind == reject) made.reason = "photo_unclear";
        if (each.kind == hold) made.comment = "the crew returns";
        if (each.kind == correct) made.correction.notes = "seen on site";
        if (each.kind == undo || each.kind == requeue) made.undo_of = decided(reject, id);
        if (each.kind == promote) decided(approve, id);
        if (each.kind == undo)
            made.extra = Json{{"set", {{"review", nullptr}, {"validation_status", "pending"}}},
                              {"undone_by", "uid-nomsa"},
                              {"undone_kind", "reject"}};
        if (each.kind == restore) {
            made.target = "v1";
            made.extra = Json::object();
            made.extra["set"]["notes"] = "as it was";
        }
        if (each.kind == merge) {
            put(capture(id + "-2", "LAW.P." + id));
            made.target = id;
            made.extra = Json{{"set", {{"notes", "merged"}}}, {"superseded", Json::array({id + "-2"})}};
        }
        if (each.kind == ignore_finding || each.kind == unignore_finding) {
            made.target = "finding-" + id;
            made.reason = "seen on site";
        }
        if (each.kind == unignore_finding) {
            auto ignore = operation(ignore_finding, id);
            ignore.target = made.target;
            ignore.reason = made.reason;
            EXPECT_EQ(commit(supervisor(), writes(ignore)), kAllowed) << last_;
        }
        return made;
    }
    std::string decided(OperationKind kind, const std::string& id) {
        auto made = operation(kind, id);
        made.reason = "photo_unclear";
        EXPECT_EQ(commit(supervisor(), writes(made)), kAllowed) << last_;
        return made.op_id;
    }
};

TEST_F(RulesMatrix, EveryRoleWithEveryOperation) {
    int number = 0;
    for (const std::string role : {"supervisor", "admin", "support", "analyst", "device", ""}) {
        for (const auto& each : cases()) {
            const auto made = prepared(each, "m" + std::to_string(++number), "uid-x");
            const bool decides = role == "supervisor" || role == "admin";
            const bool may = decides || (role == "support" && each.kind == OperationKind::requeue);
            EXPECT_EQ(commit(as("uid-x", role), writes(made)), may ? kAllowed : kDenied)
                << (role.empty() ? "no role" : role) << ": " << each.name << "\n"
                << last_;
        }
    }
}

TEST_F(RulesMatrix, NobodySendsAnOperationOfAnother) {
    int number = 0;
    for (const std::string role : {"supervisor", "admin", "support"}) {
        for (const auto& each : cases()) {
            const auto made = prepared(each, "n" + std::to_string(++number), "uid-x");
            EXPECT_EQ(commit(as("uid-y", role), writes(made)), kDenied) << role << ": " << each.name;
        }
    }
}

TEST_F(RulesMatrix, NoOperationGoesWithoutItsEntry) {
    int number = 0;
    for (const auto& each : cases()) {
        const auto made = prepared(each, "e" + std::to_string(++number), "uid-x");
        const Json commits = writes(made);
        EXPECT_EQ(commit(as("uid-x", "admin"), without(commits, "/capture-audit/")), kDenied) << each.name;
        EXPECT_EQ(commit(as("uid-x", "admin"), commits), kAllowed) << each.name << "\n" << last_;
    }
}

}  // namespace
}  // namespace linesman::conformance
