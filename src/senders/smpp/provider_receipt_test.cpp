#include "senders/smpp/provider_receipt.h"

#include "wire/smpp/test_centre.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dialproof::senders {
namespace {

using namespace wire;
using testing::ElementsAre;

const Instant now = *parse_rfc3339("2026-01-05T10:00:00Z");

ports::ProviderReceipt read(const std::string& text, const std::string& from = "41791234567") {
    const auto pdu = smpp::pdus_in(smpp::receipt_pdu(1, text, from)).at(0);
    return provider_receipt(pdu, "smpp", smpp::IdForm::same, now).value();
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
    EXPECT_FALSE(provider_receipt(pdu, "smpp", smpp::IdForm::same, now));
}

} // namespace
} // namespace dialproof::senders
