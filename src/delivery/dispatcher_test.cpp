#include "delivery/dispatcher.h"

#include "base/run_loop.h"
#include "ports/code_of.h"
#include "ports/test_fakes.h"
#include "stores/memory/memory_store.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>

namespace dialproof::delivery {
namespace {

using namespace std::chrono_literals;
using ports::MessageState;
using ports::SubmitOutcome;
using ports::SubmitResult;

const core::PhoneNumber number = *core::PhoneNumber::parse("+41791234567");

// Answers as it was told to, or takes the message; while it hesitates, it answers when it is released.
class ScriptedSender final : public ports::Sender {
public:
    struct Submitted {
        std::string id, to, text, code;
        Instant at;
    };

    ScriptedSender(std::string name, const ports::Clock& clock) : name_(std::move(name)), clock_(clock) {}

    [[nodiscard]] std::string_view name() const override { return name_; }
    Task<SubmitResult> submit(const ports::OutgoingText& text) override {
        submitted.push_back(
            {text.id.text, text.to.e164(), text.text.reveal(), text.code.reveal(), clock_.now()});
        SubmitResult result;
        result.outcome = SubmitOutcome::accepted;
        result.reference = "ref-" + std::to_string(submitted.size());
        if (!answers.empty()) {
            result = answers.front();
            answers.pop_front();
        }
        if (!hesitates)
            co_return result;
        auto wait = suspend_until<bool>([this](Completer<bool> release) { held_.push_back(release); });
        co_await wait;
        co_return result;
    }
    void release_one() {
        const auto release = held_.front();
        held_.pop_front();
        release(true);
    }

    [[nodiscard]] bool wants_use() const override { return true; }
    Task<void> report_use(const ports::UsedText& text) override {
        used.push_back(text.reference + " " + text.code.reveal());
        co_return;
    }

    std::vector<Submitted> submitted;
    std::vector<std::string> used;
    std::deque<SubmitResult> answers;
    bool hesitates = false;

private:
    std::string name_;
    const ports::Clock& clock_;
    std::deque<Completer<bool>> held_;
};

class ShakyStore final : public ports::PassingStore {
public:
    using PassingStore::PassingStore;

    Task<Result<ports::Loaded, ports::Fault>> load(std::vector<ports::Key> keys) override {
        if (load_fails)
            co_return fail(ports::Fault::unavailable);
        auto loaded = co_await inner_.load(std::move(keys));
        co_return loaded;
    }
    Task<Result<std::vector<ports::ClaimedMessage>, ports::Fault>>
    claim_messages(unsigned limit, Milliseconds lease, Instant now) override {
        ++claims;
        if (claims > claims_max)
            on_too_many_claims();
        if (claim_fails)
            co_return fail(ports::Fault::unavailable);
        auto hesitation = suspend_until<bool>([this](Completer<bool> go_on) {
            if (claim_hesitates)
                held_claim = go_on;
            else
                go_on(true);
        });
        co_await hesitation;
        auto claimed = co_await inner_.claim_messages(limit, lease, now);
        co_return claimed;
    }
    Task<Result<ports::Committed, ports::Fault>> settle_message(ports::Settlement settlement) override {
        if (settle_fails)
            co_return fail(ports::Fault::unavailable);
        auto settled = co_await inner_.settle_message(std::move(settlement));
        co_return settled;
    }

    bool load_fails = false, claim_fails = false, settle_fails = false, claim_hesitates = false;
    std::optional<Completer<bool>> held_claim;
    unsigned claims = 0;
    // So that a dispatcher which asks without end fails its test and ends.
    static constexpr unsigned claims_max = 500;
    std::function<void()> on_too_many_claims = [] {};
};

core::Rules rules_with(const std::string& text) {
    core::Rules rules;
    core::Policy policy;
    policy.templates = {{"en", text}, {"de", "Code: {code}"}};
    rules.services.emplace(policy.service, policy);
    return rules;
}

struct DispatcherWorld {
    RunLoop loop;
    stores::MemoryStore memory;
    ShakyStore store{memory};
    ports::MixingKeys keys;
    ports::ManualClock clock;
    ports::ManualAlarm alarm{clock};
    ports::RecordingMeter meter;
    ports::RecordingLog log;
    core::RuleBook rules{rules_with("{code} for you")};
    ports::SwissPlan plan;
    ScriptedSender sender{"first", clock}, second{"second", clock};
    Providers providers;
    std::unique_ptr<Router> router;
    std::unique_ptr<Dispatcher> dispatcher;
    bool ended = false, one_line = false;
    unsigned queued = 0;

