// What a use case is about to commit. It is made from loaded rows; a plan reads them, changes them by
// events, and leaves here everything that must become true at once.
#pragma once

#include "core/line.h"
#include "core/rules.h"
#include "core/user.h"
#include "core/verification.h"
#include "ports/store.h"

#include <memory>
#include <string>
#include <vector>

namespace dialproof::flows {

class Draft {
public:
    Draft(ports::Loaded loaded, std::shared_ptr<const core::Rules> rules, Instant now);

    [[nodiscard]] Instant now() const { return changes_.now; }
    [[nodiscard]] const core::Rules& rules() const { return *rules_; }

    // Whether all these rows were loaded. Where not, the plan returns anything: its answer is dropped, and
    // it is called again with these rows loaded as well.
    bool has(const std::vector<ports::Key>& keys);
    [[nodiscard]] const std::vector<ports::Key>& missing() const { return missing_; }

    // The row as it stands in this draft, or null.
    template <typename T, typename K>
    [[nodiscard]] const T* find(const K& key) const {
        const auto* put = put_of(ports::Key(key));
        return put ? put->row.as<T>() : loaded_.find<T>(key);
    }
    // Whether this draft changes that row.
    [[nodiscard]] bool changes(const ports::Key& key) const { return put_of(key) != nullptr; }
    [[nodiscard]] core::Line line(const core::PhoneNumber& number) const;

    // Applies the events, keeps them for the stream, and returns the new state.
    core::Verification change(const core::Verification& before,
                              const std::vector<core::VerificationEvent>& events);
    core::User change(const core::User& before, const std::vector<core::UserEvent>& events);
    core::Line change(const core::Line& before, const core::LineEvent& event);
    void put(ports::Row row);
    void erase(const ports::Key& key);
    void send(ports::Message message);
    void charge(std::string limiter, core::Rate rate);

    // The code of that verification came back, as its message had it.
    void use_code(const core::VerificationId& verification) { used_code_ = verification; }
    [[nodiscard]] const std::optional<core::VerificationId>& used_code() const { return used_code_; }

    // A refusal leaves nothing behind, unless its plan says that what it counted must stand.
    void stand_when_refused() { stands_when_refused_ = true; }
    [[nodiscard]] bool stands_when_refused() const { return stands_when_refused_; }

    [[nodiscard]] bool empty() const;
    ports::Changes take() { return std::move(changes_); }

private:
    [[nodiscard]] const ports::Put* put_of(const ports::Key& key) const;

    ports::Loaded loaded_;
    std::shared_ptr<const core::Rules> rules_;
    std::vector<ports::Key> missing_;
    ports::Changes changes_;
    std::optional<core::VerificationId> used_code_;
    bool stands_when_refused_ = false;
};

} // namespace dialproof::flows
