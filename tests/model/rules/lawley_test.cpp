// Captures generated on the real Lawley positions (or, where the file is not at hand, a grid of the same density), with
// GPS noise as in the field and known faults of every kind. Every fault must be found, and every finding on a capture
// without a fault must be explained.
#include <cmath>
#include <numbers>
#include <random>

#include "base/file.h"
#include "model/planned_import.h"
#include "rule_fixture.h"

namespace linesman::model::testing {
namespace {

base::Result<std::string> real_positions() {
    return base::read_file(std::string(LINESMAN_SOURCE_DIR) + "/../shared/data/planned-poles-lawley.csv");
}

// The real planned poles, or, where that file is not at hand, as many along straight streets 45 m apart.
std::vector<PlannedPole> planned_poles() {
    const auto text = real_positions();
    if (text) return planned_from_csv(*text, "Law-001").value().poles;
    std::vector<PlannedPole> out;
    for (int i = 0; i < 4468; ++i) {
        char number[16];
        std::snprintf(number, sizeof number, "LAW.P.%c%03d", 'A' + i / 999, i % 999 + 1);
        out.push_back(planned(number, moved(kPlace, 15.8 * (i % 67), 45.0 * (i / 67))));
    }
    return out;
}

// One capture for each planned pole, taken by eight devices that walk along the list, with GPS errors of `noise_m` per
// axis and an accuracy as phones report it (68 % radius, about 1.5 times the error of an axis).
class Field {
  public:
    explicit Field(double noise_m) : poles_(planned_poles()), noise_(0, noise_m), noise_m_(noise_m) {
        reference.planned = poles_;
        Project lawley;
        lawley.id = "Law-001";
        lawley.number_prefix = "LAW";
        reference.projects = {lawley};
        reference.projects_known = true;
        const size_t per_device = (poles_.size() + 7) / 8;
        for (size_t i = 0; i < poles_.size(); ++i) {
            CaptureBuilder builder(named("c", 10'000 + i));
            builder.number(poles_[i].pole_number).at(noisy(poles_[i].position)).accuracy(std::max(3.0, 1.5 * noise_m_));
            builder.device(named("phone", i / per_device));
            const auto at = kNow - base::hours(24 * 20) + base::minutes(static_cast<int64_t>(15 * (i % per_device)));
            captures.push_back(builder.captured(at).submitted(at + base::hours(3)));
        }
    }

    GeoPoint noisy(GeoPoint p) { return moved(p, noise_(random_), noise_(random_)); }
    const PlannedPole& pole(size_t i) const { return poles_[i]; }

    std::map<Rule, std::vector<std::string>> judge() const {
        Validator validator;
        validator.set_reference(std::make_shared<const ReferenceData>(reference));
        for (const Capture& capture : captures) validator.put(capture);
        validator.validate(kNow);
        std::map<Rule, std::vector<std::string>> out;
        for (const Capture& capture : captures) {
            for (const Finding& finding : validator.findings(capture.staging_id)) {
                auto& ids = out[finding.rule];
                if (ids.empty() || ids.back() != capture.staging_id) ids.push_back(capture.staging_id);
            }
        }
        return out;
    }

    ReferenceData reference;
    std::vector<Capture> captures;

  private:
    std::vector<PlannedPole> poles_;
    std::mt19937_64 random_{20'251'009};
    std::normal_distribution<double> noise_;
    double noise_m_;
};

double share(const std::map<Rule, std::vector<std::string>>& found, Rule rule, size_t of) {
    const auto it = found.find(rule);
    return it == found.end() ? 0 : static_cast<double>(it->second.size()) / static_cast<double>(of);
}

// Which false alarms good captures raise, and how many. near_duplicate: poles stand as near as 2 m, and noise brings
// others together. planned_nearer_other: the noise beyond the stated accuracy. speed_impossible, planned_distance:
// none.
TEST(Lawley, FalseAlarmsOfGoodCapturesAreFewAndExplained) {
    struct Case {
        double noise_m, most_nearer_other, most_near;
    };
    for (const Case& c : {Case{3, 0.01, 0.05}, Case{5, 0.03, 0.12}, Case{8, 0.05, 0.25}}) {
        Field field(c.noise_m);
        const auto found = field.judge();
        const size_t count = field.captures.size();
        std::string seen;
        for (const auto& [rule, ids] : found) {
            seen += std::string(code_of(rule)) + named(" ", ids.size()) + " ";
            EXPECT_TRUE(rule == Rule::near_duplicate || rule == Rule::planned_nearer_other ||
                        rule == Rule::number_format)
                << "unexplained: " << code_of(rule);
        }
        RecordProperty(named("noise_", static_cast<size_t>(c.noise_m)), seen);
        std::printf("noise %.0f m per axis, %zu captures: %s\n", c.noise_m, count, seen.c_str());
        // On straight streets every pole has two neighbours at the median distance; really many stand alone.
        const double most_nearer_other = c.most_nearer_other * (real_positions() ? 1 : 2);
        EXPECT_LE(share(found, Rule::planned_nearer_other, count), most_nearer_other);
        EXPECT_LE(share(found, Rule::near_duplicate, count), c.most_near);
        EXPECT_LE(share(found, Rule::number_format, count), 0.001);
    }
}

// Injects one fault of every kind into every 200th capture and expects exactly these beyond the false alarms of the
// same field.
TEST(Lawley, EveryInjectedFaultIsFound) {
    Field field(4);
    const auto before = field.judge();
    std::map<Rule, std::vector<std::string>> injected;
    size_t next = 0;
    const auto each = [&](Rule rule, const std::function<void(Capture&, size_t)>& spoil) {
        for (size_t n = 0; n < 20; ++n) {
            const size_t index = (next += 7) % field.captures.size();
            spoil(field.captures[index], index);
            injected[rule].push_back(field.captures[index].staging_id);
        }
    };
    size_t extra = 0;
    const auto copy_of = [&](size_t index) {
        Capture copy = field.captures[index];
        copy.staging_id = named("x", 10'000 + extra++);
        return copy;
    };
    std::vector<Capture> added;
    each(Rule::number_missing, [](Capture& c, size_t) { c.pole_number = ""; });
    each(Rule::number_format, [](Capture& c, size_t) { c.pole_number = "LAW-P-" + c.staging_id; });
    each(Rule::number_prefix, [](Capture& c, size_t) { c.pole_number.replace(0, 3, "MOH"); });
    each(Rule::project_unknown, [](Capture& c, size_t i) { c.project_id = i % 2 ? "" : "Atlantis"; });
    each(Rule::duplicate_number, [&](Capture&, size_t i) {
        added.push_back(copy_of(i));
        added.back().offline_id = "again_" + added.back().staging_id;
        added.back().gps = moved(*added.back().gps, 1, 1);
        added.back().photos = {};
    });
    each(Rule::duplicate_number_other_project, [&](Capture&, size_t i) {
        added.push_back(copy_of(i));
        added.back().offline_id = "again_" + added.back().staging_id;
        added.back().project_id = "Moh-001";
        added.back().photos = {};
    });
    each(Rule::number_in_production, [&](Capture& c, size_t) {
        field.reference.production_numbers[pole_key_id("Law-001", c.pole_number)] = "p_taken";
    });
    each(Rule::duplicate_upload, [&](Capture&, size_t i) { added.push_back(copy_of(i)); });
    each(Rule::near_duplicate, [&](Capture& c, size_t i) {
        added.push_back(copy_of(i));
        added.back().offline_id = "near_" + added.back().staging_id;
        added.back().pole_number = "LAW.P.Z" + added.back().staging_id.substr(3);
        added.back().gps = moved(*c.gps, 2, 1);
        added.back().photos = {};
    });
    each(Rule::gps_missing, [](Capture& c, size_t i) { i % 2 ? c.gps.reset() : void(c.gps = GeoPoint{0, 0}); });
    each(Rule::gps_accuracy, [](Capture& c, size_t) { c.gps_accuracy_m = 40; });
    each(Rule::gps_country, [](Capture& c, size_t) { c.gps = GeoPoint{-c.gps->latitude, c.gps->longitude}; });
    each(Rule::planned_distance, [](Capture& c, size_t) { c.gps = moved(*c.gps, 0, 130); });
    each(Rule::planned_nearer_other,
         [&](Capture& c, size_t i) { c.gps = field.pole((i + 300) % field.captures.size()).position; });
    each(Rule::photos_missing, [](Capture& c, size_t i) { c.photos[i % kSlotCount].reset(); });
    each(Rule::photo_too_small, [&](Capture& c, size_t) {
        field.reference.photo_sizes[c.photos[2]->md5] = {320, 240};
    });
    each(Rule::photo_reused, [&](Capture& c, size_t i) {
        c.photos[1]->md5 = field.captures[(i + 2) % field.captures.size()].photos[1]->md5;
    });
    each(Rule::time_future, [](Capture& c, size_t) { c.captured_at = kNow + base::hours(24 * 365); });
    each(Rule::time_too_old, [](Capture& c, size_t) { c.captured_at = base::Timestamp{1'000'000}; });
    each(Rule::time_after_submission, [](Capture& c, size_t) { c.submitted_at = *c.captured_at - base::hours(2); });
    each(Rule::time_photo_far, [](Capture& c, size_t) { c.photos[0]->captured_at = *c.captured_at - base::hours(30); });
    each(Rule::speed_impossible, [](Capture& c, size_t) { c.gps = moved(*c.gps, 90'000, 0); });
    each(Rule::field_too_large, [](Capture& c, size_t) { c.notes = std::string(5000, 'n'); });
    each(Rule::field_not_text, [](Capture& c, size_t) { c.bad_fields = {"notes"}; });
    each(Rule::document_unreadable, [](Capture& c, size_t) { c.shape = SourceShape::unreadable; });
    each(Rule::device_reported, [](Capture& c, size_t) {
        c.validation_errors = {{"photos", "blurred", "Photo is blurred", "warning", "", ""}};
    });
    // The boundary is the field itself with a margin.
    const GeoPoint corner = moved({-26.39839, 27.79007}, -1000, -1000),
                   far_corner = moved({-26.36812, 27.81937}, 1000, 1000);
    field.reference.projects[0].boundary.polygons = {
        {{{corner, {corner.latitude, far_corner.longitude}, far_corner, {far_corner.latitude, corner.longitude}}}}};
    each(Rule::gps_boundary, [](Capture& c, size_t) { c.gps = moved(*c.gps, 6'000, 0); });
    for (Capture& capture : added) field.captures.push_back(std::move(capture));

    const auto found = field.judge();
    EXPECT_EQ(injected.size(), kRuleCount);
    for (const auto& [rule, ids] : injected) {
        const auto it = found.find(rule);
        ASSERT_NE(it, found.end()) << code_of(rule);
        for (const auto& id : ids)
            EXPECT_TRUE(std::find(it->second.begin(), it->second.end(), id) != it->second.end())
                << code_of(rule) << " on " << id;
    }
    // A rule that says nothing about good captures says nothing about captures with faults of another kind either.
    for (const Rule exact :
         {Rule::number_missing, Rule::number_prefix, Rule::number_in_production, Rule::gps_missing, Rule::gps_accuracy,
          Rule::photo_too_small, Rule::time_future, Rule::time_too_old, Rule::field_too_large, Rule::field_not_text,
          Rule::document_unreadable, Rule::device_reported, Rule::time_photo_far})
        EXPECT_EQ(found.at(exact).size(), injected.at(exact).size()) << code_of(exact);
}

}  // namespace
}  // namespace linesman::model::testing
