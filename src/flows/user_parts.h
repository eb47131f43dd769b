// Parts of plans about users, shared by all use cases that name one, so that who may do what to whom and
// whose a number is cannot differ between them.
#pragma once

#include "core/permission.h"
#include "core/user.h"
#include "flows/answer.h"
#include "flows/caller.h"
#include "flows/draft.h"
#include "flows/transact.h"
#include "flows/users.h"
#include "flows/world.h"

#include <string>
#include <string_view>
#include <vector>

namespace dialproof::flows {

core::BindingName username_binding(const core::ServiceName& service, std::string_view username);
core::BindingName number_binding(const core::ServiceName& service, const core::PhoneNumber& number);
std::string attribute(const core::User& user, std::string_view name);

// The user if the caller may do this, else why not. Users of other services are not there for a caller
// whose permissions hold in one: whether they exist is none of its business.
Answer<core::User> permitted_user(const Draft& draft, const Caller& caller, const core::UserId& id,
                                  core::Action action);

// The user after what was decided, in the draft.
Answer<core::User> changed(Draft& draft, const core::User& user, const core::UserDecision& decision);

core::Action phone_action(core::Proof proof);

// Whether another user has verified this number, where only one may. Needs the number's binding.
bool number_taken(const Draft& draft, const core::Policy& policy, const core::User& user,
                  const core::PhoneNumber& number);
// The number is this user's alone from now on, where only one may have it. Needs the number's binding.
void claim_number(Draft& draft, const core::Policy& policy, const core::User& user,
                  const core::PhoneNumber& number);
// The bindings of the user's verified numbers, which `release_numbers` needs.
std::vector<ports::Key> number_bindings(const core::User& user);
// The verified numbers that the user gave up may be claimed by others.
void release_numbers(Draft& draft, const core::User& before, const core::User& after);
// Rows that setting `number` for `user` touches.
std::vector<ports::Key> phone_keys(const core::User& user, const core::PhoneNumber& number);

// What is pending for the user, if anything, is over.
void end_pending(Draft& draft, const core::User& user, core::EndReason reason);

// What a plan returns that asks for rows: it is dropped, and the plan runs again.
tl::unexpected<Failure> load_first();

// The language of a user's messages: of the call, or else of the user.
Caller speaking_to(const core::User& user, Caller caller);

// A trusted caller's word that the present number is the user's.
Answer<UserAnswer> plan_confirm_phone(Draft& draft, const core::User& user, const core::PhoneNumber& number);
// `new_id` is of the verification that begins, where one does.
Answer<UserAnswer> plan_set_phone(Draft& draft, const World& world, const Caller& caller,
                                  const core::User& user, const PhoneChange& phone,
                                  const core::VerificationId& new_id);

// The meter is told of the verification `id`, where the call started it.
void count_start(const World& world, const Caller& caller, const Answer<UserAnswer>& answer,
                 const core::VerificationId& id);
void count_refusal(const World& world, const Caller& caller, const core::Refused* refused);

template <typename T>
void count_refusal(const World& world, const Caller& caller, const Answer<T>& answer) {
    count_refusal(world, caller, answer ? nullptr : std::get_if<core::Refused>(&answer.error()));
}

// Runs the plan, and tells the meter what came of it. `new_id` is of the verification that it may start.
template <typename Plan>
Task<Answer<UserAnswer>> run_counted(World world, Caller caller, std::vector<ports::Key> keys, Plan plan,
                                     core::VerificationId new_id = {}) {
    auto answer = co_await transact<UserAnswer>(world, std::move(keys), std::move(plan), caller.deadline);
    count_refusal(world, caller, answer);
    count_start(world, caller, answer, new_id);
    co_return answer;
}

} // namespace dialproof::flows
