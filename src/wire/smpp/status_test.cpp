#include "wire/smpp/status.h"

#include <gtest/gtest.h>

namespace dialproof::wire::smpp {
namespace {

TEST(Status, SaysWhatToDoAfterAMessage) {
    EXPECT_EQ(submit_action(0), SubmitAction::accept);
    EXPECT_EQ(submit_action(0x04), SubmitAction::bind_first);
    EXPECT_EQ(submit_action(0x0B), SubmitAction::number_bad);
    for (const std::uint32_t code : {0x58, 0x14})
        EXPECT_EQ(submit_action(code), SubmitAction::slow_down) << code;
    for (const std::uint32_t code : {0x08, 0x45, 0x64, 0xFE, 0xFF})
        EXPECT_EQ(submit_action(code), SubmitAction::other_provider) << code;
    for (const std::uint32_t code : {0x0A, 0x15,  0x48, 0x49, 0x50, 0x51, 0x43, 0x07, 0x06, 0x61,
                                     0x62, 0x104, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0x01, 0x02, 0x03})
        EXPECT_EQ(submit_action(code), SubmitAction::misconfigured) << code;
}

TEST(Status, OfACentresOwnGoesToAnotherProvider) {
    for (const std::uint32_t code : {0x400U, 0x4FFU, 0x09U, 0xFFFFFFFFU})
        EXPECT_EQ(submit_action(code), SubmitAction::other_provider) << code;
}

TEST(Status, SaysWhatToDoAfterABind) {
    EXPECT_EQ(bind_action(0), BindAction::bound);
    for (const std::uint32_t code : {0x0D, 0x0E, 0x0F, 0x53})
        EXPECT_EQ(bind_action(code), BindAction::stop) << code;
    for (const std::uint32_t code : {0x05, 0x08, 0x58, 0x400})
        EXPECT_EQ(bind_action(code), BindAction::retry) << code;
}

TEST(Status, HasAName) {
    EXPECT_EQ(status_name(0x58), "rthrottled");
    EXPECT_EQ(status_name(0x45B), "0x0000045b");
}

TEST(Status, SaysInWordsWhatIsWrongWithABind) {
    EXPECT_EQ(bind_refusal(0x0E), "rinvpaswd, the password is wrong");
    EXPECT_EQ(bind_refusal(0x0F), "rinvsysid, it does not know the system_id");
    EXPECT_EQ(bind_refusal(0x0D), "rbindfail");
}

} // namespace
} // namespace dialproof::wire::smpp
