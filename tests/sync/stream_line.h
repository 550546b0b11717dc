// A line to the local backend in this process that also carries Listen streams, and breaks them where a seed says:
// pieces of any size, cuts within a frame, requests that never arrive. No sockets, no threads of its own; the stream
// moves when the test calls pump().
#pragma once

#include <memory>
#include <random>
#include <string>

#include "sync/in_process.h"
#include "sync/webchannel_frames.h"

namespace linesman::sync::test {

class StreamLine final : public net::Http {
  public:
    StreamLine(backend::Server& server, uint64_t seed) : server_(server), rest_(server), random_(seed) {
        auto settings = server.stream_rules().settings();
        settings.keep_alive_ms = 1;  // so that the backend answers at once when it has nothing to say
        server.stream_rules().set(settings);
    }

    double cut_share = 0;   // of pumps that end within a frame
    double loss_share = 0;  // of requests that never arrive
    bool dead = false;      // nothing gets through

    net::Call send(net::Request request, base::Queue& queue, net::ResponseCallback done) override {
        auto alive = std::make_shared<bool>(true);
        if (dead || chance(loss_share)) {
            queue.post([done = std::move(done), weak = std::weak_ptr<bool>(alive)] {
                if (weak.lock()) done(lost());
            });
            return net::Call(std::move(alive));
        }
        const bool is_stream = request.on_data && request.url.find("TYPE=xmlhttp") != std::string::npos;
        if (!is_stream) return rest_.send(std::move(request), queue, std::move(done));
        queue.post(
            [this, &queue, request = std::move(request), done = std::move(done), weak = std::weak_ptr<bool>(alive)] {
                if (!weak.lock()) return;
                back_ = std::make_shared<Back>(Back{request, &queue, done, weak, 0, 0});
                const size_t at = request.url.find("&AID=") + 5;
                back_->last_array = std::stoull(request.url.substr(at));
                pump();
            });
        return net::Call(std::move(alive));
    }

    // What the backend has to say now reaches the client, or part of it.
    void pump() {
        if (!back_ || back_->alive.expired()) return;
        const auto back = back_;
        if (dead) return fail(back);
        backend::HttpReply reply = server_.handle(request_for(*back));
        if (!reply.stream) {
            back_.reset();
            net::Response response;
            response.status = reply.status;
            response.body = reply.body;
            return later(back, [back, response] { back->done(response); });
        }
        Collected collected;
        reply.stream(collected);
        note_arrays(*back, collected.text);
        if (!chance(cut_share)) return deliver(back, collected.text);
        deliver(back, collected.text.substr(0, random_() % (collected.text.size() + 1)));
        fail(back);
    }
    bool chance(double share) { return std::uniform_real_distribution<double>(0, 1)(random_) < share; }

  private:
    struct Back {
        net::Request request;
        base::Queue* queue = nullptr;
        net::ResponseCallback done;
        std::weak_ptr<bool> alive;
        uint64_t last_array = 0;
        int unused = 0;
    };
    struct Collected final : backend::BodyWriter {
        std::string text;
        bool write(std::string_view bytes) override {
            text += bytes;
            return true;
        }
        bool peer_gone() override { return false; }
        void break_off(std::string_view) override {}
    };
    static base::Error lost() { return base::make_error(base::ErrorKind::offline, "The connection was lost.", "sim"); }

    // The same as a poll, so that the backend gives what it has and ends.
    static backend::HttpRequest request_for(const Back& back) {
        backend::HttpRequest out;
        out.method = "GET";
        const std::string& url = back.request.url;
        const size_t host_end = url.find('/', url.find("//") + 2), mark = url.find('?');
        out.path = url.substr(host_end, mark - host_end);
        out.query = backend::parse_query(url.substr(mark + 1));
        out.query.erase("AID");
        out.query.erase("CI");
        out.query.emplace("AID", std::to_string(back.last_array));
        out.query.emplace("CI", "1");
        return out;
    }
    static void note_arrays(Back& back, const std::string& text) {
        FrameReader reader;
        const auto frames = reader.take(text);
        ASSERT_TRUE(frames.ok());
        for (const auto& frame : *frames) {
            const auto arrays = read_arrays(frame);
            ASSERT_TRUE(arrays.ok()) << arrays.error().full();
            for (const auto& array : *arrays) back.last_array = array.id;
        }
    }
    static void later(const std::shared_ptr<Back>& back, std::function<void()> task) {
        back->queue->post([back, task = std::move(task)] {
            if (back->alive.lock()) task();
        });
    }
    void deliver(const std::shared_ptr<Back>& back, const std::string& text) {
        for (size_t at = 0; at < text.size();) {
            const size_t size = 1 + random_() % std::max<size_t>(1, text.size() / 3);
            later(back, [back, piece = text.substr(at, size)] { back->request.on_data(piece); });
            at += size;
        }
    }
    void fail(const std::shared_ptr<Back>& back) {
        back_.reset();
        // Behind what was given and its way through the pipe.
        later(back, [back] { later(back, [back] { back->done(lost()); }); });
    }

    backend::Server& server_;
    InProcessHttp rest_;
    std::mt19937_64 random_;
    std::shared_ptr<Back> back_;
};

}  // namespace linesman::sync::test
