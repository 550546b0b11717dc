#include "sync/mirror.h"

#include "base/ids.h"
#include "base/log.h"
#include "sync/pull_query.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::Json;

Json page_query(const PullTarget& target, const Lane& lane, int64_t limit) {
    Json query = query_of(target.collection);
    set_where(query, lane.filters);
    set_order(query, lane.order_field);
    if (!lane.at_name.empty()) {
        start_after(query, lane.order_field, lane.at_value, lane.at_name);
        if (lane.order_field.empty()) set_end_before_name(query, lane.to_name);
    } else if (lane.order_field.empty()) {
        set_name_range(query, lane.from_name, lane.to_name);
    }
    set_limit(query, limit);
    return query;
}

// Any thread.
base::Result<ReadPage> read_page(const PageFacts& facts, size_t target, const std::string& text) {
    static thread_local ReplyReader reader;
    auto reply = reader.read(text);
    if (!reply) return std::move(reply).error();
    ReadPage page;
    page.documents.reserve(reply->documents.size());
    if (!reply->documents.empty()) page.last_name = reply->documents.back().name;
    for (auto& document : reply->documents)
        page.documents.push_back(place_document(facts.scope, facts.targets[target], std::move(document)));
    reply->documents.clear();
    page.reply = std::move(*reply);
    return page;
}

uint64_t fingerprint(std::string_view collection, std::string_view id) {
    return base::fnv1a(std::string(collection).append("/").append(id));
}

}  // namespace

Mirror::Mirror(PullEnvironment& environment, MirrorPlan plan, Done done)
    : environment_(environment),
      plan_(std::move(plan)),
      done_(std::move(done)),
      facts_(std::make_shared<const PageFacts>(PageFacts{plan_.targets, plan_.scope})) {}

void Mirror::start() {
    if (auto loaded = load(); !loaded) return finish(loaded.error());
    choose_read_time();
    pump();
}

base::Status Mirror::load() {
    if (plan_.save_key.empty()) return {};
    auto saved = environment_.cache.read().value(plan_.save_key);
    if (!saved) return saved.error();
    if (!*saved) return {};
    const auto json = base::parse_json(**saved, "The saved state of the first sync");
    if (!json) return {};  // begins anew: nothing but time is lost
    const Json* lanes = base::find(*json, "lanes");
    const auto oldest = base::int_at(*json, "oldest_us");
    if (!lanes || !oldest) return {};
    oldest_ = base::Timestamp{*oldest};
    read_time_ = base::string_at(*json, "read_time").value_or(std::string());
    for (auto& lane : plan_.lanes) {
        const Json* at = base::find(*lanes, lane.id);
        if (!at || !at->is_array() || at->size() != 3 || !(*at)[1].is_string() || !(*at)[2].is_boolean()) continue;
        lane.at_value = (*at)[0];
        lane.at_name = (*at)[1].get<std::string>();
        lane.done = (*at)[2].get<bool>();
    }
    return {};
}

std::string Mirror::saved_state() const {
    Json lanes = Json::object();
    for (const auto& lane : plan_.lanes) {
        if (lane.done || !lane.at_name.empty()) lanes[lane.id] = Json::array({lane.at_value, lane.at_name, lane.done});
    }
    return base::to_text(
        Json{{"oldest_us", oldest_ ? oldest_->us : 0}, {"read_time", read_time_}, {"lanes", std::move(lanes)}});
}

void Mirror::choose_read_time() {
    const auto current = base::parse_rfc3339(read_time_);
    if (current && environment_.server_time.now() - *current < environment_.tuning.read_time_limit) return;
    read_time_.clear();
}

void Mirror::pump() {
    choose_read_time();
    bool any_left = false;
    for (size_t i = 0; i < plan_.lanes.size(); ++i) {
        if (plan_.lanes[i].done) continue;
        any_left = true;
        // Until a first answer has named the read time, only one page is asked for.
        const size_t allowed = read_time_.empty() ? 1 : static_cast<size_t>(environment_.tuning.pages_in_flight);
        if (calls_.size() >= allowed) return;
        if (!calls_.contains(i)) request(i);
    }
    if (any_left || !calls_.empty()) return;
    if (auto flushed = flush(); !flushed) return finish(flushed.error());
    finish(MirrorResult{oldest_.value_or(environment_.server_time.now()), read_time_});
}

