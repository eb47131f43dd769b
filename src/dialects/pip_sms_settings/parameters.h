// What a request says: the body, JSON or form, as the members of one object.
#pragma once

#include "base/result.h"
#include "core/code.h"
#include "dialects/pip_sms_settings/answers.h"
#include "wire/http.h"
#include "wire/json.h"

#include <optional>
#include <string>
#include <string_view>

namespace dialproof::dialects::sms_settings {

// The body's members, whatever its Content-Type says of JSON; those of a form are strings. An empty body has
// none.
Result<json::Object, Error> read_members(const http::Request& request);

// The member of that name; null where it is absent or null.
const json::Value* member(const json::Object& members, std::string_view name);

// A string, or a number by its digits; nothing for any other kind.
std::optional<std::string> text_of(const json::Value* value);

// The same of a code: one that is a number has lost its leading zeros.
std::optional<core::TypedCode> code_of(const json::Value* value);

// Whom a public call means: `phone`, `login` or `user_id`, the first of them that is there, of the body or
// else of the query.
struct Meant {
    enum class By {
        phone,
        login,
        user_id,
        recipient_id, // of the microservice, which knows no logins
    } by = By::phone;
    std::string text;
};
std::optional<Meant> whom(const json::Object& members, std::string_view query);

// What the calls have in common that anybody may make.
struct PublicCall {
    json::Object members;
    Meant meant;
};
Result<PublicCall, Error> read_public_call(const http::Request& request);

} // namespace dialproof::dialects::sms_settings
