#include "net/curl_error.h"

namespace linesman::net {
namespace {

using base::ErrorKind;
using base::make_error;

base::Error stopped_error(const FailureFacts& facts) {
    switch (facts.stopped) {
        case StopReason::too_large:
            return make_error(ErrorKind::too_large,
                              "The answer of " + facts.host + " is larger than allowed and was not read.");
        case StopReason::stalled:
            return make_error(ErrorKind::timed_out,
                              "The connection to " + facts.host + " stalled: nothing arrived any more.");
        case StopReason::receiver_stopped:
        case StopReason::none:
            break;
    }
    return make_error(ErrorKind::cancelled, "The request to " + facts.host + " was stopped.");
}

base::Error cut_error(const FailureFacts& facts) {
    if (facts.answer_began) {
        return make_error(ErrorKind::corrupt, "The answer of " + facts.host + " was cut off before its end.");
    }
    return make_error(ErrorKind::offline, facts.host + " closed the connection without an answer. Check the network.");
}

base::Error timeout_error(const FailureFacts& facts) {
    if (!facts.connected) {
        return make_error(ErrorKind::offline,
                          "No connection to " + facts.host + " could be made in time. Check the network.");
    }
    return make_error(ErrorKind::timed_out, facts.host + " did not answer in time.");
}

base::Error by_code(const FailureFacts& facts) {
    if (facts.proxy_status == 407) {
        return make_error(ErrorKind::offline,
                          "The network's proxy asks for a sign-in. Put its name and password into the proxy settings "
                          "(https_proxy=http://name:password@proxy:port), or ask your network's administrator.");
    }
    if (facts.proxy_status >= 400) {
        return make_error(ErrorKind::offline,
                          "The network's proxy refused the connection to " + facts.host +
                              ". Check the proxy settings (https_proxy) or ask your network's administrator.");
    }
    switch (facts.code) {
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_PROXY:
            return make_error(ErrorKind::offline,
                              "The network's proxy cannot be reached. Check the proxy settings (https_proxy).");
        case CURLE_COULDNT_RESOLVE_HOST:
            return make_error(ErrorKind::offline,
                              "The name " + facts.host + " could not be looked up. Check the network.");
        case CURLE_COULDNT_CONNECT:
            return make_error(ErrorKind::offline,
                              "No connection to " + facts.host + " could be made. Check the network.");
        case CURLE_OPERATION_TIMEDOUT:
            return timeout_error(facts);
        case CURLE_PEER_FAILED_VERIFICATION:
            return make_error(
                ErrorKind::offline,
                "The certificate of " + facts.host +
                    " is not trusted. Sign in to the network's portal if there is one, or name the office proxy's "
                    "certificate as ca_file.");
        case CURLE_SSL_CACERT_BADFILE:
            return make_error(ErrorKind::configuration,
                              "The certificate file given as ca_file cannot be used. Check that it is PEM.");
        case CURLE_SSL_CONNECT_ERROR:
            return make_error(ErrorKind::offline,
                              "No secure connection to " + facts.host + " could be made. Check the network or proxy.");
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
            return cut_error(facts);
        case CURLE_FILESIZE_EXCEEDED:
            return make_error(ErrorKind::too_large,
                              "The answer of " + facts.host + " is larger than allowed and was not read.");
        case CURLE_BAD_CONTENT_ENCODING:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_WRITE_ERROR:  // ours are told apart by `stopped`; the rest is a broken gzip stream
            return make_error(ErrorKind::corrupt, "The answer of " + facts.host + " cannot be read: it is damaged.");
        case CURLE_UNSUPPORTED_PROTOCOL:
            if (facts.connected)
                return make_error(ErrorKind::corrupt, facts.host + " does not answer as a web server does.");
            [[fallthrough]];
        case CURLE_URL_MALFORMAT:
            return make_error(ErrorKind::configuration,
                              "The address of the server is not valid. Check the profile's hosts.");
        default:
            return make_error(facts.answer_began ? ErrorKind::corrupt : ErrorKind::offline,
                              "The request to " + facts.host + " failed. Check the network.");
    }
}

}  // namespace

base::Error error_of(const FailureFacts& facts) {
    base::Error error = facts.stopped == StopReason::none ? by_code(facts) : stopped_error(facts);
    error.detail = "libcurl " + std::to_string(static_cast<int>(facts.code)) + ": " + curl_easy_strerror(facts.code);
    return error;
}

}  // namespace linesman::net