void Mirror::request(size_t index) {
    Lane& lane = plan_.lanes[index];
    lane.asked = environment_.tuning.page_documents;
    calls_[index] = environment_.firestore.run_query(
        page_query(plan_.targets[lane.target], lane, lane.asked), read_time_,
        [this, index](base::Result<std::string> text) { on_page(index, std::move(text)); });
}

void Mirror::on_page(size_t index, base::Result<std::string> text) {
    if (!done_) return;
    const size_t target = plan_.lanes[index].target;
    if (!text) return on_read(index, std::move(text).error());
    if (!environment_.readers) return on_read(index, read_page(*facts_, target, *text));
    calls_[index] = net::Call();
    environment_.readers->submit(base::Priority::high, [this, index, target, asked = asked_, facts = facts_,
                                                        weak = std::weak_ptr<bool>(alive_), queue = &environment_.queue,
                                                        text = std::make_shared<const std::string>(std::move(*text))] {
        if (weak.expired()) return;
        auto page = std::make_shared<base::Result<ReadPage>>(read_page(*facts, target, *text));
        queue->post([this, index, asked, weak, page] {
            if (weak.lock() && asked == asked_) on_read(index, std::move(*page));
        });
    });
}

void Mirror::on_read(size_t index, base::Result<ReadPage> page) {
    calls_.erase(index);
    if (!done_) return;
    if (!page) {
        const auto kind = page.error().kind;
        const bool read_time_refused = !read_time_.empty() && (kind == base::ErrorKind::invalid_argument ||
                                                               kind == base::ErrorKind::precondition_failed);
        if (read_time_refused) {  // too old for this server: positions stay, a newer read time is taken
            base::log(base::LogLevel::warning, "sync", page.error());
            read_time_.clear();
            calls_.clear();
            ++asked_;
            return pump();
        }
        auto error = std::move(page).error();
        if (auto flushed = flush(); !flushed) error = flushed.error();
        return finish(std::move(error));
    }
    const std::string& read_time = page->reply.read_time;
    environment_.server_time.note(read_time);
    if (read_time_.empty()) read_time_ = read_time;
    if (!oldest_) {
        const auto parsed = base::parse_rfc3339(read_time_);
        oldest_ = parsed ? *parsed : environment_.server_time.now();
    }
    take_page(plan_.lanes[index], std::move(*page));
    // The next pages are asked for first, so that they come while the cache writes.
    pump();
    if (!done_ || batch_.document_count() < environment_.tuning.batch_documents) return;
    if (auto flushed = flush(); !flushed) finish(flushed.error());
}

void Mirror::take_page(Lane& lane, ReadPage page) {
    const PullTarget& target = plan_.targets[lane.target];
    environment_.report_damage(target.collection, page.reply);
    const auto received = static_cast<int64_t>(page.documents.size() + page.reply.damaged.size());
    lane.done = received < lane.asked || page.documents.empty();
    if (environment_.on_documents) environment_.on_documents(static_cast<uint64_t>(received));
    if (!page.documents.empty()) {
        lane.at_name = page.last_name;
        if (!lane.order_field.empty()) {
            const auto fields = value::parse_fields(page.documents.back().document.fields);
            const Json* at = fields ? value::member(*fields, lane.order_field) : nullptr;
            if (at) lane.at_value = *at;
        }
    }
    for (auto& placed : page.documents) {
        if (plan_.note_names) seen_.insert(fingerprint(target.collection, placed.document.id));
        take_placed(environment_, std::move(placed), batch_, plan_.bulk);
    }
}

base::Status Mirror::flush() {
    if (!plan_.save_key.empty() && oldest_) batch_.set_value(plan_.save_key, saved_state());
    if (batch_.empty()) return {};
    return apply_batch(environment_, batch_, plan_.bulk);
}

bool Mirror::saw(std::string_view collection, std::string_view id) const {
    return seen_.contains(fingerprint(collection, id));
}

void Mirror::finish(base::Result<MirrorResult> result) {
    if (!done_) return;
    calls_.clear();
    ++asked_;
    finish_later(environment_.queue, alive_, done_, std::move(result));
}

}  // namespace linesman::sync
