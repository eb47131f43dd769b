#include "core/user.h"

#include "core/test_times.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace dialproof::core {
namespace {

using namespace std::chrono_literals;

const PhoneNumber first = *PhoneNumber::parse("+41791234567");
const PhoneNumber second = *PhoneNumber::parse("+41791234568");
const VerificationId v1("v1"), v2("v2");

User alice() {
    const AddUser add{UserId("alice"), ServiceName("default"), {{"given_name", "Alice"}, {"nickname", ""}}};
    return core::apply(User{}, *decide(std::optional<User>{}, add, start));
}

template <typename Command>
User after(const User& user, const Command& command, Instant now = start) {
    return core::apply(user, *decide(user, command, now));
}

User with_pending_phone() { return after(alice(), SetPhone{first, v1}); }
User with_verified_phone() { return after(with_pending_phone(), RecordCheck{first, true}); }

TEST(User, IsAddedWithTheAttributesThatSaySomething) {
    const User user = alice();
    EXPECT_EQ(user.id, UserId("alice"));
    EXPECT_EQ(user.service, ServiceName("default"));
    EXPECT_EQ(user.attributes, (Attributes{{"given_name", "Alice"}}));
    EXPECT_EQ(user.created_at, start);
    EXPECT_EQ(user.sequence, 1U);
}

TEST(User, AnIdIsTakenForEver) {
    const AddUser add{UserId("alice"), ServiceName("default"), {}};
    EXPECT_EQ(decide(std::optional(alice()), add, start).error().reason, Reason::user_exists);
    EXPECT_EQ(decide(std::optional(after(alice(), RemoveUser{})), add, start).error().reason,
              Reason::user_exists);
}

TEST(UserProfile, OnlyWhatDiffersIsAnEvent) {
    const User user = alice();
    EXPECT_TRUE(decide(user, ChangeProfile{{{"given_name", "Alice"}, {"locale", ""}}}, start)->empty());
    const auto events = *decide(user, ChangeProfile{{{"given_name", "Alice"}, {"locale", "de"}}}, start);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<ProfileChanged>(events[0].what).attributes, (Attributes{{"locale", "de"}}));
}

TEST(UserProfile, AnEmptyTextRemovesAnAttribute) {
    const User user = after(alice(), ChangeProfile{{{"given_name", ""}, {"locale", "de"}}});
    EXPECT_EQ(user.attributes, (Attributes{{"locale", "de"}}));
}

TEST(UserPhone, ASetNumberIsPrimaryAtOnceAndNotVerified) {
    const User user = with_pending_phone();
    ASSERT_TRUE(user.primary_phone());
    EXPECT_EQ(user.primary_phone()->number, first);
    EXPECT_FALSE(user.primary_phone()->verified());
    EXPECT_EQ(user.pending, (PendingProof{v1, first}));
}

TEST(UserPhone, TheSameNumberAgainIsUnchanged) {
    EXPECT_EQ(decide(with_pending_phone(), SetPhone{first, v2}, start).error().reason,
              Reason::number_unchanged);
    EXPECT_EQ(decide(with_verified_phone(), SetPhone{first, {}}, start).error().reason,
              Reason::number_unchanged);
}

TEST(UserPhone, AnotherNumberTakesThePrimaryOnesPlace) {
    const User user = after(with_verified_phone(), SetPhone{second, v2});
    ASSERT_EQ(user.phones.size(), 1U);
    EXPECT_EQ(user.phones[0], (Phone{second, {}, true}));
    EXPECT_EQ(user.pending, (PendingProof{v2, second}));
}

TEST(UserPhone, ANumberTakenAsProvenIsVerifiedWithoutACode) {
    const User user = after(with_pending_phone(), SetPhone{second, {}}, start + 1h);
    EXPECT_EQ(user.phones, (std::vector<Phone>{{second, start + 1h, true}}));
    EXPECT_FALSE(user.pending);
}

TEST(UserPhone, AnApprovedCheckVerifiesAndEndsTheWait) {
    const User user = after(with_pending_phone(), RecordCheck{first, true}, start + 1h);
    EXPECT_EQ(user.phones, (std::vector<Phone>{{first, start + 1h, true}}));
    EXPECT_FALSE(user.pending);
}

TEST(UserPhone, AFailedCheckIsAnEventThatLeavesThePhone) {
    const User before = with_pending_phone();
    User user = after(before, RecordCheck{first, false});
    EXPECT_EQ(user.phones, before.phones);
    EXPECT_EQ(user.pending, (PendingProof{v1, first}));
    EXPECT_EQ(user.sequence, before.sequence + 1);
}

TEST(UserPhone, ANumberProvenOnTheSideBecomesPrimaryBesideTheOld) {
    const User waiting = after(with_verified_phone(), AddCode{{v2, second}, 1});
    const User user = after(waiting, RecordCheck{second, true}, start + 1h);
    EXPECT_EQ(user.phones, (std::vector<Phone>{{first, start, false}, {second, start + 1h, true}}));
}

TEST(UserPhone, ACodeMustWaitSinceTheLastOneWhateverBecameOfIt) {
    const User user = after(after(alice(), AddCode{{v1, first}, 1}), RecordCheck{first, true}, start + 5s);
    const AddCode next{{v2, second}, 1, CodeWait{20s, false, 0s}};
    EXPECT_EQ(decide(user, next, start + 19s).error(), (Refused{Reason::send_too_soon, start + 20s, {}}));
    EXPECT_TRUE(decide(user, next, start + 20s));
}

