// The limits of the request messages, which come before any rule. The texts are those of
// protoc-gen-validate, of the first member that breaks its limit; lengths count code points.
#pragma once

#include <optional>
#include <string>

namespace zitadel::user::v2 {
class AddHumanUserRequest;
class CreateUserRequest;
class DeleteUserRequest;
class GetUserByIDRequest;
class RemovePhoneRequest;
class ResendPhoneCodeRequest;
class SetPhoneRequest;
class UpdateHumanUserRequest;
class UpdateUserRequest;
class VerifyPhoneRequest;
} // namespace zitadel::user::v2

namespace dialproof::dialects::zitadel {

namespace pb = ::zitadel::user::v2;

// Nothing where the request keeps all limits.
std::optional<std::string> violation(const pb::AddHumanUserRequest& request);
std::optional<std::string> violation(const pb::CreateUserRequest& request);
std::optional<std::string> violation(const pb::DeleteUserRequest& request);
std::optional<std::string> violation(const pb::GetUserByIDRequest& request);
std::optional<std::string> violation(const pb::RemovePhoneRequest& request);
std::optional<std::string> violation(const pb::ResendPhoneCodeRequest& request);
std::optional<std::string> violation(const pb::SetPhoneRequest& request);
std::optional<std::string> violation(const pb::UpdateHumanUserRequest& request);
std::optional<std::string> violation(const pb::UpdateUserRequest& request);
std::optional<std::string> violation(const pb::VerifyPhoneRequest& request);

} // namespace dialproof::dialects::zitadel
