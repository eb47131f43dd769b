#include "dialects/techno_sso/request.h"

#include "base/text.h"

#include <algorithm>

namespace dialproof::dialects::sso {

namespace {

constexpr std::size_t national_digits = 10; // of a number of Kazakhstan, without its country code
constexpr char kazakhstan = '7', trunk_prefix = '8';

bool is_mobile(core::NumberType type) {
    return type == core::NumberType::mobile || type == core::NumberType::fixed_line_or_mobile;
}

} // namespace

Result<RequestBody, Error> RequestBody::read(const std::string& body) {
    if (trimmed(body).empty())
        return fail(bad_request("EOF"));
    auto value = json::parse(body);
    if (!value)
        return fail(bad_request(value.error().text()));
    RequestBody read;
    if (value->as_object())
        read.members_ = *value->as_object();
    else if (!value->is_null())
        return fail(
            bad_request("json: cannot unmarshal " + std::string(to_text(value->kind())) + " into an object"));
    return read;
}

Result<std::string, Error> RequestBody::text(std::string_view name) const {
    std::string found;
    for (const auto& member : members_) {
        if (!equals_ignoring_case(member.name, name) || member.value.is_null())
            continue;
        const auto* text = member.value.as_string();
        if (!text)
            return fail(bad_request("json: cannot unmarshal " + std::string(to_text(member.value.kind())) +
                                    " into field " + std::string(name) + " of type string"));
        found = *text;
    }
    return found;
}

std::optional<core::NumberFacts> parse_number(std::string_view text, const ports::NumberingPlan& plan) {
    text = trimmed(text);
    const bool international = text.starts_with('+');
    if (text.size() > national_digits && text.starts_with(trunk_prefix))
        text.remove_prefix(1);
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits), is_digit);
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    if (!international && digits.size() == national_digits)
        digits.insert(digits.begin(), kazakhstan);
    const bool of_kazakhstan = digits.size() == national_digits + 1 && digits.starts_with(kazakhstan);
    if (!international && !of_kazakhstan)
        return {};
    auto facts = plan.parse("+" + digits, {}, ports::Strictness::valid);
    if (!facts || !is_mobile(facts->type))
        return {};
    return std::move(*facts);
}

std::optional<core::UserId> parse_tdid(std::string_view text) {
    constexpr std::size_t object_id = 24, session_style = 32, decimal_min = 15, decimal_max = 20;
    const bool hex = std::all_of(text.begin(), text.end(), [](char c) { return hex_value(c) >= 0; });
    const bool decimal = std::all_of(text.begin(), text.end(), is_digit);
    if (hex && (text.size() == object_id || text.size() == session_style))
        return core::UserId(to_lower(text));
    if (decimal && text.size() >= decimal_min && text.size() <= decimal_max)
        return core::UserId(std::string(text));
    return {};
}

Error tdid_malformed() { return bad_request("the provided hex string is not a valid ObjectID"); }

std::string validation_line(std::string_view type, std::string_view field, std::string_view tag) {
    std::string line = "Key: '";
    line.append(type).append(".").append(field).append("' Error:Field validation for '").append(field);
    return line.append("' failed on the '").append(tag).append("' tag");
}

} // namespace dialproof::dialects::sso
