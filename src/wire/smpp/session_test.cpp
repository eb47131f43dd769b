#include "wire/smpp/session.h"

#include "wire/smpp/test_centre.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace dialproof::wire::smpp {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Instant start = *parse_rfc3339("2026-01-05T10:00:00Z");

SessionConfig usual() {
    SessionConfig config;
    config.identity.system_id = "shop";
    config.identity.password = Secret<std::string>("secret08");
    config.per_second = 1000;
    return config;
}

ShortMessage message() {
    ShortMessage to_somebody;
    to_somebody.destination = {1, 1, "41791234567"};
    to_somebody.short_message = Secret<std::string>("hello");
    return to_somebody;
}

std::string to_text(const Event& event) {
    struct Text {
        std::string operator()(const Bound&) const { return "bound"; }
        std::string operator()(const BindRefused& e) const { return "refused " + std::to_string(e.status); }
        std::string operator()(const Answered& e) const {
            return std::to_string(e.token) + ": " + std::to_string(e.status) + " " + e.message_id;
        }
        std::string operator()(const Unanswered& e) const {
            return std::to_string(e.token) + (e.written ? ": unknown" : ": not written");
        }
        std::string operator()(const Received& e) const {
            return "received " + std::to_string(e.pdu.sequence);
        }
        std::string operator()(const Slowed&) const { return "slowed"; }
        std::string operator()(const Lost& e) const { return "lost " + std::string(smpp::to_text(e.reason)); }
        std::string operator()(const Closed&) const { return "closed"; }
    };
    return std::visit(Text(), event);
}

// A session with its time, and what it says and tells.
struct Story {
    explicit Story(SessionConfig config = usual()) : session(std::move(config), start) {}

    void bind() {
        hear(answer_to(said().at(0)));
        told();
    }
    void hear(const std::string& bytes) { session.feed(bytes, now); }
    std::vector<Pdu> said() { return pdus_in(session.take_output()); }
    std::vector<std::string> told() {
        std::vector<std::string> events;
        while (const auto event = session.next_event())
            events.push_back(to_text(*event));
        return events;
    }
    void submit(SubmitToken token) {
        ASSERT_LE(session.room_at(now).value(), now);
        ASSERT_TRUE(session.submit(token, message(), now + Seconds(30), now));
    }
    // Ticks whenever the session wants it.
    void wait(Milliseconds time) {
        const Instant until = now + time;
        while (session.next_deadline().value_or(until) < until) {
            now = std::max(now, *session.next_deadline());
            session.tick(now);
        }
        now = until;
        session.tick(now);
    }

    Instant now = start;
    Session session;
};

TEST(Session, BeginsWithItsBind) {
    Story story;
    const auto said = story.said();
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].id, CommandId::bind_transceiver);
    EXPECT_EQ(std::get<Bind>(said[0].body).system_id, "shop");
    EXPECT_FALSE(story.session.room_at(start));
    story.hear(answer_to(said[0]));
    EXPECT_THAT(story.told(), ElementsAre("bound"));
    EXPECT_TRUE(story.session.room_at(start));
}

TEST(Session, TellsThatItsBindWasRefused) {
    for (const auto id : {CommandId::bind_transceiver_resp, CommandId::generic_nack}) {
        Story story;
        story.hear(says(id, 0x0E, story.said().at(0).sequence));
        EXPECT_THAT(story.told(), ElementsAre("refused 14"));
        EXPECT_FALSE(story.session.next_deadline());
    }
}

TEST(Session, DoesNotWaitForItsBindForEver) {
    Story story;
    story.wait(Seconds(29));
    EXPECT_THAT(story.told(), IsEmpty());
    story.wait(Seconds(1));
    EXPECT_THAT(story.told(), ElementsAre("lost bind_unanswered"));
}

TEST(Session, ThatOnlyReceivesHasNoRoomForMessages) {
    auto config = usual();
    config.bind = CommandId::bind_receiver;
    Story story(config);
    story.bind();
    EXPECT_TRUE(story.session.bound());
    EXPECT_FALSE(story.session.room_at(start));
}

