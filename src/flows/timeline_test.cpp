#include "flows/timeline.h"

#include "flows/event_record.h"
#include "flows/test_world.h"
#include "flows/timelines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace dialproof::flows {
namespace {

using namespace std::chrono_literals;
using ports::MessageState;
using ports::SubmitOutcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string number = "+41791234567";
const core::VerificationId id("0123456789abcdef");
const Instant start = *parse_rfc3339("2026-01-05T10:00:00Z");

// A verification whose history is written down, with the messages of its codes.
struct Story {
    core::Verification verification;
    std::vector<ports::EventRecord> events;
    std::vector<ports::Message> messages;
    core::Rules rules = open_rules();

    Story() {
        add(start, core::VerificationStarted{id,
                                             core::ServiceName("default"),
                                             {},
                                             *core::PhoneNumber::parse(number),
                                             "CH",
                                             core::Purpose::prove_number,
                                             core::Channel::sms,
                                             "django_phone_verify",
                                             "de",
                                             {},
                                             {}});
        make_code(start);
    }

    template <typename Event>
    void add(Instant at, Event event) {
        const core::VerificationEvent happened{at, event};
        verification = core::apply(std::move(verification), happened);
        events.push_back(record_of(happened, verification));
    }
    void make_code(Instant at, core::Handover handover = core::Handover::message) {
        add(at, core::CodeMade{verification.generation + 1, 1, handover, at + 600s});
        if (handover == core::Handover::message)
            messages.push_back({core::MessageId("m" + std::to_string(verification.generation)),
                                id,
                                verification.generation,
                                *core::PhoneNumber::parse(number),
                                core::ServiceName("default"),
                                core::Channel::sms,
                                "de",
                                MessageState::queued,
                                at,
                                at,
                                at,
                                at + 600s,
                                0,
                                {},
                                {}});
    }
    ports::Attempt& try_it(Instant at, const std::string& provider, SubmitOutcome outcome,
                           const std::string& error = {}) {
        ports::Message& message = messages.back();
        ports::Attempt attempt;
        attempt.number = ++message.attempts;
        attempt.provider = provider;
        attempt.route = "default";
        attempt.at = at;
        attempt.outcome = outcome;
        attempt.error = error;
        message.tries.push_back(attempt);
        message.changed_at = at;
        message.error = error;
        return message.tries.back();
    }

    [[nodiscard]] std::vector<TimelineStep> steps(Instant now = start + 60s) const {
        return timeline_of(verification, events, messages, rules, now).steps;
    }
    [[nodiscard]] TimelineStep last(const std::string& what, Instant now = start + 60s) const {
        const auto all = steps(now);
        const auto found =
            std::find_if(all.rbegin(), all.rend(), [&](const auto& step) { return step.what == what; });
        return found == all.rend() ? TimelineStep{} : *found;
    }
};

std::vector<std::string> names(const std::vector<TimelineStep>& steps) {
    std::vector<std::string> all;
    for (const auto& step : steps)
        all.push_back(step.what);
    return all;
}

// As text, whatever it is; "" where the step does not have it.
std::string detail(const TimelineStep& step, const std::string& name) {
    for (const auto& each : step.details)
        if (each.name == name) {
            const auto* text = std::get_if<std::string>(&each.value);
            return text ? *text : std::to_string(std::get<std::uint64_t>(each.value));
        }
    return {};
}

TEST(Timeline, TellsAMessageThatFailedAndTheGuessesAfterTheNextOne) {
    Story story;
    auto& failed = story.try_it(start + 1s, "first", SubmitOutcome::accepted);
    failed.told = MessageState::failed;
    failed.told_at = start + 5s;
    failed.told_error = "absent";
    auto& delivered = story.try_it(start + 5s, "second", SubmitOutcome::accepted);
    delivered.told = MessageState::delivered;
    delivered.told_at = start + 9s;
    delivered.price = ports::Price{"0.0333", "EUR"};
    story.messages.back().state = MessageState::delivered;
    story.messages.back().changed_at = start + 9s;
    story.add(start + 20s, core::GuessMissed{1});
    story.add(start + 30s, core::VerificationApproved{});

    EXPECT_THAT(names(story.steps()),
                ElementsAre("verification_started", "code_made", "message_stored", "message_tried",
                            "receipt_came", "message_tried", "receipt_came", "message_state", "guess_missed",
                            "verification_approved"));
    EXPECT_EQ(detail(story.last("message_tried"), "provider"), "second");
    EXPECT_EQ(detail(story.last("message_tried"), "price"), "0.0333 EUR");
    EXPECT_EQ(detail(story.last("guess_missed"), "misses"), "1");
}

TEST(Timeline, OfOneMomentCausesComeBeforeEffects) {
    Story story;
    story.try_it(start, "first", SubmitOutcome::unavailable, "timed_out");
    story.add(start, core::GuessMissed{1});
    story.make_code(start);
    story.try_it(start, "second", SubmitOutcome::accepted);
    story.messages.back().state = MessageState::sent;
    story.add(start, core::VerificationEnded{core::EndReason::superseded});

    EXPECT_THAT(names(story.steps(start)),
                ElementsAre("verification_started", "code_made", "message_stored", "message_tried",
                            "guess_missed", "code_made", "message_stored", "message_tried",
                            "verification_ended", "message_state", "message_state"));
}

TEST(Timeline, IsInTheOrderOfTimeAndTheSameEachTime) {
    Story story;
    for (int i = 0; i < 4; ++i) {
        story.try_it(start + Seconds(30 - 10 * i), "p" + std::to_string(i), SubmitOutcome::unavailable);
        story.make_code(start + Seconds(5 * i));
    }
    const auto steps = story.steps();
    EXPECT_TRUE(
        std::is_sorted(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.at < b.at; }));
    EXPECT_EQ(steps, story.steps());
}