TEST(UserPhone, OnlyWhoKeepsToItWaitsAsLongAsTheLastCodeSaid) {
    const User user = after(alice(), AddCode{{v1, first}, 1, CodeWait{0s, true, 3600s}});
    EXPECT_EQ(decide(user, AddCode{{v1, first}, 2, CodeWait{0s, true, 20s}}, start + 3599s).error(),
              (Refused{Reason::send_too_soon, start + 3600s, {}}));
    const User told = after(user, AddCode{{v1, first}, 2, CodeWait{20s, false, 20s}}, start + 20s);
    EXPECT_TRUE(decide(told, AddCode{{v1, first}, 3, CodeWait{0s, true, 20s}}, start + 40s));
}

TEST(UserPhone, ANumberThatIsNotPrimaryMayBeSetAgainAndProvenAnew) {
    const User two = after(after(with_verified_phone(), AddCode{{v2, second}, 1}), RecordCheck{second, true});
    const User user = after(two, SetPhone{first, VerificationId("v3")});
    EXPECT_EQ(user.phones, (std::vector<Phone>{{first, {}, true}}));
}

TEST(UserPhone, RemovingTakesAllNumbersAndWhatIsPending) {
    const User two = after(after(with_verified_phone(), AddCode{{v2, second}, 1}), RecordCheck{second, true});
    const User waiting = after(two, AddCode{{VerificationId("v3"), first}, 1});
    const User user = after(waiting, RemovePhones{});
    EXPECT_TRUE(user.phones.empty());
    EXPECT_FALSE(user.pending);
}

TEST(UserPhone, WithoutOneThereIsNothingToRemove) {
    EXPECT_EQ(decide(alice(), RemovePhones{}, start).error().reason, Reason::no_phone);
}

TEST(User, RemovedKeepsNothingOfThePerson) {
    const User user = after(with_verified_phone(), RemoveUser{});
    EXPECT_TRUE(user.removed);
    EXPECT_TRUE(user.attributes.empty());
    EXPECT_TRUE(user.phones.empty());
    EXPECT_FALSE(user.pending);
    EXPECT_EQ(user.id, UserId("alice"));
}

// Random histories

struct History {
    std::vector<UserEvent> events;
    std::vector<User> states;  // after each event
    std::vector<User> settled; // after each decision

    History() {
        const std::vector<PhoneNumber> numbers{first, second, *PhoneNumber::parse("+12025550123")};
        User user;
        take(user,
             decide(std::optional<User>{}, AddUser{UserId("alice"), ServiceName("default"), {}}, start));
        unsigned verification = 0;
        for (const Instant now : *some_instants(40)) {
            const PhoneNumber number = *rc::gen::elementOf(numbers);
            const VerificationId id("v" + std::to_string(++verification));
            switch (*rc::gen::inRange(0, 7)) {
            case 0:
                take(user, decide(user, SetPhone{number, id}, now));
                break;
            case 1:
                take(user, decide(user, SetPhone{number, {}}, now));
                break;
            case 2:
                take(user, decide(user, AddCode{{id, number}, 1}, now));
                break;
            case 3:
                take(user, decide(user, RecordCheck{number, true}, now));
                break;
            case 4:
                take(user, decide(user, RecordCheck{number, false}, now));
                break;
            case 5:
                take(user, decide(user, RemovePhones{}, now));
                break;
            default:
                take(user,
                     decide(user, ChangeProfile{{{"locale", *rc::gen::element<std::string>("", "de", "en")}}},
                            now));
            }
        }
    }

    void take(User& user, const UserDecision& decision) {
        if (!decision)
            return;
        for (const auto& event : *decision) {
            user = core::apply(std::move(user), event);
            events.push_back(event);
            states.push_back(user);
        }
        settled.push_back(user);
    }
};

RC_GTEST_PROP(UserHistory, HasOnePrimaryPhoneWhereThereIsAny, ()) {
    for (const User& user : History().settled) {
        const auto primaries =
            std::count_if(user.phones.begin(), user.phones.end(), [](const Phone& p) { return p.primary; });
        RC_ASSERT(primaries == (user.phones.empty() ? 0 : 1));
    }
}

RC_GTEST_PROP(UserHistory, HasNoNumberTwice, ()) {
    for (const User& user : History().states)
        for (const Phone& phone : user.phones)
            RC_ASSERT(std::count_if(user.phones.begin(), user.phones.end(),
                                    [&](const Phone& p) { return p.number == phone.number; }) == 1);
}

RC_GTEST_PROP(UserHistory, OnlyANumberThatWasProvenIsVerified, ()) {
    const History history;
    for (std::size_t i = 1; i < history.states.size(); ++i)
        for (const Phone& phone : history.states[i].phones) {
            const Phone* before = history.states[i - 1].phone(phone.number);
            const auto* proven = std::get_if<PhoneVerified>(&history.events[i].what);
            RC_ASSERT(!phone.verified() || (before && before->verified()) ||
                      (proven && proven->number == phone.number));
        }
}

RC_GTEST_PROP(UserHistory, ReplayGivesTheSameStateAtEachStep, ()) {
    const History history;
    User replayed;
    for (std::size_t i = 0; i < history.events.size(); ++i) {
        replayed = core::apply(std::move(replayed), history.events[i]);
        RC_ASSERT(replayed == history.states[i]);
        RC_ASSERT(replayed.sequence == i + 1);
        RC_ASSERT(replayed.changed_at == history.events[i].at);
    }
}

} // namespace
} // namespace dialproof::core
