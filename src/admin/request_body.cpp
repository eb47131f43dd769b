#include "admin/request_body.h"

namespace dialproof::admin {

http::Response error(int status, std::string_view code, std::string_view field, std::string_view message) {
    JsonWriter json;
    json.begin_object().key("error").begin_object().member("code", code);
    if (!field.empty())
        json.member("field", field);
    json.member("message", message).end_object().end_object();
    return http::json_response(status, json.take());
}

RequestBody::RequestBody(const std::string& body) {
    auto parsed = json::parse(body);
    if (!parsed)
        fault("body", "expected a JSON object: " + parsed.error().text());
    else if (!parsed->as_object())
        fault("body", "expected a JSON object");
    else
        body_ = std::move(*parsed);
}

const json::Value* RequestBody::member(std::string_view name) {
    known_.emplace(name);
    const auto* value = body_.find(name);
    return value && !value->is_null() ? value : nullptr;
}

std::optional<std::string> RequestBody::text(std::string_view name, std::size_t bytes_max) {
    const auto* value = member(name);
    if (!value)
        return {};
    const auto* text = value->as_string();
    if (!text || text->size() > bytes_max) {
        fault(name, "expected a text of at most " + std::to_string(bytes_max) + " bytes");
        return {};
    }
    return *text;
}

std::vector<std::string> RequestBody::texts(std::string_view name, std::size_t count_max) {
    std::vector<std::string> texts;
    const auto* value = member(name);
    if (!value)
        return texts;
    const auto* array = value->as_array();
    const auto wrong = [&] {
        fault(name, "expected a list of at most " + std::to_string(count_max) + " texts");
    };
    if (!array || array->size() > count_max) {
        wrong();
        return texts;
    }
    for (const auto& item : *array) {
        if (const auto* text = item.as_string())
            texts.push_back(*text);
        else
            wrong();
    }
    return texts;
}

std::optional<bool> RequestBody::flag(std::string_view name) {
    const auto* value = member(name);
    if (!value)
        return {};
    const auto flag = value->as_bool();
    if (!flag)
        fault(name, "expected true or false");
    return flag;
}

std::optional<std::int64_t> RequestBody::integer(std::string_view name, std::int64_t low, std::int64_t high) {
    const auto* value = member(name);
    if (!value)
        return {};
    const auto* number = value->as_number();
    const auto integer = number ? number->as_int64() : std::nullopt;
    if (!integer || *integer < low || *integer > high) {
        fault(name, "expected a whole number from " + std::to_string(low) + " to " + std::to_string(high));
        return {};
    }
    return integer;
}

std::optional<Instant> RequestBody::instant(std::string_view name) {
    const auto* value = member(name);
    if (!value)
        return {};
    const auto* text = value->as_string();
    const auto instant = text ? parse_rfc3339(*text) : std::nullopt;
    if (!instant)
        fault(name, "expected a time such as 2026-01-05T10:00:00Z");
    return instant;
}

void RequestBody::fault(std::string_view field, std::string message) {
    if (!message_.empty())
        return;
    field_ = field;
    message_ = std::move(message);
}

std::optional<http::Response> RequestBody::error() const {
    if (!message_.empty())
        return admin::error(400, "invalid", field_, message_);
    if (const auto* members = body_.as_object())
        for (const auto& [name, value] : *members)
            if (!known_.contains(name))
                return admin::error(400, "invalid", name, "there is no such member");
    return {};
}

} // namespace dialproof::admin
