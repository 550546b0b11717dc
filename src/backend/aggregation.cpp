#include "backend/aggregation.h"

#include <algorithm>
#include <set>

#include "backend/api_error.h"

namespace linesman::backend {

using base::Json;
using base::Result;

namespace {

constexpr size_t kMaxAggregations = 5;

Result<FieldPath> path_of_field(const Json& json) {
    const Json* field = base::find(json, "field");
    return parse_field_path(field ? base::string_at(*field, "fieldPath").value_or("") : "");
}

Result<std::optional<size_t>> read_up_to(const Json& count) {
    const Json* up_to = base::find(count, "upTo");
    if (!up_to) return std::optional<size_t>();
    const Json& number = up_to->is_object() && up_to->contains("value") ? (*up_to)["value"] : *up_to;
    int64_t most = 0;
    if (number.is_number_integer()) most = number.get<int64_t>();
    if (number.is_string()) most = std::atoll(number.get_ref<const std::string&>().c_str());
    if (most <= 0) return invalid("upTo must be greater than 0.");
    return std::optional(static_cast<size_t>(most));
}

Result<Aggregation> aggregation_from_json(const Json& json, size_t number) {
    Aggregation out;
    out.alias = base::string_at(json, "alias").value_or("");
    if (out.alias.empty()) out.alias = "field_" + std::to_string(number);
    if (const Json* count = base::find(json, "count")) {
        auto up_to = read_up_to(*count);
        if (!up_to) return up_to.error();
        out.up_to = *up_to;
        return out;
    }
    const Json* sum = base::find(json, "sum");
    const Json* average = base::find(json, "avg");
    if (!sum && !average) return invalid("An aggregation must be count, sum or avg.");
    out.kind = sum ? Aggregation::Kind::sum : Aggregation::Kind::average;
    auto path = path_of_field(sum ? *sum : *average);
    if (!path) return path.error();
    out.path = std::move(*path);
    return out;
}

struct Total {
    int64_t integers = 0;
    double doubles = 0;  // everything, as doubles
    size_t numbers = 0;
    bool only_integers = true;
};

Total total_of(const FieldPath& path, const std::vector<DocumentPtr>& documents) {
    Total total;
    for (const DocumentPtr& document : documents) {
        const Value* value = get(document->fields, path);
        if (!value || !value->is_number()) continue;
        ++total.numbers;
        const auto* integer = value->as<int64_t>();
        total.doubles += integer ? static_cast<double>(*integer) : std::get<double>(value->data);
        if (!integer || __builtin_add_overflow(total.integers, *integer, &total.integers)) total.only_integers = false;
    }
    return total;
}

}  // namespace

Result<std::vector<Aggregation>> aggregations_from_json(const Json& list) {
    std::vector<Aggregation> out;
    if (!list.is_array() || list.empty()) return invalid("At least one aggregation is required.");
    if (list.size() > kMaxAggregations) return invalid("A query may have at most 5 aggregations.");
    std::set<std::string> aliases;
    for (const Json& item : list) {
        auto aggregation = aggregation_from_json(item, out.size() + 1);
        if (!aggregation) return aggregation.error();
        if (!aliases.insert(aggregation->alias).second)
            return invalid("Duplicate aggregation alias: " + aggregation->alias);
        out.push_back(std::move(*aggregation));
    }
    return out;
}

Value aggregate(const Aggregation& aggregation, const std::vector<DocumentPtr>& documents) {
    if (aggregation.kind == Aggregation::Kind::count) {
        const size_t count = std::min(documents.size(), aggregation.up_to.value_or(SIZE_MAX));
        return Value{static_cast<int64_t>(count)};
    }
    const Total total = total_of(aggregation.path, documents);
    if (aggregation.kind == Aggregation::Kind::average) {
        if (total.numbers == 0) return Value{Null{}};
        return Value{total.doubles / static_cast<double>(total.numbers)};
    }
    return total.only_integers ? Value{total.integers} : Value{total.doubles};
}

}  // namespace linesman::backend
