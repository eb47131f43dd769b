#include "dialects/django_phone_verify/fields.h"

#include "base/text.h"
#include "dialects/django_phone_verify/drf.h"
#include "wire/form.h"
#include "wire/json.h"
#include "wire/media_type.h"
#include "wire/multipart.h"

#include <cstdlib>

namespace dialproof::dialects::drf {

namespace {

// The names of Python's types, as the framework prints them.
std::string_view python_type(const json::Value& value) {
    switch (value.kind()) {
    case json::Kind::null:
        return "NoneType";
    case json::Kind::boolean:
        return "bool";
    case json::Kind::number:
        return value.as_number()->is_integer() ? "int" : "float";
    case json::Kind::string:
        return "str";
    case json::Kind::array:
        return "list";
    case json::Kind::object:
        return "dict";
    }
    std::abort();
}

Field field_of(const json::Value& value) {
    switch (value.kind()) {
    case json::Kind::null:
        return {Field::Kind::null, {}};
    case json::Kind::string:
        return {Field::Kind::text, *value.as_string()};
    case json::Kind::number:
        return {Field::Kind::text, value.as_number()->literal};
    case json::Kind::boolean:
    case json::Kind::array:
    case json::Kind::object:
        return {Field::Kind::other, {}};
    }
    std::abort();
}

Result<Fields, http::Response> fields_of_json(std::string_view body) {
    const auto value = json::parse(body);
    if (!value)
        return fail(detail(400, "JSON parse error - " + value.error().text()));
    if (value->is_null())
        return fail(invalid({{non_field_errors, "No data provided"}}));
    const auto* members = value->as_object();
    if (!members) {
        const std::string text = "Invalid data. Expected a dictionary, but got ";
        return fail(invalid({{non_field_errors, text + std::string(python_type(*value)) + "."}}));
    }
    Fields fields;
    for (const auto& [name, content] : *members)
        fields.insert_or_assign(name, field_of(content));
    return fields;
}

Result<Fields, http::Response> fields_of_form(std::string_view body) {
    const auto form = http::parse_form(body);
    if (!form)
        return fail(
            detail(400, "The form has more than " + std::to_string(http::form_fields_max) + " fields."));
    Fields fields;
    for (const auto& [name, value] : form->all())
        fields.insert_or_assign(name, Field{Field::Kind::text, value});
    return fields;
}

Result<Fields, http::Response> fields_of_multipart(std::string_view content_type, std::string_view body) {
    auto parts = http::parse_multipart(content_type, body);
    if (!parts)
        return fail(detail(400, "Multipart form parse error - " + std::string(http::to_text(parts.error()))));
    Fields fields;
    for (auto& part : *parts) {
        const auto kind = part.filename ? Field::Kind::other : Field::Kind::text;
        fields.insert_or_assign(std::move(part.name), Field{kind, std::move(part.value)});
    }
    return fields;
}

} // namespace

Result<Fields, http::Response> read_fields(const http::Request& request) {
    if (request.body.empty())
        return Fields{};
    const auto content_type = request.headers.get("content-type");
    const auto type = http::parse_media_type(content_type);
    if (type && type->is("application/json"))
        return fields_of_json(request.body);
    if (type && type->is("application/x-www-form-urlencoded"))
        return fields_of_form(request.body);
    if (type && type->is("multipart/form-data"))
        return fields_of_multipart(content_type, request.body);
    return fail(unsupported_media_type(content_type));
}

namespace {

FieldValue required(const Fields& fields, std::string_view name, std::string_view not_text,
                    std::string_view with_null) {
    const auto found = fields.find(name);
    if (found == fields.end())
        return {{}, "This field is required."};
    const Field& field = found->second;
    if (field.kind == Field::Kind::null)
        return {{}, "This field may not be null."};
    if (field.kind == Field::Kind::other)
        return {{}, not_text};
    const std::string text(trimmed(field.text));
    if (text.empty())
        return {{}, "This field may not be blank."};
    if (text.find('\0') != std::string::npos)
        return {{}, with_null};
    return {text, {}};
}

} // namespace

FieldValue required_text(const Fields& fields, std::string_view name) {
    return required(fields, name, "Not a valid string.", "Null characters are not allowed.");
}

FieldValue required_text(const Fields& fields, std::string_view name, std::string_view not_valid) {
    return required(fields, name, not_valid, not_valid);
}

} // namespace dialproof::dialects::drf
