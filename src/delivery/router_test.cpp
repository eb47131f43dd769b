#include "delivery/router.h"

#include <gtest/gtest.h>

namespace dialproof::delivery {
namespace {

using namespace std::chrono_literals;
using core::NumberType;
using ports::SubmitOutcome;

const core::PhoneNumber number = *core::PhoneNumber::parse("+77011234567");

class SilentSender final : public ports::Sender {
public:
    explicit SilentSender(std::string name) : name_(std::move(name)) {}
    [[nodiscard]] std::string_view name() const override { return name_; }
    Task<ports::SubmitResult> submit(const ports::OutgoingText&) override { co_return ports::SubmitResult(); }

private:
    std::string name_;
};

struct Roads : testing::Test {
    Roads() {
        for (auto* sender : {&a, &b, &c})
            providers.add(*sender);
        table.otherwise = {"default", {}, {}, {"a", "b"}, ""};
        table.routes = {{"kz", {"KZ"}, {}, {"c", "a"}, "Acme"},
                        {"kz_fixed", {"KZ"}, {NumberType::fixed_line}, {"b"}, ""},
                        {"voip", {}, {NumberType::voip}, {"b", "c"}, ""}};
    }

    static ports::Attempt attempt(const std::string& provider, SubmitOutcome outcome) {
        ports::Attempt made;
        made.provider = provider;
        made.outcome = outcome;
        return made;
    }
    static ports::Message message(std::vector<ports::Attempt> tries = {}) {
        ports::Message m{core::MessageId("m"),
                         core::VerificationId("v"),
                         1,
                         number,
                         {},
                         {},
                         "",
                         {},
                         {},
                         {},
                         {},
                         {},
                         0,
                         {},
                         {},
                         {}};
        m.tries = std::move(tries);
        return m;
    }
    std::string chosen(const ports::Message& m, const std::string& region = "KZ",
                       NumberType type = NumberType::mobile,
                       const std::vector<ports::Message>& earlier = {}) {
        const Router router(providers, table);
        const Choice choice = router.choose(m, {number, type, region}, earlier, now);
        return choice.sender ? choice.route + " " + std::string(choice.sender->name()) : "nobody";
    }
    void fail(const std::string& provider, unsigned times) {
        ports::SubmitResult down;
        down.outcome = SubmitOutcome::unavailable;
        for (unsigned i = 0; i < times; ++i) {
            providers.asked(provider, now);
            providers.answered(provider, down, now);
        }
    }

    SilentSender a{"a"}, b{"b"}, c{"c"};
    Providers providers;
    RouteTable table;
    Instant now{};
};

TEST_F(Roads, TheRouteThatSaysMostIsTaken) {
    EXPECT_EQ(chosen(message(), "KZ", NumberType::mobile), "kz c");
    EXPECT_EQ(chosen(message(), "KZ", NumberType::fixed_line), "kz_fixed b");
    EXPECT_EQ(chosen(message(), "KZ", NumberType::voip), "kz c") << "a country says more than a type";
    EXPECT_EQ(chosen(message(), "CH", NumberType::voip), "voip b");
    EXPECT_EQ(chosen(message(), "CH", NumberType::mobile), "default a");
}

TEST_F(Roads, ARouteHasItsSenderId) {
    const Router router(providers, table);
    EXPECT_EQ(router.choose(message(), {number, NumberType::mobile, "KZ"}, {}, now).sender_id, "Acme");
}

TEST_F(Roads, WhatSurelyDidNotLeaveGoesToTheNextAndThenRoundAgain) {
    const auto once = attempt("c", SubmitOutcome::unavailable);
    EXPECT_EQ(chosen(message({once})), "kz a");
    EXPECT_EQ(chosen(message({once, attempt("a", SubmitOutcome::throttled)})), "kz c");
}

TEST_F(Roads, WhatMayHaveLeftIsNeverTheSameProvidersAgain) {
    EXPECT_EQ(chosen(message({attempt("c", SubmitOutcome::unknown)})), "kz a");
    EXPECT_EQ(chosen(message({attempt("c", SubmitOutcome::unknown), attempt("a", SubmitOutcome::accepted)})),
              "nobody");
}

TEST_F(Roads, AProviderThatRestsIsPassedOver) {
    fail("c", 5);
    EXPECT_EQ(chosen(message()), "kz a");
    fail("a", 5);
    const Router router(providers, table);
    const auto choice = router.choose(message(), {number, NumberType::mobile, "KZ"}, {}, now);
    EXPECT_EQ(choice.sender, nullptr);
    EXPECT_EQ(choice.wait_until, now + 5s);
}

TEST_F(Roads, AfterALostTextTheOthersComeFirst) {
    auto before = message({attempt("c", SubmitOutcome::accepted)});
    EXPECT_EQ(chosen(message(), "KZ", NumberType::mobile, {before}), "kz a");
    before.tries[0].told = ports::MessageState::delivered;
    EXPECT_EQ(chosen(message(), "KZ", NumberType::mobile, {before}), "kz c");
}

TEST_F(Roads, ANewTableHoldsFromTheNextChoiceOn) {
    Router router(providers, table);
    RouteTable other;
    other.otherwise = {"default", {}, {}, {"b"}, ""};
    router.replace(other);
    EXPECT_EQ(router.choose(message(), {number, NumberType::mobile, "KZ"}, {}, now).sender, &b);
}

} // namespace
} // namespace dialproof::delivery
