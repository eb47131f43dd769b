#include "wire/smpp/pdu.h"
#include "wire/smpp/pdu_decoder.h"
#include "wire/smpp/test_pdus.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace dialproof::wire::smpp {
namespace {

using namespace std::string_literals;

std::string octets_of(const Pdu& pdu) { return encode(pdu).value(); }

std::string field_at_fault(CommandId id, Body body) {
    const auto encoded = encode(Pdu{id, 0, 1, std::move(body)});
    return encoded ? "none" : std::string(encoded.error().field);
}

// As it stands in the specification's example of a bind (section 3.2.3).
const std::string bind_example = "\0\0\0\x2F\0\0\0\2\0\0\0\0\0\0\0\1SMPP3TEST\0secret08\0SUBMIT1\0\0\1\1\0"s;

TEST(Pdu, OfABindIsAsTheSpecificationShowsIt) {
    const Bind bind{"SMPP3TEST", Secret<std::string>("secret08"), "SUBMIT1", 0x00, {1, 1, ""}};
    EXPECT_EQ(octets_of({CommandId::bind_transmitter, 0, 1, bind}), bind_example);
}

TEST(Pdu, GivesTheFieldsOfABind) {
    const auto pdu = decode(bind_example);
    EXPECT_EQ(pdu.id, CommandId::bind_transmitter);
    EXPECT_EQ(pdu.sequence, 1U);
    const auto& bind = std::get<Bind>(pdu.body);
    EXPECT_EQ(bind.system_id, "SMPP3TEST");
    EXPECT_EQ(bind.password.reveal(), "secret08");
    EXPECT_EQ(bind.system_type, "SUBMIT1");
    EXPECT_EQ(bind.range.ton, 1);
}

TEST(Pdu, OfAMessageHasItsFieldsInTheirOrder) {
    ShortMessage message;
    message.service_type = "OTP";
    message.source = {5, 0, "Shop"};
    message.destination = {1, 1, "41791234567"};
    message.esm_class = esm_udh;
    message.validity_period = "000000001000000R";
    message.registered_delivery = 1;
    message.data_coding = 8;
    message.short_message = Secret<std::string>("\0\x41"s);
    message.tlvs.push_back(tlv_u16(Tag::user_message_reference, 0x1234));
    const auto octets = octets_of({CommandId::submit_sm, 0, 7, message});
    EXPECT_EQ(octets.substr(pdu_header_bytes), "OTP\0\5\0Shop\0\1\1"
                                               "41791234567\0\x40\0\0\0"
                                               "000000001000000R\0\1\0\x08\0\2\0\x41\x02\x04\0\2\x12\x34"s);
}

RC_GTEST_PROP(Pdu, IsReadBackAsItWasWritten, ()) {
    const auto octets = octets_of(any_pdu());
    RC_ASSERT(octets_of(decode(octets)) == octets);
}

RC_GTEST_PROP(Pdu, IsReadWhereverItsOctetsAreCut, ()) {
    std::string stream;
    std::vector<std::string> sent, got;
    for (unsigned left = *rc::gen::inRange(1U, 5U); left > 0; --left) {
        sent.push_back(octets_of(any_pdu()));
        stream += sent.back();
    }
    PduDecoder decoder;
    for (const char octet : stream) {
        decoder.feed({&octet, 1});
        while (const auto next = decoder.next())
            got.push_back(octets_of(next->value()));
    }
    RC_ASSERT(got == sent);
}

RC_GTEST_PROP(Pdu, WhoseBodyEndsEarlyIsReadableOrNotButNeverABug, ()) {
    auto octets = octets_of(any_pdu());
    octets.resize(*rc::gen::inRange(pdu_header_bytes, octets.size() + 1));
    const auto pdu = decode(octets);
    RC_ASSERT(is_known(pdu.id));
    RC_ASSERT(!is_response(pdu.id) || !std::holds_alternative<Unreadable>(pdu.body));
}

TEST(Pdu, OfARequestThatIsCutIsUnreadable) {
    const auto octets = octets_of({CommandId::deliver_sm, 0, 1, ShortMessage{}});
    for (std::size_t cut = pdu_header_bytes; cut < octets.size(); ++cut)
        EXPECT_TRUE(std::holds_alternative<Unreadable>(decode(octets.substr(0, cut)).body)) << cut;
}

TEST(Pdu, OfAnErrorResponseMayHaveNoBodyOneNulOrAll) {
    const auto header = octets_of({CommandId::submit_sm_resp, 0x58, 3, Empty{}});
    EXPECT_EQ(std::get<MessageResponse>(decode(header).body).message_id, "");
    EXPECT_EQ(std::get<MessageResponse>(decode(header + "\0"s).body).message_id, "");
    EXPECT_EQ(std::get<MessageResponse>(decode(header + "17A\0"s).body).message_id, "17A");
    EXPECT_EQ(std::get<MessageResponse>(decode(header + "17A"s).body).message_id, "17A");
}

TEST(Pdu, LeavesOutWhatIsNoWholeOptionalParameter) {
    const auto octets = octets_of({CommandId::deliver_sm, 0, 1, ShortMessage{}});
    const auto body = std::get<ShortMessage>(decode(octets + "\x04\x27\0\1\2\x04\x27\0\5"s).body);
    EXPECT_EQ(body.tlvs.size(), 1U);
    EXPECT_EQ(find_u8(body.tlvs, Tag::message_state), 2);
}

TEST(Pdu, OfACommandThatNobodyKnowsIsUnreadable) {
    const auto pdu = decode(octets_of({CommandId{0x111}, 0, 9, Unreadable{}}));
    EXPECT_FALSE(is_known(pdu.id));
    EXPECT_TRUE(std::holds_alternative<Unreadable>(pdu.body));
}

TEST(Pdu, NamesTheFieldThatIsTooLong) {
    const Bind bind{std::string(16, 'x'), {}, "", 0x34, {}};
    EXPECT_EQ(field_at_fault(CommandId::bind_transceiver, bind), "system_id");
    const Bind nine{"shop", Secret<std::string>("ninechars"), "", 0x34, {}};
    EXPECT_EQ(field_at_fault(CommandId::bind_transceiver, nine), "password");
    ShortMessage message;
    message.destination.text = std::string(21, '1');
    EXPECT_EQ(field_at_fault(CommandId::submit_sm, message), "destination_addr");
    message.destination.text = std::string(20, '1');
    message.short_message = Secret<std::string>(std::string(255, 'x'));
    EXPECT_EQ(field_at_fault(CommandId::submit_sm, message), "short_message");
    EXPECT_EQ(field_at_fault(CommandId::query_sm, Query{"a\0b"s, {}}), "message_id");
}

TEST(Pdu, OfMoreThanTheMostIsNotWritten) {
    DataMessage message;
    message.tlvs.push_back(Tlv{Tag::message_payload, Secret<std::string>(std::string(0xFFFF, 'x'))});
    EXPECT_EQ(field_at_fault(CommandId::data_sm, message), "command_length");
}

TEST(PduDecoder, RefusesALengthThatNoPduHas) {
    for (const auto& length : {"\0\0\0\0"s, "\0\0\0\x0F"s, "\0\1\0\1"s, "\xFF\xFF\xFF\xFF"s}) {
        PduDecoder decoder;
        decoder.feed(length);
        const auto next = decoder.next();
        ASSERT_TRUE(next);
        EXPECT_FALSE(*next);
    }
}

TEST(PduDecoder, WaitsForTheLongestThatThereIs) {
    PduDecoder decoder;
    decoder.feed("\0\1\0\0\0\0\0\x15\0\0\0\0\0\0\0"s);
    EXPECT_FALSE(decoder.next());
}

} // namespace
} // namespace dialproof::wire::smpp
