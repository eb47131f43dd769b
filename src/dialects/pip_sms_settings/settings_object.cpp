#include "dialects/pip_sms_settings/settings_object.h"

#include "base/json_writer.h"
#include "base/text.h"

#include <algorithm>
#include <array>

namespace dialproof::dialects::sms_settings {

namespace {

constexpr std::array<std::string_view, 5> decided_here{"id", "phone", "verified", "ver_code",
                                                       "ver_expire_time"};
constexpr std::size_t language_bytes_max = 35; // RFC 5646 section 4.4.1

bool is_decided_here(std::string_view member) {
    return std::find(decided_here.begin(), decided_here.end(), member) != decided_here.end();
}

bool is_language(std::string_view text) {
    return text.size() <= language_bytes_max && std::all_of(text.begin(), text.end(), [](char c) {
               return is_digit(c) || c == '-' || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
           });
}

// Why a member cannot be kept, or nothing.
std::optional<std::string> fault_of(std::string_view name, const json::Value& value) {
    const bool absent = value.is_null();
    if (name == "name" && !absent && !value.as_string())
        return "name type must be string";
    if (name == "language" && !absent && (!value.as_string() || !is_language(*value.as_string())))
        return "language must be a language tag such as en";
    if (name == "subscriptions" && !absent && !value.as_object())
        return "subscriptions type must be map";
    return {};
}

// What was kept of a member, or empty.
std::string_view kept(const core::User& user, std::string_view member) {
    const auto found = user.attributes.find(attribute_name(member));
    return found == user.attributes.end() ? std::string_view{} : std::string_view(found->second);
}

std::string_view locale_of(const core::User& user) {
    const auto found = user.attributes.find(core::locale_claim);
    return found == user.attributes.end() ? std::string_view{} : std::string_view(found->second);
}

void write_pending(JsonWriter& json, const PendingCode& pending) {
    if (pending.show_code) {
        json.key("ver_code");
        if (pending.code)
            json.value(*pending.code);
        else
            json.null();
    }
    json.key("ver_expire_time");
    if (pending.expires_at)
        json.value(to_rfc3339(*pending.expires_at));
    else
        json.null();
}

} // namespace

std::string attribute_name(std::string_view member) { return std::string(attribute_prefix).append(member); }

Result<core::Attributes, Error> attributes_of(const json::Object& settings) {
    core::Attributes attributes{{core::locale_claim, ""}};
    std::vector<std::string> faults;
    std::size_t bytes = 0;
    for (const auto& [name, value] : settings) {
        if (is_decided_here(name))
            continue;
        if (auto fault = fault_of(name, value)) {
            faults.push_back(std::move(*fault));
        } else if (name == "language") {
            attributes[core::locale_claim] = value.as_string() ? *value.as_string() : "";
        } else if (value.is_null() && (name == "name" || name == "subscriptions")) {
            attributes.erase(attribute_name(name));
        } else {
            auto text = json::to_text(value);
            bytes += name.size() + text.size();
            attributes[attribute_name(name)] = std::move(text);
        }
    }
    if (attributes.size() > members_max || bytes > bytes_max)
        faults.push_back("settings must have at most " + std::to_string(members_max) + " members and " +
                         std::to_string(bytes_max) + " bytes");
    if (!faults.empty())
        return fail(invalid_data(faults));
    return attributes;
}

std::string settings_json(const std::string& id, const core::User& user, const PendingCode* pending) {
    JsonWriter json;
    json.begin_object().member("id", id);
    if (const auto* primary = user.primary_phone())
        json.member("phone", primary->number.e164()).member("verified", primary->verified());
    if (const auto name = kept(user, "name"); !name.empty())
        json.key("name").raw(name);
    if (const auto language = locale_of(user); !language.empty())
        json.member("language", language);
    const auto subscriptions = kept(user, "subscriptions");
    json.key("subscriptions").raw(subscriptions.empty() ? "{}" : subscriptions);
    for (const auto& [name, value] : user.attributes)
        if (name.starts_with(attribute_prefix) && name != attribute_name("name") &&
            name != attribute_name("subscriptions"))
            json.key(std::string_view(name).substr(attribute_prefix.size())).raw(value);
    if (pending)
        write_pending(json, *pending);
    return json.end_object().take();
}

} // namespace dialproof::dialects::sms_settings
