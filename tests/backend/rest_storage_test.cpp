#include "backend/rest_storage.h"

#include <gtest/gtest.h>

#include "backend/backend_test_support.h"

namespace linesman::backend {
namespace {

using Headers = std::map<std::string, std::string>;

TEST(Storage, MultipartUploadKeepsMetadataAndBytes) {
    Server server;
    const std::string body =
        "--B\r\nContent-Type: "
        "application/json\r\n\r\n{\"contentType\":\"image/jpeg\",\"metadata\":{\"slot\":\"front\"}}\r\n"
        "--B\r\nContent-Type: image/jpeg\r\n\r\nab\r\ncd\r\n--B--";
    const auto made =
        call(server, "POST", "/v0/b/b/o?name=p%2Fq.jpg", body,
             {{"x-goog-upload-protocol", "multipart"}, {"content-type", "multipart/related; boundary=B"}});
    ASSERT_EQ(made.status, 200) << made.body;
    const auto info = json_of(call(server, "GET", "/v0/b/b/o/p%2Fq.jpg"));
    EXPECT_EQ(info["size"], "6");
    EXPECT_EQ(info["metadata"]["slot"], "front");
    const auto media = call(server, "GET", "/v0/b/b/o/p%2Fq.jpg?alt=media");
    EXPECT_EQ(media.body, "ab\r\ncd");
    EXPECT_EQ(media.content_type, "image/jpeg");
    EXPECT_NE(header_of(media, "x-goog-hash").find("md5=" + info["md5Hash"].get<std::string>()), std::string::npos);
}

TEST(Storage, RangesGiveTheirPartOr416) {
    Server server;
    call(server, "POST", "/v0/b/b/o?name=x", "0123456789", {{"content-type", "text/plain"}});
    const auto part = [&](const char* range) {
        return call(server, "GET", "/v0/b/b/o/x?alt=media", "", {{"range", range}});
    };
    EXPECT_EQ(part("bytes=2-4").body, "234");
    EXPECT_EQ(part("bytes=2-4").status, 206);
    EXPECT_EQ(header_of(part("bytes=8-"), "Content-Range"), "bytes 8-9/10");
    EXPECT_EQ(part("bytes=-3").body, "789");
    EXPECT_EQ(part("bytes=10-").status, 416);
    EXPECT_EQ(part("bytes=junk").status, 200);
}

TEST(Storage, AnOverwriteChangesTheGeneration) {
    Server server;
    const auto put = [&](const char* bytes) {
        return json_of(call(server, "POST", "/v0/b/b/o?name=x", bytes, {{"content-type", "text/plain"}}));
    };
    const auto first = put("a"), second = put("b");
    EXPECT_NE(first["generation"], second["generation"]);
    EXPECT_NE(first["etag"], second["etag"]);
    EXPECT_EQ(
        call(server, "GET", "/v0/b/b/o/x?alt=media&ifGenerationMatch=" + first["generation"].get<std::string>()).status,
        412);
}

TEST(Storage, ResumableUploadContinuesWhereItStopped) {
    Server server;
    const std::string chunk(256 * 1024, 'a');
    const auto start = call(server, "POST", "/v0/b/b/o?name=big", "{}",
                            {{"host", "h"},
                             {"x-goog-upload-protocol", "resumable"},
                             {"x-goog-upload-command", "start"},
                             {"x-goog-upload-header-content-length", std::to_string(chunk.size() + 3)}});
    const std::string url = header_of(start, "X-Goog-Upload-URL").substr(8);
    const auto send = [&](const char* command, size_t offset, const std::string& bytes) {
        return call(server, "POST", url, bytes,
                    {{"x-goog-upload-command", command}, {"x-goog-upload-offset", std::to_string(offset)}});
    };
    EXPECT_EQ(send("upload", 0, chunk).status, 200);
    EXPECT_EQ(header_of(send("query", 0, ""), "X-Goog-Upload-Size-Received"), std::to_string(chunk.size()));
    EXPECT_EQ(send("upload, finalize", 1, "end").status, 400) << "wrong offset";
    const auto done = send("upload, finalize", chunk.size(), "end");
    EXPECT_EQ(header_of(done, "X-Goog-Upload-Status"), "final");
    EXPECT_EQ(send("upload, finalize", chunk.size(), "end").body, done.body) << "a lost reply can be asked for again";
    EXPECT_EQ(call(server, "GET", "/v0/b/b/o/big?alt=media").body.size(), chunk.size() + 3);
}

TEST(Storage, ACancelledUploadIsGone) {
    Server server;
    const auto start =
        call(server, "POST", "/v0/b/b/o?name=big", "{}",
             {{"host", "h"}, {"x-goog-upload-protocol", "resumable"}, {"x-goog-upload-command", "start"}});
    const std::string url = header_of(start, "X-Goog-Upload-URL").substr(8);
    call(server, "POST", url, "", {{"x-goog-upload-command", "cancel"}});
    EXPECT_EQ(call(server, "POST", url, "", {{"x-goog-upload-command", "query"}}).status, 404);
}

TEST(Storage, ListingFoldsFoldersAndPages) {
    Server server;
    for (const char* name : {"a%2F1", "a%2F2", "b", "c"})
        call(server, "POST", std::string("/v0/b/b/o?name=") + name, "x", {{"content-type", "text/plain"}});
    const auto first = json_of(call(server, "GET", "/v0/b/b/o?delimiter=/&maxResults=2"));
    EXPECT_EQ(first["prefixes"], base::Json({"a/"}));
    EXPECT_EQ(first["items"].size(), 1U);
    const auto rest = json_of(call(
        server, "GET", "/v0/b/b/o?delimiter=/&maxResults=2&pageToken=" + first["nextPageToken"].get<std::string>()));
    EXPECT_EQ(rest["items"][0]["name"], "c");
    EXPECT_EQ(json_of(call(server, "GET", "/v0/b/b/o?prefix=a/"))["items"].size(), 2U);
}

TEST(Storage, WithRequireAuthTheDownloadTokenOpensTheDoor) {
    ServerOptions options;
    options.require_auth = true;
    Server server(options);
    const auto made = json_of(call(server, "POST", "/v0/b/b/o?name=x", "x", {{"authorization", "Bearer owner"}}));
    EXPECT_EQ(call(server, "GET", "/v0/b/b/o/x?alt=media", "", {}).status, 403);
    EXPECT_EQ(
        call(server, "GET", "/v0/b/b/o/x?alt=media&token=" + made["downloadTokens"].get<std::string>(), "", {}).status,
        200);
}

TEST(Storage, WhatIsNotThereIs404) {
    Server server;
    EXPECT_EQ(call(server, "GET", "/v0/b/b/o/none").status, 404);
    EXPECT_EQ(call(server, "DELETE", "/v0/b/b/o/none").status, 404);
}

TEST(StorageObjects, Crc32cIsCastagnolis) {
    EXPECT_EQ(crc32c_base64("123456789"), "4waSgw==");
}

}  // namespace
}  // namespace linesman::backend
