#include "senders/smpp/provider_receipt.h"

#include "wire/smpp/test_centre.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dialproof::senders {
namespace {

using namespace wire;
using testing::ElementsAre;

const Instant now = *parse_rfc3339("2026-01-05T10:00:00Z");

SmppLink same_ids() {
    SmppLink link;
    link.id_form = smpp::IdForm::same;
    return link;
}

ports::ProviderReceipt read(const std::string& text, const std::string& from = "41791234567") {
    const auto pdu = smpp::pdus_in(smpp::receipt_pdu(1, text, from)).at(0);
    return provider_receipt(pdu, "smpp", same_ids(), now).value();
}

// The number in the receipt of a text that went with `reference`.
std::optional<std::uint16_t> own_reference_of(std::uint16_t reference, const SmppLink& link) {
    smpp::ShortMessage message;
    message.esm_class = smpp::esm_type_receipt;
    message.tlvs = {smpp::tlv_u16(smpp::Tag::user_message_reference, reference)};
    const smpp::Pdu pdu{smpp::CommandId::deliver_sm, 0, 1, message};
    return provider_receipt(pdu, "smpp", link, now).value().own_reference;
}

TEST(ProviderReceipt, NamesTheMessageByItsIdAndByWhereItWent) {
    const auto receipt = read("id:007 stat:DELIVRD err:000");
    EXPECT_EQ(receipt.provider, "smpp");
    EXPECT_THAT(receipt.references, ElementsAre("007", "7"));
    EXPECT_EQ(receipt.to, core::PhoneNumber::parse("+41791234567"));
    EXPECT_EQ(receipt.state, ports::MessageState::delivered);
    EXPECT_EQ(receipt.error, "");
    EXPECT_EQ(receipt.at, now);
    EXPECT_EQ(read("id:1", "+41791234567").to, receipt.to);
    EXPECT_FALSE(read("id:1", "Shop").to);
}

TEST(ProviderReceipt, HasTheNumberThatWentWithTheTextUnlessTheLinkIsNotToHeedIt) {
    SmppLink link;
    EXPECT_EQ(own_reference_of(0x1234, link), 0x1234);
    EXPECT_FALSE(own_reference_of(0, link));
    link.user_reference = false;
    EXPECT_FALSE(own_reference_of(0x1234, link));
}

TEST(ProviderReceipt, SaysWhatBecameOfTheMessage) {
    using ports::MessageState;
    const auto state = [](const std::string& word) { return read("id:1 stat:" + word).state; };
    EXPECT_EQ(state("ENROUTE"), MessageState::sent);
    EXPECT_EQ(state("ACCEPTD"), MessageState::sent);
    EXPECT_EQ(state("UNKNOWN"), MessageState::sent);
    EXPECT_EQ(state("EXPIRED"), MessageState::expired);
    EXPECT_EQ(state("UNDELIV"), MessageState::failed);
    EXPECT_EQ(state("REJECTD"), MessageState::failed);
    EXPECT_EQ(state("DELETED"), MessageState::failed);
    EXPECT_EQ(read("id:1 stat:UNDELIV err:6C4").error, "smpp_err_6C4");
}

TEST(ProviderReceipt, IsNoneOfAMessageOfSomebody) {
    smpp::ShortMessage message;
    message.short_message = Secret<std::string>("id:1 stat:DELIVRD");
    const smpp::Pdu pdu{smpp::CommandId::deliver_sm, 0, 1, message};
    EXPECT_FALSE(provider_receipt(pdu, "smpp", same_ids(), now));
}

} // namespace
} // namespace dialproof::senders
