// The clients of this room against our own backend in process: sign-in, a commit, a query, a count, a photo up and
// down.
#include <gtest/gtest.h>

#include <future>

#include "backend/server.h"
#include "base/ids.h"
#include "sync/auth.h"
#include "sync/storage_client.h"

namespace linesman::sync {
namespace {

using base::Json;

class RoundTrip : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(server.start().ok());
        endpoints.project_id = "demo-linesman";
        endpoints.bucket = "demo-linesman.appspot.com";
        endpoints.api_key = "any";
        endpoints.firestore = endpoints.identity = endpoints.token = endpoints.storage = server.base_url();
        auth = std::make_unique<Auth>(endpoints, "p", *http, *keyring, clock, queue);
        firestore = make_firestore(endpoints, *http, *auth, queue);
        storage = make_storage(endpoints, *http, *auth, queue);
    }
    void TearDown() override {
        std::promise<void> ended;
        queue.post([&] {
            call.cancel();
            auth.reset();
            ended.set_value();
        });
        ended.get_future().wait();
    }
    template <typename T, typename Start>
    base::Result<T> wait(Start start) {
        std::promise<base::Result<T>> promise;
        queue.post([&] { call = start([&](base::Result<T> r) { promise.set_value(std::move(r)); }); });
        return promise.get_future().get();
    }
    base::Status sign_up_and_in() {
        net::Request request;
        request.method = "POST";
        request.url = server.base_url() + "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=any";
        request.body = R"({"email":"thandi@example.org","password":"correct horse","returnSecureToken":true})";
        const auto made = wait<net::Response>([&](auto done) { return http->send(request, queue, done); });
        EXPECT_TRUE(made && made->status == 200);
        std::promise<base::Status> promise;
        auth->sign_in("thandi@example.org", "correct horse", [&](base::Status s) { promise.set_value(std::move(s)); });
        return promise.get_future().get();
    }

    backend::Server server;
    base::SystemClock clock;
    base::ThreadQueue queue{"test"};
    std::unique_ptr<net::Http> http = net::make_http({});
    std::unique_ptr<Keyring> keyring = make_session_keyring();
    Endpoints endpoints;
    std::unique_ptr<Auth> auth;
    std::unique_ptr<Firestore> firestore;
    std::unique_ptr<Storage> storage;
    net::Call call;
};

TEST_F(RoundTrip, SignInCommitQueryAndCount) {
    const auto signed_in = sign_up_and_in();
    ASSERT_TRUE(signed_in.ok()) << signed_in.error().full();
    EXPECT_EQ(auth->session().identity.email, "thandi@example.org");
    const std::string name = endpoints.document_name("staging-field-captures", "one");
    const Json writes =
        Json::array({{{"update", {{"name", name}, {"fields", {{"poleNumber", {{"stringValue", "P1"}}}}}}},
                      {"currentDocument", {{"exists", false}}}}});
    const auto first = wait<CommitReply>([&](auto done) { return firestore->commit(writes, done); });
    ASSERT_TRUE(first.ok()) << first.error().full();
    EXPECT_EQ(first->update_times.size(), 1U);
    const auto again = wait<CommitReply>([&](auto done) { return firestore->commit(writes, done); });
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().kind, base::ErrorKind::already_exists);
    const Json query = {{"from", Json::array({{{"collectionId", "staging-field-captures"}}})}};
    const auto page = wait<std::string>([&](auto done) { return firestore->run_query(query, "", done); });
    ASSERT_TRUE(page.ok()) << page.error().full();
    EXPECT_NE(page->find("\"P1\""), std::string::npos);
    const auto count = wait<CountReply>([&](auto done) { return firestore->count(query, "", done); });
    ASSERT_TRUE(count.ok()) << count.error().full();
    EXPECT_EQ(count->count, 1);
    const auto got = wait<std::string>([&](auto done) {
        return firestore->batch_get({name, name + "x"}, {}, "", done);
    });
    ASSERT_TRUE(got.ok());
    EXPECT_NE(got->find("\"missing\""), std::string::npos);
}

TEST_F(RoundTrip, PhotosUpAndDownSmallAndLarge) {
    ASSERT_TRUE(sign_up_and_in().ok());
    for (const size_t size : {size_t{1000}, size_t{2'500'000}}) {
        auto bytes = std::make_shared<const std::string>("\xFF\xD8\xFF" + std::string(size, 'p'));
        const std::string path = "poles/staging/pole_1/front_" + std::to_string(size) + ".jpg";
        const auto stored =
            wait<ObjectInfo>([&](auto done) { return storage->upload({.path = path, .bytes = bytes}, done); });
        ASSERT_TRUE(stored.ok()) << stored.error().full();
        EXPECT_EQ(stored->size, bytes->size());
        const auto fetched = wait<Download>([&](auto done) {
            return storage->download({endpoints.bucket, path}, {}, nullptr, done);
        });
        ASSERT_TRUE(fetched.ok()) << fetched.error().full();
        EXPECT_EQ(fetched->bytes, *bytes);
        auto half =
            std::make_shared<PartialDownload>(PartialDownload{bytes->substr(0, bytes->size() / 2), stored->generation});
        const auto rest = wait<Download>([&](auto done) {
            return storage->download({endpoints.bucket, path}, {}, half, done);
        });
        ASSERT_TRUE(rest.ok()) << rest.error().full();
        EXPECT_EQ(rest->bytes, *bytes);
    }
    const auto gone = wait<Download>([&](auto done) {
        return storage->download({endpoints.bucket, "poles/none.jpg"}, {}, nullptr, done);
    });
    ASSERT_FALSE(gone.ok());
    EXPECT_EQ(gone.error().kind, base::ErrorKind::not_found);
}

TEST_F(RoundTrip, WrongPasswordIsRefusedInWords) {
    ASSERT_TRUE(sign_up_and_in().ok());
    std::promise<base::Status> promise;
    auth->sign_in("thandi@example.org", "wrong", [&](base::Status s) { promise.set_value(std::move(s)); });
    const auto status = promise.get_future().get();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().kind, base::ErrorKind::invalid_argument);
    EXPECT_EQ(auth->session().state, SessionState::signed_in) << "the session at hand goes on";
}

}  // namespace
}  // namespace linesman::sync
