// Random histories of users, step by step against a model that knows nothing of events, rows or commits.
#include "flows/test_world.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

namespace dialproof::flows {
namespace {

using core::Proof;

const core::ServiceName service("default");

struct ModelUser {
    bool removed = false;
    std::string name, number;
    bool verified = false;
    bool waiting = false; // a verification is the user's pending one
    unsigned generation = 0;
    Instant expires_at;
};

class Model {
public:
    std::map<std::string, ModelUser> users;
    Instant now;

    std::string add(const std::string& id, const std::string& name) {
        if (users.contains(id))
            return "user_exists";
        if (has_name_other_than(id, name))
            return "username_taken";
        users[id].name = name;
        return "granted";
    }
    std::string rename(const std::string& id, const std::string& name) {
        if (!there(id))
            return "user_not_found";
        if (has_name_other_than(id, name))
            return "username_taken";
        users[id].name = name;
        return "granted";
    }
    std::string set_phone(const std::string& id, const std::string& number, Proof proof) {
        if (!there(id))
            return "user_not_found";
        ModelUser& user = users[id];
        if (user.number == number)
            return "number_unchanged";
        if (proof == Proof::given && is_owned_by_other_than(id, number))
            return "number_taken";
        user.number = number;
        user.verified = proof == Proof::given;
        user.waiting = proof != Proof::given;
        user.generation = 1;
        user.expires_at = now + Seconds(600);
        return "granted";
    }
    std::string resend(const std::string& id) {
        if (!there(id))
            return "user_not_found";
        ModelUser& user = users[id];
        if (!user.waiting)
            return "nothing_pending";
        ++user.generation;
        user.expires_at = now + Seconds(600);
        return "granted";
    }
    std::string verify(const std::string& id, bool right) {
        if (!there(id))
            return "user_not_found";
        ModelUser& user = users[id];
        if (!user.waiting)
            return "nothing_pending";
        if (!right)
            return "code_wrong";
        if (now >= user.expires_at)
            return "code_expired";
        if (is_owned_by_other_than(id, user.number))
            return "number_taken"; // and the code stays good
        user.verified = true;
        user.waiting = false;
        return "granted";
    }
    std::string remove_phone(const std::string& id) {
        if (!there(id))
            return "user_not_found";
        ModelUser& user = users[id];
        if (user.number.empty())
            return "no_phone";
        user.number.clear();
        user.verified = user.waiting = false;
        return "granted";
    }
    std::string remove(const std::string& id) {
        if (!there(id))
            return "user_not_found";
        users[id] = ModelUser{};
        users[id].removed = true;
        return "granted";
    }
    bool there(const std::string& id) const {
        const auto found = users.find(id);
        return found != users.end() && !found->second.removed;
    }

private:
    bool has_name_other_than(const std::string& id, const std::string& name) const {
        return std::any_of(users.begin(), users.end(), [&](const auto& user) {
            return user.first != id && !name.empty() && user.second.name == name;
        });
    }
    bool is_owned_by_other_than(const std::string& id, const std::string& number) const {
        return std::any_of(users.begin(), users.end(), [&](const auto& user) {
            return user.first != id && user.second.verified && user.second.number == number;
        });
    }
};

core::Rules unique_numbers() {
    core::Rules rules = rules_without_limits();
    rules.services[service].uniqueness = core::Uniqueness::verified_once;
    return rules;
}

// The world and its model, which each step must find of one mind.
class Both {
public:
    Both() : world_(unique_numbers()) {}

