// Firebase Storage REST v0 (shared/reference/firebase-protocol.md, section 7): metadata, media with Range, list,
// multipart and resumable uploads, metadata changes, deletion.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "backend/access.h"
#include "backend/counters.h"
#include "backend/http.h"
#include "backend/storage_objects.h"

namespace linesman::backend {

// Thread: any.
class StorageService {
  public:
    StorageService(StorageObjects& objects, const base::Clock& clock, Counters& counters, const AccessPolicy& policy)
        : objects_(objects), clock_(clock), counters_(counters), policy_(policy) {}

    // Paths below /v0/b/{bucket}/o.
    HttpReply handle(const HttpRequest& request, const Caller& caller);

  private:
    struct Upload {
        ObjectInfo wanted;
        std::string bytes;
        std::optional<uint64_t> announced_bytes;
        bool finished = false;
        ObjectInfo result;
    };

    HttpReply object(const HttpRequest& request, const Caller& caller, const std::string& bucket,
                     const std::string& name);
    HttpReply media(const HttpRequest& request, const ObjectInfo& info);
    HttpReply list(const HttpRequest& request, const std::string& bucket);
    HttpReply upload(const HttpRequest& request, const std::string& bucket);
    HttpReply upload_multipart(const HttpRequest& request, ObjectInfo wanted);
    HttpReply start_upload(const HttpRequest& request, ObjectInfo wanted);
    HttpReply continue_upload(const HttpRequest& request);
    HttpReply add_bytes(const HttpRequest& request, const std::string& command, const std::string& id, Upload& upload);
    HttpReply store(ObjectInfo wanted, std::string bytes);

    StorageObjects& objects_;
    const base::Clock& clock_;
    Counters& counters_;
    const AccessPolicy& policy_;
    std::mutex mutex_;
    std::map<std::string, Upload> uploads_;
};

}  // namespace linesman::backend
