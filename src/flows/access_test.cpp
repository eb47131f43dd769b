#include "flows/access.h"

#include "flows/test_world.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace dialproof::flows {
namespace {

using namespace std::chrono_literals;

const core::UserId alice("alice");

struct AccessWorld : TestWorld {
    Access access{world, Secret<std::string>("the administrator's own")};
    Access other_node{world, Secret<std::string>("the administrator's own")};

    IssuedCredential issue(NewToken token = {"console", {}, {}, {"user.read"}, {}}) {
        return *wait(access.issue_token(std::move(token)));
    }
    // Null where it is nobody's.
    std::optional<core::Principal> token(const Secret<std::string>& secret) {
        return *wait(access.of_token(secret));
    }
    std::optional<core::Principal> token(const std::string& secret) {
        return token(Secret<std::string>(secret));
    }
    std::optional<core::Principal> session(const Secret<std::string>& secret) {
        return *wait(access.of_session(secret));
    }
    bool revoke(const std::string& id) { return *wait(access.revoke(ports::CredentialKind::api_token, id)); }
};

TEST(ApiToken, StandsForItsRolesServiceAndUser) {
    AccessWorld world;
    const auto issued =
        world.issue({"console", alice, core::ServiceName("brand"), {"user.read", "user.write"}, {}});
    const auto known = world.token(issued.secret);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->user, alice);
    EXPECT_EQ(known->service, core::ServiceName("brand"));
    EXPECT_EQ(known->permissions, (std::set{core::Permission::user_read, core::Permission::user_write}));
    EXPECT_FALSE(known->administrator);
}

TEST(ApiToken, HasTheShapeThatToolsSearchFor) {
    AccessWorld world;
    const auto issued = world.issue();
    const std::string& secret = issued.secret.reveal();
    EXPECT_EQ(secret.size(), 46U);
    EXPECT_EQ(secret.substr(0, 3), "dp_");
    EXPECT_NE(secret, world.issue().secret.reveal());
}

TEST(ApiToken, IsKeptOnlyAsAHash) {
    AccessWorld world;
    const auto issued = world.issue();
    const std::string random_part = issued.secret.reveal().substr(3);
    const auto kept = world.stored<ports::Credential>(core::CredentialHash(issued.id)).value();
    for (const std::string& text : {kept.hash.text, kept.label})
        EXPECT_EQ(text.find(random_part), std::string::npos);
}

