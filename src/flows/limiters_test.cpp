#include "flows/limiters.h"

#include "flows/test_world.h"

#include <gtest/gtest.h>

namespace dialproof::flows {
namespace {

using namespace std::chrono_literals;

TEST(NetworkOf, Ipv4CountsAlone) {
    EXPECT_EQ(network_of("192.0.2.1"), "192.0.2.1");
    EXPECT_NE(network_of("192.0.2.1"), network_of("192.0.2.2"));
}

TEST(NetworkOf, WhoeverHasAnIpv6AddressHasItsWholeSlash64) {
    EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(network_of("2001:db8:1:2::1"), network_of("2001:0DB8:0001:0002:ffff:ffff:ffff:ffff"));
    EXPECT_NE(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
}

// So a socket of both families names an IPv4 peer (RFC 4291 section 2.5.5.2). All of IPv4 must not share
// the one network ::/64.
TEST(NetworkOf, Ipv4InsideOfIpv6IsIpv4) {
    EXPECT_EQ(network_of("::ffff:192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(network_of("::ffff:c000:201"), "192.0.2.1");
}

TEST(NetworkOf, WhatIsNoAddressCountsAsItself) {
    EXPECT_EQ(network_of(""), "");
    EXPECT_EQ(network_of("unix"), "unix");
}

// The limiters that a check by this caller is charged to.
std::size_t limiters_charged(const std::string& address, bool limit_loopback) {
    core::Rules rules = open_rules();
    rules.limit_loopback_callers = limit_loopback;
    Draft draft({}, std::make_shared<const core::Rules>(rules), Instant{});
    charge_check(draft, anybody(address), *draft.rules().service(core::ServiceName("default")));
    return draft.take().charges.size();
}

TEST(LoopbackCallers, AreCountedUnlessTheDevModeSaysOtherwise) {
    for (const char* address : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) {
        EXPECT_EQ(limiters_charged(address, true), 1U) << address;
        EXPECT_EQ(limiters_charged(address, false), 0U) << address;
    }
    for (const char* address : {"192.0.2.1", "::2", "1270.0.0.1"})
        EXPECT_EQ(limiters_charged(address, false), 1U) << address;
}

TEST(ReasonOfLimiter, TellsChecksFromSends) {
    EXPECT_EQ(reason_of_limiter("checks:caller:192.0.2.1"), core::Reason::check_limit_reached);
    EXPECT_EQ(reason_of_limiter("sends:caller:192.0.2.1"), core::Reason::send_limit_reached);
    EXPECT_EQ(reason_of_limiter("sends:country:default:CH"), core::Reason::send_limit_reached);
    EXPECT_EQ(reason_of_limiter("sends:service:default"), core::Reason::send_limit_reached);
}

// A start each for its own number, from one address, until one is refused.
std::string last_number(int n) { return "+4179" + std::to_string(1000000 + n); }

Answer<StartedProof> start_another(TestWorld& world, const Caller& caller, int n) {
    const StartProof start{
        core::ServiceName("default"), mobile(last_number(n)), core::Purpose::prove_number, {}};
    return world.wait(world.proofs.start(caller, start));
}

core::Rules with(core::Rate core::Policy::*limit, core::Rate rate) {
    core::Rules rules = rules_without_limits();
    for (auto& [name, policy] : rules.services)
        policy.*limit = rate;
    return rules;
}

class SharedSendLimit : public testing::TestWithParam<core::Rate core::Policy::*> {};

TEST_P(SharedSendLimit, RefusesWholeAndTellsWhenItHasRoom) {
    TestWorld world(with(GetParam(), {2, 600s}));
    ASSERT_EQ(outcome(start_another(world, anybody(), 1)), "granted");
    ASSERT_EQ(outcome(start_another(world, anybody(), 2)), "granted");
    const auto before = world.snapshot();

    const auto refused = refusal(start_another(world, anybody(), 3));
    EXPECT_EQ(refused.reason, core::Reason::send_limit_reached);
    EXPECT_EQ(refused.retry_at, world.clock.now() + 300s);
    EXPECT_EQ(world.snapshot(), before) << "a refusal leaves nothing behind";

    world.clock.advance(300s);
    EXPECT_EQ(outcome(start_another(world, anybody(), 3)), "granted");
}

INSTANTIATE_TEST_SUITE_P(Each, SharedSendLimit,
                         testing::Values(&core::Policy::sends_per_caller, &core::Policy::sends_per_country,
                                         &core::Policy::sends_per_service));

TEST(CallerLimit, CountsEachAddressApart) {
    TestWorld world(with(&core::Policy::sends_per_caller, {1, 600s}));
    EXPECT_EQ(outcome(start_another(world, anybody("192.0.2.1"), 1)), "granted");
    EXPECT_EQ(outcome(start_another(world, anybody("192.0.2.1"), 2)), "send_limit_reached");
    EXPECT_EQ(outcome(start_another(world, anybody("192.0.2.2"), 3)), "granted");
}

TEST(CallerLimit, ATrustedBackEndSpeaksForManyPeople) {
    TestWorld world(with(&core::Policy::sends_per_caller, {1, 600s}));
    const Caller trusted = back_end({core::Permission::user_write});
    EXPECT_EQ(outcome(start_another(world, trusted, 1)), "granted");
    EXPECT_EQ(outcome(start_another(world, trusted, 2)), "granted");
}

TEST(CountryLimit, CountsEachCountryAndServiceApart) {
    TestWorld world(with(&core::Policy::sends_per_country, {1, 600s}));
    const auto start = [&](const std::string& service, const core::NumberFacts& number) {
        const StartProof command{core::ServiceName(service), number, core::Purpose::prove_number, {}};
        return outcome(world.wait(world.proofs.start(anybody(), command)));
    };
    EXPECT_EQ(start("default", mobile("+41791000001", "CH")), "granted");
    EXPECT_EQ(start("default", mobile("+41791000002", "CH")), "send_limit_reached");
    EXPECT_EQ(start("default", mobile("+4915112345678", "DE")), "granted");
    EXPECT_EQ(start("brand", mobile("+41791000003", "CH")), "granted");
}

} // namespace
} // namespace dialproof::flows
