#include "delivery/dispatcher.h"

#include "delivery/templates.h"
#include "ports/code_of.h"

#include <algorithm>
#include <cassert>

namespace dialproof::delivery {

using ports::MessageState;
using ports::SubmitOutcome;

namespace {

Seconds doubled(Seconds first, unsigned times, Seconds most) {
    return std::min(most, Seconds(first.count() << std::min(times, 16U)));
}

} // namespace

Dispatcher::Dispatcher(DispatcherPorts ports, std::vector<ports::Sender*> providers,
                       DispatcherLimits limits) :
    ports_(ports),
    providers_(std::move(providers)), limits_(limits) {
    assert(!providers_.empty());
}

void Dispatcher::stop() {
    stopping_ = true;
    ports_.alarm.wake();
}

Task<void> Dispatcher::run(Executor& executor) {
    while (!stopping_ || in_flight_ > 0) {
        std::size_t claimed_now = 0;
        const std::size_t room = limits_.in_flight_max - in_flight_;
        if (!stopping_ && room > 0) {
            auto claimed = co_await ports_.store.claim_messages(static_cast<unsigned>(room), limits_.lease,
                                                                ports_.clock.now());
            note_claim(claimed ? std::nullopt : std::optional(claimed.error()));
            claimed_now = claimed ? claimed->size() : 0;
            for (std::size_t i = 0; i < claimed_now; ++i) {
                ++in_flight_;
                spawn(executor, dispatch(std::move((*claimed)[i])), [this] {
                    --in_flight_;
                    ports_.alarm.wake();
                });
            }
        }
        if (claimed_now > 0 && in_flight_ < limits_.in_flight_max)
            continue;
        const Instant when = co_await next_look();
        co_await ports_.alarm.sleep_until(when);
    }
}

// Told when the trouble begins and when it ends.
void Dispatcher::note_claim(std::optional<ports::Fault> fault) {
    if (fault && failed_claims_ == 0)
        ports_.log.error("outbox_unavailable", {{"fault", to_text(*fault)}});
    if (!fault && failed_claims_ > 0)
        ports_.log.info("outbox_recovered");
    failed_claims_ = fault ? failed_claims_ + 1 : 0;
}

Task<Instant> Dispatcher::next_look() {
    const Instant latest = ports_.clock.now() + limits_.idle_max;
    if (failed_claims_ > 0) // whatever is due: asking at once again would only add to the trouble
        co_return ports_.clock.now() + doubled(limits_.retry_first, failed_claims_ - 1, limits_.retry_max);
    if (stopping_ || in_flight_ >= limits_.in_flight_max)
        co_return latest;
    const auto due = co_await ports_.store.next_due();
    if (!due || !*due)
        co_return latest;
    co_return std::min(latest, **due);
}

Task<void> Dispatcher::dispatch(ports::ClaimedMessage claimed) {
    const std::string lease = claimed.lease;
    if (claimed.abandoned)
        ports_.log.warning("message_sent_again", {{"message", claimed.message.id.text},
                                                  {"to", claimed.message.to.masked()},
                                                  {"attempt", claimed.message.attempts}});
    ports::Message after = co_await attempt(std::move(claimed.message));
    after.changed_at = ports_.clock.now();
    const ports::Settlement settlement{after, lease};
    const auto settled = co_await ports_.store.settle_message(settlement);
    if (!settled) {
        ports_.log.error("message_not_settled", {{"message", after.id.text},
                                                 {"state", to_text(after.state)},
                                                 {"fault", to_text(settled.error())}});
        co_return;
    }
    ports_.meter.message_settled(after.provider, to_text(after.state));
    ports_.log.info("message_settled", {{"message", after.id.text},
                                        {"verification", after.verification.text},
                                        {"to", after.to.masked()},
                                        {"provider", after.provider},
                                        {"state", to_text(after.state)},
                                        {"attempt", after.attempts},
                                        {"error", after.error}});
}

Task<ports::Message> Dispatcher::attempt(ports::Message message) {
    std::vector<ports::Key> keys{message.verification};
    const auto loaded = co_await ports_.store.load(std::move(keys));
    if (!loaded) {
        message.due_at = ports_.clock.now() + limits_.retry_first;
        message.error = to_text(loaded.error());
        co_return message;
    }
    const auto* verification = loaded->find<core::Verification>(message.verification);
    const bool wanted = verification && verification->status == core::VerificationStatus::pending &&
                        verification->generation == message.generation;
    if (!wanted) {
        message.state = MessageState::canceled;
        message.error = "verification_over";
        co_return message;
    }
    if (ports_.clock.now() >= message.expires_at) {
        message.state = MessageState::failed;
        message.error = "expired";
        co_return message;
    }
    const auto rules = ports_.rules.now();
    const auto* policy = rules->policy(message.service, verification->dialect);
    auto code = ports::code_of(*verification, ports_.keys);
    if (!policy || !code) {
        message.state = MessageState::failed;
        message.error = policy ? "key_missing" : "service_missing";
        co_return message;
    }
    auto after = co_await submit(std::move(message), std::move(*code), *policy);
    co_return after;
}

Task<ports::Message> Dispatcher::submit(ports::Message message, core::Code code, const core::Policy& policy) {
    auto& provider = *providers_[(message.attempts - 1) % providers_.size()];
    message.provider = provider.name();
    const ports::OutgoingText text{message.id,
                                   message.to,
                                   message.service,
                                   std::string(to_text(message.channel)),
                                   render(policy, message.locale, code),
                                   code,
                                   message.created_at,
                                   message.expires_at};
    const auto result = co_await provider.submit(text);
    judge(message, result);
    co_return message;
}

void Dispatcher::judge(ports::Message& message, const ports::SubmitResult& result) const {
    message.error = result.error;
    switch (result.outcome) {
    case SubmitOutcome::accepted:
        message.state = MessageState::sent;
        message.provider_reference = result.reference;
        return;
    case SubmitOutcome::refused:
    case SubmitOutcome::unreachable:
    case SubmitOutcome::fraud:
        message.state = MessageState::failed;
        return;
    case SubmitOutcome::unknown:
        message.state = MessageState::unknown;
        return;
    case SubmitOutcome::throttled:
    case SubmitOutcome::unavailable:
    case SubmitOutcome::misconfigured:
        break;
    }
    const Seconds wait =
        result.retry_after.value_or(doubled(limits_.retry_first, message.attempts - 1, limits_.retry_max));
    message.due_at = ports_.clock.now() + wait;
    if (message.attempts >= limits_.attempts_max || message.due_at >= message.expires_at)
        message.state = MessageState::failed;
}

} // namespace dialproof::delivery
