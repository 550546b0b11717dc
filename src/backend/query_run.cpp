// Running a query.
//
//   base stream (index or collection, in order, from the cursor on) ─► not changed after T ─► filter ─► cursor ─┐
//   old versions of what changed after T ─────────────────────────────► filter ─► cursor ─► sort ───────────────┴►
//   merge
#include <algorithm>

#include "backend/names.h"
#include "backend/query.h"

namespace linesman::backend {

using base::Timestamp;

namespace {

int compare_in_order(const Query& query, const Document& a, const Document& b) {
    Value sa, sb;
    for (const Order& order : query.orders) {
        int c = 0;
        if (order.path.is_name()) {
            c = compare_paths(a.name, b.name);
        } else {
            c = compare(*order_value(a, order.path, sa), *order_value(b, order.path, sb));
        }
        if (c != 0) return order.descending ? -c : c;
    }
    return 0;
}

// < 0: the document lies before the cursor's values.
int compare_to_cursor(const Query& query, const Document& document, const Cursor& cursor) {
    Value scratch;
    for (size_t i = 0; i < cursor.values.size(); ++i) {
        const Order& order = query.orders[i];
        const int c = compare(*order_value(document, order.path, scratch), cursor.values[i]);
        if (c != 0) return order.descending ? -c : c;
    }
    return 0;
}

enum class Place { before_start, inside, after_end };

Place place_of(const Query& query, const Document& document) {
    if (query.start) {
        const int c = compare_to_cursor(query, document, *query.start);
        if (query.start->before ? c < 0 : c <= 0) return Place::before_start;
    }
    if (query.end) {
        const int c = compare_to_cursor(query, document, *query.end);
        if (query.end->before ? c >= 0 : c > 0) return Place::after_end;
    }
    return Place::inside;
}

bool has_order_fields(const Query& query, const Document& document) {
    return std::all_of(query.orders.begin(), query.orders.end(),
                       [&](const Order& order) { return order.path.is_name() || get(document.fields, order.path); });
}

bool accepts(const Query& query, const Document& document) {
    return has_order_fields(query, document) && (!query.where || matches(*query.where, document));
}

// The tightest bound a top-level filter puts on the first order's field, in its direction: where the walk may start.
const Value* filter_bound(const Query& query) {
    if (!query.where) return nullptr;
    const Order& first = query.orders[0];
    const auto bounds = [&](const Filter& filter) {
        if (filter.path != first.path) return false;
        if (filter.op == Filter::Op::equal) return true;
        return first.descending ? filter.op == Filter::Op::less || filter.op == Filter::Op::less_or_equal
                                : filter.op == Filter::Op::greater || filter.op == Filter::Op::greater_or_equal;
    };
    if (query.where->children.empty()) return bounds(*query.where) ? &query.where->value : nullptr;
    if (query.where->op != Filter::Op::conjunction) return nullptr;
    for (const Filter& child : query.where->children) {
        if (child.children.empty() && bounds(child)) return &child.value;
    }
    return nullptr;
}

// Where to start on the first order's field: the later of cursor and filter.
const Value* start_value(const Query& query) {
    const Value* bound = filter_bound(query);
    const Value* cursor = query.start && !query.start->values.empty() ? &query.start->values[0] : nullptr;
    if (!bound || !cursor) return bound ? bound : cursor;
    const int c = compare(*bound, *cursor);
    return (query.orders[0].descending ? c < 0 : c > 0) ? bound : cursor;
}

// Walks one collection in order of its first sort field and gathers what the query wants.
class Walk {
  public:
    Walk(const Query& query, const Collection& collection, std::optional<Timestamp> time, size_t need)
        : query_(query), collection_(collection), time_(time), need_(need) {
        const auto& orders = query.orders;
        sorted_by_walk_ = orders[0].path.is_name() || (orders.size() == 2 && orders[1].path.is_name() &&
                                                       orders[0].descending == orders[1].descending);
    }

    std::vector<DocumentPtr> run() {
        if (query_.orders[0].path.is_name()) {
            walk_names();
        } else {
            walk_index();
        }
        if (!sorted_by_walk_) sort_run();
        return std::move(found_);
    }

  private:
    // False once nothing that follows can matter.
    bool visit(const DocumentPtr& document) {
        if (time_ && document->update_time > *time_) return true;
        if (!accepts(query_, *document)) return true;
        const Place place = place_of(query_, *document);
        if (place == Place::before_start) return true;
        // With further orders a later document of the same run may still lie inside.
        if (place == Place::after_end) return !sorted_by_walk_;
        if (!sorted_by_walk_ && !found_.empty() && starts_new_run(*document)) {
            sort_run();
            run_start_ = found_.size();
            if (found_.size() >= need_) return false;
        }
        found_.push_back(document);
        return !sorted_by_walk_ || found_.size() < need_;
    }

    bool starts_new_run(const Document& document) const {
        const FieldPath& path = query_.orders[0].path;
        return compare(*get(found_.back()->fields, path), *get(document.fields, path)) != 0;
    }

    void sort_run() {
        std::sort(found_.begin() + static_cast<std::ptrdiff_t>(run_start_), found_.end(),
                  [&](const DocumentPtr& a, const DocumentPtr& b) { return compare_in_order(query_, *a, *b) < 0; });
    }

    template <typename Iterator, typename Get>
    void each(Iterator from, Iterator to, Get document_of) {
        for (; from != to; ++from) {
            const DocumentPtr& document = document_of(*from);
            if (document && !visit(document)) return;
        }
    }

