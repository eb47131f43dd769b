#include "wire/smpp/receipt.h"

#include "wire/smpp/test_pdus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::wire::smpp {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

Pdu delivery(const std::string& text, Tlvs tlvs = {}, std::uint8_t esm_class = esm_type_receipt) {
    ShortMessage message;
    message.esm_class = esm_class;
    message.short_message = Secret<std::string>(text);
    message.tlvs = std::move(tlvs);
    return {CommandId::deliver_sm, 0, 1, std::move(message)};
}

Receipt receipt(const std::string& text, Tlvs tlvs = {}) {
    return receipt_of(delivery(text, std::move(tlvs))).value();
}

Tlv receipted(const std::string& id) { return {Tag::receipted_message_id, Secret<std::string>(id)}; }

TEST(Receipt, IsReadFromItsText) {
    const auto got = receipt("id:0123456789 sub:001 dlvrd:001 submit date:2601051000 done date:2601051001 "
                             "stat:DELIVRD err:000 text:Your code is");
    EXPECT_EQ(got.id, "0123456789");
    EXPECT_EQ(got.state, ReceiptState::delivered);
    EXPECT_EQ(got.error, "000");
    EXPECT_EQ(got.done_at, parse_rfc3339("2026-01-05T10:01:00Z"));
}

TEST(Receipt, IsReadInAnyOrderCaseAndWithFieldsLeftOut) {
    const auto got = receipt("Stat:UNDELIV ERR:6c4 done date:20260105100130 Id: 9f_A-1\0"s);
    EXPECT_EQ(got.id, "9f_A-1");
    EXPECT_EQ(got.state, ReceiptState::undeliverable);
    EXPECT_EQ(got.error, "6c4");
    EXPECT_EQ(got.done_at, parse_rfc3339("2026-01-05T10:01:30Z"));
}

TEST(Receipt, OfEachWordHasItsState) {
    const auto state = [](const std::string& word) { return receipt("id:1 stat:" + word).state; };
    EXPECT_EQ(state("DELIVRD"), ReceiptState::delivered);
    EXPECT_EQ(state("EXPIRED"), ReceiptState::expired);
    EXPECT_EQ(state("DELETED"), ReceiptState::deleted);
    EXPECT_EQ(state("UNDELIV"), ReceiptState::undeliverable);
    EXPECT_EQ(state("ACCEPTD"), ReceiptState::accepted);
    EXPECT_EQ(state("UNKNOWN"), ReceiptState::unknown);
    EXPECT_EQ(state("REJECTD"), ReceiptState::rejected);
    EXPECT_EQ(state("ENROUTE"), ReceiptState::enroute);
    EXPECT_EQ(state("delivered"), ReceiptState::delivered);
    EXPECT_EQ(state(""), ReceiptState::unknown);
}

TEST(Receipt, DoesNotTakeTheWordsOfTheMessageForItsFields) {
    const auto got = receipt("id:7 stat:EXPIRED err:012 Text:id:8 stat:DELIVRD");
    EXPECT_EQ(got.id, "7");
    EXPECT_EQ(got.state, ReceiptState::expired);
    EXPECT_EQ(receipt("text:hello id:7 stat:EXPIRED").id, "7");
    EXPECT_EQ(receipt("paid:8 id:7 stat:EXPIRED").id, "7");
}

TEST(Receipt, PrefersWhatItsParametersSay) {
    const auto got =
        receipt("id:7 stat:ENROUTE err:001", {receipted("00AB\0"s), tlv_u8(Tag::message_state, 5),
                                              Tlv{Tag::network_error_code, Secret<std::string>("\3\1\2"s)}});
    EXPECT_EQ(got.id, "00AB");
    EXPECT_EQ(got.state, ReceiptState::undeliverable);
    EXPECT_EQ(got.error, "258");
}

TEST(Receipt, NamesTheNumberThatWentWithTheMessage) {
    EXPECT_EQ(receipt("id:7", {tlv_u16(Tag::user_message_reference, 0xABCD)}).user_reference, 0xABCD);
    EXPECT_FALSE(receipt("id:7", {tlv_u8(Tag::user_message_reference, 1)}).user_reference);
    EXPECT_FALSE(receipt("id:7").user_reference);
}

