#include "flows/codes.h"

#include "base/text.h"
#include "core/autofill.h"
#include "flows/limiters.h"
#include "ports/code_of.h"

#include <algorithm>
#include <array>
#include <span>

namespace dialproof::flows {

namespace {

tl::unexpected<Failure> refuse(core::Refused refused) { return fail(Failure(std::move(refused))); }

core::Handover handover_of(const Draft& draft, const core::PhoneNumber& number, core::Proof proof) {
    if (proof == core::Proof::answer)
        return core::Handover::answer;
    return draft.rules().test_numbers.contains(number) ? core::Handover::fixed : core::Handover::message;
}

// Whether this code may be handed over now: the line's own limits here, the shared ones at the commit. A
// test number has no bill and no phone that rings, so its line does not count; what it makes the server
// keep does. A code that goes to a trusted caller is that caller's to send.
std::optional<core::Refused> spend_send(Draft& draft, const Caller& caller, const core::Policy& policy,
                                        const core::PhoneNumber& number, const std::string& region,
                                        core::Handover handover) {
    if (handover == core::Handover::answer)
        return {};
    if (handover == core::Handover::message) {
        const core::Line line = draft.line(number);
        if (auto refused = core::send_refused(line, draft.rules().line, draft.now(), policy.send_gap))
            return refused;
        draft.change(line, {draft.now(), core::LineSentTo{}});
    }
    charge_send(draft, caller, region, policy);
    return {};
}

// Whether a wrong guess costs the line: only while there is something to win. A caller's own code comes
// back with every resend, so it can be won even after it has expired; a test number's is no secret, and
// strangers must not be able to lock it.
bool line_is_at_stake(const core::Verification& verification, Instant now) {
    return verification.status == core::VerificationStatus::pending &&
           verification.handover != core::Handover::fixed &&
           (now < verification.expires_at || !verification.sealed_code.empty());
}

void enqueue(Draft& draft, const World& world, const core::Verification& v, core::Autofill autofill) {
    ports::Message message{core::MessageId(new_row_id(world)),
                           v.id,
                           v.generation,
                           *v.number,
                           v.service,
                           v.channel,
                           v.locale,
                           ports::MessageState::queued,
                           draft.now(),
                           draft.now(),
                           draft.now(),
                           v.expires_at,
                           0,
                           {},
                           {},
                           std::move(autofill)};
    draft.send(std::move(message));
}

Answer<HandedCode> hand_over(Draft& draft, const World& world, const Caller& caller,
                             const core::Policy& policy, const core::Verification& v) {
    if (v.handover == core::Handover::message)
        enqueue(draft, world, v, core::choose_autofill(policy, caller.client));
    if (v.handover != core::Handover::answer)
        return HandedCode{v, {}};
    auto code = ports::code_of(v, world.keys);
    if (!code)
        return fail(Failure(ports::Fault::unavailable));
    return HandedCode{v, std::move(code)};
}

} // namespace

std::optional<core::Code> expected_code(const Draft& draft, const World& world, const core::Verification& v) {
    if (v.handover != core::Handover::fixed)
        return ports::code_of(v, world.keys);
    const auto fixed = draft.rules().test_numbers.find(*v.number);
    if (fixed == draft.rules().test_numbers.end())
        return {};
    return fixed->second;
}

tl::unexpected<Failure> refuse(core::Reason reason) { return refuse(core::Refused{reason, {}, {}}); }

std::string new_row_id(const World& world) {
    constexpr std::size_t time_bytes = 6;
    std::array<unsigned char, 16> bytes{};
    world.random.fill(std::span(bytes).subspan(time_bytes));
    auto milliseconds = static_cast<std::uint64_t>(world.clock.now().time_since_epoch().count());
    for (std::size_t i = time_bytes; i-- > 0; milliseconds >>= 8)
        bytes[i] = static_cast<unsigned char>(milliseconds & 0xFF);
    return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Answer<HandedCode> start_code(Draft& draft, const World& world, const Caller& caller,
                              const core::Policy& policy, const NewVerification& start) {
    const auto& number = start.number.number;
    const auto handover = handover_of(draft, number, start.proof);
    if (handover != core::Handover::fixed)
        if (auto refused = core::check_number(start.number, policy))
            return refuse(std::move(*refused));
    if (auto refused = spend_send(draft, caller, policy, number, start.number.region, handover))
        return refuse(std::move(*refused));

    const std::uint32_t key = world.keys.newest();
    std::string sealed;
    if (start.code) {
        auto text = ports::sealed_code(start.id, *start.code, key, world.keys);
        if (!text)
            return fail(Failure(ports::Fault::unavailable));
        sealed = std::move(*text);
    }
    const core::StartVerification command{start.id,      start.subject,  start.number,
                                          start.purpose, caller.dialect, caller.locale,
                                          key,           handover,       std::move(sealed)};
    const auto v = draft.change(core::Verification{}, core::decide(command, policy, draft.now()));
    return hand_over(draft, world, caller, policy, v);
}

Answer<HandedCode> renew_code(Draft& draft, const World& world, const Caller& caller,
                              const core::Policy& policy, const core::Verification& verification,
                              core::Proof proof) {
    const auto handover = handover_of(draft, *verification.number, proof);
    // A sealed code was sealed under the key it came with.
    const std::uint32_t key =
        verification.sealed_code.empty() ? world.keys.newest() : verification.key_number;
    const auto events = core::decide(verification, core::RenewCode{key, handover}, policy, draft.now());
    if (!events)
        return refuse(events.error());
    if (auto refused = spend_send(draft, caller, policy, *verification.number, verification.region, handover))
        return refuse(std::move(*refused));
    return hand_over(draft, world, caller, policy, draft.change(verification, *events));
}

Answer<core::Approved> judge_guess(Draft& draft, const World& world, const core::Policy& policy,
                                   const core::Verification& verification, const Guess& guess) {
    const auto& line_policy = draft.rules().line;
    const Instant now = draft.now();
    core::CheckCode check{false, guess.number, guess.purpose};
    if (auto refused = core::guess_refused(verification, check, policy, now))
        return refuse(std::move(*refused));

    const bool at_stake = line_is_at_stake(verification, now);
    const core::Line line = draft.line(guess.number);
    if (at_stake)
        if (auto refused = core::guess_refused(line, line_policy, now))
            return refuse(std::move(*refused));

    const auto code = expected_code(draft, world, verification);
    if (!code)
        return fail(Failure(ports::Fault::unavailable));
    // Both sides made comparable: a caller's own code may have small letters.
    const core::Code comparable(core::normalized_guess(code->reveal()));
    check.matches = comparable.equals(core::normalized_guess(guess.typed, comparable.reveal().size()));
    auto decision = core::decide(verification, check, policy, now);
    if (decision.answer && guess.number_taken)
        return refuse(core::Reason::number_taken);
    draft.change(verification, decision.events);
    draft.stand_when_refused();
    if (decision.answer) {
        draft.change(line, {now, core::LineGuessHit{}});
        if (verification.handover == core::Handover::message)
            draft.use_code(verification.id);
        return core::Approved{};
    }
    core::Refused refused = decision.answer.error();
    if (at_stake) {
        const auto after = draft.change(line, {now, core::LineGuessMissed{}});
        refused.attempts_left =
            std::min(refused.attempts_left.value_or(0), core::guesses_left(after, line_policy, now));
    }
    return refuse(std::move(refused));
}

void end_verification(Draft& draft, const std::optional<core::VerificationId>& id, core::EndReason reason) {
    if (!id)
        return;
    if (const auto* verification = draft.find<core::Verification>(*id)) {
        const core::Verification before = *verification;
        draft.change(before, core::decide(before, core::EndVerification{reason}, draft.now()));
    }
}

} // namespace dialproof::flows
