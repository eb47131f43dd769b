#include "dialects/zitadel/user_messages.h"

#include "zitadel/user/v2/user_service.pb.h"

#include <array>
#include <utility>

namespace dialproof::dialects::zitadel {

namespace {

constexpr const char* given_name_claim = "given_name";
constexpr const char* family_name_claim = "family_name";
constexpr const char* nickname_claim = "nickname";
constexpr const char* name_claim = "name";
constexpr const char* locale_claim = "locale";
constexpr const char* gender_claim = "gender";

constexpr std::array<std::pair<pb::Gender, const char*>, 3> genders{{
    {pb::GENDER_FEMALE, "female"},
    {pb::GENDER_MALE, "male"},
    {pb::GENDER_DIVERSE, "diverse"},
}};

std::string gender_text(pb::Gender gender) {
    for (const auto& [value, text] : genders)
        if (value == gender)
            return text;
    return {}; // unspecified: nothing is kept
}

pb::Gender gender_of(std::string_view text) {
    for (const auto& [value, name] : genders)
        if (name == text)
            return value;
    return pb::GENDER_UNSPECIFIED;
}

template <typename Profile>
core::Attributes optional_attributes(const Profile& profile) {
    core::Attributes attributes;
    if (profile.has_nick_name())
        attributes[nickname_claim] = profile.nick_name();
    if (profile.has_display_name())
        attributes[name_claim] = profile.display_name();
    if (profile.has_preferred_language())
        attributes[locale_claim] = profile.preferred_language();
    if (profile.has_gender())
        attributes[gender_claim] = gender_text(profile.gender());
    return attributes;
}

void set_profile(pb::HumanProfile& message, const core::User& user) {
    const auto given = attribute(user, given_name_claim), family = attribute(user, family_name_claim);
    message.set_given_name(given);
    message.set_family_name(family);
    if (const auto nickname = attribute(user, nickname_claim); !nickname.empty())
        message.set_nick_name(nickname);
    const auto name = attribute(user, name_claim);
    if (!name.empty() || !given.empty() || !family.empty())
        message.set_display_name(name.empty() ? given + ' ' + family : name);
    if (const auto locale = attribute(user, locale_claim); !locale.empty())
        message.set_preferred_language(locale);
    if (const auto gender = gender_of(attribute(user, gender_claim)); gender != pb::GENDER_UNSPECIFIED)
        message.set_gender(gender);
}

template <typename Message>
void set_names(Message& message, const core::User& user) {
    message.set_user_id(user.id.text);
    message.set_state(user.removed ? pb::USER_STATE_DELETED : pb::USER_STATE_ACTIVE);
    const auto username = attribute(user, username_claim);
    if (username.empty())
        return;
    message.set_username(username);
    message.add_login_names(username);
    message.set_preferred_login_name(username);
}

} // namespace

std::string attribute(const core::User& user, const char* name) {
    const auto found = user.attributes.find(name);
    return found == user.attributes.end() ? std::string{} : found->second;
}

void set_timestamp(google::protobuf::Timestamp& timestamp, Instant instant) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
    const std::chrono::nanoseconds rest = instant - seconds;
    timestamp.set_seconds(seconds.time_since_epoch().count());
    timestamp.set_nanos(static_cast<std::int32_t>(rest.count()));
}

void set_details(::zitadel::object::v2::Details& details, const core::User& user, const std::string& owner) {
    details.set_sequence(user.sequence);
    details.set_resource_owner(owner);
    set_timestamp(*details.mutable_change_date(), user.changed_at);
    set_timestamp(*details.mutable_creation_date(), user.created_at);
}

void set_user(pb::User& message, const core::User& user, const std::string& owner) {
    set_details(*message.mutable_details(), user, owner);
    set_names(message, user);
    pb::HumanUser& human = *message.mutable_human();
    set_names(human, user);
    set_profile(*human.mutable_profile(), user);
    human.mutable_email()->set_email(attribute(user, email_claim));
    human.mutable_email()->set_is_verified(attribute(user, email_verified_claim) == "true");
    pb::HumanPhone& phone = *human.mutable_phone();
    if (const auto* primary = user.primary_phone()) {
        phone.set_phone(primary->number.e164());
        phone.set_is_verified(primary->verified());
    }
}

core::Attributes attributes_of(const pb::SetHumanProfile& profile) {
    auto attributes = optional_attributes(profile);
    attributes[given_name_claim] = profile.given_name();
    attributes[family_name_claim] = profile.family_name();
    return attributes;
}

core::Attributes attributes_of(const pb::UpdateUserRequest_Human_Profile& profile) {
    auto attributes = optional_attributes(profile);
    if (profile.has_given_name())
        attributes[given_name_claim] = profile.given_name();
    if (profile.has_family_name())
        attributes[family_name_claim] = profile.family_name();
    return attributes;
}

} // namespace dialproof::dialects::zitadel
