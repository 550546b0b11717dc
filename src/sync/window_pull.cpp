#include "sync/window_pull.h"

#include "sync/pull_query.h"
#include "sync/value_codec.h"

namespace linesman::sync {

using base::Json;

std::string cursor_key(const std::string& collection) {
    return "pull.cursor." + collection;
}

WindowPull::WindowPull(PullEnvironment& environment, ActiveScope scope, std::vector<WindowTarget> targets, Done done)
    : environment_(environment), scope_(std::move(scope)), targets_(std::move(targets)), done_(std::move(done)) {}

void WindowPull::start() {
    started_ = environment_.clock.steady();
    for (size_t t = 0; t < targets_.size(); ++t) {
        const PullTarget& target = targets_[t].target;
        std::vector<std::vector<std::string>> groups = {{}};
        if (!target.project_field.empty()) groups = scope_.project_groups(environment_.tuning.projects_per_query);
        for (const auto& field : target.windows) {
            for (const auto& group : groups) streams_.push_back({t, field, group, {}, {}, false});
        }
    }
    pump();
}

void WindowPull::pump() {
    bool any_left = false;
    for (size_t i = 0; i < streams_.size(); ++i) {
        if (streams_[i].done) continue;
        any_left = true;
        const size_t allowed = read_time_.empty() ? 1 : static_cast<size_t>(environment_.tuning.pages_in_flight);
        if (calls_.size() >= allowed) return;
        if (!calls_.contains(i)) request(i);
    }
    if (!any_left && calls_.empty()) complete();
}

void WindowPull::request(size_t index) {
    Stream& stream = streams_[index];
    const WindowTarget& window = targets_[stream.target];
    Json query = query_of(window.target.collection);
    std::vector<Json> filters;
    if (!stream.projects.empty()) filters.push_back(any_of_filter(window.target.project_field, stream.projects));
    filters.push_back(field_filter(stream.field, "GREATER_THAN_OR_EQUAL", value::timestamp(window.from)));
    // A phone that writes 2031 must not come back with every poll; counts and the sweep find such documents.
    const auto latest = environment_.server_time.now() + environment_.tuning.future_slack;
    filters.push_back(field_filter(stream.field, "LESS_THAN_OR_EQUAL", value::timestamp(latest)));
    set_where(query, std::move(filters));
    set_order(query, stream.field);
    if (!stream.at_name.empty()) start_after(query, stream.field, stream.at_value, stream.at_name);
    stream.asked = environment_.tuning.page_documents;
    set_limit(query, stream.asked);
    calls_[index] = environment_.firestore.run_query(
        std::move(query), read_time_,
        [this, index](base::Result<std::string> text) { on_page(index, std::move(text)); });
}

void WindowPull::on_page(size_t index, base::Result<std::string> text) {
    calls_.erase(index);
    if (!done_) return;
    auto reply = text ? reader_.read(*text) : base::Result<Reply>(text.error());
    if (!reply) return finish(std::move(reply).error());
    environment_.server_time.note(reply->read_time);
    if (read_time_.empty()) read_time_ = reply->read_time;
    take_page(streams_[index], std::move(*reply));
    // A desk that was away for long pulls many pages: bounded memory comes before one single batch. Cursors move only
    // at the end.
    if (batch_.document_count() >= environment_.tuning.batch_documents) {
        if (auto applied = apply_batch(environment_, batch_, false); !applied) return finish(applied.error());
    }
    if (environment_.clock.steady().us - started_.us > environment_.tuning.read_time_limit.us) {
        return finish(base::make_error(base::ErrorKind::timed_out,
                                       "The changes since the last sync took too long to read; reading them again.",
                                       "window pull passed the read time limit"));
    }
    pump();
}

void WindowPull::take_page(Stream& stream, Reply reply) {
    const PullTarget& target = targets_[stream.target].target;
    environment_.report_damage(target.collection, reply);
    const auto received = static_cast<int64_t>(reply.documents.size() + reply.damaged.size());
    stream.done = received < stream.asked || reply.documents.empty();
    if (environment_.on_documents) environment_.on_documents(static_cast<uint64_t>(received));
    if (!stream.done) {
        const RawDocument& last = reply.documents.back();
        stream.at_name = last.name;
        const auto fields = value::parse_fields(last.fields_json);
        const Json* at = fields ? value::member(*fields, stream.field) : nullptr;
        stream.at_value = at ? *at : value::null();
    }
    for (auto& document : reply.documents) take_document(environment_, scope_, target, std::move(document), batch_);
}

void WindowPull::complete() {
    if (!done_) return;
    const auto read_time = base::parse_rfc3339(read_time_);
    if (!read_time) {
        return finish(base::make_error(base::ErrorKind::corrupt,
                                       "The server's reply names no read time; it is asked again.",
                                       "window pull without readTime"));
    }
    for (const auto& window : targets_) {
        if (!window.moves_cursor) continue;
        batch_.set_value(cursor_key(window.target.collection),
                         std::to_string((*read_time - environment_.tuning.overlap).us));
    }
    if (auto applied = apply_batch(environment_, batch_, false); !applied) return finish(applied.error());
    finish(read_time_);
}

void WindowPull::finish(base::Result<std::string> result) {
    if (!done_) return;
    calls_.clear();
    finish_later(environment_.queue, alive_, done_, std::move(result));
}

}  // namespace linesman::sync
