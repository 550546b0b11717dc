#include "model/conflict.h"

#include <algorithm>
#include <map>

#include "base/ids.h"
#include "model/keys.h"

namespace linesman::model {
namespace {

// Splits captures of one upload key into real uploads: connected by not being distinct.
std::vector<std::vector<const Capture*>> split_uploads(const std::vector<const Capture*>& captures) {
    std::vector<std::vector<const Capture*>> uploads;
    for (const Capture* capture : captures) {
        std::vector<const Capture*> joined = {capture};
        std::erase_if(uploads, [&](std::vector<const Capture*>& upload) {
            const bool same_upload = std::any_of(upload.begin(), upload.end(), [&](const Capture* other) {
                return !are_distinct_uploads(*capture, *other);
            });
            if (same_upload) joined.insert(joined.end(), upload.begin(), upload.end());
            return same_upload;
        });
        uploads.push_back(std::move(joined));
    }
    return uploads;
}

DuplicateGroup make_group(DuplicateGroup::Kind kind, const std::string& key,
                          const std::vector<const Capture*>& captures) {
    DuplicateGroup group{kind, key, {}};
    for (const Capture* capture : captures) group.staging_ids.push_back(capture->staging_id);
    std::sort(group.staging_ids.begin(), group.staging_ids.end());
    return group;
}

}  // namespace

bool materially_equal(const Capture& a, const Capture& b) {
    const auto fields = material_fields();
    return std::all_of(fields.begin(), fields.end(), [&](CaptureField field) { return same(field, a, b); });
}

std::string material_digest(const Capture& capture) {
    Capture timeless = capture;
    if (timeless.review && !timeless.review->op_id.empty()) timeless.review->at.reset();
    return base::sha256_hex(base::to_text(fields_to_json(timeless, material_fields())));
}

std::vector<FieldDifference> three_way_difference(const Capture& base, const Capture& theirs, const Capture& mine) {
    std::vector<FieldDifference> differences;
    for (const CaptureField field : all_fields()) {
        FieldDifference d;
        d.changed_by_them = !same(field, base, theirs);
        d.changed_by_me = !same(field, base, mine);
        if (!d.changed_by_them && !d.changed_by_me) continue;
        d.field = field;
        d.base = display(field, base);
        d.theirs = display(field, theirs);
        d.mine = display(field, mine);
        d.clash = d.changed_by_them && d.changed_by_me && !same(field, theirs, mine);
        differences.push_back(std::move(d));
    }
    return differences;
}

std::vector<FieldPair> difference(const Capture& left, const Capture& right) {
    std::vector<FieldPair> pairs;
    for (const CaptureField field : all_fields()) {
        if (!same(field, left, right)) pairs.push_back({field, display(field, left), display(field, right)});
    }
    return pairs;
}

std::vector<DuplicateGroup> group_duplicates(std::span<const Capture> captures) {
    std::map<std::string, std::vector<const Capture*>> by_upload, by_pole;
    for (const Capture& capture : captures) {
        if (capture.decision() == Decision::superseded) continue;
        by_upload[upload_key(capture)].push_back(&capture);
        const std::string number = canonical_number(capture.pole_number);
        if (!number.empty()) by_pole[pole_key_id(capture.project_id, number)].push_back(&capture);
    }
    std::vector<DuplicateGroup> groups;
    std::map<const Capture*, size_t> upload_of;  // group index of captures that share their upload
    for (const auto& [key, members] : by_upload) {
        if (members.size() < 2) continue;
        for (const auto& upload : split_uploads(members)) {
            if (upload.size() < 2) continue;
            for (const Capture* capture : upload) upload_of[capture] = groups.size();
            groups.push_back(make_group(DuplicateGroup::Kind::upload, key, upload));
        }
    }
    for (const auto& [key, members] : by_pole) {
        if (members.size() < 2) continue;
        const auto first = upload_of.find(members.front());
        const bool one_upload =
            first != upload_of.end() && std::all_of(members.begin(), members.end(), [&](const Capture* capture) {
                const auto found = upload_of.find(capture);
                return found != upload_of.end() && found->second == first->second;
            });
        if (!one_upload) groups.push_back(make_group(DuplicateGroup::Kind::pole, key, members));
    }
    return groups;
}

}  // namespace linesman::model
