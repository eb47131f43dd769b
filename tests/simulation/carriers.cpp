#include "carriers.h"

namespace dialproof::simulation {

using ports::SubmitOutcome;

namespace {

// Shorter than the lease of a message, as a sender's has to be.
constexpr Milliseconds time_out{30'000};
constexpr Milliseconds minute{60'000}, hour{3'600'000};

std::string reference_of(const core::MessageId& id) { return "reference-of-" + id.text; }

} // namespace

Handsets::Handset& Handsets::of(const std::string& number) {
    auto& handset = handsets_[number];
    if (!handset)
        handset = std::make_unique<Handset>(scheduler_);
    return *handset;
}

void Handsets::receive(const std::string& number, const std::string& code) {
    of(number).texts.push_back({code, scheduler_.now()});
    of(number).bell.ring();
}

Task<void> Handsets::wait(std::string number, Instant until) {
    auto sleep = scheduler_.sleep_until(until, "looks at the handset", &of(number).bell);
    co_await sleep;
}

SimulatedCarrier::Character SimulatedCarrier::Character::good() {
    Character character;
    character.delivers = 1;
    return character;
}

SimulatedCarrier::Character SimulatedCarrier::Character::drawn(Draws& draws) {
    Character character;
    character.delivers = 10;
    for (auto* weight : {&character.late, &character.twice, &character.lies, &character.refuses,
                         &character.throttles, &character.fails, &character.silent})
        *weight = draws.one_of(std::vector<unsigned>{0, 0, 0, 1, 3, 10});
    character.by_reference = draws.chance(500);
    return character;
}

SimulatedCarrier::Fate SimulatedCarrier::fate() {
    const Character character = weather_.calm ? Character::good() : character_;
    const auto moment = draws_.time(Milliseconds(5), Milliseconds(3000));
    const auto soon = draws_.time(Milliseconds(500), Milliseconds(20'000));
    const auto later = draws_.time(minute, 6 * hour);
    const bool receipt = draws_.chance(500), arrives = draws_.chance(500);
    const std::vector<std::pair<unsigned, Fate>> fates{
        {character.delivers, {SubmitOutcome::accepted, 1, moment, soon, receipt}},
        {character.late, {SubmitOutcome::accepted, 1, moment, later, receipt}},
        {character.twice, {SubmitOutcome::accepted, 2, moment, later, receipt}},
        {character.lies, {SubmitOutcome::accepted, 0, moment, soon, false}},
        {character.refuses, {SubmitOutcome::refused, 0, moment, soon, false}},
        {character.throttles, {SubmitOutcome::throttled, 0, moment, soon, false}},
        {character.fails, {SubmitOutcome::unavailable, 0, moment, soon, false}},
        {character.silent, {SubmitOutcome::unknown, arrives ? 1U : 0U, time_out, later, receipt}},
    };
    unsigned all = 0;
    for (const auto& [weight, each] : fates)
        all += weight;
    std::uint64_t drawn = draws_.below(all);
    for (const auto& [weight, each] : fates) {
        if (drawn < weight)
            return each;
        drawn -= weight;
    }
    return fates.front().second;
}

Task<ports::SubmitResult> SimulatedCarrier::submit(const ports::OutgoingText& text) {
    model_.submitted(text);
    const Fate drawn = fate();
    for (unsigned copy = 0; copy < drawn.copies; ++copy) {
        const auto after = draws_.time(Milliseconds(100), drawn.arrives_within);
        scheduler_.start(way_,
                         deliver(text.to.e164(), text.code.reveal(), receipt_of(text), after, drawn.receipt));
    }
    auto answer = scheduler_.sleep(drawn.answers_after, "the carrier answers");
    const core::MessageId id = text.id;
    co_await answer;
    ports::SubmitResult result;
    result.outcome = drawn.outcome;
    if (drawn.outcome == SubmitOutcome::accepted)
        result.reference = reference_of(id);
    else
        result.error = to_text(drawn.outcome);
    result.receipt_by_reference = character_.by_reference;
    if (drawn.outcome == SubmitOutcome::throttled)
        result.retry_after = Seconds(draws_.between(1, 40));
    const bool try_again = drawn.outcome == SubmitOutcome::throttled ||
                           drawn.outcome == SubmitOutcome::unavailable ||
                           drawn.outcome == SubmitOutcome::refused;
    model_.trace().note({"carrier", name_, to_text(drawn.outcome)});
    model_.carrier_answered(id, try_again);
    co_return result;
}

ports::ProviderReceipt SimulatedCarrier::receipt_of(const ports::OutgoingText& text) const {
    ports::ProviderReceipt receipt;
    receipt.provider = name_;
    receipt.state = ports::MessageState::delivered;
    if (character_.by_reference) {
        receipt.references = {reference_of(text.id)};
        receipt.to = text.to;
    } else {
        receipt.message = text.id;
        receipt.attempt = text.attempt;
    }
    return receipt;
}

Task<void> SimulatedCarrier::deliver(std::string number, std::string code, ports::ProviderReceipt receipt,
                                     Milliseconds after, bool tells) {
    auto travel = scheduler_.sleep(after, "arrives");
    co_await travel;
    model_.handset_received(number, code);
    handsets_.receive(number, code);
    if (!tells)
        co_return;
    // Late, twice, and sometimes first the wrong one.
    const unsigned receipts = draws_.chance(200) ? 2 : 1;
    for (unsigned i = 0; i < receipts; ++i) {
        auto wait = scheduler_.sleep(draws_.time(Milliseconds(10), minute), "sends a receipt");
        co_await wait;
        ports::ProviderReceipt told = receipt;
        told.at = scheduler_.now();
        if (draws_.chance(100))
            told.state = ports::MessageState::failed;
        receipts_(told);
    }
}

} // namespace dialproof::simulation
