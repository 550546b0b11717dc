#include "model/decision_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/builders.h"

namespace linesman::model {
namespace {

using test::a_capture;
using test::a_finding;
using test::an_operation;
using test::decided;
using testing::HasSubstr;

Session supervisor(const std::string& uid = "thandi") {
    Session session;
    session.uid = uid;
    session.role = Role::supervisor;
    session.signed_in = true;
    return session;
}

// One question to may(), all parts of it open to change.
struct Case {
    Session session = supervisor();
    Capture capture = a_capture();
    std::vector<Finding> findings;
    Project project;
    Operation operation = an_operation(OperationKind::approve);

    explicit Case(OperationKind kind = OperationKind::approve) : operation(an_operation(kind)) {
        project.id = "Law-001";
        if (kind == OperationKind::correct) operation.correction.pole_number = "LAW.P.A002";
        if (kind == OperationKind::undo) operation.undo_of = "op-0";
    }
    Permission ask() const { return may({session, capture, findings, &project}, operation); }
};

void expect_allowed(const Case& c) {
    const Permission permission = c.ask();
    EXPECT_TRUE(permission.allowed) << permission.why_not;
    EXPECT_TRUE(permission.why_not.empty());
}

void expect_refused(const Case& c, const std::string& words) {
    const Permission permission = c.ask();
    EXPECT_FALSE(permission.allowed);
    EXPECT_THAT(permission.why_not, HasSubstr(words));
}

TEST(Roles, NamesAreReadBackAndUnknownIsNone) {
    for (int i = 0; i < 6; ++i) EXPECT_EQ(role_from_name(name_of(static_cast<Role>(i))), static_cast<Role>(i));
    EXPECT_EQ(role_from_name("root"), Role::none);
}

TEST(Roles, TableOfWhoMayDecide) {
    struct Row {
        Role role;
        bool enforced, approves, requeues;
    };
    for (const Row& row : {Row{Role::supervisor, true, true, true}, Row{Role::admin, true, true, true},
                           Row{Role::support, true, false, true}, Row{Role::analyst, true, false, false},
                           Row{Role::device, true, false, false}, Row{Role::none, true, false, false},
                           Row{Role::none, false, true, true}, Row{Role::analyst, false, false, false},
                           Row{Role::device, false, false, false}}) {
        Case approve(OperationKind::approve), requeue(OperationKind::requeue);
        requeue.capture = decided(a_capture(), Decision::rejected);
        for (Case* c : {&approve, &requeue}) {
            c->session.role = row.role;
            c->session.roles_enforced = row.enforced;
        }
        EXPECT_EQ(approve.ask().allowed, row.approves) << name_of(row.role);
        EXPECT_EQ(requeue.ask().allowed, row.requeues) << name_of(row.role);
    }
}

TEST(Roles, SupportMayNothingButRequeue) {
    for (const auto kind : {OperationKind::approve, OperationKind::reject, OperationKind::hold, OperationKind::undo,
                            OperationKind::correct, OperationKind::merge, OperationKind::restore,
                            OperationKind::ignore_finding, OperationKind::promote, OperationKind::unignore_finding}) {
        Case c(kind);
        c.session.role = Role::support;
        expect_refused(c, "Ask a supervisor");
    }
}

TEST(Roles, NobodyDecidesWithoutSigningIn) {
    for (int kind = 0; kind < 11; ++kind) {
        Case c(static_cast<OperationKind>(kind));
        c.session.signed_in = false;
        expect_refused(c, "Sign in");
    }
}

TEST(State, UnreadableReadOnlyAndSupersededCapturesAreRefused) {
    for (int kind = 0; kind < 10; ++kind) {
        Case c(static_cast<OperationKind>(kind));
        c.capture.shape = SourceShape::unreadable;
        expect_refused(c, "cannot be read");
        c.capture.shape = SourceShape::pole_plantings;
        expect_refused(c, "read-only");
    }
    Case c(OperationKind::approve);
    c.capture = decided(a_capture(), Decision::superseded);
    c.capture.review->superseded_by = "s7";
    expect_refused(c, "merged into s7");
    Case undo(OperationKind::undo);
    undo.capture = c.capture;
    expect_allowed(undo);
}

TEST(Approve, AllowsAFaultlessCapture) {
    expect_allowed(Case());
}

TEST(Approve, AllowsWarningsAndIgnoredErrors) {
    Case c;
    c.findings = {a_finding(Rule::gps_accuracy, Severity::warning, "w"),
                  a_finding(Rule::photos_missing, Severity::error, "e")};
    c.findings[1].ignored = true;
    expect_allowed(c);
}

TEST(Approve, RefusesBlockingFindingsWhateverIsOverriddenOrIgnored) {
    Case c;
    c.findings = {a_finding(Rule::gps_missing, Severity::blocking, "b")};
    c.operation.overrides = {{"b", "I know"}};
    expect_refused(c, "Position missing");
    c.findings[0].ignored = true;
    expect_refused(c, "Position missing");
    EXPECT_TRUE(c.ask().needs_override.empty());
}

TEST(Approve, ErrorsNeedAnOverrideWithAReason) {
    Case c;
    c.findings = {a_finding(Rule::photos_missing, Severity::error, "e1"),
                  a_finding(Rule::number_format, Severity::error, "e2")};
    expect_refused(c, "Photos missing, Pole number format");
    EXPECT_EQ(c.ask().needs_override, (std::vector<std::string>{"e1", "e2"}));
    c.operation.overrides = {{"e1", "old pole, no depth photo possible"}, {"e2", "  "}};
    EXPECT_EQ(c.ask().needs_override, (std::vector<std::string>{"e2"}));
    c.operation.overrides[1].reason = "number is painted so";
    expect_allowed(c);
}

TEST(Approve, BulkOverridesNeedTheProjectsLeave) {
    for (const char* via : {"bulk", "cli"}) {
        Case c;
        c.operation.via = via;
        expect_allowed(c);
        c.findings = {a_finding(Rule::photos_missing, Severity::error, "e1")};
        expect_refused(c, "one by one at the desk");
        EXPECT_TRUE(c.ask().needs_override.empty());
        c.operation.overrides = {{"e1", "agreed"}};
        expect_refused(c, "bulk");
        c.project.allows_bulk_override = true;
        expect_allowed(c);
        EXPECT_FALSE(may({c.session, c.capture, c.findings, nullptr}, c.operation).allowed);
    }
}

TEST(Approve, RefusesWhatIsApprovedOrInProductionAlready) {
    Case c;
    c.capture = decided(a_capture(), Decision::approved);
    expect_refused(c, "Already approved by Thandi");
    c.capture.synced_to_production = true;
    expect_refused(c, "in production already");
    c.capture = decided(a_capture(), Decision::approved);
    c.capture.resubmission = 1;
    expect_allowed(c);
}

TEST(Approve, TurningAnothersDecisionNeedsWords) {
    Case c;
    c.capture = decided(a_capture(), Decision::rejected, "sipho");
    expect_refused(c, "Sipho has rejected");
    c.operation.comment = "photo is clear on a large screen";
    expect_allowed(c);
    c.capture = decided(a_capture(), Decision::rejected, "thandi");
    c.operation.comment.clear();
    expect_allowed(c);
    c.capture = decided(a_capture(), Decision::held, "sipho");
    expect_allowed(c);
}

TEST(Approve, ProjectsMayRequireSeenPhotos) {
    Case c;
    c.capture.photos[index_of(Slot::side)].reset();
    expect_allowed(c);
    c.project.requires_seen_photos = true;
    expect_refused(c, "before, front, depth, concrete, compaction");
    for (const Slot slot : kSlots) {
        if (slot != Slot::side) c.operation.photos_seen[slot] = {c.capture.photos[index_of(slot)]->md5, 300, 200};
    }
    expect_allowed(c);
    c.operation.photos_seen[Slot::front].shown_ms = 299;
    c.operation.photos_seen[Slot::depth].max_px = 199;
    c.operation.photos_seen[Slot::concrete].md5 = "an older photo";
    expect_refused(c, "Not yet seen: front, depth, concrete.");
}

TEST(Approve, PromotionNeedsNumberProjectAndPosition) {
    Case c;
    c.operation.promote = true;
    expect_allowed(c);
    c.capture.pole_number = "  ";
    expect_refused(c, "no pole number");
    c.operation.promote = false;
    expect_allowed(c);
    c.operation.promote = true;
    c.project.allows_blank_number = true;
    expect_allowed(c);
    c.capture.gps = GeoPoint{0, 0};
    expect_refused(c, "no position");
    c.capture = a_capture();
    c.capture.project_id.clear();
    expect_refused(c, "no project");
}

TEST(Reject, NeedsAKnownReason) {
    Case c(OperationKind::reject);
    expect_allowed(c);
    c.operation.reason.clear();
    expect_refused(c, "Choose a reason");
    c.operation.reason = "ugly";
    expect_refused(c, "not known");
    c.operation.reason = "other";
    expect_refused(c, "comment");
    c.operation.comment = "wrong street";
    expect_allowed(c);
}

TEST(Reject, IgnoresFindingsAndRefusesProductionAndRepetition) {
    Case c(OperationKind::reject);
    c.findings = {a_finding(Rule::gps_missing, Severity::blocking, "b")};
    expect_allowed(c);
    c.capture = decided(a_capture(), Decision::rejected);
    expect_refused(c, "Already rejected");
    c.capture.resubmission = 1;
    expect_allowed(c);
    c.capture.synced_to_production = true;
    expect_refused(c, "Undo its approval first");
}

TEST(Reject, OthersApprovalNeedsWords) {
    Case c(OperationKind::reject);
    c.capture = decided(a_capture(), Decision::approved, "sipho");
    expect_refused(c, "Sipho has approved");
    c.operation.comment = "photo shows another pole";
    expect_allowed(c);
}

TEST(Hold, NeedsANoteOrAReminder) {
    Case c(OperationKind::hold);
    expect_allowed(c);
    c.operation.comment = " ";
    expect_refused(c, "note");
    c.operation.remind_at = c.operation.made_at + base::hours(24);
    expect_allowed(c);
    c.operation.remind_at = c.operation.made_at;
    expect_refused(c, "past");
}

TEST(Hold, AgainOnlyWhenSomethingChanges) {
    Case c(OperationKind::hold);
    c.capture = decided(a_capture(), Decision::held, "sipho");
    c.capture.review->comment = "ask the crew";
    expect_refused(c, "Already held");
    c.operation.comment = "crew called, waits for the owner";
    expect_allowed(c);
    c.capture.synced_to_production = true;
    expect_refused(c, "in production");
}

TEST(Undo, OwnDecisionIsFreeAnothersNeedsWords) {
    Case c(OperationKind::undo);
    c.capture = decided(a_capture(), Decision::approved, "thandi");
    expect_allowed(c);
    c.capture = decided(a_capture(), Decision::approved, "sipho");
    expect_refused(c, "Sipho");
    c.operation.reason = "wrong pole";
    expect_allowed(c);
    c.operation.undo_of.clear();
    expect_refused(c, "no decision");
}

TEST(Undo, WhoMadeAnotherKindOfChangeIsCarriedByTheOperation) {
    Case c(OperationKind::undo);
    c.operation.undo_of = "op-correct";
    expect_refused(c, "not known here");
    c.operation.extra = base::Json{{"undone_by", "sipho"}};
    expect_refused(c, "sipho");
    c.operation.extra = base::Json{{"undone_by", "thandi"}};
    expect_allowed(c);
}

TEST(Correct, NeedsAChangeAndAValidValue) {
    const auto correct = [](auto change) {
        Case c(OperationKind::correct);
        c.operation.correction = {};
        change(c.operation.correction);
        return c;
    };
    expect_allowed(correct([](Correction& x) { x.pole_number = "LAW.P.B001"; }));
    expect_allowed(correct([](Correction& x) { x.pole_number = ""; }));
    expect_allowed(correct([](Correction& x) { x.gps = GeoPoint{-26.3, 27.8}; }));
    expect_allowed(correct([](Correction& x) { x.notes = ""; }));
    expect_refused(correct([](Correction&) {}), "Nothing was changed");
    expect_refused(correct([](Correction& x) { x.pole_number = "LAW.P.A001"; }), "Nothing was changed");
    expect_refused(correct([](Correction& x) { x.pole_number = "A\nB"; }), "cannot be stored");
    expect_refused(correct([](Correction& x) { x.pole_number = "\xFF"; }), "cannot be stored");
    expect_refused(correct([](Correction& x) { x.pole_number = std::string(65, 'A'); }), "64 characters");
    expect_refused(correct([](Correction& x) { x.project_id = " "; }), "Choose a project");
    expect_refused(correct([](Correction& x) { x.project_id = "a/b"; }), "not a project id");
    expect_refused(correct([](Correction& x) { x.gps = GeoPoint{0, 0}; }), "not a position");
    expect_refused(correct([](Correction& x) { x.notes = std::string(10'001, 'n'); }), "too long");
}

TEST(Correct, AfterPromotionTheNumberMustStay) {
    Case c(OperationKind::correct);
    c.capture.synced_to_production = true;
    expect_allowed(c);
    c.operation.correction.pole_number = " ";
    expect_refused(c, "must keep a number");
}

TEST(Requeue, OnlyWhatDoesNotWaitAndIsNotApproved) {
    Case c(OperationKind::requeue);
    expect_refused(c, "waits in the queue already");
    c.capture.validation_status = ValidationStatus::validating;
    expect_allowed(c);
    c.capture = decided(a_capture(), Decision::rejected, "sipho");
    expect_allowed(c);
    c.capture = decided(a_capture(), Decision::approved);
    expect_refused(c, "Undo the approval");
    c.capture.synced_to_production = true;
    expect_refused(c, "in production");
}

TEST(Promote, OnlyWhatIsApprovedAndStillFaultless) {
    Case c(OperationKind::promote);
    expect_refused(c, "not approved");
    c.capture = decided(a_capture(), Decision::approved, "sipho");
    expect_allowed(c);
    c.findings = {a_finding(Rule::photos_missing, Severity::error, "e1")};
    expect_refused(c, "Photos missing");
    c.capture.review->overrides = {{"e1", "agreed"}};
    expect_allowed(c);
    c.operation.via = "cli";  // the override was made at the desk
    expect_allowed(c);
    c.findings.push_back(a_finding(Rule::number_in_production, Severity::blocking, "b"));
    expect_refused(c, "already in production");
    c.findings.clear();
    c.capture.resubmission = 1;
    expect_refused(c, "sent this capture again");
    c.capture.synced_to_production = true;
    expect_refused(c, "in production already");
}

TEST(Merge, NeedsTargetAndOthersAndKeepsProduction) {
    Case c(OperationKind::merge);
    expect_refused(c, "Choose which");
    c.operation.target = "s1";
    expect_refused(c, "at least one other");
    c.operation.extra = base::Json{{"superseded", {"s2"}}};
    c.capture.synced_to_production = true;
    expect_allowed(c);
    c.capture.staging_id = "s2";
    expect_refused(c, "cannot be superseded");
    c.capture.synced_to_production = false;
    expect_allowed(c);
}

TEST(Merge, SupersedingWhatAnotherPersonDecidedNeedsWords) {
    Case c(OperationKind::merge);
    c.operation.target = "s1";
    c.capture = decided(a_capture("s2"), Decision::approved, "sipho");
    expect_refused(c, "Sipho has approved");
    c.operation.comment = "One pole, sent twice";
    expect_allowed(c);
    c.operation.comment.clear();
    c.capture = decided(a_capture("s2"), Decision::rejected, "thandi");
    expect_allowed(c);
    c.capture = decided(a_capture("s2"), Decision::held, "sipho");
    expect_allowed(c);
}

TEST(Restore, NeedsAVersionAndNoProduction) {
    Case c(OperationKind::restore);
    expect_refused(c, "Choose the version");
    c.operation.target = "v1";
    c.operation.extra = base::Json{{"set", {{"notes", ""}}}};
    expect_allowed(c);
    c.capture.synced_to_production = true;
    expect_refused(c, "in production");
}

TEST(IgnoreFinding, NeedsTheFindingAndAReasonAndNeverABlockingOne) {
    Case c(OperationKind::ignore_finding);
    c.operation.target = "e1";
    expect_refused(c, "no longer there");
    c.findings = {a_finding(Rule::near_duplicate, Severity::warning, "e1")};
    expect_refused(c, "Say why");
    c.operation.reason = "two poles side by side, seen on site";
    expect_allowed(c);
    c.findings[0].ignored = true;
    expect_refused(c, "already");
    c.findings[0] = a_finding(Rule::gps_missing, Severity::blocking, "e1");
    expect_refused(c, "cannot be ignored");
}

}  // namespace
}  // namespace linesman::model
