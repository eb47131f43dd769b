// The ports as tests need them: time that stands still, randomness that repeats, and ears that remember.
#pragma once

#include "base/text.h"
#include "ports/clock.h"
#include "ports/keys.h"
#include "ports/log.h"
#include "ports/meter.h"
#include "ports/numbering_plan.h"
#include "ports/outbox.h"
#include "ports/passing_store.h"
#include "ports/random.h"
#include "ports/receipt.h"
#include "ports/store.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace dialproof::ports {

class ManualClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return now_; }
    void advance(Milliseconds by) { now_ += by; }
    void set(Instant now) { now_ = now; }

private:
    Instant now_ = *parse_rfc3339("2026-01-05T10:00:00Z");
};

// Wakes sleepers when the clock was advanced and `clock_moved` was called.
class ManualAlarm final : public Alarm {
public:
    explicit ManualAlarm(const Clock& clock) : clock_(clock) {}

    Task<void> sleep_until(Instant when) override {
        ++sleeps;
        auto wait = suspend_until<bool>([this, when](Completer<bool> wake_up) {
            if (std::exchange(woken_, false) || when <= clock_.now())
                wake_up(true);
            else
                sleepers_.emplace_back(when, wake_up);
        });
        co_await wait;
    }
    void wake() override {
        ++wakes;
        woken_ = sleepers_.empty();
        for (const auto& [when, wake_up] : std::exchange(sleepers_, {}))
            wake_up(true);
    }
    void clock_moved() {
        for (const auto& [when, wake_up] : std::exchange(sleepers_, {})) {
            if (when <= clock_.now())
                wake_up(true);
            else
                sleepers_.emplace_back(when, wake_up);
        }
    }

    unsigned sleeps = 0, wakes = 0;

private:
    const Clock& clock_;
    std::vector<std::pair<Instant, Completer<bool>>> sleepers_;
    bool woken_ = false;
};

// Takes E.164 text, and holds every number for a mobile one of Switzerland.
class SwissPlan final : public NumberingPlan {
public:
    [[nodiscard]] Result<core::NumberFacts, NumberError> parse(std::string_view text, std::string_view,
                                                               Strictness) const override {
        auto number = core::PhoneNumber::parse(text);
        if (!number)
            return fail(NumberError::not_a_number);
        return core::NumberFacts{std::move(*number), core::NumberType::mobile, "CH"};
    }
};

// Leases nothing; counts what it is told.
class CountingOutbox final : public Outbox {
public:
    std::vector<ClaimedMessage> lease(std::vector<NewMessage>&, Instant) override { return {}; }
    void committed(std::vector<ClaimedMessage>) override { ++wakes; }
    void code_used(const core::VerificationId& verification) override { used.push_back(verification); }

    unsigned wakes = 0;
    std::vector<core::VerificationId> used;
};

// Takes every receipt, and forgets it.
class DeafSink final : public ReceiptSink {
public:
    Task<Result<void, Fault>> take(ProviderReceipt) override { co_return Result<void, Fault>(); }
};

// SplitMix64 from a fixed start.
class CountingRandom final : public Random {
public:
    void fill(std::span<unsigned char> bytes) override {
        for (auto& byte : bytes) {
            std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
            z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
            byte = static_cast<unsigned char>(z >> 40);
        }
    }

private:
    std::uint64_t state_ = 0;
};

// Numbered keys that can be added and forgotten. Macs are mixed, not authenticated: enough to tell one key,
// purpose or message from another.
class MixingKeys final : public Keys {
public:
    void add(std::uint32_t number) { numbers_.insert(numbers_.begin(), number); }
    void forget(std::uint32_t number) { std::erase(numbers_, number); }

    [[nodiscard]] std::uint32_t newest() const override { return numbers_.front(); }
    [[nodiscard]] std::vector<std::uint32_t> numbers() const override { return numbers_; }

    [[nodiscard]] std::optional<Secret<core::MacBytes>> mac(std::uint32_t key, std::string_view purpose,
                                                            std::string_view message) const override {
        if (std::find(numbers_.begin(), numbers_.end(), key) == numbers_.end())
            return {};
        std::string whole = std::to_string(key);
        whole.append(1, '|').append(purpose).append(1, '|').append(message);
        std::uint64_t state = 14695981039346656037U; // FNV-1a, then SplitMix64 for the bytes
        for (const char c : whole)
            state = (state ^ static_cast<unsigned char>(c)) * 1099511628211U;
        core::MacBytes bytes{};
        for (auto& byte : bytes) {
            std::uint64_t z = state += 0x9E3779B97F4A7C15U;
            z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
            byte = static_cast<unsigned char>(z >> 40);
        }
        return Secret<core::MacBytes>(bytes);
    }