    // Its clock, not its alarm, has to be moved by whoever tests another node.
    explicit DispatcherWorld(DispatcherLimits limits = {}, bool two_providers = false) {
        RouteTable table;
        table.otherwise = {"default", {}, {}, {"first"}, ""};
        providers.add(sender);
        if (two_providers) {
            providers.add(second);
            table.otherwise.providers.emplace_back("second");
        }
        router = std::make_unique<Router>(providers, table);
        const DispatcherPorts all{store, keys, clock, alarm, meter, log, rules, plan, providers, *router};
        dispatcher = std::make_unique<Dispatcher>(all, limits);
        store.on_too_many_claims = [this] { dispatcher->stop(); };
        spawn(loop, dispatcher->run(loop), [this] { ended = true; });
        loop.run_until_idle();
    }
    ~DispatcherWorld() {
        sender.hesitates = false;
        dispatcher->stop();
        loop.run_until_idle();
    }
    DispatcherWorld(const DispatcherWorld&) = delete;
    DispatcherWorld& operator=(const DispatcherWorld&) = delete;

    void advance(Milliseconds by) {
        clock.advance(by);
        alarm.clock_moved();
        loop.run_until_idle();
    }

    void commit(ports::Changes changes) { ASSERT_TRUE(loop.wait_for(memory.commit(std::move(changes)))); }

    // A verification with a message, as a use case leaves them.
    ports::Message message_of(const core::Verification& v) {
        return {core::MessageId("m" + std::to_string(++queued)),
                v.id,
                v.generation,
                *v.number,
                v.service,
                v.channel,
                v.locale,
                MessageState::queued,
                clock.now(),
                clock.now(),
                clock.now(),
                v.expires_at,
                0,
                {},
                {}};
    }
    // Of the next line, if not all are of one.
    core::Verification verification(const std::string& locale = "en") const {
        const auto own = core::PhoneNumber::parse("+4179123" + std::to_string(4567 + queued));
        const core::StartVerification start{core::VerificationId("v" + std::to_string(queued + 1)),
                                            {},
                                            {one_line ? number : *own, core::NumberType::mobile, "CH"},
                                            core::Purpose::prove_number,
                                            "django",
                                            locale,
                                            1,
                                            core::Handover::message,
                                            {}};
        return core::apply(core::Verification{}, core::decide(start, core::Policy{}, clock.now()));
    }
    void keep(const core::Verification& v, const std::optional<ports::Message>& message) {
        ports::Changes changes;
        changes.now = clock.now();
        changes.puts.push_back({v, 0});
        if (message)
            changes.messages.push_back(*message);
        commit(std::move(changes));
    }
    core::Verification queue(const std::string& locale = "en") {
        const auto v = verification(locale);
        keep(v, message_of(v));
        return v;
    }
    void keep_new(const core::Verification& v, std::vector<ports::NewMessage> messages) {
        ports::Changes changes;
        changes.now = clock.now();
        changes.puts.push_back({v, 0});
        changes.messages = std::move(messages);
        commit(std::move(changes));
    }
    // The next code of that verification, and its message.
    void renew(core::Verification& v) {
        const auto version = loop.wait_for(memory.load({v.id})).value().version(v.id);
        v = core::apply(
            v, {clock.now(), core::CodeMade{v.generation + 1, 1, core::Handover::message, v.expires_at}});
        ports::Changes changes;
        changes.now = clock.now();
        changes.puts.push_back({v, version});
        changes.messages.emplace_back(message_of(v));
        commit(std::move(changes));
        wake();
    }
    // Of the last attempt of its newest message.
    void receive(const core::Verification& v, MessageState state) {
        const auto messages = loop.wait_for(memory.messages_of(v.id)).value();
        const ports::Receipt receipt{messages.back().id, state, clock.now(), "by_receipt"};
        ASSERT_TRUE(loop.wait_for(memory.record_receipt(receipt)));
        wake();
    }
    void wake() {
        dispatcher->look();
        loop.run_until_idle();
    }