TEST(Timeline, ShowsTheNumberMaskedAndNowhereWhole) {
    Story story;
    story.try_it(start, "first", SubmitOutcome::refused, "unknown_number");
    const auto timeline = timeline_of(story.verification, story.events, story.messages, story.rules, start);
    EXPECT_EQ(timeline.number, "+41*******67");
    for (const auto& step : timeline.steps) {
        EXPECT_EQ(step.why.find(number.substr(1)), std::string::npos) << step.what;
        for (const auto& each : step.details)
            EXPECT_EQ(detail(step, each.name).find(number.substr(1)), std::string::npos) << step.what;
    }
}

TEST(Timeline, TellsWhatAnEventRecordSays) {
    Story story;
    story.add(start + 1s, core::VerificationEnded{core::EndReason::number_removed});
    const auto made = story.last("code_made");
    EXPECT_EQ(detail(made, "generation"), "1");
    EXPECT_EQ(detail(made, "handover"), "message");
    EXPECT_EQ(detail(made, "expires_at"), "2026-01-05T10:10:00.000Z");
    EXPECT_EQ(detail(story.last("verification_ended"), "reason"), "number_removed");
    EXPECT_EQ(detail(story.last("verification_started"), "country"), "CH");
}

TEST(Timeline, NamesTheConfigurationKeyThatHolds) {
    Story story;
    story.add(start + 1s, core::GuessMissed{1});
    EXPECT_THAT(story.last("guess_missed").why,
                HasSubstr("services.default.guesses is how many may count: 5"));
    EXPECT_THAT(story.last("code_made").why, StartsWith("services.default.code_lifetime"));

    core::DialectTerms terms;
    terms.guesses = 3;
    terms.code_lifetime = 300s;
    story.rules.dialects.emplace("django_phone_verify", terms);
    story.rules.derive();
    EXPECT_THAT(story.last("guess_missed").why,
                HasSubstr("dialects.django_phone_verify.guesses is how many may count: 3"));
    EXPECT_THAT(story.last("code_made").why, StartsWith("dialects.django_phone_verify.code_lifetime"));
}

TEST(Timeline, SaysWhyACodeIsNotSentAtAll) {
    Story story;
    story.make_code(start + 1s, core::Handover::answer);
    EXPECT_THAT(story.last("code_made").why, HasSubstr("no message is sent"));
    story.make_code(start + 2s, core::Handover::fixed);
    EXPECT_THAT(story.last("code_made").why, StartsWith("test_numbers"));
}

TEST(Timeline, SaysWhenAPendingCodeExpired) {
    Story story;
    EXPECT_EQ(story.last("code_expired", start + 600s - 1ms), TimelineStep{});
    EXPECT_EQ(story.last("code_expired", start + 600s).at, start + 600s);
    story.add(start + 10s, core::VerificationApproved{});
    EXPECT_EQ(story.last("code_expired", start + 600s), TimelineStep{});
}

TEST(Timeline, ATryWhoseHolderDiedSaysSo) {
    Story story;
    story.try_it(start, "", SubmitOutcome::unknown, "lease_ran_out");
    EXPECT_THAT(story.last("message_tried").why, StartsWith("lease_ran_out"));
}

TEST(Timeline, ATryThatOnlyItsReceiptTellsOfStandsBesideIt) {
    Story story;
    auto& attempt = story.try_it(Instant(), "", SubmitOutcome::unknown);
    attempt.told = MessageState::delivered;
    attempt.told_at = start + 2s;
    EXPECT_EQ(story.last("message_tried").at, start + 2s);
    EXPECT_EQ(story.last("receipt_came").at, start + 2s);
    EXPECT_THAT(story.last("message_tried").why, HasSubstr("receipt"));
}

