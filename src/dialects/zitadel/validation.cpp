#include "dialects/zitadel/validation.h"

#include "base/utf8.h"
#include "core/ids.h"
#include "zitadel/user/v2/user_service.pb.h"

#include <string_view>

namespace dialproof::dialects::zitadel {

namespace {

struct Bounds {
    std::size_t min, max;
};

constexpr Bounds any_id{1, 200}, any_name{1, 200}, language{1, 10}, code{1, 20};
constexpr std::string_view too_many_bytes = "value length must be at most 200 bytes";
static_assert(core::user_id_bytes_max == 200);

// Keeps the first violation of a message.
class Check {
public:
    explicit Check(std::string message) : message_(std::move(message)) {}

    Check& length(std::string_view field, const std::string& value, Bounds bounds) {
        const auto runes = utf8_length(value);
        if (!runes)
            return broken(field, "value must be valid UTF-8");
        if (*runes >= bounds.min && *runes <= bounds.max)
            return *this;
        if (bounds.min == 0)
            return broken(field, "value length must be at most " + std::to_string(bounds.max) + " runes");
        return broken(field, "value length must be between " + std::to_string(bounds.min) + " and " +
                                 std::to_string(bounds.max) + " runes, inclusive");
    }
    Check& must(std::string_view field, bool holds, std::string_view otherwise) {
        return holds ? *this : broken(field, std::string(otherwise));
    }
    Check& embedded(std::string_view field, const std::optional<std::string>& inner) {
        return inner ? broken(field, "embedded message failed validation | caused by: " + *inner) : *this;
    }

    [[nodiscard]] const std::optional<std::string>& result() const { return violation_; }

private:
    Check& broken(std::string_view field, std::string rule) {
        if (!violation_) {
            violation_ = "invalid " + message_ + '.';
            violation_->append(field).append(": ").append(rule);
        }
        return *this;
    }

    std::string message_;
    std::optional<std::string> violation_;
};

bool is_email(std::string_view text) {
    const auto at = text.rfind('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
           text.find_first_of(" \t\r\n<>") == std::string_view::npos;
}

std::optional<std::string> violation(const pb::SetHumanProfile& profile) {
    Check check("SetHumanProfile");
    check.length("GivenName", profile.given_name(), any_name);
    check.length("FamilyName", profile.family_name(), any_name);
    if (profile.has_nick_name())
        check.length("NickName", profile.nick_name(), any_name);
    if (profile.has_display_name())
        check.length("DisplayName", profile.display_name(), any_name);
    if (profile.has_preferred_language())
        check.length("PreferredLanguage", profile.preferred_language(), language);
    return check.result();
}

std::optional<std::string> violation(const pb::UpdateUserRequest::Human::Profile& profile) {
    Check check("UpdateUserRequest_Human_Profile");
    if (profile.has_given_name())
        check.length("GivenName", profile.given_name(), any_name);
    if (profile.has_family_name())
        check.length("FamilyName", profile.family_name(), any_name);
    if (profile.has_nick_name())
        check.length("NickName", profile.nick_name(), {0, 200});
    if (profile.has_display_name())
        check.length("DisplayName", profile.display_name(), any_name);
    if (profile.has_preferred_language())
        check.length("PreferredLanguage", profile.preferred_language(), language);
    return check.result();
}

std::optional<std::string> violation(const pb::SetHumanEmail& email) {
    Check check("SetHumanEmail");
    check.length("Email", email.email(), any_name);
    check.must("Email", is_email(email.email()), "value must be a valid email address");
    if (email.has_is_verified())
        check.must("IsVerified", email.is_verified(), "value must equal true");
    return check.result();
}

std::optional<std::string> violation(const pb::SetHumanPhone& phone) {
    Check check("SetHumanPhone");
    check.length("Phone", phone.phone(), {0, 200});
    if (phone.has_is_verified())
        check.must("IsVerified", phone.is_verified(), "value must equal true");
    return check.result();
}

// The members that all messages which change a human have.
template <typename Human>
void check_human(Check& check, const Human& human, bool complete) {
    if (complete)
        check.must("Profile", human.has_profile(), "value is required");
    if (human.has_profile())
        check.embedded("Profile", violation(human.profile()));
    if (complete)
        check.must("Email", human.has_email(), "value is required");
    if (human.has_email())
        check.embedded("Email", violation(human.email()));
    if (human.has_phone())
        check.embedded("Phone", violation(human.phone()));
}

template <typename Request>
void check_new_names(Check& check, const Request& request) {
    if (request.has_user_id()) {
        check.length("UserId", request.user_id(), any_id);
        check.must("UserId", request.user_id().size() <= core::user_id_bytes_max, too_many_bytes);
    }
    if (request.has_username())
        check.length("Username", request.username(), any_name);
}

template <typename Request>
std::optional<std::string> id_violation(std::string message, const Request& request) {
    Check check(std::move(message));
    return check.length("UserId", request.user_id(), any_id).result();
}

} // namespace

std::optional<std::string> violation(const pb::AddHumanUserRequest& request) {
    Check check("AddHumanUserRequest");
    check_new_names(check, request);
    check_human(check, request, true);
    return check.result();
}

std::optional<std::string> violation(const pb::CreateUserRequest& request) {
    Check check("CreateUserRequest");
    check.length("OrganizationId", request.organization_id(), any_id);
    check_new_names(check, request);
    check.must("UserType", request.user_type_case() != pb::CreateUserRequest::USER_TYPE_NOT_SET,
               "value is required");
    if (request.has_human()) {
        Check human("CreateUserRequest_Human");
        check_human(human, request.human(), true);
        check.embedded("Human", human.result());
    }
    return check.result();
}

std::optional<std::string> violation(const pb::UpdateHumanUserRequest& request) {
    Check check("UpdateHumanUserRequest");
    check.length("UserId", request.user_id(), any_id);
    if (request.has_username())
        check.length("Username", request.username(), any_name);
    check_human(check, request, false);
    return check.result();
}

std::optional<std::string> violation(const pb::UpdateUserRequest& request) {
    Check check("UpdateUserRequest");
    check.length("UserId", request.user_id(), any_id);
    if (request.has_username())
        check.length("Username", request.username(), any_name);
    if (request.has_human()) {
        Check human("UpdateUserRequest_Human");
        check_human(human, request.human(), false);
        check.embedded("Human", human.result());
    }
    return check.result();
}

std::optional<std::string> violation(const pb::SetPhoneRequest& request) {
    Check check("SetPhoneRequest");
    check.length("UserId", request.user_id(), any_id);
    check.length("Phone", request.phone(), {1, 200});
    if (request.has_is_verified())
        check.must("IsVerified", request.is_verified(), "value must equal true");
    return check.result();
}

std::optional<std::string> violation(const pb::VerifyPhoneRequest& request) {
    Check check("VerifyPhoneRequest");
    check.length("UserId", request.user_id(), any_id);
    check.length("VerificationCode", request.verification_code(), code);
    return check.result();
}

std::optional<std::string> violation(const pb::ResendPhoneCodeRequest& request) {
    return id_violation("ResendPhoneCodeRequest", request);
}
std::optional<std::string> violation(const pb::RemovePhoneRequest& request) {
    return id_violation("RemovePhoneRequest", request);
}
std::optional<std::string> violation(const pb::GetUserByIDRequest& request) {
    return id_violation("GetUserByIDRequest", request);
}
std::optional<std::string> violation(const pb::DeleteUserRequest& request) {
    return id_violation("DeleteUserRequest", request);
}

} // namespace dialproof::dialects::zitadel
