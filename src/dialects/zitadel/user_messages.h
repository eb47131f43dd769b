// Users as the messages of this API, and its profiles as the attributes that we keep: by their names in
// OpenID Connect.
#pragma once

#include "core/user.h"

#include <string>

namespace google::protobuf {
class Timestamp;
}
namespace zitadel::object::v2 {
class Details;
}
namespace zitadel::user::v2 {
class SetHumanProfile;
class UpdateUserRequest_Human_Profile;
class User;
} // namespace zitadel::user::v2

namespace dialproof::dialects::zitadel {

namespace pb = ::zitadel::user::v2;

using core::email_claim;
using core::email_verified_claim;
using core::username_claim;

void set_timestamp(google::protobuf::Timestamp& timestamp, Instant instant);

// `owner` is the id of the organisation that the user belongs to.
void set_details(::zitadel::object::v2::Details& details, const core::User& user, const std::string& owner);
void set_user(pb::User& message, const core::User& user, const std::string& owner);

// Members that are absent are left out, so they stay as they are.
core::Attributes attributes_of(const pb::SetHumanProfile& profile);
core::Attributes attributes_of(const pb::UpdateUserRequest_Human_Profile& profile);

// Empty where the user has no such attribute.
std::string attribute(const core::User& user, const char* name);

} // namespace dialproof::dialects::zitadel
