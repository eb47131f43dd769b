// The world of the transcripts: it stands still until it is told to move, and remembers what it was given.
#pragma once

#include "base/text.h"
#include "ports/clock.h"
#include "ports/keys.h"
#include "ports/log.h"
#include "ports/meter.h"
#include "ports/random.h"
#include "ports/sender.h"
#include "ports/store.h"

#include <deque>
#include <string>
#include <vector>

namespace dialproof::contracts {

class StillClock final : public ports::Clock {
public:
    [[nodiscard]] Instant now() const override { return now_; }
    void set(Instant now) { now_ = now; }
    void advance(Seconds by) { now_ += by; }

private:
    Instant now_ = *parse_rfc3339("2026-01-05T10:00:00Z");
};

class StillAlarm final : public ports::Alarm {
public:
    explicit StillAlarm(const ports::Clock& clock) : clock_(clock) {}

    Task<void> sleep_until(Instant when) override {
        if (std::exchange(woken_, false) || clock_.now() >= when)
            co_return;
        auto wait = suspend_until<bool>([this, when](Completer<bool> end) {
            sleepers_.push_back({when, end});
        });
        co_await wait;
    }
    void wake() override {
        woken_ = sleepers_.empty();
        end([](const Sleeper&) { return true; });
    }
    void clock_moved() {
        end([now = clock_.now()](const Sleeper& sleeper) { return sleeper.when <= now; });
    }

private:
    struct Sleeper {
        Instant when;
        Completer<bool> end;
    };

    template <typename Which>
    void end(Which which) {
        auto sleepers = std::exchange(sleepers_, {});
        for (const auto& sleeper : sleepers) {
            if (which(sleeper))
                sleeper.end(true);
            else
                sleepers_.push_back(sleeper);
        }
    }

    const ports::Clock& clock_;
    std::vector<Sleeper> sleepers_;
    bool woken_ = false;
};

// SplitMix64 from a fixed seed: unpredictable enough, and the same in every run.
class SeededRandom final : public ports::Random {
public:
    void fill(std::span<unsigned char> bytes) override;

private:
    std::uint64_t state_ = 20260105;
};

// One key; HMAC-SHA-256. Nothing in the transcripts has to be sealed.
class OneKey final : public ports::Keys {
public:
    [[nodiscard]] std::uint32_t newest() const override { return 1; }
    [[nodiscard]] std::vector<std::uint32_t> numbers() const override { return {1}; }
    [[nodiscard]] std::optional<Secret<core::MacBytes>> mac(std::uint32_t key, std::string_view purpose,
                                                            std::string_view message) const override;
    [[nodiscard]] std::optional<std::string> seal(std::uint32_t, std::string_view,
                                                  const Secret<std::string>&) const override {
        return {};
    }
    [[nodiscard]] std::optional<Secret<std::string>> open(std::uint32_t, std::string_view,
                                                          std::string_view) const override {
        return {};
    }
};

class NoMeter final : public ports::Meter {
public:
    void verification_started(std::string_view, std::string_view) override {}
    void code_checked(std::string_view, std::string_view) override {}
    void refused(std::string_view, std::string_view) override {}
    void message_settled(std::string_view, std::string_view) override {}
    void commit_batch(std::size_t, std::chrono::microseconds, std::size_t) override {}
    void commit_conflict() override {}
};

class NoLog final : public ports::Log {
public:
    void write(ports::LogLevel, std::string_view, std::initializer_list<ports::LogField>) override {}
};

struct Received {
    std::string to, text, code;
};

// The handsets of everybody.
class Handsets final : public ports::Sender {
public:
    [[nodiscard]] std::string_view name() const override { return "handsets"; }
    Task<ports::SubmitResult> submit(const ports::OutgoingText& text) override;

    std::deque<Received> unread;
};

// A store that can be down, and counts what it was asked for.
class GatedStore final : public ports::Store {
public:
    explicit GatedStore(ports::Store& inner) : inner_(inner) {}

    bool up = true;
    unsigned loads = 0, commits = 0;
    int messages_on_their_way = 0; // stored and not settled yet

    Task<Result<ports::Loaded, ports::Fault>> load(std::vector<ports::Key> keys) override;
    Task<Result<ports::Committed, ports::CommitFailure>> commit(ports::Changes changes) override;
    Task<Result<std::vector<ports::ClaimedMessage>, ports::Fault>>
    claim_messages(unsigned limit, Milliseconds lease, Instant now) override {
        return inner_.claim_messages(limit, lease, now);
    }
    Task<Result<ports::Committed, ports::Fault>> settle_message(ports::Settlement settlement) override;
    Task<Result<ports::Committed, ports::Fault>> record_receipt(ports::Receipt receipt) override {
        return inner_.record_receipt(std::move(receipt));
    }
    Task<Result<std::optional<Instant>, ports::Fault>> next_due() override { return inner_.next_due(); }
    Task<Result<std::vector<ports::EventRecord>, ports::Fault>> events_of(ports::StreamKind kind,
                                                                          std::string stream) override {
        return inner_.events_of(kind, std::move(stream));
    }
    Task<Result<std::vector<ports::Message>, ports::Fault>>
    messages_of(core::VerificationId verification) override {
        return inner_.messages_of(std::move(verification));
    }
    Task<Result<std::vector<ports::Credential>, ports::Fault>> credentials(ports::CredentialKind kind,
                                                                           unsigned limit) override {
        return inner_.credentials(kind, limit);
    }
    Task<Result<ports::Pruned, ports::Fault>> prune(ports::Retention retention) override {
        return inner_.prune(retention);
    }
    Task<Result<ports::Committed, ports::Fault>> probe() override { return inner_.probe(); }

private:
    ports::Store& inner_;
};

} // namespace dialproof::contracts
