#include "senders/http_api/api_request.h"

#include "base/text.h"
#include "http_sending/percent.h"
#include "wire/form.h"
#include "wire/json.h"

#include <algorithm>
#include <utility>

namespace dialproof::senders {

namespace {

constexpr std::string_view number_mark = ":number}";

// "{validity_seconds:number}" is the place's number without quotes.
std::optional<json::Value> filled_text(const std::string& text, const Places& places) {
    const bool is_number = text.ends_with(number_mark);
    const auto value =
        filled(is_number ? text.substr(0, text.size() - number_mark.size()) + "}" : text, places);
    if (!value)
        return {};
    if (is_number && std::all_of(value->begin(), value->end(), is_digit))
        return json::Value(json::Number{*value});
    return json::Value(*value);
}

std::optional<json::Value> filled_value(const json::Value& value, const Places& places);

// Nothing where all that it had was left out.
std::optional<json::Value> filled_object(const json::Object& members, const Places& places) {
    json::Object kept;
    for (const auto& [name, value] : members)
        if (auto full = filled_value(value, places))
            kept.push_back({name, std::move(*full)});
    if (kept.empty() && !members.empty())
        return {};
    return json::Value(std::move(kept));
}

std::optional<json::Value> filled_value(const json::Value& value, const Places& places) {
    if (const auto* text = value.as_string())
        return filled_text(*text, places);
    if (const auto* members = value.as_object())
        return filled_object(*members, places);
    const auto* const items = value.as_array();
    if (items == nullptr)
        return value;
    json::Array kept;
    for (const auto& item : *items)
        if (auto full = filled_value(item, places))
            kept.push_back(std::move(*full));
    return json::Value(std::move(kept));
}

std::string json_of(const std::string& text, const Places& places) {
    const auto whole = json::parse(text);
    const auto full = whole ? filled_value(*whole, places) : std::nullopt;
    return full ? json::to_text(*full) : "{}";
}

std::string form_of(const ports::HttpFields& fields, const Places& places) {
    http::FormFields form;
    for (const auto& [name, value] : fields)
        if (auto full = filled(value, places))
            form.add(name, std::move(*full));
    return http::to_text(form);
}

void collect(const json::Value& value, std::string& texts) {
    if (const auto* text = value.as_string())
        texts +=
            text->ends_with(number_mark) ? text->substr(0, text->size() - number_mark.size()) + "}" : *text;
    if (const auto* members = value.as_object())
        for (const auto& member : *members)
            collect(member.value, texts);
    if (const auto* items = value.as_array())
        for (const auto& item : *items)
            collect(item, texts);
}

} // namespace

ports::HttpCall call_of(const ApiRequest& request, const Places& places) {
    ports::HttpCall call;
    call.method = request.method;
    call.url = filled(request.url, places, http_sending::percent_encoded).value_or("");
    for (const auto& [name, value] : request.headers)
        if (auto full = filled(value, places))
            call.headers.emplace_back(name, std::move(*full));
    switch (request.kind) {
    case BodyKind::query:
        if (const auto query = form_of(request.fields, places); !query.empty())
            call.url += "?" + query;
        break;
    case BodyKind::form:
        call.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        call.body = Secret<std::string>(form_of(request.fields, places));
        break;
    case BodyKind::json:
        call.headers.emplace_back("Content-Type", "application/json");
        call.body = Secret<std::string>(json_of(request.json, places));
        break;
    }
    return call;
}

Result<void, std::string> check(const ApiRequest& request, const Places& sample, const Secrets& secrets) {
    std::string texts = request.url;
    for (const auto* const fields : {&request.headers, &request.fields})
        for (const auto& [name, value] : *fields)
            texts += value;
    if (request.kind == BodyKind::json) {
        const auto whole = json::parse(request.json);
        if (!whole)
            return fail("its JSON cannot be read: " + whole.error().text());
        collect(*whole, texts);
    }
    for (const auto& name : places_in(texts)) {
        if (!sample.find(name))
            return fail("there is nothing to put in the place {" + name + "}");
        if (!name.starts_with("secret.") && !name.starts_with("basic.") && !name.starts_with("vonage_jwt."))
            continue;
        for (const auto key : split(std::string_view(name).substr(name.find('.') + 1), '.'))
            if (secrets.find(key) == secrets.end())
                return fail("the secret \"" + std::string(key) + "\" is missing");
        if (name.starts_with("vonage_jwt.") && sample.find(name)->empty())
            return fail("the secret \"" + name.substr(name.rfind('.') + 1) +
                        "\" is no private RSA key in PEM of at least 2048 bits");
    }
    return {};
}

} // namespace dialproof::senders
