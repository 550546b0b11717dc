// Shared by the files of the Storage client; not for others.
#pragma once

#include "base/json.h"
#include "sync/authorized_call.h"
#include "sync/storage_client.h"

namespace linesman::sync::storage_detail {

// Lives as long as any call of the client.
struct Core {
    Endpoints endpoints;
    net::Http& http;
    TokenSource& tokens;
    base::Queue& queue;

    std::string object_url(const std::string& bucket, const std::string& path) const;  // .../v0/b/B/o/P
    std::string bucket_url(const std::string& bucket) const;                           // .../v0/b/B/o
    net::Call send(BuildRequest build, net::ResponseCallback done) const {
        return authorized_call(http, tokens, queue, std::move(build), std::move(done));
    }
};

void add_authorization(net::Request& request, const std::string& token);

// The error of a refused or failed request about `path`, in words that name the photo.
base::Error storage_error(const net::Response& response, const std::string& path);
base::Error transport_error(base::Error error);

base::Result<ObjectInfo> read_object_info(const net::Response& response);
ObjectInfo object_info(const base::Json& json);

net::Call start_download(std::shared_ptr<Core> core, ObjectRef object, DownloadOptions options,
                         std::shared_ptr<PartialDownload> partial, Storage::Done<Download> done);
net::Call start_upload(std::shared_ptr<Core> core, Upload upload, Storage::Done<ObjectInfo> done);

}  // namespace linesman::sync::storage_detail