TEST(ApiToken, AnyOtherTextIsNobody) {
    AccessWorld world;
    const auto issued = world.issue();
    std::string close = issued.secret.reveal();
    close.back() = close.back() == 'A' ? 'B' : 'A';
    for (const std::string& text : {std::string(), close, issued.secret.reveal() + "=", issued.id,
                                    std::string("dp_"), std::string(100'000, 'a')})
        EXPECT_FALSE(world.token(text));
}

TEST(ApiToken, EndsAtItsExpiryEvenWhereItIsCached) {
    AccessWorld world;
    NewToken token{"console", {}, {}, {"user.read"}, world.clock.now() + 2s};
    const auto issued = world.issue(token);
    EXPECT_TRUE(world.token(issued.secret));
    world.clock.advance(2s - 1ms);
    EXPECT_TRUE(world.token(issued.secret));
    world.clock.advance(1ms);
    EXPECT_FALSE(world.token(issued.secret));
}

TEST(ApiToken, RevokedIsDeadAtOnceHereAndSoonElsewhere) {
    AccessWorld world;
    const auto issued = world.issue();
    ASSERT_TRUE(world.token(issued.secret));
    ASSERT_TRUE(*world.wait(world.other_node.of_token(issued.secret)));
    EXPECT_TRUE(world.revoke(issued.id));
    EXPECT_FALSE(world.token(issued.secret));
    world.clock.advance(Access::cache_time);
    EXPECT_FALSE(*world.wait(world.other_node.of_token(issued.secret)));
}

TEST(ApiToken, CanBeRevokedOnce) {
    AccessWorld world;
    const auto issued = world.issue();
    EXPECT_TRUE(world.revoke(issued.id));
    EXPECT_FALSE(world.revoke(issued.id));
    EXPECT_FALSE(world.revoke("unknown"));
}

TEST(ApiToken, OutlivesTheNextKeyButNotTheRemovalOfItsOwn) {
    AccessWorld world;
    const auto issued = world.issue();
    world.keys.add(2);
    EXPECT_TRUE(world.token(issued.secret));
    world.keys.forget(1);
    EXPECT_FALSE(world.token(issued.secret));
}

TEST(ApiToken, OfTheNewestKeyIsKnownToo) {
    AccessWorld world;
    world.keys.add(2);
    EXPECT_TRUE(world.token(world.issue().secret));
}

TEST(ApiToken, IsCachedForAMomentAndReadAgainThen) {
    AccessWorld world;
    const auto issued = world.issue();
    world.token(issued.secret);
    const unsigned loads = world.store.loads;
    world.clock.advance(Access::cache_time - 1ms);
    world.token(issued.secret);
    EXPECT_EQ(world.store.loads, loads);
    world.clock.advance(1ms);
    world.token(issued.secret);
    EXPECT_GT(world.store.loads, loads);
}

TEST(ApiToken, OfAUserWhoWasRemovedIsNobody) {
    AccessWorld world;
    const NewUser user{alice, core::ServiceName("default"), {}, {}};
    world.wait(world.users.add(administrator(), user));
    const auto issued = world.issue({"hers", alice, {}, {}, {}});
    ASSERT_TRUE(world.token(issued.secret));
    world.wait(world.users.remove(administrator(), alice));
    world.clock.advance(Access::cache_time);
    EXPECT_FALSE(world.token(issued.secret));
}

TEST(ApiToken, WithoutAStoreIsAFaultAndNotNobody) {
    AccessWorld world;
    const auto issued = world.issue();
    world.store.trouble_at(1, Trouble::unavailable);
    const auto known = world.wait(world.access.of_token(issued.secret));
    ASSERT_FALSE(known);
    EXPECT_EQ(known.error(), ports::Fault::unavailable);
}

TEST(ApiToken, IsNotHandedOutWhereItIsNotKept) {
    for (const auto trouble : {Trouble::unavailable, Trouble::unknown_not_stored, Trouble::unknown_stored}) {
        AccessWorld world;
        world.store.trouble_at(1, trouble);
        EXPECT_FALSE(world.wait(world.access.issue_token({"console", {}, {}, {}, {}})));
    }
}

TEST(ApiToken, AreListedNewestFirstRevokedOnesToo) {
    AccessWorld world;
    const auto first = world.issue();
    world.clock.advance(1s);
    const auto second = world.issue();
    world.revoke(first.id);
    world.wait(world.access.open_session(alice, false, 1h));
    const auto listed = *world.wait(world.access.tokens());
    ASSERT_EQ(listed.size(), 2U) << "sessions are no tokens";
    EXPECT_EQ(listed[0].hash.text, second.id);
    EXPECT_EQ(listed[1].hash.text, first.id);
    EXPECT_TRUE(listed[1].revoked_at);
}

TEST(Session, StandsForItsUserUntilItEnds) {
    AccessWorld world;
    const auto opened = *world.wait(world.access.open_session(alice, false, 60s));
    EXPECT_EQ(opened.secret.reveal().size(), 32U);
    EXPECT_EQ(opened.expires_at, world.clock.now() + 60s);
    const auto known = world.session(opened.secret);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->user, alice);
    EXPECT_TRUE(known->permissions.empty());
    EXPECT_FALSE(known->administrator);
    world.clock.advance(60s);
    EXPECT_FALSE(world.session(opened.secret));
}

TEST(Session, OfAnAdministratorMayDoAll) {
    AccessWorld world;
    const auto opened = *world.wait(world.access.open_session(alice, true, 60s));
    EXPECT_TRUE(world.session(opened.secret)->administrator);
}

// Looked up before and after it is cached, since a cache may forget which kind it was.
TEST(Session, IsNoTokenAndATokenNoSession) {
    AccessWorld world;
    const auto opened = *world.wait(world.access.open_session(alice, false, 60s));
    const auto issued = world.issue();
    for (int round = 0; round < 2; ++round) {
        EXPECT_FALSE(world.token(opened.secret));
        EXPECT_FALSE(world.session(issued.secret));
        EXPECT_TRUE(world.session(opened.secret));
        EXPECT_TRUE(world.token(issued.secret));
    }
}

TEST(AdministratorToken, MayDoAllAndNeedsNoStore) {
    AccessWorld world;
    world.store.trouble_at(1, Trouble::unavailable);
    const auto known = world.token("the administrator's own");
    ASSERT_TRUE(known);
    EXPECT_TRUE(known->administrator);
}

TEST(AdministratorToken, IsNoSession) {
    AccessWorld world;
    EXPECT_FALSE(world.session(Secret<std::string>("the administrator's own")));
}

TEST(AdministratorToken, LeftEmptyIsNobodys) {
    AccessWorld world;
    Access without(world.world, Secret<std::string>());
    EXPECT_FALSE(*world.wait(without.of_token(Secret<std::string>())));
}

TEST(Roles, AreNamesOfPermissionsOrAdministrator) {
    EXPECT_FALSE(unknown_role({"user.read", "user.write", "user.delete", "administrator"}));
    EXPECT_FALSE(unknown_role({}));
    EXPECT_EQ(unknown_role({"user.read", "user.raed"}), "user.raed");
}

} // namespace
} // namespace dialproof::flows
