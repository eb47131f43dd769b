#include "dialects/zitadel/user_service.h"

#include "dialects/zitadel/user_messages.h"
#include "flows/ids.h"
#include "zitadel/user/v2/user_service.pb.h"

namespace dialproof::dialects::zitadel {

namespace {

// How a phone is to be proven, by the member of the oneof that is set; none is send_code.
template <typename Request>
core::Proof proof_of(const Request& request) {
    if (request.has_return_code())
        return core::Proof::answer;
    if constexpr (requires { request.has_is_verified(); })
        if (request.has_is_verified())
            return core::Proof::given;
    return core::Proof::message;
}

core::Action action_of(core::Proof proof) {
    return proof == core::Proof::message ? core::Action::set_phone : core::Action::set_phone_trusting;
}

template <typename Message, typename Human>
void copy_optional_parts(Message& target, const Human& source) {
    if (source.has_profile())
        target.profile = source.profile();
    if (source.has_email())
        target.email = source.email();
    if (source.has_phone())
        target.phone = source.phone();
}

bool is_nothing_pending(const flows::Failure& failure) {
    const auto* refused = std::get_if<core::Refused>(&failure);
    return refused && refused->reason == core::Reason::nothing_pending;
}

RpcError no_email_codes() {
    return unimplemented("E-mail codes are not made here: leave returnCode out, or set isVerified");
}

RpcError no_machines() { return unimplemented("Machine users are not kept here: give a human"); }

} // namespace

struct UserService::NewHuman {
    std::optional<core::ServiceName> organisation;
    std::optional<std::string> id, username;
    pb::SetHumanProfile profile;
    pb::SetHumanEmail email;
    pb::SetHumanPhone phone;
};

struct UserService::HumanChange {
    core::UserId id;
    std::optional<std::string> username;
    core::Attributes profile;
    std::optional<pb::SetHumanEmail> email;
    std::optional<pb::SetHumanPhone> phone;
};

std::optional<core::NumberFacts> UserService::parse(const std::string& number) const {
    auto facts = plan_.parse(number, default_region_, ports::Strictness::possible);
    return facts ? std::optional(std::move(*facts)) : std::nullopt;
}

RpcError UserService::error(const flows::Failure& failure, Method method, const RpcContext& context) const {
    return error_of(failure, method, context.caller.principal, clock_.now());
}

void UserService::set_details(::zitadel::object::v2::Details& details, const core::User& user) const {
    zitadel::set_details(details, user, organisations_.id_of(user.service));
}

// Where a user is added by a caller who names no organisation.
std::optional<core::ServiceName> UserService::home_of(const RpcContext& context) const {
    if (context.organisation)
        return context.organisation;
    if (context.caller.principal.service)
        return context.caller.principal.service;
    return organisations_.first();
}

Task<RpcResult<core::User>> UserService::permitted(RpcContext context, core::UserId id, core::Action action,
                                                   Method method) {
    // Changing nothing tells whether the user may be changed at all.
    const core::Attributes nothing;
    const std::optional<flows::PhoneChange> no_phone;
    const auto answer = co_await users_.update(context.caller, id, nothing, no_phone);
    if (!answer)
        co_return fail(error(answer.error(), method, context));
    if (!core::allowed(context.caller.principal, action, answer->user))
        co_return fail(not_permitted(context.caller.principal, method));
    co_return answer->user;
}

// Phones

Task<RpcResult<pb::SetPhoneResponse>> UserService::set_phone(RpcContext context,
                                                             pb::SetPhoneRequest request) {
    const core::UserId id(request.user_id());
    const core::Proof proof = proof_of(request);
    auto facts = parse(request.phone());
    if (!facts) { // whether the user may be changed at all comes before what is wrong with the number
        const core::Action action = action_of(proof);
        const auto user = co_await permitted(context, id, action, Method::set_phone);
        if (!user)
            co_return fail(user.error());
        co_return fail(phone_invalid());
    }
    const flows::PhoneChange change{std::move(*facts), proof};
    const auto answer = co_await users_.set_phone(context.caller, id, change);
    if (!answer)
        co_return fail(error(answer.error(), Method::set_phone, context));
    pb::SetPhoneResponse response;
    set_details(*response.mutable_details(), answer->user);
    if (answer->code)
        response.set_verification_code(answer->code->reveal());
    co_return response;
}

Task<RpcResult<pb::VerifyPhoneResponse>> UserService::verify_phone(RpcContext context,
                                                                   pb::VerifyPhoneRequest request) {
    const core::UserId id(request.user_id());
    const core::TypedCode guess{request.verification_code()};
    const auto answer = co_await users_.verify(context.caller, id, guess);
    if (!answer)
        co_return fail(error(answer.error(), Method::verify_phone, context));
    pb::VerifyPhoneResponse response;
    set_details(*response.mutable_details(), answer->user);
    co_return response;
}

Task<RpcResult<pb::ResendPhoneCodeResponse>>
UserService::resend_phone_code(RpcContext context, pb::ResendPhoneCodeRequest request) {
    const core::UserId id(request.user_id());
    const core::Proof proof = proof_of(request);
    flows::NextCode next;
    next.proof = proof;
    auto answer = co_await users_.resend(context.caller, id, next);
    if (!answer && is_nothing_pending(answer.error())) {
        // The retention may have taken what was pending; the number is still the user's to prove.
        const core::Action action = action_of(proof);
        const auto user = co_await permitted(context, id, action, Method::resend_phone_code);
        const auto* primary = user ? user->primary_phone() : nullptr;
        if (primary && !primary->verified())
            next.number = parse(primary->number.e164());
        if (next.number)
            answer = co_await users_.resend(context.caller, id, next);
    }
    if (!answer)
        co_return fail(error(answer.error(), Method::resend_phone_code, context));
    pb::ResendPhoneCodeResponse response;
    set_details(*response.mutable_details(), answer->user);
    if (answer->code)
        response.set_verification_code(answer->code->reveal());
    co_return response;
}

Task<RpcResult<pb::RemovePhoneResponse>> UserService::remove_phone(RpcContext context,
                                                                   pb::RemovePhoneRequest request) {
    const core::UserId id(request.user_id());
    const auto answer = co_await users_.remove_phone(context.caller, id);
    if (!answer)
        co_return fail(error(answer.error(), Method::remove_phone, context));
    pb::RemovePhoneResponse response;
    set_details(*response.mutable_details(), answer->user);
    co_return response;
}

// Users

Task<RpcResult<pb::GetUserByIDResponse>> UserService::get_user_by_id(RpcContext context,
                                                                     pb::GetUserByIDRequest request) {
    const core::UserId id(request.user_id());
    const auto answer = co_await users_.get(context.caller, id);
    if (!answer)
        co_return fail(error(answer.error(), Method::get_user_by_id, context));
    pb::GetUserByIDResponse response;
    set_details(*response.mutable_details(), answer->user);
    set_user(*response.mutable_user(), answer->user, organisations_.id_of(answer->user.service));
    co_return response;
}

Task<RpcResult<pb::DeleteUserResponse>> UserService::delete_user(RpcContext context,
                                                                 pb::DeleteUserRequest request) {
    const core::UserId id(request.user_id());
    const auto answer = co_await users_.remove(context.caller, id);
    if (!answer)
        co_return fail(error(answer.error(), Method::delete_user, context));
    pb::DeleteUserResponse response;
    set_details(*response.mutable_details(), answer->user);
    co_return response;
}

Task<RpcResult<flows::UserAnswer>> UserService::add(RpcContext context, NewHuman human, Method method) {
    if (!human.organisation)
        co_return fail(organisation_unknown());
    if (human.email.has_return_code())
        co_return fail(no_email_codes());

    flows::NewUser user;
    user.id = core::UserId(human.id ? *human.id : flows::new_decimal_id(random_));
    user.service = *human.organisation;
    user.attributes = attributes_of(human.profile);
    user.attributes[username_claim] = human.username ? *human.username : human.email.email();
    user.attributes[email_claim] = human.email.email();
    if (human.email.is_verified())
        user.attributes[email_verified_claim] = "true";
    if (!human.phone.phone().empty()) {
        core::User target;
        target.service = user.service;
        auto facts = parse(human.phone.phone());
        if (!facts && !core::allowed(context.caller.principal, core::Action::add_user, target))
            co_return fail(not_permitted(context.caller.principal, method));
        if (!facts)
            co_return fail(phone_invalid());
        user.phone.emplace(flows::PhoneChange{std::move(*facts), proof_of(human.phone)});
    }
    auto answer = co_await users_.add(context.caller, user);
    if (!answer)
        co_return fail(error(answer.error(), method, context));
    co_return std::move(*answer);
}

Task<RpcResult<pb::AddHumanUserResponse>> UserService::add_human_user(RpcContext context,
                                                                      pb::AddHumanUserRequest request) {
    NewHuman human;
    if (request.organization().has_org_id())
        human.organisation = organisations_.service_of(request.organization().org_id());
    else if (!request.organization().has_org_domain()) // domains are not kept, so none exists
        human.organisation = home_of(context);
    if (request.has_user_id())
        human.id = request.user_id();
    if (request.has_username())
        human.username = request.username();
    copy_optional_parts(human, request);

    const auto answer = co_await add(context, human, Method::add_human_user);
    if (!answer)
        co_return fail(answer.error());
    pb::AddHumanUserResponse response;
    response.set_user_id(answer->user.id.text);
    set_details(*response.mutable_details(), answer->user);
    if (answer->code)
        response.set_phone_code(answer->code->reveal());
    co_return response;
}

Task<RpcResult<pb::CreateUserResponse>> UserService::create_user(RpcContext context,
                                                                 pb::CreateUserRequest request) {
    if (request.has_machine())
        co_return fail(no_machines());
    NewHuman human;
    human.organisation = organisations_.service_of(request.organization_id());
    if (request.has_user_id())
        human.id = request.user_id();
    if (request.has_username())
        human.username = request.username();
    copy_optional_parts(human, request.human());

    const auto answer = co_await add(context, human, Method::create_user);
    if (!answer)
        co_return fail(answer.error());
    pb::CreateUserResponse response;
    response.set_id(answer->user.id.text);
    set_timestamp(*response.mutable_creation_date(), answer->user.created_at);
    if (answer->code)
        response.set_phone_code(answer->code->reveal());
    co_return response;
}

Task<RpcResult<flows::UserAnswer>> UserService::change(RpcContext context, HumanChange change,
                                                       Method method) {
    core::Attributes attributes = std::move(change.profile);
    if (change.username)
        attributes[username_claim] = *change.username;
    if (change.email) {
        if (change.email->has_return_code())
            co_return fail(no_email_codes());
        attributes[email_claim] = change.email->email();
        if (change.email->is_verified()) {
            const auto present =
                co_await permitted(context, change.id, core::Action::set_phone_trusting, method);
            if (!present)
                co_return fail(present.error());
            attributes[email_verified_claim] = "true";
        }
    }
    std::optional<flows::PhoneChange> phone;
    if (change.phone) {
        const core::Proof proof = proof_of(*change.phone);
        auto facts = parse(change.phone->phone());
        if (!facts) {
            const core::Action action = action_of(proof);
            const auto present = co_await permitted(context, change.id, action, method);
            if (!present)
                co_return fail(present.error());
            if (change.phone->phone().empty())
                co_return fail(phone_empty());
            co_return fail(phone_invalid());
        }
        phone.emplace(flows::PhoneChange{std::move(*facts), proof});
    }
    auto answer = co_await users_.update(context.caller, change.id, attributes, phone);
    if (!answer)
        co_return fail(error(answer.error(), method, context));
    co_return std::move(*answer);
}

Task<RpcResult<pb::UpdateHumanUserResponse>>
UserService::update_human_user(RpcContext context, pb::UpdateHumanUserRequest request) {
    HumanChange changed;
    changed.id = core::UserId(request.user_id());
    if (request.has_username())
        changed.username = request.username();
    if (request.has_profile())
        changed.profile = attributes_of(request.profile());
    if (request.has_email())
        changed.email = request.email();
    if (request.has_phone())
        changed.phone = request.phone();

    const auto answer = co_await change(context, changed, Method::update_human_user);
    if (!answer)
        co_return fail(answer.error());
    pb::UpdateHumanUserResponse response;
    set_details(*response.mutable_details(), answer->user);
    if (answer->code)
        response.set_phone_code(answer->code->reveal());
    co_return response;
}

Task<RpcResult<pb::UpdateUserResponse>> UserService::update_user(RpcContext context,
                                                                 pb::UpdateUserRequest request) {
    if (request.has_machine())
        co_return fail(no_machines());
    HumanChange changed;
    changed.id = core::UserId(request.user_id());
    if (request.has_username())
        changed.username = request.username();
    if (request.human().has_profile())
        changed.profile = attributes_of(request.human().profile());
    if (request.human().has_email())
        changed.email = request.human().email();
    if (request.human().has_phone())
        changed.phone = request.human().phone();

    const auto answer = co_await change(context, changed, Method::update_user);
    if (!answer)
        co_return fail(answer.error());
    pb::UpdateUserResponse response;
    set_timestamp(*response.mutable_change_date(), answer->user.changed_at);
    if (answer->code)
        response.set_phone_code(answer->code->reveal());
    co_return response;
}

} // namespace dialproof::dialects::zitadel
