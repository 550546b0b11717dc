#include "sync/pull_environment.h"

#include "sync/change_aggregator.h"

namespace linesman::sync {

bool PullEnvironment::note_label(const std::string& collection, const std::string& label) {
    if (label == noted_label && collection == noted_collection) return false;
    noted_collection = collection;
    noted_label = label;
    return labels.insert(collection + "\n" + label).second;
}

PlacedDocument place_document(const ActiveScope& scope, const PullTarget& target, RawDocument document) {
    Placement placement = scope.place(target, document.fields_json);
    std::string id(document.id());
    return {{target.collection, std::move(id), std::move(document.update_time), std::move(document.fields_json),
             std::move(placement.label)},
            placement.keep};
}

void take_document(PullEnvironment& environment, const ActiveScope& scope, const PullTarget& target,
                   RawDocument document, ChangeAggregator& into) {
    take_placed(environment, place_document(scope, target, std::move(document)), into);
}

void take_placed(PullEnvironment& environment, PlacedDocument placed, ChangeAggregator& into, bool is_only_one) {
    auto& document = placed.document;
    if (!placed.keep) {
        const auto version = base::parse_rfc3339(document.update_time);
        if (version) into.remove(document.collection, document.id, *version, false);
        return;
    }
    if (!document.scope.empty() && environment.note_label(document.collection, document.scope)) {
        into.set_value(kLabelsKey, base::to_text(base::Json(environment.labels)));
    }
    if (is_only_one) return into.append(std::move(document));
    into.put(std::move(document));
}

base::Status apply_batch(PullEnvironment& environment, ChangeAggregator& from, bool bulk) {
    LINESMAN_TRY(environment.cache.apply(from.take(), bulk, bulk ? environment.readers : nullptr));
    for (auto& id : environment.cache.take_unreadable_versions()) {
        environment.issue(
            {}, id,
            "The version of " + id + " cannot be read, so it was not stored; look at the document in Firestore.");
    }
    return {};
}

}  // namespace linesman::sync
