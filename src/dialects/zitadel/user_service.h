// The methods of zitadel.user.v2.UserService that Dialproof serves, as functions from request message to
// response message. A request that arrives here kept its limits (validation.h). Nothing is decided here:
// the refusals come from the use cases, in their order.
#pragma once

#include "base/task.h"
#include "dialects/zitadel/errors.h"
#include "dialects/zitadel/organisations.h"
#include "dialects/zitadel/rpc.h"
#include "flows/users.h"
#include "ports/clock.h"
#include "ports/numbering_plan.h"

#include <optional>
#include <string>

namespace zitadel::object::v2 {
class Details;
} // namespace zitadel::object::v2
namespace zitadel::user::v2 {
class AddHumanUserRequest;
class AddHumanUserResponse;
class CreateUserRequest;
class CreateUserResponse;
class DeleteUserRequest;
class DeleteUserResponse;
class GetUserByIDRequest;
class GetUserByIDResponse;
class RemovePhoneRequest;
class RemovePhoneResponse;
class ResendPhoneCodeRequest;
class ResendPhoneCodeResponse;
class SetPhoneRequest;
class SetPhoneResponse;
class UpdateHumanUserRequest;
class UpdateHumanUserResponse;
class UpdateUserRequest;
class UpdateUserResponse;
class VerifyPhoneRequest;
class VerifyPhoneResponse;
} // namespace zitadel::user::v2

namespace dialproof::dialects::zitadel {

namespace pb = ::zitadel::user::v2;

class UserService {
public:
    // `default_region` (ISO 3166-1 alpha-2) is for numbers in national form; empty: they are refused.
    UserService(flows::Users& users, const ports::NumberingPlan& plan, const ports::Clock& clock,
                ports::Random& random, const Organisations& organisations, std::string default_region) :
        users_(users),
        plan_(plan), clock_(clock), random_(random), organisations_(organisations),
        default_region_(std::move(default_region)) {}

    Task<RpcResult<pb::AddHumanUserResponse>> add_human_user(RpcContext context,
                                                             pb::AddHumanUserRequest request);
    Task<RpcResult<pb::CreateUserResponse>> create_user(RpcContext context, pb::CreateUserRequest request);
    Task<RpcResult<pb::GetUserByIDResponse>> get_user_by_id(RpcContext context,
                                                            pb::GetUserByIDRequest request);
    Task<RpcResult<pb::UpdateHumanUserResponse>> update_human_user(RpcContext context,
                                                                   pb::UpdateHumanUserRequest request);
    Task<RpcResult<pb::UpdateUserResponse>> update_user(RpcContext context, pb::UpdateUserRequest request);
    Task<RpcResult<pb::DeleteUserResponse>> delete_user(RpcContext context, pb::DeleteUserRequest request);
    Task<RpcResult<pb::SetPhoneResponse>> set_phone(RpcContext context, pb::SetPhoneRequest request);
    Task<RpcResult<pb::RemovePhoneResponse>> remove_phone(RpcContext context, pb::RemovePhoneRequest request);
    Task<RpcResult<pb::ResendPhoneCodeResponse>> resend_phone_code(RpcContext context,
                                                                   pb::ResendPhoneCodeRequest request);
    Task<RpcResult<pb::VerifyPhoneResponse>> verify_phone(RpcContext context, pb::VerifyPhoneRequest request);

private:
    // A human to be made or changed, as both generations of messages have it.
    struct NewHuman;
    struct HumanChange;

    [[nodiscard]] std::optional<core::NumberFacts> parse(const std::string& number) const;
    [[nodiscard]] RpcError error(const flows::Failure& failure, Method method,
                                 const RpcContext& context) const;
    [[nodiscard]] std::optional<core::ServiceName> home_of(const RpcContext& context) const;
    void set_details(::zitadel::object::v2::Details& details, const core::User& user) const;

    // The user, where the caller may do `action` to him.
    Task<RpcResult<core::User>> permitted(RpcContext context, core::UserId id, core::Action action,
                                          Method method);
    Task<RpcResult<flows::UserAnswer>> add(RpcContext context, NewHuman human, Method method);
    Task<RpcResult<flows::UserAnswer>> change(RpcContext context, HumanChange change, Method method);

    flows::Users& users_;
    const ports::NumberingPlan& plan_;
    const ports::Clock& clock_;
    ports::Random& random_;
    const Organisations& organisations_;
    std::string default_region_;
};

} // namespace dialproof::dialects::zitadel