TEST(Receipt, MayHaveItsTextInThePayload) {
    DataMessage message;
    message.esm_class = esm_type_receipt | 0x01;
    message.tlvs.push_back(Tlv{Tag::message_payload, Secret<std::string>("id:7 stat:REJECTD")});
    const auto got = receipt_of({CommandId::data_sm, 0, 1, message});
    ASSERT_TRUE(got);
    EXPECT_EQ(got->id, "7");
    EXPECT_EQ(got->state, ReceiptState::rejected);
}

TEST(Receipt, IsToldFromAMessageOfSomebody) {
    EXPECT_FALSE(receipt_of(delivery("id:7 stat:DELIVRD", {}, 0x00)));
    EXPECT_FALSE(receipt_of(delivery("id:7 stat:DELIVRD", {}, esm_udh)));
    EXPECT_TRUE(receipt_of(delivery("id:7 stat:DELIVRD", {}, esm_type_receipt | esm_udh | 0x03)));
    EXPECT_TRUE(receipt_of(delivery("id:7 stat:DELIVRD", {}, esm_type_intermediate)));
    EXPECT_TRUE(receipt_of(delivery("", {receipted("7")}, 0x00)));
}

TEST(Receipt, HasNoDateWhereTheCentreWritesNone) {
    for (const auto* date : {"YYMMDDhhmm", "2613051001", "2601052501", "26010510", ""})
        EXPECT_FALSE(receipt("id:7 done date:"s + date + " stat:DELIVRD").done_at) << date;
}

RC_GTEST_PROP(Receipt, KeepsItsBoundsWhateverTheTextIs, ()) {
    const auto field = *rc::gen::element("id:"s, "text:"s, " stat:"s, " err:"s, " done date:"s);
    const auto got = receipt(*any_octets(100) + field + *any_octets(100));
    RC_ASSERT(got.id.size() <= receipt_id_bytes_max);
    RC_ASSERT(got.error.size() <= receipt_error_bytes_max);
}

TEST(MessageIdForms, AreTheIdWithAndWithoutItsZeros) {
    EXPECT_THAT(message_id_forms("0042", IdForm::same), ElementsAre("0042", "42"));
    EXPECT_THAT(message_id_forms("a-1", IdForm::same), ElementsAre("a-1"));
    EXPECT_THAT(message_id_forms("", IdForm::automatic), ElementsAre());
}

TEST(MessageIdForms, ChangeBetweenDecimalAndHexadecimalAsTheLinkSays) {
    EXPECT_THAT(message_id_forms("3735928559", IdForm::response_hex),
                ElementsAre("deadbeef", "DEADBEEF", "3735928559"));
    EXPECT_THAT(message_id_forms("DeadBeef", IdForm::receipt_hex), ElementsAre("3735928559", "DeadBeef"));
    EXPECT_THAT(message_id_forms("171", IdForm::response_hex),
                ElementsAre("ab", "AB", "000000ab", "000000AB", "171"));
}

TEST(MessageIdForms, AreAllOfThemWhereTheLinkDoesNotSay) {
    EXPECT_THAT(message_id_forms("0Ab", IdForm::automatic), ElementsAre("0Ab", "Ab", "0ab", "0AB", "171"));
    EXPECT_THAT(message_id_forms("10", IdForm::automatic),
                ElementsAre("10", "a", "A", "0000000a", "0000000A", "16"));
}

RC_GTEST_PROP(MessageIdForms, FindTheIdThatTheOtherSideWroteInTheOtherBase, (std::uint64_t number)) {
    const auto decimal = std::to_string(number);
    const auto hex = message_id_forms(decimal, IdForm::response_hex).front();
    RC_ASSERT(message_id_forms(hex, IdForm::receipt_hex).front() == decimal);
}

} // namespace
} // namespace dialproof::wire::smpp