    void walk_names() {
        const auto document_of = [](const auto& item) -> const DocumentPtr& { return item.second.current; };
        const auto& entries = collection_.entries();
        const Value* start = start_value(query_);
        const std::string* name = start && start->as<Reference>() ? &start->as<Reference>()->name : nullptr;
        // A name of another collection cannot be looked up here; the filter and the cursor still apply.
        const bool own = name && !entries.empty() && same_collection(*name);
        if (query_.orders[0].descending) {
            auto from = entries.rbegin();
            if (own) from = std::make_reverse_iterator(entries.upper_bound(id_of(*name)));
            each(from, entries.rend(), document_of);
        } else {
            each(own ? entries.lower_bound(id_of(*name)) : entries.begin(), entries.end(), document_of);
        }
    }

    bool same_collection(const std::string& name) const {
        return std::string(collection_of(name)) == query_.parent + "/" + query_.collection_id;
    }

    void walk_index() {
        const auto document_of = [](const FieldIndex::Key& key) -> const DocumentPtr& { return key.document; };
        const auto& keys = collection_.index(query_.orders[0].path).keys();
        const Value* start = start_value(query_);
        std::string_view id;
        const bool pair = start && query_.start && sorted_by_walk_ && query_.start->values.size() == 2 &&
                          start == &query_.start->values[0];
        if (pair) id = id_of(std::get<Reference>(query_.start->values[1].data).name);
        if (query_.orders[0].descending) {
            auto from = keys.rbegin();
            // Without an id, any id of the value belongs: "\xff" sorts after every UTF-8 id.
            if (start) from = std::make_reverse_iterator(keys.upper_bound({start, pair ? id : "\xff", nullptr}));
            each(from, keys.rend(), document_of);
        } else {
            each(start ? keys.lower_bound({start, id, nullptr}) : keys.begin(), keys.end(), document_of);
        }
    }

    const Query& query_;
    const Collection& collection_;
    std::optional<Timestamp> time_;
    size_t need_;
    bool sorted_by_walk_ = false;
    size_t run_start_ = 0;
    std::vector<DocumentPtr> found_;
};

void sort_all(const Query& query, std::vector<DocumentPtr>& documents) {
    std::sort(documents.begin(), documents.end(),
              [&](const DocumentPtr& a, const DocumentPtr& b) { return compare_in_order(query, *a, *b) < 0; });
}

void add_if_wanted(const Query& query, const DocumentPtr& document, std::vector<DocumentPtr>& out) {
    if (document && accepts(query, *document) && place_of(query, *document) == Place::inside) out.push_back(document);
}

// What changed after `time`, as it was then.
std::vector<DocumentPtr> old_versions(const Query& query, const Collection& collection, Timestamp time) {
    std::vector<DocumentPtr> out;
    for (const std::string_view id : collection.changed_since(time)) {
        add_if_wanted(query, collection.get(id, time), out);
    }
    sort_all(query, out);
    return out;
}

std::vector<DocumentPtr> from_collection(const Query& query, const Collection& collection,
                                         std::optional<Timestamp> time, size_t need) {
    std::vector<DocumentPtr> found = Walk(query, collection, time, need).run();
    if (!time) return found;
    std::vector<DocumentPtr> old = old_versions(query, collection, *time);
    if (old.empty()) return found;
    std::vector<DocumentPtr> merged;
    merged.reserve(found.size() + old.size());
    std::merge(found.begin(), found.end(), old.begin(), old.end(), std::back_inserter(merged),
               [&](const DocumentPtr& a, const DocumentPtr& b) { return compare_in_order(query, *a, *b) < 0; });
    return merged;
}

std::vector<DocumentPtr> from_group(const DocumentStore::View& view, const Query& query,
                                    std::optional<Timestamp> time) {
    std::vector<DocumentPtr> found;
    for (const Collection* collection : view.group(query.parent, query.collection_id)) {
        for (const auto& [id, entry] : collection->entries()) {
            add_if_wanted(query, time ? Collection::version_at(entry, *time) : entry.current, found);
        }
    }
    sort_all(query, found);
    return found;
}

bool in_scope(const Query& query, const Document& document) {
    const std::string_view collection = collection_of(document.name);
    if (!query.all_descendants) {
        return collection.size() == query.parent.size() + 1 + query.collection_id.size() &&
               collection.starts_with(query.parent) && collection[query.parent.size()] == '/' &&
               collection.ends_with(query.collection_id);
    }
    return collection.starts_with(query.parent + "/") &&
           (query.collection_id.empty() || id_of(collection) == query.collection_id);
}

}  // namespace

bool belongs(const Query& query, const Document& document) {
    return in_scope(query, document) && accepts(query, document) && place_of(query, document) == Place::inside;
}

QueryResult run_query(const DocumentStore::View& view, const Query& query, std::optional<Timestamp> time) {
    const size_t need = query.limit ? *query.limit + query.offset : SIZE_MAX;
    QueryResult result;
    if (query.all_descendants) {
        result.documents = from_group(view, query, time);
    } else if (const Collection* collection = view.collection(query.parent + "/" + query.collection_id)) {
        result.documents = from_collection(query, *collection, time, need);
    }
    auto& documents = result.documents;
    if (documents.size() > need) documents.resize(need);
    result.skipped = std::min(query.offset, documents.size());
    documents.erase(documents.begin(), documents.begin() + static_cast<std::ptrdiff_t>(result.skipped));
    return result;
}

}  // namespace linesman::backend
