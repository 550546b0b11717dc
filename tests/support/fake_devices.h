// The devices' part of FakeDesk: plans as the engine makes them, answers under the test's control. Thread: main.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/device_desk.h"
#include "app/snapshot.h"

namespace linesman::test {

class FakeDevices final : public app::DeviceDesk {
  public:
    using Now = std::function<std::shared_ptr<const app::Snapshot>()>;
    FakeDevices(Now snapshot, base::Timestamp now) : snapshot_(std::move(snapshot)), now_(now) {}

    app::FleetPlan plan(const app::FleetOrder& order) override;
    uint64_t send(const app::FleetOrder& order) override;
    std::shared_ptr<const app::OrderRun> run() override { return run_; }
    std::shared_ptr<const app::DeviceView> device(const std::string& device_id) override;
    std::shared_ptr<const app::LedgerView> photos(const app::LedgerWish& wish) override;
    void look_again() override { ++looks; }
    std::shared_ptr<const model::FleetFigures> figures() override;
    std::shared_ptr<const app::SessionsView> sessions() override { return sessions_; }
    void read_sessions() override;
    void export_bundle(const std::string& device_id, const std::string&) override { bundles.push_back(device_id); }

    void open_bundle(const std::string& path) override;
    std::shared_ptr<const app::BundleView> bundle() override { return bundle_; }
    std::shared_ptr<const app::StoredPhoto> stored(const std::string& path) override;

    // For tests.
    void answer(const std::string& device_id, const std::string& state, const std::string& result);
    std::string trouble;  // of everything that asks the server
    bool slow = false;    // nothing is there yet
    std::vector<app::FleetOrder> sent;
    std::vector<std::string> bundles;
    std::map<std::string, app::DeviceFile> bundle_files;  // by path; others cannot be read
    int looks = 0;

  private:
    std::vector<model::DeviceSession> sessions_of(const std::string& device_id) const;

    Now snapshot_;
    base::Timestamp now_;
    std::shared_ptr<const app::OrderRun> run_ = std::make_shared<const app::OrderRun>();
    std::shared_ptr<const app::SessionsView> sessions_ = std::make_shared<const app::SessionsView>();
    std::map<std::string, std::shared_ptr<const app::DeviceView>> views_;
    std::map<std::string, std::shared_ptr<const app::LedgerView>> ledgers_;
    std::shared_ptr<const model::FleetFigures> figures_;
    std::shared_ptr<const app::BundleView> bundle_ = std::make_shared<const app::BundleView>();
    std::map<std::string, std::shared_ptr<const app::StoredPhoto>> stored_;
};

}  // namespace linesman::test
