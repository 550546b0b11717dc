#include "backend/server.h"

#include "backend/api_error.h"
#include "backend/names.h"
#include "backend/rest_admin.h"
#include "backend/value_json.h"
#include "base/log.h"

namespace linesman::backend {

using base::Json;
using base::Status;

namespace {

HttpReply text_reply(int status, std::string body) {
    HttpReply reply;
    reply.status = status;
    reply.content_type = "text/plain";
    reply.body = std::move(body);
    return reply;
}

// What browsers and SDKs in web views ask before a request.
HttpReply preflight() {
    HttpReply reply = text_reply(204, "");
    reply.headers = {{"Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS"},
                     {"Access-Control-Allow-Headers", "*"},
                     {"Access-Control-Max-Age", "3600"}};
    return reply;
}

}  // namespace

Server::Server(ServerOptions options)
    : options_(std::move(options)),
      clock_(options_.clock ? *options_.clock : static_cast<const base::Clock&>(system_clock_)),
      policy_{options_.require_auth},
      documents_(clock_),
      users_(options_.project_id),
      auth_(users_, clock_, counters_),
      objects_(std::make_unique<StorageObjects>(options_.data_folder.empty() ? "" : options_.data_folder + "/objects")),
      firestore_(std::make_unique<FirestoreService>(documents_, clock_, counters_, policy_)),
      storage_(std::make_unique<StorageService>(*objects_, clock_, counters_, policy_)),
      channels_(std::make_unique<WebChannels>(
          StreamContext{documents_, *firestore_, clock_, counters_, policy_, stream_rules_})) {
    if (options_.demo_users && options_.data_folder.empty()) users_.add_demo_users(clock_.now());
}

Server::~Server() {
    stop();
}

Status Server::start() {
    if (!options_.data_folder.empty()) LINESMAN_TRY(restore());
    const auto handler = [this](const HttpRequest& request, Delivery& delivery) { return serve(request, delivery); };
    http_ = std::make_unique<HttpServer>(handler, options_.gzip);
    return http_->start(options_.address, options_.port);
}

Status Server::restore() {
    auto opened = Persistence::open(options_.data_folder);
    if (!opened) return opened.error();
    persistence_ = std::move(*opened);
    auto documents = persistence_->load_documents();
    if (!documents) return documents.error();
    documents_.load(std::move(*documents));
    auto users = persistence_->load_records("user");
    if (!users) return users.error();
    for (const Json& user : *users) users_.put(User::from_json(user));
    auto objects = persistence_->load_records("object");
    if (!objects) return objects.error();
    for (const Json& object : *objects) objects_->restore(ObjectInfo::from_json(object));

    documents_.set_durability([this](const Commit& commit) { return persistence_->save(commit); });
    const auto save = [this](const char* kind, const std::string& key, const Json* body) {
        if (const Status saved = persistence_->save_record(kind, key, body); !saved) {
            base::log(base::LogLevel::error, "backend", saved.error());
        }
    };
    users_.set_on_change([save](const std::string& id, const User* user) {
        const Json body = user ? user->to_json() : Json();
        save("user", id, user ? &body : nullptr);
    });
    objects_->set_on_change([save](const std::string& key, const ObjectInfo* info) {
        const Json body = info ? info->to_json() : Json();
        save("object", key, info ? &body : nullptr);
    });
    if (options_.demo_users) users_.add_demo_users(clock_.now());
    return {};
}

void Server::stop() {
    {
        const std::lock_guard lock(stop_mutex_);
        stopping_ = true;
    }
    stop_wake_.notify_all();
    channels_->stop();
    if (http_) http_->stop();
}

int Server::port() const {
    return http_ ? http_->port() : 0;
}

std::string Server::base_url() const {
    return "http://" + options_.address + ":" + std::to_string(port());
}

void Server::wait(base::Duration delay) {
    std::unique_lock lock(stop_mutex_);
    stop_wake_.wait_for(lock, std::chrono::microseconds(delay.us), [&] { return stopping_; });
}

HttpReply Server::handle(const HttpRequest& request) {
    Delivery delivery = Delivery::whole;
    return serve(request, delivery);
}

HttpReply Server::serve(const HttpRequest& request, Delivery& delivery) {
    // The way to switch faults off must itself be free of them.
    if (request.path.starts_with("/linesman-admin/")) return handle_admin(*this, request);
    const FaultDecision fault = faults_.decide(request.method, url_decode(request.path));
    if (fault.delay.us > 0) wait(fault.delay);
    if (fault.reset) {
        delivery = Delivery::reset;
        return {};
    }
    if (fault.reply) return *fault.reply;
    HttpReply reply = route(request);
    if (fault.drop_reply) delivery = Delivery::none;
    if (fault.cut_body) delivery = Delivery::cut;
    if (request.headers.contains("origin") && !WebChannels::handles(request.path))
        reply.headers.emplace_back("Access-Control-Allow-Origin", "*");
    return reply;
}

HttpReply Server::route(const HttpRequest& request) {
    if (request.method == "OPTIONS") return preflight();
    if (WebChannels::handles(request.path)) return channels_->handle(request);
    if (AuthService::handles(request.path)) return auth_.handle(request);
    const bool is_storage = request.path.starts_with("/v0/b/");
    const bool is_firestore = request.path.starts_with("/v1/projects/");
    if (request.path.starts_with("/emulator/v1/projects/") && request.method == "DELETE") {
        const Status cleared = load_documents({});
        return cleared ? json_reply("{}") : error_reply(cleared.error());
    }
    if (!is_storage && !is_firestore) return text_reply(404, "Not Found");
    // libcurl's default for POST; Google's emulator knows no Firestore request of this type.
    if (is_firestore && request.header("content-type").starts_with("application/x-www-form-urlencoded")) {
        return text_reply(404, "Not Found");
    }
    const auto caller = authenticate(request, clock_.now());
    // A download URL carries its own token; an expired session does not spoil it.
    if (!caller && !(is_storage && request.has_param("token"))) return error_reply(caller.error());
    const Caller who = caller.value_or(Caller{});
    return is_storage ? storage_->handle(request, who) : firestore_->handle(request, who);
}

Status Server::load_documents(std::vector<DocumentPtr> documents) {
    if (persistence_) LINESMAN_TRY(persistence_->replace_documents(documents));
    documents_.load(std::move(documents));
    return {};
}

base::Result<std::vector<DocumentPtr>> Server::documents_from_json(const Json& list) {
    std::vector<DocumentPtr> documents;
    if (!list.is_array()) return invalid("documents must be a list.");
    const base::Timestamp now = clock_.now();
    for (const Json& item : list) {
        std::string name = base::string_at(item, "name").value_or("");
        if (!name.starts_with("projects/"))
            name.insert(0, "projects/" + options_.project_id + "/databases/(default)/documents/");
        LINESMAN_TRY(check_document_name(name));
        const Json* fields_json = base::find(item, "fields");
        auto fields = fields_from_json(fields_json ? *fields_json : Json());
        if (!fields) return fields.error();
        const auto time = [&](const char* key) {
            const auto text = base::string_at(item, key);
            return text ? base::parse_rfc3339(*text).value_or(now) : now;
        };
        documents.push_back(make_document(std::move(name), std::move(*fields), time("createTime"), time("updateTime")));
    }
    return documents;
}

}  // namespace linesman::backend