TEST(Session, KeepsItsWindow) {
    auto config = usual();
    config.window = 3;
    Story story(config);
    story.bind();
    for (SubmitToken token = 1; token <= 3; ++token)
        story.submit(token);
    EXPECT_FALSE(story.session.room_at(story.now));
    const auto said = story.said();
    story.hear(answer_to(said.at(1), "b"));
    EXPECT_THAT(story.told(), ElementsAre("2: 0 b"));
    EXPECT_TRUE(story.session.room_at(story.now));
}

RC_GTEST_PROP(Session, GivesEachMessageItsOwnAnswerHoweverTheyAreMixed, ()) {
    Story story;
    story.bind();
    const auto count = *rc::gen::inRange<SubmitToken>(1, 11);
    std::vector<std::string> stream, expected;
    for (SubmitToken token = 1; token <= count; ++token)
        story.submit(token);
    for (const auto& pdu : story.said()) {
        const auto status = *rc::gen::element(0U, 0x0BU, 0x400U);
        stream.push_back(answer_to(pdu, "id" + std::to_string(pdu.sequence), status));
    }
    const auto noise = *rc::gen::container<std::vector<std::string>>(rc::gen::element(
        says(CommandId::enquire_link, 0, 77), receipt_pdu(5, "id:1 stat:DELIVRD"),
        says(CommandId::submit_sm_resp, 0, 99'999), says(CommandId::generic_nack, 3, 0x10000),
        says(CommandId::alert_notification, 0, 6, Alert{})));
    stream.insert(stream.end(), noise.begin(), noise.end());
    for (std::size_t left = stream.size(); left > 1; --left)
        std::swap(stream[left - 1], stream[*rc::gen::inRange<std::size_t>(0, left)]);
    std::string bytes;
    for (const auto& part : stream)
        bytes += part;
    for (const char byte : bytes)
        story.hear({byte});

    std::set<SubmitToken> answered;
    while (const auto event = story.session.next_event())
        if (const auto* answer = std::get_if<Answered>(&*event)) {
            RC_ASSERT(answered.insert(answer->token).second);
            // The bind had the first sequence number, so the first message has the second.
            RC_ASSERT(answer->message_id == "id" + std::to_string(answer->token + 1));
        }
    RC_ASSERT(answered.size() == count);
    RC_ASSERT(story.session.bound());
}

TEST(Session, TellsOnALossWhatWasWrittenAndWhatWasNot) {
    Story story;
    story.bind();
    story.submit(1);
    story.submit(2);
    story.said();
    story.submit(3);
    story.session.connection_ended();
    EXPECT_THAT(story.told(),
                ElementsAre("1: unknown", "2: unknown", "3: not written", "lost connection_ended"));
    EXPECT_THAT(story.said(), IsEmpty());
}

TEST(Session, GivesUpWaitingForAnAnswerAndIgnoresALateOne) {
    Story story;
    story.bind();
    story.submit(1);
    const auto said = story.said();
    story.hear(says(CommandId::enquire_link_resp, 0, 5));
    story.wait(Seconds(30));
    EXPECT_THAT(story.told(), ElementsAre("1: unknown"));
    story.hear(answer_to(said[0], "late"));
    EXPECT_THAT(story.told(), IsEmpty());
    EXPECT_TRUE(story.session.bound());
}

TEST(Session, TakesANackForTheAnswerToItsMessage) {
    Story story;
    story.bind();
    story.submit(1);
    story.hear(says(CommandId::generic_nack, 0, story.said().at(0).sequence));
    EXPECT_THAT(story.told(), ElementsAre("1: 255 "));
}

TEST(Session, EndsWhereTheCentreDoesNotHoldItForBound) {
    Story story;
    story.bind();
    story.submit(1);
    story.submit(2);
    story.hear(answer_to(story.said().at(0), "", 0x04));
    EXPECT_THAT(story.told(), ElementsAre("1: 4 ", "2: unknown", "lost not_bound_for_centre"));
}

TEST(Session, EnquiresWhenIdleAndIsContentWithAnyAnswer) {
    Story story;
    story.bind();
    story.wait(Seconds(30));
    const auto said = story.said();
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].id, CommandId::enquire_link);
    story.wait(Seconds(4));
    story.hear(answer_to(said[0]));
    story.wait(Seconds(29));
    EXPECT_THAT(story.said(), IsEmpty());
    EXPECT_THAT(story.told(), IsEmpty());
}

