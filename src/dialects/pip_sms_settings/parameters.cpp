#include "dialects/pip_sms_settings/parameters.h"

#include "wire/form.h"
#include "wire/media_type.h"

#include <array>

namespace dialproof::dialects::sms_settings {

namespace {

constexpr std::array<std::pair<std::string_view, Meant::By>, 3> names{{
    {"phone", Meant::By::phone},
    {"login", Meant::By::login},
    {"user_id", Meant::By::user_id},
}};

Result<json::Object, Error> members_of_form(const std::string& body) {
    const auto form = http::parse_form(body);
    if (!form)
        return fail(bad_body("The form has more than " + std::to_string(http::form_fields_max) + " fields"));
    json::Object members;
    for (const auto& [name, value] : form->all())
        members.push_back({name, json::Value(value)});
    return members;
}

} // namespace

Result<json::Object, Error> read_members(const http::Request& request) {
    if (request.body.empty())
        return json::Object{};
    const auto type = http::parse_media_type(request.headers.get("content-type"));
    if (type && type->is("application/x-www-form-urlencoded"))
        return members_of_form(request.body);
    auto body = json::parse(request.body);
    if (!body)
        return fail(bad_body("The body is no JSON: " + body.error().text()));
    const auto* members = body->as_object();
    if (!members)
        return fail(bad_body("The body must be a JSON object"));
    return *members;
}

const json::Value* member(const json::Object& members, std::string_view name) {
    for (auto at = members.rbegin(); at != members.rend(); ++at)
        if (at->name == name)
            return at->value.is_null() ? nullptr : &at->value;
    return nullptr;
}

std::optional<std::string> text_of(const json::Value* value) {
    if (value && value->as_string())
        return *value->as_string();
    if (value && value->as_number())
        return value->as_number()->literal;
    return {};
}

std::optional<core::TypedCode> code_of(const json::Value* value) {
    auto text = text_of(value);
    if (!text)
        return {};
    return core::TypedCode(std::move(*text), value->as_number() != nullptr);
}

std::optional<Meant> whom(const json::Object& members, std::string_view query) {
    for (const auto& [name, by] : names)
        if (auto text = text_of(member(members, name)); text && !text->empty())
            return Meant{by, std::move(*text)};
    const auto fields = http::parse_form(query);
    for (const auto& [name, by] : names)
        if (const auto* text = fields ? fields->find(name) : nullptr; text && !text->empty())
            return Meant{by, *text};
    return {};
}

Result<PublicCall, Error> read_public_call(const http::Request& request) {
    auto members = read_members(request);
    if (!members)
        return fail(std::move(members.error()));
    auto meant = whom(*members, request.query);
    if (!meant)
        return fail(no_recipient_id());
    return PublicCall{std::move(*members), std::move(*meant)};
}

} // namespace dialproof::dialects::sms_settings