TEST(Timeline, SaysWhenTheNextProviderHasItsTurn) {
    Story story;
    story.try_it(start, "first", SubmitOutcome::accepted);
    story.messages.back().state = MessageState::sent;
    story.messages.back().due_at = start + 90s;
    const auto state = story.last("message_state");
    EXPECT_EQ(detail(state, "due_at"), "2026-01-05T10:01:30.000Z");
    EXPECT_EQ(detail(state, "expires_at"), "2026-01-05T10:10:00.000Z");
    EXPECT_THAT(state.why, HasSubstr("the next provider has its turn at due_at"));

    story.messages.back().due_at.reset();
    EXPECT_THAT(story.last("message_state").why, HasSubstr("no other provider has a turn"));
}

TEST(Timeline, AMessageThatFailedNamesTheLastBadNews) {
    Story story;
    story.try_it(start, "first", SubmitOutcome::refused, "twilio_21211");
    story.messages.back().state = MessageState::failed;
    EXPECT_THAT(story.last("message_state").why, StartsWith("twilio_21211: "));
    EXPECT_THAT(story.last("message_tried").why, StartsWith("refused: "));
}

TEST(Timeline, EveryAnswerReceiptAndStateHasAReason) {
    for (const auto outcome : {SubmitOutcome::accepted, SubmitOutcome::refused, SubmitOutcome::unreachable,
                               SubmitOutcome::fraud, SubmitOutcome::throttled, SubmitOutcome::unavailable,
                               SubmitOutcome::misconfigured, SubmitOutcome::unknown}) {
        Story story;
        story.try_it(start, "first", outcome);
        EXPECT_FALSE(story.last("message_tried").why.empty()) << to_text(outcome);
    }
    for (const auto state :
         {MessageState::queued, MessageState::sent, MessageState::delivered, MessageState::failed,
          MessageState::expired, MessageState::canceled, MessageState::unknown}) {
        Story story;
        auto& attempt = story.try_it(start, "first", SubmitOutcome::accepted);
        attempt.told = state;
        attempt.told_at = start + 1s;
        story.messages.back().state = state;
        EXPECT_FALSE(story.last("message_state").why.empty()) << to_text(state);
        EXPECT_FALSE(story.last("receipt_came").why.empty()) << to_text(state);
    }
}

TEST(Timeline, OfTooManyStepsTheNewestAreTold) {
    Story story;
    while (story.events.size() < timeline_steps_max + 10)
        story.make_code(start + Seconds(story.events.size()), core::Handover::answer);
    const auto timeline = timeline_of(story.verification, story.events, {}, story.rules, start);
    EXPECT_EQ(timeline.steps.size(), timeline_steps_max);
    EXPECT_EQ(timeline.left_out, 10U);
    EXPECT_EQ(detail(timeline.steps.back(), "generation"), std::to_string(story.verification.generation));
}

TEST(Timeline, AMessageWhoseEventIsKeptNoMoreIsToldAllTheSame) {
    Story story;
    story.events.clear();
    EXPECT_THAT(names(story.steps()), ElementsAre("message_stored", "message_state"));
}

struct TimelineWorld : TestWorld {
    Timelines timelines{world};

    core::VerificationId started() {
        return wait(proofs.start(
                        anybody(),
                        {core::ServiceName("default"), mobile(number), core::Purpose::prove_number, {}}))
            ->id;
    }
    Answer<std::optional<Timeline>> view(const core::VerificationId& verification,
                                         const Caller& caller = administrator()) {
        return wait(timelines.view(caller, verification));
    }
};

TEST(ViewTimeline, IsReadFromTheStore) {
    TimelineWorld world;
    const auto verification = world.started();
    const auto timeline = world.view(verification).value();
    ASSERT_TRUE(timeline);
    EXPECT_EQ(timeline->status, core::VerificationStatus::pending);
    EXPECT_THAT(names(timeline->steps),
                ElementsAre("verification_started", "code_made", "message_stored", "message_state"));
}

TEST(ViewTimeline, OfNobodyIsNothing) {
    TimelineWorld world;
    EXPECT_FALSE(world.view(core::VerificationId("nobody")).value());
}

TEST(ViewTimeline, IsForAdministrators) {
    TimelineWorld world;
    const auto verification = world.started();
    EXPECT_EQ(outcome(world.view(verification, anybody())), "not_permitted");
}

TEST(ViewTimeline, SaysWhenTheStoreFails) {
    TimelineWorld world;
    const auto verification = world.started();
    world.store.trouble_at(1, Trouble::unavailable);
    EXPECT_EQ(outcome(world.view(verification)), "unavailable");
}

} // namespace
} // namespace dialproof::flows
