#include "sync/endpoints.h"

#include "net/url.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::make_error;

base::Status check_host(const std::string& setting, const std::string& url) {
    const auto parts = net::parse_url(url);
    if (!parts || parts->has_user_info || !parts->query.empty() || parts->path != "/" || url.ends_with('/')) {
        return make_error(ErrorKind::configuration,
                          setting + " of the profile is not valid. Write it as https://host or http://127.0.0.1:port.",
                          url);
    }
    if (parts->scheme == "http" && !net::is_loopback(parts->host)) {
        return make_error(ErrorKind::configuration,
                          setting +
                              " of the profile must use https: plain http is for this machine only, since it would "
                              "send sign-in tokens in the clear.",
                          url);
    }
    return {};
}

}  // namespace

std::string Endpoints::documents_root() const {
    return "projects/" + project_id + "/databases/" + database + "/documents";
}

std::string Endpoints::document_name(std::string_view collection, std::string_view id) const {
    return documents_root() + "/" + std::string(collection) + "/" + std::string(id);
}

base::Status check_endpoints(const Endpoints& endpoints) {
    if (endpoints.project_id.empty() || endpoints.project_id.find('/') != std::string::npos) {
        return make_error(ErrorKind::configuration, "The profile names no project. Set project_id.");
    }
    if (endpoints.database.empty() || endpoints.database.find('/') != std::string::npos) {
        return make_error(ErrorKind::configuration,
                          "The profile's database name is not valid. The usual one is (default).");
    }
    LINESMAN_TRY(check_host("firestore_host", endpoints.firestore));
    LINESMAN_TRY(check_host("identity_host", endpoints.identity));
    LINESMAN_TRY(check_host("token_host", endpoints.token));
    LINESMAN_TRY(check_host("storage_host", endpoints.storage));
    return {};
}

}  // namespace linesman::sync