TEST(Session, IsLostAfterTwoEnquiriesInTenSecondsOfSilence) {
    Story story;
    story.bind();
    story.wait(Seconds(39));
    EXPECT_EQ(story.said().size(), 2U);
    EXPECT_THAT(story.told(), IsEmpty());
    story.wait(Seconds(1));
    EXPECT_THAT(story.told(), ElementsAre("lost silent"));
}

TEST(Session, SlowsDownAndRecovers) {
    auto config = usual();
    config.per_second = 10;
    Story story(config);
    story.bind();
    story.submit(1);
    story.hear(answer_to(story.said().at(0), "", 0x58));
    EXPECT_THAT(story.told(), ElementsAre("1: 88 ", "slowed"));
    EXPECT_GT(story.session.room_at(story.now).value(), story.now + Milliseconds(999));
    story.wait(Seconds(2));
    EXPECT_LE(story.session.room_at(story.now).value(), story.now);
}

TEST(Session, SlowsDownWhereTheCentreSaysThatItNearsCongestion) {
    Story story;
    story.bind();
    story.submit(1);
    const auto sequence = story.said().at(0).sequence;
    const MessageResponse taken{"17", {tlv_u8(Tag::congestion_state, 95)}};
    story.hear(says(CommandId::submit_sm_resp, 0, sequence, taken));
    EXPECT_THAT(story.told(), ElementsAre("1: 0 17", "slowed"));
    EXPECT_LE(story.session.room_at(story.now).value(), story.now) << "it goes on";
}

TEST(Session, AnswersTheRequestsOfTheCentre) {
    Story story;
    story.hear(says(CommandId::enquire_link, 0, 0x7F000001)); // before the bind, too
    story.bind();
    story.said();
    story.hear(says(CommandId::enquire_link, 0, 11) + says(CommandId{0x111}, 0, 12, Unreadable{}) +
               says(CommandId::deliver_sm, 0, 13, Empty{}) + says(CommandId::outbind, 0, 14, Outbind{}));
    const auto said = story.said();
    ASSERT_EQ(said.size(), 3U);
    EXPECT_EQ(said[0].id, CommandId::enquire_link_resp);
    EXPECT_EQ(said[0].sequence, 11U);
    EXPECT_EQ(said[1].id, CommandId::generic_nack);
    EXPECT_EQ(said[1].status, 3U);
    EXPECT_EQ(said[1].sequence, 12U);
    EXPECT_EQ(said[2].id, CommandId::generic_nack);
    EXPECT_EQ(said[2].status, 2U);
}

TEST(Session, AcknowledgesWhatItReceivedAsItsOwnerSays) {
    Story story;
    story.bind();
    story.hear(receipt_pdu(21, "id:1 stat:DELIVRD"));
    EXPECT_THAT(story.told(), ElementsAre("received 21"));
    EXPECT_THAT(story.said(), IsEmpty());
    story.session.answer(CommandId::deliver_sm, 21, 0, story.now);
    story.session.answer(CommandId::deliver_sm, 21, 0, story.now);
    EXPECT_EQ(story.session.take_output(), "\0\0\0\x11\x80\0\0\5\0\0\0\0\0\0\0\x15\0"s);
}

TEST(Session, TellsTheCentreToComeAgainWhereNobodyAnswersInTime) {
    Story story;
    story.bind();
    story.hear(receipt_pdu(21, "id:1 stat:DELIVRD"));
    story.wait(Seconds(4));
    const auto said = story.said();
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].status, 0x64U);
    story.session.answer(CommandId::deliver_sm, 21, 0, story.now);
    EXPECT_THAT(story.said(), IsEmpty());
}

TEST(Session, HoldsABoundedNumberOfReceipts) {
    Story story;
    story.bind();
    for (std::uint32_t i = 0; i <= Session::received_max; ++i)
        story.hear(receipt_pdu(i, "id:1 stat:DELIVRD"));
    EXPECT_EQ(story.told().size(), Session::received_max);
    const auto said = story.said();
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].status, 0x64U);
}

TEST(Session, EndsWhereItsOutputIsNotTaken) {
    Story story;
    story.bind();
    std::string flood;
    for (int i = 0; i < 1000; ++i)
        flood += says(CommandId::enquire_link, 0, 1);
    for (std::size_t i = 0; i < Session::output_bytes_max / 16'000 + 1; ++i)
        story.hear(flood);
    EXPECT_THAT(story.told(), ElementsAre("lost output_not_taken"));
}

TEST(Session, AnswersAnUnbindAndIsLost) {
    Story story;
    story.bind();
    story.submit(1);
    story.hear(says(CommandId::unbind, 0, 31));
    EXPECT_THAT(story.told(), ElementsAre("1: not written", "lost unbound_by_centre"));
    const auto said = story.said();
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].id, CommandId::unbind_resp);
}

