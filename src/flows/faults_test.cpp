// Each use case, with each kind of trouble at each of its calls of the store: no verdict without its
// record, and nothing half done.
#include "flows/test_world.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>

namespace dialproof::flows {
namespace {

using namespace std::chrono_literals;

const core::ServiceName service("default");
const core::UserId alice("alice"), bob("bob");
const core::NumberFacts number = mobile("+41791234567"), other_number = mobile("+41791234568");
using core::Proof;

struct UseCase {
    std::string name;
    std::function<void(TestWorld&)> before;
    std::function<std::string(TestWorld&)> call; // its outcome
};

void PrintTo(const UseCase& use_case, std::ostream* out) { *out << use_case.name; }

std::string start_proof(TestWorld& world) {
    const StartProof start{service, number, core::Purpose::prove_number, {}};
    return outcome(world.wait(world.proofs.start(anybody(), start)));
}

// The verification that was started last.
core::VerificationId latest(TestWorld& world) {
    core::VerificationId latest;
    for (const auto& [key, row] : world.snapshot().rows)
        if (const auto* v = std::get_if<core::Verification>(&row))
            if (v->status == core::VerificationStatus::pending)
                latest = v->id;
    return latest;
}

std::string check_proof(TestWorld& world, const core::VerificationId& id, const std::string& code) {
    const CheckProof check{service, id, number.number, core::Purpose::prove_number, code};
    return outcome(world.wait(world.proofs.check(anybody(), check)));
}

std::string add(TestWorld& world, const core::UserId& id, const core::Attributes& attributes,
                const std::optional<PhoneChange>& phone) {
    const NewUser user{id, service, attributes, phone};
    return outcome(world.wait(world.users.add(administrator(), user)));
}

std::string set_phone(TestWorld& world, const core::UserId& id, const core::NumberFacts& to, Proof proof) {
    const PhoneChange phone{to, proof};
    return outcome(world.wait(world.users.set_phone(administrator(), id, phone)));
}

std::string verify(TestWorld& world, const core::UserId& id, const std::string& code) {
    return outcome(world.wait(world.users.verify(administrator(), id, code)));
}

void nothing(TestWorld&) {}
void proof_started(TestWorld& world) { start_proof(world); }
void alice_there(TestWorld& world) { add(world, alice, {{"preferred_username", "alice"}}, {}); }
void alice_waits(TestWorld& world) {
    add(world, alice, {{"preferred_username", "alice"}}, PhoneChange{number});
    world.clock.advance(60s);
}
void bob_owns_what_alice_waits_for(TestWorld& world) {
    core::Rules rules = open_rules();
    rules.services[service].uniqueness = core::Uniqueness::verified_once;
    world.rules.replace(rules);
    add(world, bob, {}, PhoneChange{number, Proof::given});
    alice_waits(world);
}

const std::array<UseCase, 21> use_cases{{
    {"StartProof", nothing, start_proof},
    {"StartProofAgain",
     [](TestWorld& world) {
         start_proof(world);
         world.clock.advance(60s);
     },
     start_proof},
    {"StartProofTooSoon", proof_started, start_proof},
    {"CheckProofRight", proof_started,
     [](TestWorld& world) { return check_proof(world, latest(world), world.code_of(latest(world))); }},
    {"CheckProofWrong", proof_started,
     [](TestWorld& world) { return check_proof(world, latest(world), world.wrong_code(latest(world))); }},
    {"CheckProofUnknown", proof_started,
     [](TestWorld& world) { return check_proof(world, core::VerificationId("unknown"), "000000"); }},
    {"AddUser", nothing,
     [](TestWorld& world) {
         return add(world, alice, {{"preferred_username", "alice"}}, PhoneChange{number});
     }},
    {"AddUserWhoseNameIsTaken", alice_there,
     [](TestWorld& world) {
         return add(world, bob, {{"preferred_username", "alice"}}, {});
     }},
    {"GetUser", alice_there,
     [](TestWorld& world) { return outcome(world.wait(world.users.get(administrator(), alice))); }},
    {"UpdateUser", alice_waits,
     [](TestWorld& world) {
         const core::Attributes attributes{{"preferred_username", "new"}};
         return outcome(
             world.wait(world.users.update(administrator(), alice, attributes, PhoneChange{other_number})));
     }},
    {"SetPhone", alice_waits,
     [](TestWorld& world) { return set_phone(world, alice, other_number, Proof::message); }},
    {"SetPhoneGiven", alice_waits,
     [](TestWorld& world) { return set_phone(world, alice, other_number, Proof::given); }},
    {"SetPhoneAnswered", alice_waits,
     [](TestWorld& world) { return set_phone(world, alice, other_number, Proof::answer); }},
    {"SetPhoneUnchanged", alice_waits,
     [](TestWorld& world) { return set_phone(world, alice, number, Proof::message); }},
    {"Resend", alice_waits,
     [](TestWorld& world) { return outcome(world.wait(world.users.resend(administrator(), alice, {}))); }},
    {"VerifyRight", alice_waits,
     [](TestWorld& world) { return verify(world, alice, world.code_of(latest(world))); }},
    {"VerifyWrong", alice_waits,
     [](TestWorld& world) { return verify(world, alice, world.wrong_code(latest(world))); }},
    {"VerifyATakenNumber", bob_owns_what_alice_waits_for,
     [](TestWorld& world) { return verify(world, alice, world.code_of(latest(world))); }},
    {"VerifyNobody", nothing,
     [](TestWorld& world) {
         return outcome(world.wait(world.users.verify(anybody(), bob, std::string("000000"))));
     }},
    {"RemovePhone", alice_waits,
     [](TestWorld& world) { return outcome(world.wait(world.users.remove_phone(administrator(), alice))); }},
    {"RemoveUser", alice_waits,
     [](TestWorld& world) { return outcome(world.wait(world.users.remove(administrator(), alice))); }},
}};

// What a call does when all is well.
struct Expected {
    std::string outcome;
    Snapshot before, after;
    unsigned calls = 0, wakes_before = 0, wakes_after = 0;
};

Expected expected_of(const UseCase& use_case) {
    TestWorld world;
    use_case.before(world);
    Expected expected;
    expected.before = world.snapshot();
    expected.wakes_before = world.outbox.wakes;
    const unsigned calls = world.store.calls();
    expected.outcome = use_case.call(world);
    expected.calls = world.store.calls() - calls;
    expected.after = world.snapshot();
    expected.wakes_after = world.outbox.wakes;
    return expected;
}

class UseCaseInTrouble : public testing::TestWithParam<UseCase> {
protected:
    // Meets trouble at each call in turn; `holds` looks at what came of it.
    template <typename Holds>
    void at_each_call(Trouble trouble, Holds holds) {
        const Expected expected = expected_of(GetParam());
        ASSERT_GT(expected.calls, 0U);
        for (unsigned call = 1; call <= expected.calls; ++call) {
            TestWorld world;
            GetParam().before(world);
            world.store.trouble_at(call, trouble);
            const std::string answered = GetParam().call(world);
            SCOPED_TRACE("call " + std::to_string(call) + " answered " + answered);
            holds(world, answered, expected);
        }
    }
};

TEST_P(UseCaseInTrouble, DecidesAgainAfterAConflictAndTellsNobody) {
    at_each_call(Trouble::conflict,
                 [](TestWorld& world, const std::string& answered, const Expected& expected) {
                     EXPECT_EQ(answered, expected.outcome);
                     EXPECT_TRUE(world.snapshot() == expected.after);
                     EXPECT_EQ(world.outbox.wakes, expected.wakes_after);
                 });
}

void leaves_nothing(TestWorld& world, const Expected& expected) {
    EXPECT_TRUE(world.snapshot() == expected.before);
    EXPECT_EQ(world.outbox.wakes, expected.wakes_before);
}

TEST_P(UseCaseInTrouble, SaysThatStorageIsUnavailableAndLeavesNothing) {
    at_each_call(Trouble::unavailable,
                 [](TestWorld& world, const std::string& answered, const Expected& expected) {
                     EXPECT_EQ(answered, "unavailable");
                     leaves_nothing(world, expected);
                 });
}

TEST_P(UseCaseInTrouble, SaysThatStorageIsOverloadedAndLeavesNothing) {
    at_each_call(Trouble::overloaded,
                 [](TestWorld& world, const std::string& answered, const Expected& expected) {
                     EXPECT_EQ(answered, "overloaded");
                     leaves_nothing(world, expected);
                 });
}

TEST_P(UseCaseInTrouble, GivesNoVerdictWhereTheOutcomeIsUnknown) {
    at_each_call(Trouble::unknown_not_stored,
                 [](TestWorld& world, const std::string& answered, const Expected& expected) {
                     EXPECT_EQ(answered, "unknown_outcome");
                     EXPECT_TRUE(world.snapshot() == expected.before);
                 });
}

TEST_P(UseCaseInTrouble, LeavesAllOfItWhereAnUnknownOutcomeWasStored) {
    at_each_call(Trouble::unknown_stored,
                 [](TestWorld& world, const std::string& answered, const Expected& expected) {
                     EXPECT_EQ(answered, "unknown_outcome");
                     const Snapshot after = world.snapshot();
                     EXPECT_TRUE(after == expected.before || after == expected.after);
                 });
}

TEST_P(UseCaseInTrouble, WorksOnceTheTroubleIsOver) {
    at_each_call(Trouble::unavailable, [](TestWorld& world, const std::string&, const Expected& expected) {
        EXPECT_EQ(GetParam().call(world), expected.outcome);
    });
}

INSTANTIATE_TEST_SUITE_P(Each, UseCaseInTrouble, testing::ValuesIn(use_cases),
                         [](const auto& each) { return each.param.name; });

} // namespace
} // namespace dialproof::flows
