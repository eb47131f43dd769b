#include "senders/smpp/message_parts.h"

#include "ports/own_reference.h"

#include <gtest/gtest.h>

namespace dialproof::senders {
namespace {

using namespace wire;
using namespace std::string_literals;

const Instant now = *parse_rfc3339("2026-01-05T10:00:00Z");

ports::OutgoingText outgoing(const std::string& text, const std::string& sender = "") {
    return {core::MessageId("one"),
            *core::PhoneNumber::parse("+41791234567"),
            core::ServiceName("default"),
            "sms",
            Secret<std::string>(text),
            Secret<std::string>("123456"),
            now,
            now + std::chrono::minutes(10),
            1,
            sender,
            ""};
}

std::vector<smpp::ShortMessage> parts_of(const std::string& text, const SmppLink& link = {}) {
    return message_parts(outgoing(text), link, 0x1234, now);
}

smpp::Address source(const std::string& sender) {
    return message_parts(outgoing("hello", sender), SmppLink{}, 1, now).at(0).source;
}

TEST(MessageParts, OfAShortTextAreOneMessageInTheDefaultAlphabet) {
    const auto parts = parts_of("Code: 123456 @_$");
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_EQ(parts[0].short_message.reveal(), "Code: 123456 \0\x11\2"s);
    EXPECT_EQ(parts[0].data_coding, 0);
    EXPECT_EQ(parts[0].esm_class, 0);
    EXPECT_EQ(parts[0].registered_delivery, 1);
    EXPECT_EQ(parts[0].destination.text, "41791234567");
    EXPECT_EQ(parts[0].destination.ton, 1);
    EXPECT_EQ(parts[0].validity_period, "000000001000000R");
}

TEST(MessageParts, OfOtherLettersAreInUcs2) {
    const auto parts = parts_of("\u043A\u043E\u0434"); // "код"
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_EQ(parts[0].short_message.reveal(), "\x04\x3A\x04\x3E\x04\x34"s);
    EXPECT_EQ(parts[0].data_coding, 8);
}

TEST(MessageParts, SpeakTheCharsetThatTheLinkHasForItsDefault) {
    SmppLink link;
    link.default_charset = sms::DefaultAlphabet::ascii;
    link.data_coding = 1;
    const auto parts = parts_of("a@b_", link);
    EXPECT_EQ(parts.at(0).short_message.reveal(), "a@b_");
    EXPECT_EQ(parts.at(0).data_coding, 1);
}

TEST(MessageParts, OfALongTextHaveHeaders) {
    const auto parts = parts_of(std::string(161, 'x'));
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].short_message.reveal(), "\5\0\3\x34\2\1"s + std::string(153, 'x'));
    EXPECT_EQ(parts[1].short_message.reveal(), "\5\0\3\x34\2\2"s + std::string(8, 'x'));
    EXPECT_EQ(parts[1].esm_class, smpp::esm_udh);
}

TEST(MessageParts, AskForTheReceiptOfTheFirstAlone) {
    const auto parts = parts_of(std::string(161, 'x'));
    EXPECT_EQ(parts.at(0).registered_delivery, 1);
    EXPECT_EQ(parts.at(1).registered_delivery, 0);
}

TEST(MessageParts, GoWithANumberOfOursWhereItMayComeBackInAReceipt) {
    const auto reference = ports::own_reference(core::MessageId("one"), 1);
    const auto parts = parts_of(std::string(161, 'x'));
    EXPECT_EQ(find_u16(parts.at(0).tlvs, smpp::Tag::user_message_reference), reference);
    EXPECT_FALSE(find(parts.at(1).tlvs, smpp::Tag::user_message_reference));
    SmppLink link;
    link.user_reference = false;
    EXPECT_TRUE(parts_of("hello", link).at(0).tlvs.empty());
    link = {};
    link.registered_delivery = 0;
    EXPECT_TRUE(parts_of("hello", link).at(0).tlvs.empty());
}

TEST(MessageParts, MayBeNumberedByParameters) {
    SmppLink link;
    link.long_texts = LongTexts::sar;
    const auto parts = parts_of(std::string(161, 'x'), link);
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[1].esm_class, 0);
    EXPECT_EQ(parts[1].short_message.reveal(), std::string(8, 'x'));
    EXPECT_EQ(find(parts[1].tlvs, smpp::Tag::sar_msg_ref_num), "\x12\x34");
    EXPECT_EQ(find_u8(parts[1].tlvs, smpp::Tag::sar_total_segments), 2);
    EXPECT_EQ(find_u8(parts[1].tlvs, smpp::Tag::sar_segment_seqnum), 2);
}

TEST(MessageParts, MayBeOnePayload) {
    SmppLink link;
    link.long_texts = LongTexts::payload;
    const auto parts = parts_of(std::string(161, 'x'), link);
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_TRUE(parts[0].short_message.empty());
    EXPECT_EQ(find(parts[0].tlvs, smpp::Tag::message_payload), std::string(161, 'x'));
    EXPECT_EQ(parts_of("short", link).at(0).short_message.reveal(), "short");
}

TEST(MessageParts, AreNoneWhereTheTextIsTooLong) {
    SmppLink link;
    EXPECT_TRUE(parts_of(std::string(153 * message_parts_max + 1, 'x'), link).empty());
    link.long_texts = LongTexts::payload;
    EXPECT_TRUE(parts_of(std::string(2000, 'x'), link).empty());
}

TEST(MessageParts, NameTheSenderAsItLooks) {
    EXPECT_EQ(source("Shop").ton, smpp::ton_alphanumeric);
    EXPECT_EQ(source("+41791112233").text, "41791112233");
    EXPECT_EQ(source("+41791112233").ton, smpp::ton_international);
    EXPECT_EQ(source("41791112233").npi, smpp::npi_e164);
    EXPECT_EQ(source("12345").ton, smpp::ton_network);
    EXPECT_EQ(source("").text, "");
}

TEST(MessageParts, NameTheSenderAsTheLinkWantsIt) {
    SmppLink link;
    link.sender = "12345";
    link.sender_ton = 6;
    link.sender_npi = 1;
    const auto address = parts_of("hello", link).at(0).source;
    EXPECT_EQ(address.text, "12345");
    EXPECT_EQ(address.ton, 6);
    EXPECT_EQ(address.npi, 1);
}

TEST(ValidityPeriod, IsRoundedUpToAMinute) {
    EXPECT_EQ(validity_period(Seconds(61)), "000000000200000R");
    EXPECT_EQ(validity_period(Seconds(-5)), "000000000100000R");
    EXPECT_EQ(validity_period(std::chrono::hours(25)), "000001010000000R");
}

} // namespace
} // namespace dialproof::senders
