// The demo's programs are shell scripts here: what is tested is how they are started, filled once and ended.
#include "app/demo_world.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/file.h"
#include "support/temp_folder.h"

namespace linesman::app {
namespace {

class DemoWorldTest : public testing::Test {
  protected:
    void program(const std::string& name, const std::string& body) const {
        const std::string path = folder_.file(name);
        ASSERT_TRUE(base::write_file_atomically(path, "#!/bin/sh\n" + body, false));
        ASSERT_EQ(chmod(path.c_str(), 0700), 0);
    }
    // A stand-in that says where it is, and stays.
    void backend(const std::string& before = {}) const {
        program("linesman-backend", before + "echo $$ > " + folder_.file("pid") + R"(
while [ $# -gt 0 ]; do
    case $1 in --ready-file) ready=$2 ;; --port) port=$2 ;; esac
    shift
done
[ "$port" = 0 ] && port=4711
echo "{\"url\":\"http://127.0.0.1:$port\",\"port\":$port}" > "$ready"
exec sleep 600
)");
    }
    void others(const std::string& field = "exit 0\n") const {
        program("linesman-field", "echo \"$@\" >> " + folder_.file("fleet") + "\n" + field);
        program("linesmanctl", "echo \"$LINESMAN_FIRESTORE_HOST $LINESMAN_EMAIL $*\" >> " + folder_.file("office"));
    }
    base::Result<std::unique_ptr<DemoWorld>> start() {
        const auto say = [this](std::string words) {
            said_.push_back(std::move(words));
            if (said_.size() == cancel_at_) cancelled_ = true;
        };
        return DemoWorld::start({folder_.path(), folder_.file("demo"), 60}, say, cancelled_);
    }
    pid_t backend_pid() const { return std::stoi(base::read_file(folder_.file("pid")).value_or("0")); }

    linesman::test::TempFolder folder_;
    std::vector<std::string> said_;
    size_t cancel_at_ = 0;  // after so many words; 0 = never
    std::atomic<bool> cancelled_ = false;
};

TEST_F(DemoWorldTest, IsFilledOnceGoesOnWithItsPortAndEndsWithItsStandIn) {
    backend();
    others();
    {
        auto world = start();
        ASSERT_TRUE(world) << world.error().full();
        EXPECT_EQ((*world)->settings().at("firestore_host"), "http://127.0.0.1:4711");
        EXPECT_EQ((*world)->settings().at("demo"), "true");
        EXPECT_EQ(kill(backend_pid(), 0), 0);
        EXPECT_EQ(said_.size(), 3U);
    }
    EXPECT_NE(kill(backend_pid(), 0), 0);
    EXPECT_NE(base::read_file(folder_.file("office"))->find("http://127.0.0.1:4711 supervisor@"), std::string::npos);
    const std::string fleet = *base::read_file(folder_.file("fleet"));
    EXPECT_NE(fleet.find("--captures 60"), std::string::npos);
    ASSERT_TRUE(start());
    EXPECT_EQ(*base::read_file(folder_.file("fleet")), fleet) << "what the phones sent is kept";
}

TEST_F(DemoWorldTest, AProgramThatIsNotThereIsNamed) {
    backend();
    const auto world = start();
    ASSERT_FALSE(world);
    EXPECT_EQ(world.error().kind, base::ErrorKind::not_found);
    EXPECT_NE(world.error().what.find("linesman-field"), std::string::npos);
}

TEST_F(DemoWorldTest, OneThatFailsIsToldWithItsWordsAndTheNextStartBeginsAnew) {
    backend();
    others("echo no room on the phone\nexit 3\n");
    const auto world = start();
    ASSERT_FALSE(world);
    EXPECT_NE(world.error().what.find("linesman-field"), std::string::npos);
    EXPECT_NE(world.error().detail.find("no room"), std::string::npos);
    EXPECT_NE(kill(backend_pid(), 0), 0) << "nothing is left running";
    others();
    EXPECT_TRUE(start());
}

TEST_F(DemoWorldTest, AStandInThatEndsAtOnceIsNotWaitedFor) {
    backend("echo port in use\nexit 1\n");
    others();
    const auto world = start();
    ASSERT_FALSE(world);
    EXPECT_NE(world.error().detail.find("port in use"), std::string::npos);
}

TEST_F(DemoWorldTest, CancellingEndsWhatWasStarted) {
    backend();
    others("sleep 600\n");
    cancel_at_ = 2;  // the stand-in runs, the phones begin
    const auto world = start();
    ASSERT_FALSE(world);
    EXPECT_EQ(world.error().kind, base::ErrorKind::cancelled);
    EXPECT_NE(kill(backend_pid(), 0), 0);
}

}  // namespace
}  // namespace linesman::app