    ports::Message message(const core::Verification& v) {
        return loop.wait_for(memory.messages_of(v.id)).value().front();
    }
    // Who had it, in order.
    std::vector<std::string> asked_of(const core::Verification& v) {
        std::vector<std::string> names;
        for (const auto& attempt : message(v).tries)
            names.push_back(attempt.provider);
        return names;
    }
    std::string code_of(const core::Verification& v) const { return ports::code_of(v, keys)->reveal(); }
    // Seconds from `start` at which the sender was asked.
    std::vector<long> asked_after(Instant start) const {
        std::vector<long> seconds;
        for (const auto& submitted : sender.submitted)
            seconds.push_back(std::chrono::duration_cast<Seconds>(submitted.at - start).count());
        return seconds;
    }
};

SubmitResult bad(SubmitOutcome outcome, const std::string& error, std::optional<Seconds> retry_after = {}) {
    SubmitResult result;
    result.outcome = outcome;
    result.error = error;
    result.retry_after = retry_after;
    return result;
}

ports::Attempt other_attempt(unsigned place, const std::string& provider) {
    ports::Attempt attempt;
    attempt.number = place;
    attempt.provider = provider;
    attempt.outcome = SubmitOutcome::accepted;
    return attempt;
}

const SubmitResult throttled = bad(SubmitOutcome::throttled, "too_fast");
const SubmitResult down = bad(SubmitOutcome::unavailable, "provider_down");

TEST(Dispatcher, SendsWhatIsQueuedWithTheCodeMadeAtThatMoment) {
    DispatcherWorld world;
    const auto v = world.queue();
    world.wake();
    ASSERT_EQ(world.sender.submitted.size(), 1U);
    EXPECT_EQ(world.sender.submitted[0].to, number.e164());
    EXPECT_EQ(world.sender.submitted[0].code, world.code_of(v));
    EXPECT_EQ(world.sender.submitted[0].text, world.code_of(v) + " for you");
    EXPECT_EQ(world.sender.submitted[0].id, world.message(v).id.text);
}

TEST(Dispatcher, SettlesWhatAProviderTookAndNeverSendsItAgain) {
    DispatcherWorld world;
    const auto v = world.queue();
    world.wake();
    const auto message = world.message(v);
    EXPECT_EQ(message.state, MessageState::sent);
    ASSERT_EQ(message.tries.size(), 1U);
    EXPECT_EQ(message.tries[0].provider, "first");
    EXPECT_EQ(message.tries[0].reference, "ref-1");
    EXPECT_EQ(message.tries[0].outcome, SubmitOutcome::accepted);
    EXPECT_EQ(message.tries[0].route, "default");
    EXPECT_EQ(message.tries[0].encoding, "GSM-7");
    EXPECT_EQ(message.tries[0].parts, 1U);
    EXPECT_EQ(world.meter.parts, 1U);
    EXPECT_EQ(message.attempts, 1U);
    EXPECT_EQ(world.meter.lines, (std::vector<std::string>{"settled first sent"}));
    for (int i = 0; i < 100; ++i)
        world.advance(1min);
    EXPECT_EQ(world.sender.submitted.size(), 1U);
}

TEST(Dispatcher, SpeaksTheLanguageOfTheMessage) {
    DispatcherWorld world;
    const auto v = world.queue("de-CH");
    world.wake();
    EXPECT_EQ(world.sender.submitted.at(0).text, "Code: " + world.code_of(v));
}

TEST(Dispatcher, FindsAMessageThatNobodyWokeItFor) {
    DispatcherWorld world;
    world.queue();
    world.advance(29s);
    EXPECT_TRUE(world.sender.submitted.empty());
    world.advance(1s);
    EXPECT_EQ(world.sender.submitted.size(), 1U);
}

TEST(Dispatcher, SendsNothingBeforeItIsDue) {
    DispatcherWorld world;
    const auto v = world.verification();
    auto message = world.message_of(v);
    message.due_at = world.clock.now() + 5s;
    world.keep(v, message);
    world.wake();
    world.advance(4999ms);
    EXPECT_TRUE(world.sender.submitted.empty());
    world.advance(1ms);
    EXPECT_EQ(world.sender.submitted.size(), 1U);
}

// What is no longer wanted

class UnwantedMessage : public testing::TestWithParam<std::pair<std::string, core::VerificationEvent>> {};

TEST_P(UnwantedMessage, IsCanceledAndNotSent) {
    DispatcherWorld world;
    const auto v = world.verification();
    const auto message = world.message_of(v);
    world.keep(core::apply(v, GetParam().second), message);
    world.wake();
    EXPECT_TRUE(world.sender.submitted.empty());
    EXPECT_EQ(world.message(v).state, MessageState::canceled);
    EXPECT_EQ(world.meter.lines, (std::vector<std::string>{"settled  canceled"}));
}

INSTANTIATE_TEST_SUITE_P(
    Each, UnwantedMessage,
    testing::Values(
        std::pair("Approved", core::VerificationEvent{{}, core::VerificationApproved{}}),
        std::pair("Ended", core::VerificationEvent{{}, core::VerificationEnded{core::EndReason::superseded}}),
        std::pair("NewerGeneration",
                  core::VerificationEvent{{},
                                          core::CodeMade{2, 1, core::Handover::message, Instant::max()}})),
    [](const auto& each) { return each.param.first; });

TEST(Dispatcher, CancelsTheMessageOfAVerificationThatIsGone) {
    DispatcherWorld world;
    const auto v = world.verification();
    ports::Changes changes;
    changes.now = world.clock.now();
    changes.messages.push_back(world.message_of(v));
    world.commit(std::move(changes));
    world.wake();
    EXPECT_TRUE(world.sender.submitted.empty());
    EXPECT_EQ(world.message(v).state, MessageState::canceled);
}

TEST(Dispatcher, SendsNothingWhoseCodeHasExpired) {
    DispatcherWorld world;
    const auto v = world.queue();
    world.clock.advance(600s);
    world.wake();
    EXPECT_TRUE(world.sender.submitted.empty());
    EXPECT_EQ(world.message(v).state, MessageState::expired);
    EXPECT_EQ(world.message(v).error, "expired");
}

TEST(Dispatcher, SendsInTheLastMillisecondOfACode) {
    DispatcherWorld world;
    world.queue();
    world.clock.advance(600s - 1ms);
    world.wake();
    EXPECT_EQ(world.sender.submitted.size(), 1U);
}

TEST(Dispatcher, FailsWhereTheKeyOfTheCodeIsForgotten) {
    DispatcherWorld world;
    const auto v = world.queue();
    world.keys.add(2);
    world.keys.forget(1);
    world.wake();
    EXPECT_TRUE(world.sender.submitted.empty());
    EXPECT_EQ(world.message(v).state, MessageState::failed);
    EXPECT_EQ(world.message(v).error, "key_missing");
}

TEST(Dispatcher, FailsWhereTheServiceIsNoLongerConfigured) {
    DispatcherWorld world;
    const auto v = world.queue();
    world.rules.replace(core::Rules{});
    world.wake();
    EXPECT_EQ(world.message(v).state, MessageState::failed);
    EXPECT_EQ(world.message(v).error, "service_missing");
}

// What a provider answers

TEST(ProviderAnswer, RefusedIsFinalWhereNobodyElseIsToBeAsked) {
    DispatcherWorld world;
    world.sender.answers = {bad(SubmitOutcome::refused, "number_barred")};
    const auto v = world.queue();
    world.wake();
    world.advance(10min);
    EXPECT_EQ(world.sender.submitted.size(), 1U);
    EXPECT_EQ(world.message(v).state, MessageState::failed);
    EXPECT_EQ(world.message(v).error, "number_barred");
}

TEST(ProviderAnswer, UnknownIsNotTriedAgainWhereItMayHaveLeft) {
    DispatcherWorld world;
    world.sender.answers = {bad(SubmitOutcome::unknown, "timeout")};
    const auto v = world.queue();
    world.wake();
    world.advance(10min);
    EXPECT_EQ(world.sender.submitted.size(), 1U);
    EXPECT_EQ(world.message(v).state, MessageState::unknown);
}

// Whether a receipt that names the number alone finds the text that was answered so.
bool is_found_by_its_number(SubmitOutcome outcome) {
    DispatcherWorld world;
    SubmitResult answer = bad(outcome, "error");
    answer.receipt_by_reference = true;
    world.sender.answers = {answer};
    world.queue();
    world.wake();
    const std::vector<std::string> no_id;
    return !world.loop.wait_for(world.memory.sent_references("first", no_id, number, 1)).value().empty();
}

TEST(ProviderAnswer, IsKeptForTheReceiptsOfWhatMayHaveLeftAlone) {
    EXPECT_TRUE(is_found_by_its_number(SubmitOutcome::accepted));
    EXPECT_TRUE(is_found_by_its_number(SubmitOutcome::unknown));
    EXPECT_FALSE(is_found_by_its_number(SubmitOutcome::refused));
}

class SurelyNotSent : public testing::TestWithParam<SubmitResult> {};

TEST_P(SurelyNotSent, IsTriedAgainAfterDoubledWaitsAndThenGivenUp) {
    DispatcherWorld world;
    world.sender.answers.assign(10, GetParam());
    const auto v = world.queue();
    const Instant start = world.clock.now();
    world.wake();
    EXPECT_EQ(world.message(v).state, MessageState::queued);
    for (int second = 0; second < 120; ++second)
        world.advance(1s);
    EXPECT_EQ(world.asked_after(start), (std::vector<long>{0, 1, 3, 7, 15, 31}));
    EXPECT_EQ(world.message(v).state, MessageState::failed);
    EXPECT_EQ(world.message(v).attempts, 6U);
    EXPECT_EQ(world.message(v).error, GetParam().error);
    EXPECT_EQ(world.log.count("message_sent_again"), 0) << "it never left";
}

INSTANTIATE_TEST_SUITE_P(Each, SurelyNotSent, testing::Values(throttled, down),
                         [](const auto& each) { return each.param.error; });

TEST(ProviderAnswer, ALaterSuccessClearsTheBadNews) {
    DispatcherWorld world;
    world.sender.answers = {throttled};
    const auto v = world.queue();
    world.wake();
    world.advance(1s);
    EXPECT_EQ(world.message(v).state, MessageState::sent);
    EXPECT_EQ(world.message(v).error, "");
    EXPECT_EQ(world.message(v).attempts, 2U);
}

TEST(ProviderAnswer, EveryAttemptHasTheSameMessageId) {
    DispatcherWorld world;
    world.sender.answers = {throttled, down};
    world.queue();
    world.wake();
    world.advance(1s);
    world.advance(2s);
    ASSERT_EQ(world.sender.submitted.size(), 3U);
    EXPECT_EQ(world.sender.submitted[0].id, world.sender.submitted[2].id);
}

TEST(ProviderAnswer, TheWaitStopsGrowingAtItsMost) {
    DispatcherLimits limits;
    limits.retry_max = 2s;
    DispatcherWorld world(limits);
    world.sender.answers.assign(10, throttled);
    world.queue();
    const Instant start = world.clock.now();
    world.wake();
    for (int second = 0; second < 20; ++second)
        world.advance(1s);
    EXPECT_EQ(world.asked_after(start), (std::vector<long>{0, 1, 3, 5, 7, 9}));
}

TEST(ProviderAnswer, TheProvidersOwnWaitIsKept) {
    DispatcherWorld world;
    world.sender.answers = {bad(SubmitOutcome::throttled, "too_fast", 100s)};
    world.queue();
    const Instant start = world.clock.now();
    world.wake();
    for (int second = 0; second < 120; ++second)
        world.advance(1s);
    EXPECT_EQ(world.asked_after(start), (std::vector<long>{0, 100}));
}

TEST(ProviderAnswer, NothingIsTriedAgainAfterItsCodeHasExpired) {
    DispatcherWorld world;
    world.sender.answers = {bad(SubmitOutcome::throttled, "too_fast", 600s)};
    const auto v = world.queue();
    world.wake();
    EXPECT_EQ(world.message(v).state, MessageState::failed);
}

TEST(ProviderAnswer, AFailedAttemptGoesOnWithTheNextProvider) {
    DispatcherWorld world({}, true);
    world.sender.answers = {down};
    world.second.answers = {down};
    const auto v = world.queue();
    world.wake();
    EXPECT_EQ(world.asked_of(v), (std::vector<std::string>{"first", "second"})) << "at once";
    world.advance(2s);
    EXPECT_EQ(world.asked_of(v), (std::vector<std::string>{"first", "second", "first"}));
    EXPECT_EQ(world.message(v).state, MessageState::sent);
    EXPECT_EQ(world.log.count("message_sent_again"), 0) << "it never left";
}

TEST(ProviderAnswer, ARefusalHasASecondOpinionAndNoThird) {
    DispatcherWorld world({}, true);
    world.sender.answers = {bad(SubmitOutcome::refused, "number_barred")};
    const auto taken = world.queue();
    world.wake();
    EXPECT_EQ(world.asked_of(taken), (std::vector<std::string>{"first", "second"}));
    EXPECT_EQ(world.message(taken).state, MessageState::sent);

    world.sender.answers = {bad(SubmitOutcome::refused, "number_barred")};
    world.second.answers = {bad(SubmitOutcome::refused, "no_such_number")};
    const auto refused = world.queue();
    world.wake();
    world.advance(10min);
    EXPECT_EQ(world.asked_of(refused), (std::vector<std::string>{"first", "second"}));
    EXPECT_EQ(world.message(refused).state, MessageState::failed);
    EXPECT_EQ(world.message(refused).error, "no_such_number");
}

class TheEnd : public testing::TestWithParam<SubmitOutcome> {};

TEST_P(TheEnd, IsTheSameByEveryProvider) {
    DispatcherWorld world({}, true);
    world.sender.answers = {bad(GetParam(), "why")};
    const auto v = world.queue();
    world.wake();
    world.advance(10min);
    EXPECT_EQ(world.asked_of(v), (std::vector<std::string>{"first"}));
    EXPECT_EQ(world.message(v).state, MessageState::failed);
    EXPECT_EQ(world.message(v).error, "why");
}

INSTANTIATE_TEST_SUITE_P(Each, TheEnd, testing::Values(SubmitOutcome::fraud, SubmitOutcome::unreachable),
                         [](const auto& each) { return std::string(to_text(each.param)); });

TEST(ProviderAnswer, AMisconfiguredProviderRestsAtOnce) {
    DispatcherWorld world({}, true);
    world.sender.answers = {bad(SubmitOutcome::misconfigured, "bad_credentials")};
    const auto first = world.queue();
    world.wake();
    const auto next = world.queue();
    world.wake();
    EXPECT_EQ(world.asked_of(first), (std::vector<std::string>{"first", "second"}));
    EXPECT_EQ(world.asked_of(next), (std::vector<std::string>{"second"}));
    world.advance(60s);
    const auto later = world.queue();
    world.wake();
    EXPECT_EQ(world.asked_of(later), (std::vector<std::string>{"first"}));
}

TEST(ProviderAnswer, WithoutAnAnswerTheNextOneHasItsTurnWithTheSameCode) {
    DispatcherWorld world({}, true);
    world.sender.answers = {bad(SubmitOutcome::unknown, "timeout")};
    const auto v = world.queue();
    world.wake();
    EXPECT_EQ(world.message(v).state, MessageState::unknown);
    world.advance(7s);
    EXPECT_TRUE(world.second.submitted.empty());
    world.advance(1s);
    ASSERT_EQ(world.second.submitted.size(), 1U);
    EXPECT_EQ(world.second.submitted[0].code, world.code_of(v));
    EXPECT_EQ(world.log.count("message_sent_again"), 1);
    EXPECT_EQ(world.message(v).state, MessageState::sent);
}

TEST(ProviderAnswer, AReceiptInTimeKeepsTheNextOneOut) {
    DispatcherWorld world({}, true);
    world.sender.answers = {bad(SubmitOutcome::unknown, "timeout")};
    const auto v = world.queue();
    world.wake();
    world.receive(v, MessageState::delivered);
    world.advance(10min);
    EXPECT_TRUE(world.second.submitted.empty());
    EXPECT_EQ(world.message(v).state, MessageState::delivered);
}

TEST(ProviderAnswer, SilenceAfterAnAcceptedTextIsWaitedForAsConfigured) {
    DispatcherLimits limits;
    limits.receipt_wait = 30s;
    DispatcherWorld world(limits, true);
    const auto v = world.queue();
    world.wake();
    world.advance(29s);
    EXPECT_TRUE(world.second.submitted.empty());
    world.advance(1s);
    EXPECT_EQ(world.asked_of(v), (std::vector<std::string>{"first", "second"}));
    EXPECT_EQ(world.log.count("message_sent_again"), 1);
    world.advance(10min);
    EXPECT_EQ(world.message(v).state, MessageState::sent) << "there is no third";
}

TEST(ProviderAnswer, AFailureByReceiptGoesOnWithTheNextProviderAndThenIsTheEnd) {
    DispatcherWorld world({}, true);
    const auto v = world.queue();
    world.wake();
    world.receive(v, MessageState::failed);
    EXPECT_EQ(world.asked_of(v), (std::vector<std::string>{"first", "second"}));
    EXPECT_EQ(world.message(v).state, MessageState::sent);
    world.receive(v, MessageState::expired);
    EXPECT_EQ(world.asked_of(v), (std::vector<std::string>{"first", "second"}));
    EXPECT_EQ(world.message(v).state, MessageState::expired);
}

TEST(Resend, PrefersTheProviderThatDidNotLoseTheTextBefore) {
    DispatcherWorld world({}, true);
    auto v = world.queue();
    world.wake();
    EXPECT_EQ(world.asked_of(v), (std::vector<std::string>{"first"}));
    world.renew(v);
    EXPECT_EQ(world.second.submitted.size(), 1U);
    world.receive(v, MessageState::delivered);
    world.renew(v);
    EXPECT_EQ(world.second.submitted.size(), 2U) << "the first one's text is still missing";
}

TEST(Line, HasOneTextOnItsWayAtATime) {
    DispatcherWorld world;
    world.one_line = true;
    world.sender.hesitates = true;
    world.queue();
    const auto next = world.queue();
    world.wake();
    EXPECT_EQ(world.sender.submitted.size(), 1U);
    world.advance(5s);
    EXPECT_EQ(world.sender.submitted.size(), 1U);
    EXPECT_EQ(world.message(next).error, "line_busy");
    world.sender.release_one();
    world.loop.run_until_idle();
    world.advance(1s);
    EXPECT_EQ(world.sender.submitted.size(), 2U);
    world.sender.release_one();
    world.loop.run_until_idle();
    EXPECT_EQ(world.message(next).state, MessageState::sent);
}

// Handed over by whoever stored it

TEST(HandedOver, LeavesWithoutBeingClaimedAndIsSettled) {
    DispatcherWorld world;
    const auto v = world.verification();
    std::vector<ports::NewMessage> messages{world.message_of(v)};
    auto leased = world.dispatcher->lease(messages, world.clock.now());
    ASSERT_EQ(leased.size(), 1U);
    world.keep_new(v, messages);
    world.store.claims = 0;
    world.dispatcher->committed(std::move(leased));
    world.loop.run_until_idle();
    EXPECT_EQ(world.sender.submitted.size(), 1U);
    EXPECT_EQ(world.message(v).state, MessageState::sent);
    EXPECT_EQ(world.message(v).attempts, 1U);
    EXPECT_EQ(world.log.count("message_sent_again"), 0);
}

TEST(HandedOver, LeavesWhileTheStoreTakesItsTimeToSayWhatElseIsDue) {
    DispatcherWorld world;
    world.store.claim_hesitates = true;
    world.wake();
    ASSERT_TRUE(world.store.held_claim);
    const auto v = world.verification();
    std::vector<ports::NewMessage> messages{world.message_of(v)};
    auto leased = world.dispatcher->lease(messages, world.clock.now());
    world.keep_new(v, messages);
    world.dispatcher->committed(std::move(leased));
    world.loop.run_until_idle();
    EXPECT_EQ(world.message(v).state, MessageState::sent);
    world.store.claim_hesitates = false;
    (*world.store.held_claim)(true);
}

TEST(HandedOver, WaitsForItsLeaseWhereNobodyHeardOfTheCommit) {
    DispatcherWorld world;
    const auto v = world.verification();
    std::vector<ports::NewMessage> messages{world.message_of(v)};
    static_cast<void>(world.dispatcher->lease(messages, world.clock.now()));
    world.keep_new(v, messages);
    world.advance(59s);
    EXPECT_TRUE(world.sender.submitted.empty());
    world.advance(1s);
    EXPECT_EQ(world.sender.submitted.size(), 1U);
    EXPECT_EQ(world.log.count("message_sent_again"), 1);
}

TEST(HandedOver, IsNoMoreThanCanLeaveAtOnce) {
    DispatcherLimits limits;
    limits.in_flight_max = 2;
    DispatcherWorld world(limits);
    const auto v = world.verification();
    std::vector<ports::NewMessage> messages{world.message_of(v), world.message_of(v), world.message_of(v)};
    EXPECT_EQ(world.dispatcher->lease(messages, world.clock.now()).size(), 2U);
    EXPECT_TRUE(messages[2].lease.empty());
    EXPECT_EQ(messages[2].message.attempts, 0U);
    world.dispatcher->stop();
    EXPECT_TRUE(world.dispatcher->lease(messages, world.clock.now()).empty());
}

// A code that came back

TEST(CodeUsed, IsToldToTheProviderThatTookItsText) {
    DispatcherWorld world({}, true);
    const auto v = world.queue();
    world.wake();
    world.dispatcher->code_used(v.id);
    world.loop.run_until_idle();
    ASSERT_EQ(world.sender.used.size(), 1U);
    EXPECT_EQ(world.sender.used[0], "ref-1 " + world.code_of(v));
    EXPECT_TRUE(world.second.used.empty());
}

// When things break

TEST(Dispatcher, WhatWasNotSettledIsSentAgainAndSaysSo) {
    DispatcherWorld world;
    world.store.settle_fails = true;
    const auto v = world.queue();
    world.wake();
    EXPECT_EQ(world.sender.submitted.size(), 1U);
    EXPECT_EQ(world.log.count("message_not_settled"), 1);

    world.store.settle_fails = false;
    world.advance(59s);
    EXPECT_EQ(world.sender.submitted.size(), 1U) << "the lease still runs";
    world.advance(1s);
    EXPECT_EQ(world.sender.submitted.size(), 2U);
    EXPECT_EQ(world.log.count("message_sent_again"), 1);
    EXPECT_EQ(world.message(v).state, MessageState::sent);
}

TEST(Dispatcher, ATriedMessageWhoseHolderThenDiedSaysSoToo) {
    DispatcherWorld world;
    world.sender.answers = {throttled};
    world.queue();
    world.wake();
    world.store.settle_fails = true;
    world.advance(1s);
    world.store.settle_fails = false;
    world.advance(60s);
    EXPECT_EQ(world.sender.submitted.size(), 3U);
    EXPECT_EQ(world.log.count("message_sent_again"), 1);
}

TEST(Dispatcher, WhoSettlesTooLateLeavesWhatTheNextHolderSettled) {
    DispatcherLimits limits;
    limits.in_flight_max = 1;
    DispatcherWorld world(limits);
    world.sender.hesitates = true;
    const auto v = world.queue();
    world.wake();
    ASSERT_EQ(world.sender.submitted.size(), 1U);

    // Another node takes it over once the lease has run out, and is done first.
    world.clock.advance(60s);
    auto claimed = world.loop.wait_for(world.memory.claim_messages(1, 60s, world.clock.now())).value();
    ASSERT_EQ(claimed.size(), 1U);
    claimed[0].message.state = MessageState::sent;
    claimed[0].message.due_at.reset();
    claimed[0].message.tries.push_back(other_attempt(claimed[0].message.attempts, "elsewhere"));
    const ports::Settlement settlement{claimed[0].message, claimed[0].lease};
    ASSERT_TRUE(world.loop.wait_for(world.memory.settle_message(settlement)));

    world.sender.release_one();
    world.loop.run_until_idle();
    EXPECT_EQ(last_provider(world.message(v)), "elsewhere");
    EXPECT_EQ(world.log.count("message_not_settled"), 1);
}

TEST(Dispatcher, AnOutboxThatIsAwayIsAskedAgainWithoutHurry) {
    DispatcherWorld world;
    world.store.claim_fails = true;
    world.queue();
    world.store.claims = 0;
    world.wake();
    EXPECT_EQ(world.store.claims, 1U) << "though a message is due";
    EXPECT_EQ(world.log.count("outbox_unavailable"), 1);

    world.store.claim_fails = false;
    world.advance(1s);
    EXPECT_EQ(world.sender.submitted.size(), 1U);
}

TEST(Dispatcher, AVerificationThatCannotBeReadIsTriedLater) {
    DispatcherWorld world;
    world.store.load_fails = true;
    const auto v = world.queue();
    world.wake();
    EXPECT_TRUE(world.sender.submitted.empty());
    EXPECT_EQ(world.message(v).state, MessageState::queued);
    world.store.load_fails = false;
    world.advance(1s);
    EXPECT_EQ(world.message(v).state, MessageState::sent);
}

// Bounds and the end

TEST(Dispatcher, KeepsNoMoreInFlightThanAllowed) {
    DispatcherLimits limits;
    limits.in_flight_max = 2;
    DispatcherWorld world(limits);
    world.sender.hesitates = true;
    for (int i = 0; i < 5; ++i)
        world.queue();
    world.wake();
    for (std::size_t asked = 2; asked <= 5; ++asked) {
        EXPECT_EQ(world.sender.submitted.size(), asked);
        world.sender.release_one();
        world.loop.run_until_idle();
    }
    world.sender.release_one();
    world.loop.run_until_idle();
    EXPECT_EQ(world.meter.count("settled first sent"), 5);
}

TEST(Dispatcher, StopsAfterWhatIsInFlightIsSettledAndTakesNothingNew) {
    DispatcherWorld world;
    world.sender.hesitates = true;
    const auto first = world.queue(), second = world.queue();
    world.wake();
    world.dispatcher->stop();
    const auto later = world.queue();
    world.loop.run_until_idle();
    for (const auto& v : {first, second}) {
        EXPECT_FALSE(world.ended);
        world.sender.release_one();
        world.loop.run_until_idle();
        EXPECT_EQ(world.message(v).state, MessageState::sent);
    }
    EXPECT_TRUE(world.ended);
    EXPECT_EQ(world.message(later).state, MessageState::queued);
    EXPECT_EQ(world.message(later).attempts, 0U) << "whoever comes next finds it as it was";
}

TEST(Dispatcher, StopsAtOnceWhereNothingIsInFlight) {
    DispatcherWorld world;
    EXPECT_FALSE(world.ended);
    world.dispatcher->stop();
    world.loop.run_until_idle();
    EXPECT_TRUE(world.ended);
}

TEST(Dispatcher, LogsNeitherCodeNorNumber) {
    DispatcherWorld world;
    world.sender.answers = {throttled, down, {SubmitOutcome::refused, "", "number_barred", {}}};
    const auto v = world.queue();
    world.wake();
    world.advance(1s);
    world.store.settle_fails = true;
    world.advance(2s);
    world.store.settle_fails = false;
    world.advance(60s);
    ASSERT_GE(world.log.lines.size(), 4U);
    for (const auto& line : world.log.lines) {
        EXPECT_EQ(line.find(world.code_of(v)), std::string::npos) << line;
        EXPECT_EQ(line.find(number.digits()), std::string::npos) << line;
    }
}

} // namespace
} // namespace dialproof::delivery