    // Up to 32 bytes, in hexadecimal, masked by a mac of the context and followed by a check.
    [[nodiscard]] std::optional<std::string> seal(std::uint32_t key, std::string_view context,
                                                  const Secret<std::string>& text) const override {
        const auto mask = mac(key, "seal", context);
        if (!mask || text.reveal().size() > mask->reveal().size())
            return {};
        std::string masked = text.reveal();
        for (std::size_t i = 0; i < masked.size(); ++i)
            masked[i] = static_cast<char>(masked[i] ^ mask->reveal()[i]);
        return to_hex(masked) + ":" + check(key, context, text.reveal());
    }
    [[nodiscard]] std::optional<Secret<std::string>> open(std::uint32_t key, std::string_view context,
                                                          std::string_view sealed) const override {
        const auto mask = mac(key, "seal", context);
        const auto parts = split(sealed, ':');
        if (!mask || parts.size() != 2 || parts[0].size() > 2 * mask->reveal().size())
            return {};
        std::string text;
        for (std::size_t i = 0; i + 1 < parts[0].size(); i += 2)
            text += static_cast<char>(std::stoi(std::string(parts[0].substr(i, 2)), nullptr, 16) ^
                                      mask->reveal()[i / 2]);
        if (parts[1] != check(key, context, text))
            return {};
        return Secret<std::string>(std::move(text));
    }

private:
    [[nodiscard]] std::string check(std::uint32_t key, std::string_view context,
                                    std::string_view text) const {
        const auto sum = mac(key, "seal-check", std::string(context) + '|' + std::string(text));
        return to_hex({reinterpret_cast<const char*>(sum->reveal().data()), 8});
    }

    std::vector<std::uint32_t> numbers_{1};
};

// Each call as a line: "checked django code_wrong".
class RecordingMeter final : public Meter {
public:
    void verification_started(std::string_view service, std::string_view dialect) override {
        add("started", service, dialect);
    }
    void code_checked(std::string_view dialect, std::string_view outcome) override {
        add("checked", dialect, outcome);
    }
    void refused(std::string_view dialect, std::string_view reason) override {
        add("refused", dialect, reason);
    }
    void message_settled(std::string_view provider, std::string_view state) override {
        add("settled", provider, state);
    }
    void parts_sent(std::string_view, unsigned sent) override { parts += sent; }
    void cost(std::string_view provider, const Price& price) override {
        add("cost", provider, to_text(price));
    }
    void commit_batch(std::size_t, std::chrono::microseconds, std::size_t) override {}
    void commit_conflict() override { ++conflicts; }

    [[nodiscard]] auto count(const std::string& line) const {
        return std::count(lines.begin(), lines.end(), line);
    }

    std::vector<std::string> lines;
    unsigned conflicts = 0, parts = 0;

private:
    void add(std::string_view what, std::string_view one, std::string_view two) {
        lines.push_back(std::string(what).append(1, ' ').append(one).append(1, ' ').append(two));
    }
};

// Each entry as a line: "message_settled state=sent attempt=1".
class RecordingLog final : public Log {
public:
    void write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) override {
        std::string line(event);
        for (const auto& field : fields)
            line.append(1, ' ').append(field.name).append(1, '=').append(text_of(field));
        lines.push_back(std::move(line));
    }

    // Entries of that event.
    [[nodiscard]] auto count(std::string_view event) const {
        return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
            return line.substr(0, line.find(' ')) == event;
        });
    }

    std::vector<std::string> lines;

private:
    static std::string text_of(const LogField& field) {
        if (const auto* text = std::get_if<std::string_view>(&field.value))
            return std::string(*text);
        if (const auto* number = std::get_if<std::int64_t>(&field.value))
            return std::to_string(*number);
        if (const auto* flag = std::get_if<bool>(&field.value))
            return *flag ? "true" : "false";
        return std::to_string(std::get<double>(field.value));
    }
};

} // namespace dialproof::ports
