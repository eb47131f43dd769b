// Keys that tell the model whose code is derived, and never derive the same digits twice in a run: then a
// code says which verification and generation it belongs to, and no guess is right by chance.
#pragma once

#include "ports/mac.h"
#include "ports/test_fakes.h"

#include <functional>
#include <map>
#include <set>

namespace dialproof::simulation {

// The key that is shared with the signers of JWTs.
class SimulatedMac final : public ports::Mac {
public:
    static const SimulatedMac& shared();
    [[nodiscard]] Secret<core::MacBytes> of(std::string_view message) const override {
        return *keys_.mac(keys_.newest(), "jwt", message);
    }

private:
    ports::MixingKeys keys_;
};

class SimulatedKeys final : public ports::Keys {
public:
    // Called with the verification's id whenever its code is derived.
    std::function<void(const std::string&)> on_derived;

    void rotate() { keys_.add(newest() + 1); }
    // Codes made so far. They end in another digit than 0, so one that does is always wrong.
    [[nodiscard]] std::size_t codes_made() const { return codes_.size(); }

    // The digits of a code, without asking the rules.
    [[nodiscard]] std::string code(std::uint32_t key, const std::string& verification, unsigned generation,
                                   unsigned length) const;

    [[nodiscard]] std::uint32_t newest() const override { return keys_.newest(); }
    [[nodiscard]] std::vector<std::uint32_t> numbers() const override { return keys_.numbers(); }
    [[nodiscard]] std::optional<Secret<core::MacBytes>> mac(std::uint32_t key, std::string_view purpose,
                                                            std::string_view message) const override;
    [[nodiscard]] std::optional<std::string> seal(std::uint32_t key, std::string_view context,
                                                  const Secret<std::string>& text) const override {
        return keys_.seal(key, context, text);
    }
    [[nodiscard]] std::optional<Secret<std::string>> open(std::uint32_t key, std::string_view context,
                                                          std::string_view sealed) const override {
        return keys_.open(key, context, sealed);
    }

private:
    using Mac = Secret<core::MacBytes>;
    [[nodiscard]] const Mac& code_mac(std::uint32_t key, const std::string& message) const;

    ports::MixingKeys keys_;
    mutable std::map<std::pair<std::uint32_t, std::string>, Mac> codes_;
    mutable std::set<unsigned> taken_; // the last four digits of all codes
};

} // namespace dialproof::simulation
