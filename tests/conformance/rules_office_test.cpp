// What the office writes: rule sets and imports, as app/rule_sets and app/import_service send them.
#include "conformance/rules_fixture.h"
#include "sync/commit_parts.h"
#include "sync/reference_import.h"

namespace linesman::conformance {
namespace {

const std::vector<std::string> kOthers = {"supervisor", "support", "analyst", "device", ""};

class RulesOffice : public RulesTest {
  protected:
    // As app/administered writes it: rule sets and imports carry it in their first commit.
    Json office_entry(const std::string& uid, const std::string& kind) {
        const std::string op_id = base::uuid7(base::SystemClock{});
        Json fields = Json::object();
        for (const auto& [key, content] : std::map<std::string, std::string>{{"kind", kind},
                                                                             {"by", uid},
                                                                             {"by_name", "Admin"},
                                                                             {"projectId", "Law-001"},
                                                                             {"target", "version 1"},
                                                                             {"comment", ""},
                                                                             {"via", "cli"},
                                                                             {"content_sha256", "abc"},
                                                                             {"op_id", op_id},
                                                                             {"desk_id", "desk-abc"},
                                                                             {"previous_hash", ""},
                                                                             {"hash", "def"}})
            fields[key] = text(content);
        fields["sequence"] = integer(1);
        fields["at"] = time("2026-11-22T08:00:00Z");
        return sync::create_write(owner().name("capture-audit/" + op_id), std::move(fields), {"updated_at"});
    }
};

TEST_F(RulesOffice, ARuleSetIsChangedByAnAdminOneVersionAtATimeWithItsEntry) {
    const auto change = [&](int64_t version, const std::string& precondition) {
        sync::FieldChanges changes;
        changes.set = {{"maxAccuracyM", number(8)}, {"version", integer(version)}, {"projectId", text("Law-001")}};
        changes.server_times = {"updated_at"};
        Json write = sync::update_write(owner().name("rule-sets/Law-001"), changes, precondition);
        if (precondition.empty()) write["currentDocument"] = Json{{"exists", false}};
        return write;
    };
    const auto both = [&](const Json& write, const std::string& uid) {
        return Json::array({write, office_entry(uid, "rule_set")});
    };
    for (const auto& role : kOthers) {
        EXPECT_EQ(commit(as("uid-x", role), both(change(1, ""), "uid-x")), kDenied) << role;
    }
    EXPECT_EQ(commit(as("uid-admin", "admin"), both(change(1, ""), "uid-other")), kDenied) << "in another's name";
    EXPECT_EQ(commit(as("uid-admin", "admin"), both(change(1, ""), "uid-admin")), kAllowed) << last_;
    const auto version = current("rule-sets/Law-001").update_time;
    EXPECT_EQ(commit(as("uid-admin", "admin"), both(change(1, version), "uid-admin")), kDenied) << "not a new version";
    EXPECT_EQ(commit(as("uid-admin", "admin"), both(change(2, version), "uid-admin")), kAllowed) << last_;
}

TEST_F(RulesOffice, AnImportOfPlannedPolesAndProjectsIsTheAdmins) {
    for (const char* collection : {"planned-poles", "projects"}) {
        std::vector<sync::WantedDocument> wanted;
        for (int i = 0; i < 30; ++i)
            wanted.push_back(
                {std::string("doc-") + std::to_string(i),
                 {},
                 {{"projectId", text("Law-001")}, {"poleNumber", text("LAW.P.A" + std::to_string(100 + i))}}});
        auto plan = sync::plan_import(owner().root() + "/" + collection, wanted, {});
        ASSERT_EQ(plan.created, 30U);
        auto commits = sync::commits_of(std::move(plan.writes), 1);
        ASSERT_EQ(commits.size(), 1U);
        for (const auto& role : kOthers) {
            Json forged = commits[0];
            forged.push_back(office_entry("uid-x", "import"));
            EXPECT_EQ(commit(as("uid-x", role), forged), kDenied) << collection << " " << role;
        }
        commits[0].push_back(office_entry("uid-admin", "import"));
        EXPECT_EQ(commit(as("uid-admin", "admin"), commits[0]), kAllowed) << collection << last_;
        // A second run writes only what differs, on the version it has read.
        wanted[3].fields["poleNumber"] = text("LAW.P.A900");
        const auto held = current(std::string(collection) + "/doc-3");
        auto again = sync::plan_import(owner().root() + "/" + collection, {wanted[3]},
                                       {{held.name, held.update_time, {}, held.fields}});
        ASSERT_EQ(again.changed, 1U);
        again.writes.push_back(office_entry("uid-admin", "import"));
        Json writes = Json::array();
        for (auto& write : again.writes) writes.push_back(std::move(write));
        EXPECT_EQ(commit(as("uid-admin", "admin"), writes), kAllowed) << collection << last_;
    }
}

}  // namespace
}  // namespace linesman::conformance