    void step() {
        const auto id = *rc::gen::element<std::string>("alice", "bob", "carol");
        const core::UserId user(id);
        world_.clock.advance(*rc::gen::element(Seconds(0), Seconds(1), Seconds(599), Seconds(600)));
        model_.now = world_.clock.now();
        switch (*rc::gen::inRange(0, 10)) {
        case 0:
            return add(user);
        case 1: {
            const auto name = some_name();
            const core::Attributes attributes{{"preferred_username", name}};
            return agree(model_.rename(id, name),
                         world_.wait(world_.users.update(administrator(), user, attributes, {})));
        }
        case 2:
        case 3: {
            const auto number =
                *rc::gen::element<std::string>("+41791000001", "+41791000002", "+41791000003");
            const auto proof = *rc::gen::element(Proof::message, Proof::answer, Proof::given);
            const PhoneChange phone{mobile(number), proof};
            return agree(model_.set_phone(id, number, proof),
                         world_.wait(world_.users.set_phone(administrator(), user, phone)));
        }
        case 4:
            return agree(model_.resend(id), world_.wait(world_.users.resend(administrator(), user, {})));
        case 5:
        case 6:
        case 7:
            return verify(user);
        case 8:
            return agree(model_.remove_phone(id),
                         world_.wait(world_.users.remove_phone(administrator(), user)));
        default:
            if (*rc::gen::weightedElement<bool>({{3, false}, {1, true}}))
                return agree(model_.remove(id), world_.wait(world_.users.remove(administrator(), user)));
        }
    }

    void compare_all() {
        for (const auto& [id, expected] : model_.users) {
            const core::UserId user_id(id);
            const auto user = world_.stored<core::User>(user_id);
            RC_ASSERT(user.has_value());
            RC_ASSERT(user->removed == expected.removed);
            const auto name = user->attributes.find("preferred_username");
            RC_ASSERT((name == user->attributes.end() ? "" : name->second) == expected.name);
            RC_ASSERT(user->phones.size() == (expected.number.empty() ? 0U : 1U));
            const auto* phone = user->primary_phone();
            RC_ASSERT((phone ? phone->number.e164() : "") == expected.number);
            RC_ASSERT((phone && phone->verified()) == expected.verified);
            RC_ASSERT(user->pending.has_value() == expected.waiting);
            RC_ASSERT(user->sequence == world_.story_of(id).size());
        }
        RC_ASSERT(pending_verifications() == users_with_a_code());
    }

private:
    struct StoryWorld : TestWorld {
        using TestWorld::TestWorld;
        std::vector<std::string> story_of(const std::string& id) {
            return event_types(ports::StreamKind::user, id);
        }
    };

    static std::string some_name() { return *rc::gen::element<std::string>("", "a", "b"); }

    void add(const core::UserId& user) {
        const auto name = some_name();
        const NewUser command{user, service, {{"preferred_username", name}}, {}};
        agree(model_.add(user.text, name), world_.wait(world_.users.add(administrator(), command)));
    }

    // The right code, a wrong one, or that of the generation before.
    void verify(const core::UserId& id) {
        std::string guess = "none";
        std::string right;
        if (model_.there(id.text) && model_.users[id.text].waiting) {
            auto v = world_.verification(world_.stored<core::User>(id)->pending->verification);
            right = ports::code_of(v, world_.keys)->reveal();
            const auto kind = *rc::gen::inRange(0, 3);
            v.generation -= kind == 1 ? 1 : 0;
            guess = kind == 2 ? "wrong" : ports::code_of(v, world_.keys)->reveal();
        }
        agree(model_.verify(id.text, guess == right),
              world_.wait(world_.users.verify(administrator(), id, guess)));
    }

    void agree(const std::string& expected, const Answer<UserAnswer>& answer) {
        RC_ASSERT(outcome(answer) == expected);
    }

    std::size_t pending_verifications() {
        std::size_t count = 0;
        for (const auto& [key, row] : world_.snapshot().rows) {
            const auto* v = std::get_if<core::Verification>(&row);
            count += v && v->status == core::VerificationStatus::pending ? 1 : 0;
        }
        return count;
    }
    std::size_t users_with_a_code() const {
        std::size_t count = 0;
        for (const auto& [id, user] : model_.users)
            count += user.waiting ? 1 : 0;
        return count;
    }

    StoryWorld world_;
    Model model_;
};

RC_GTEST_PROP(UserHistories, AreThoseOfTheModel, ()) {
    Both both;
    const auto steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i) {
        both.step();
        both.compare_all();
    }
}

} // namespace
} // namespace dialproof::flows
