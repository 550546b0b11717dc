// The devices' part of the desk (app/desk.h): one device with its attempts, its photos, the fleet's figures, commands.
// Implemented by app::DevicesDesk, and by a fake in the tests of the UI.
//
// Thread: main. Nothing here blocks; what has to be read is nullptr or `busy` until it is there, and the window is
// woken then.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/device_data.h"
#include "app/fleet_orders.h"
#include "model/fleet_figures.h"

namespace linesman::app {

// The commands that were sent last, and what became of them. Immutable.
struct OrderRun {
    uint64_t id = 0;    // 0 = none yet
    bool busy = false;  // being sent; afterwards the states follow in Snapshot::commands as well
    FleetPlan plan;
    std::string error, cure;  // why nothing more could be sent or followed
    std::vector<OrderReceipt> receipts;
};

// One device. Immutable.
struct DeviceView {
    DeviceFile file;
    bool asking = false;        // the server is asked for sync sessions; those of before are shown meanwhile
    std::string trouble, cure;  // why they could not be read
};

struct LedgerWish {
    std::string device_id;
    std::string staging_id;  // only this capture; empty: the device's newest
    bool operator==(const LedgerWish&) const = default;
};
// Immutable.
struct LedgerView {
    LedgerWish wish;
    bool asking = false;
    PhotoLedger ledger;
    std::string trouble, cure;  // why Storage could not be asked; the documents alone are shown then
};

// Sync sessions of all devices. Immutable.
struct SessionsView {
    bool asking = false, there = false;
    base::Timestamp read_at;
    bool cut = false;  // there are more than were read
    model::FleetSessions figures;
    std::string trouble, cure;
};
inline constexpr size_t kMaxFleetSessions = 5000;  // each is a read that is billed

// An object in Storage that may be a photo which is missing. Immutable.
struct StoredPhoto {
    std::optional<model::Photo> photo;  // as a capture would link it; its url is a secret
    std::string trouble, cure;          // why it could not be looked at
};

// What another desk handed on, and where bundles lie. Immutable.
struct BundleView {
    bool reading = false;
    std::string path;                          // of the one that was opened last; empty: none yet
    std::shared_ptr<const DeviceFile> device;  // nullptr: not read
    std::string trouble, cure;
    std::vector<std::string> found;  // bundles in the person's home folder and its Downloads, the newest first
};
inline constexpr const char* kBundleEnding = ".linesman-device.json";

class DeviceDesk {
  public:
    virtual ~DeviceDesk() = default;

    // The dry run: from what the desk knows, at once.
    virtual FleetPlan plan(const FleetOrder& order) = 0;
    // Sends what the plan for this order says. Its id, which run() then has; 0 while another is being sent.
    virtual uint64_t send(const FleetOrder& order) = 0;
    virtual std::shared_ptr<const OrderRun> run() = 0;  // never nullptr

    // nullptr while it is being read, or when there is no such device. Ask each frame while shown; the server is asked
    // for sessions once for each heartbeat.
    virtual std::shared_ptr<const DeviceView> device(const std::string& device_id) = 0;
    // nullptr while it is being read. Storage is asked once for each wish; look_again() asks anew.
    virtual std::shared_ptr<const LedgerView> photos(const LedgerWish& wish) = 0;
    virtual void look_again() = 0;

    // nullptr while they are worked out for the first time; afterwards the last ones until newer are ready.
    virtual std::shared_ptr<const model::FleetFigures> figures() = 0;
    // Never nullptr. read_sessions() has those of the last kTrendDays read: only when a person asks, since each is
    // billed.
    virtual std::shared_ptr<const SessionsView> sessions() = 0;
    virtual void read_sessions() = 0;

    // The device as a redacted bundle for another desk, into this file; a notice says how it went.
    virtual void export_bundle(const std::string& device_id, const std::string& path) = 0;
    // Reads a bundle; an empty path only looks which there are. bundle() has both when they are read.
    virtual void open_bundle(const std::string& path) = 0;
    virtual std::shared_ptr<const BundleView> bundle() = 0;  // never nullptr

    // nullptr while Storage is asked; once for each path.
    virtual std::shared_ptr<const StoredPhoto> stored(const std::string& path) = 0;
};

// A desk without devices: before there is a profile.
class NoDevices final : public DeviceDesk {
  public:
    FleetPlan plan(const FleetOrder&) override { return {}; }
    uint64_t send(const FleetOrder&) override { return 0; }
    std::shared_ptr<const OrderRun> run() override { return std::make_shared<const OrderRun>(); }
    std::shared_ptr<const DeviceView> device(const std::string&) override { return nullptr; }
    std::shared_ptr<const LedgerView> photos(const LedgerWish&) override { return nullptr; }
    void look_again() override {}
    std::shared_ptr<const model::FleetFigures> figures() override { return nullptr; }
    std::shared_ptr<const SessionsView> sessions() override { return std::make_shared<const SessionsView>(); }
    void read_sessions() override {}
    void export_bundle(const std::string&, const std::string&) override {}
    void open_bundle(const std::string&) override {}
    std::shared_ptr<const BundleView> bundle() override { return std::make_shared<const BundleView>(); }
    std::shared_ptr<const StoredPhoto> stored(const std::string&) override { return nullptr; }
};

}  // namespace linesman::app
