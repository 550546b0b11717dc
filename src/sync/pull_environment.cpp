#include "sync/pull_environment.h"

#include "sync/change_aggregator.h"

namespace linesman::sync {

void take_document(PullEnvironment& environment, const ActiveScope& scope, const PullTarget& target,
                   RawDocument document, ChangeAggregator& into) {
    Placement placement = scope.place(target, document.fields_json);
    take_placed(environment, target, std::move(document), std::move(placement), into);
}

void take_placed(PullEnvironment& environment, const PullTarget& target, RawDocument document, Placement placement,
                 ChangeAggregator& into, bool is_only_one) {
    if (!placement.keep) {
        const auto version = base::parse_rfc3339(document.update_time);
        if (version) into.remove(target.collection, document.id(), *version, false);
        return;
    }
    if (!placement.label.empty() && environment.labels.insert(target.collection + "\n" + placement.label).second) {
        into.set_value(kLabelsKey, base::to_text(base::Json(environment.labels)));
    }
    if (is_only_one) return into.append(target.collection, std::move(document), std::move(placement.label));
    into.put(target.collection, std::move(document), std::move(placement.label));
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