TEST(Session, EndsAtALengthThatNoPduHas) {
    Story story;
    story.bind();
    story.hear("\0\0\0\1"s);
    EXPECT_THAT(story.told(), ElementsAre("lost length_of_no_pdu"));
}

TEST(Session, StopsAfterItsWindowAndItsUnbind) {
    Story story;
    story.bind();
    story.submit(1);
    const auto said = story.said();
    story.session.stop(story.now);
    EXPECT_FALSE(story.session.room_at(story.now));
    EXPECT_THAT(story.said(), IsEmpty());
    story.hear(answer_to(said[0], "a"));
    const auto last = story.said();
    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(last[0].id, CommandId::unbind);
    story.hear(answer_to(last[0]));
    EXPECT_THAT(story.told(), ElementsAre("1: 0 a", "closed"));
}

TEST(Session, StopsWithoutAnswersToo) {
    Story story;
    story.bind();
    story.submit(1);
    story.said();
    story.session.stop(story.now);
    story.wait(Seconds(5));
    EXPECT_EQ(story.said().at(0).id, CommandId::unbind);
    EXPECT_THAT(story.told(), IsEmpty());
    story.wait(Seconds(2));
    EXPECT_THAT(story.told(), ElementsAre("1: unknown", "closed"));
}

TEST(Session, CountsItsRequestsRoundTheEnd) {
    auto config = usual();
    config.first_sequence = sequence_last;
    Story story(config);
    EXPECT_EQ(story.said().at(0).sequence, sequence_last);
    story.hear(says(CommandId::bind_transceiver_resp, 0, sequence_last));
    story.submit(1);
    EXPECT_EQ(story.said().at(0).sequence, sequence_first);
}

TEST(Session, NamesTheFieldOfAMessageThatCannotBeWritten) {
    Story story;
    story.bind();
    auto too_long = message();
    too_long.destination.text = std::string(21, '1');
    const auto submitted = story.session.submit(1, too_long, start + Seconds(30), start);
    ASSERT_FALSE(submitted);
    EXPECT_EQ(submitted.error().field, "destination_addr");
    EXPECT_EQ(story.session.under_way(), 0U);
}

RC_GTEST_PROP(Session, TellsWhatBecameOfEachMessageOnceWhateverTheCentreDoes, ()) {
    Story story;
    story.bind();
    SubmitToken submitted = 0;
    std::vector<Pdu> open;
    std::multiset<SubmitToken> ends;
    const auto look = [&] {
        for (auto& pdu : story.said())
            if (pdu.id == CommandId::submit_sm)
                open.push_back(std::move(pdu));
        while (const auto event = story.session.next_event()) {
            if (const auto* answer = std::get_if<Answered>(&*event))
                ends.insert(answer->token);
            if (const auto* unanswered = std::get_if<Unanswered>(&*event))
                ends.insert(unanswered->token);
        }
    };
    for (int step = 0; step < 40; ++step) {
        const auto room = story.session.room_at(story.now);
        switch (*rc::gen::inRange(0, 7)) {
        case 0:
        case 1:
        case 2:
            if (room && *room <= story.now)
                story.submit(++submitted);
            break;
        case 3:
            story.wait(Milliseconds(*rc::gen::inRange(0, 12'000)));
            break;
        case 4:
            if (!open.empty())
                story.hear(answer_to(open[*rc::gen::inRange<std::size_t>(0, open.size())], "x",
                                     *rc::gen::element(0U, 0x58U, 0x14U, 0x0BU)));
            break;
        case 5:
            story.hear(says(CommandId::enquire_link, 0, 1));
            break;
        case 6:
            look();
            break;
        }
    }
    story.session.connection_ended();
    look();
    RC_ASSERT(ends.size() == submitted);
    for (SubmitToken token = 1; token <= submitted; ++token)
        RC_ASSERT(ends.count(token) == 1);
}

} // namespace
} // namespace dialproof::wire::smpp
