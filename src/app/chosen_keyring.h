// The keyring as the person chose it at sign-in: lasting (the desktop's Secret Service) or for this session only.
// Choosing the session removes what an earlier sign-in left in the lasting one.
//
// Thread: as sync::Keyring; remember() on the queue on which the session lives.
#pragma once

#include <memory>
#include <string>

#include "sync/keyring.h"

namespace linesman::app {

class ChosenKeyring final : public sync::Keyring {
  public:
    ChosenKeyring(std::unique_ptr<sync::Keyring> lasting, std::unique_ptr<sync::Keyring> session)
        : lasting_(std::move(lasting)), session_(std::move(session)) {}

    void remember(bool yes) { remember_ = yes; }

    void load(const std::string& profile, base::Queue& queue, Loaded done) override {
        lasting_->load(profile, queue, std::move(done));
    }
    void save(const std::string& profile, const std::string& secret, base::Queue& queue, Done done) override {
        if (remember_) return lasting_->save(profile, secret, queue, std::move(done));
        lasting_->erase(profile, queue,
                        [](base::Status) {});  // none there, or no Secret Service: nothing lasts either way
        session_->save(profile, secret, queue, std::move(done));
    }
    void erase(const std::string& profile, base::Queue& queue, Done done) override {
        session_->erase(profile, queue, [](base::Status) {});
        lasting_->erase(profile, queue, std::move(done));
    }
    bool lasting() const override { return remember_ && lasting_->lasting(); }

  private:
    std::unique_ptr<sync::Keyring> lasting_, session_;
    bool remember_ = true;
};

}  // namespace linesman::app
