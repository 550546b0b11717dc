// Builders for rule tests: a capture with which every rule is content, and a bench that judges captures and picks
// findings by rule.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "model/keys.h"
#include "model/validator.h"

namespace linesman::model::testing {

inline constexpr base::Timestamp kNow{1'760'000'000'000'000};  // 2025-10-09
inline constexpr GeoPoint kPlace{-26.38, 27.80};

// About `east_m`, `north_m` from `from`.
inline GeoPoint moved(GeoPoint from, double east_m, double north_m) {
    return {from.latitude + north_m / 111'195.0, from.longitude + east_m / (111'195.0 * 0.8959)};
}

// "c7". A function of its own, because GCC 12 warns wrongly about a literal plus a temporary.
inline std::string named(std::string_view prefix, size_t number) {
    std::string out(prefix);
    out += std::to_string(number);
    return out;
}

class CaptureBuilder {
  public:
    explicit CaptureBuilder(const std::string& id) {
        c_.staging_id = id;
        c_.offline_id = "offline_" + id;
        c_.pole_number = "LAW.P.A001";
        c_.project_id = "Law-001";
        c_.gps = kPlace;
        c_.gps_accuracy_m = 4;
        c_.captured_by = "worker-1";
        c_.captured_at = kNow - base::hours(5);
        c_.submitted_at = kNow - base::hours(4);
        c_.device_id = "device_" + id;
        for (const Slot slot : kSlots) {
            Photo photo;
            photo.path = id;
            photo.path += name_of(slot);
            photo.md5 = id;
            photo.md5 += "-";
            photo.md5 += name_of(slot);
            c_.photos[index_of(slot)] = photo;
        }
    }
    CaptureBuilder& number(const std::string& n) { return c_.pole_number = n, *this; }
    CaptureBuilder& project(const std::string& p) { return c_.project_id = p, *this; }
    CaptureBuilder& at(GeoPoint p) { return c_.gps = p, *this; }
    CaptureBuilder& no_gps() { return c_.gps.reset(), *this; }
    CaptureBuilder& accuracy(std::optional<double> m) { return c_.gps_accuracy_m = m, *this; }
    CaptureBuilder& upload(const std::string& key) { return c_.offline_id = key, *this; }
    CaptureBuilder& device(const std::string& id) { return c_.device_id = id, *this; }
    CaptureBuilder& captured(base::Timestamp t) { return c_.captured_at = t, *this; }
    CaptureBuilder& submitted(std::optional<base::Timestamp> t) { return c_.submitted_at = t, *this; }
    CaptureBuilder& without(Slot slot) { return c_.photos[index_of(slot)].reset(), *this; }
    CaptureBuilder& md5(Slot slot, const std::string& text) { return c_.photos[index_of(slot)]->md5 = text, *this; }
    CaptureBuilder& decided(Decision decision) {
        c_.review.emplace();
        c_.review->decision = decision;
        return *this;
    }
    Capture& raw() { return c_; }
    operator Capture() const { return c_; }  // NOLINT: a builder stands for what it builds

  private:
    Capture c_;
};

class Bench {
  public:
    Bench() {
        Project lawley;
        lawley.id = "Law-001";
        lawley.name = "Lawley";
        lawley.number_prefix = "LAW";
        reference.projects = {lawley};
        reference.projects_known = true;
    }

    // Findings of that rule on the capture, all captures judged together.
    std::vector<Finding> find(Rule rule, const std::string& id, const std::vector<Capture>& captures) const {
        Validator validator;
        validator.set_reference(std::make_shared<const ReferenceData>(reference));
        for (const Capture& capture : captures) validator.put(capture);
        validator.validate(now);
        std::vector<Finding> out;
        for (const Finding& finding : validator.findings(id)) {
            if (finding.rule == rule) out.push_back(finding);
        }
        return out;
    }
    std::vector<Finding> find(Rule rule, const Capture& capture) const {
        return find(rule, capture.staging_id, {capture});
    }
    bool flags(Rule rule, const Capture& capture) const { return !find(rule, capture).empty(); }
    RuleSet& rules() {
        if (reference.rule_sets.empty()) reference.rule_sets.emplace_back();
        return reference.rule_sets.front();
    }

    ReferenceData reference;
    base::Timestamp now = kNow;
};

inline PlannedPole planned(const std::string& number, GeoPoint position) {
    return {"planned_" + number, "Law-001", number, "feeder", position, "1", "1"};
}

}  // namespace linesman::model::testing
