// What a client submitted, before anything is known of its meaning; and the framework's rules for text
// fields, which come before ours.
#pragma once

#include "base/result.h"
#include "wire/http.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::dialects::drf {

struct Field {
    enum class Kind {
        null,
        text,  // a string, or a number by its digits
        other, // a list, an object, true, false or a file
    };
    Kind kind = Kind::null;
    std::string text;
};

using Fields = std::map<std::string, Field, std::less<>>;

// The body by its content type: JSON, form or multipart. An empty body of any type has no fields.
// Otherwise the answer for the client: 400 or 415.
Result<Fields, http::Response> read_fields(const http::Request& request);

struct FieldValue {
    std::string text;       // trimmed
    std::string_view error; // empty where the text may be used
};

// A required text: absent, null, blank, of another type, with a U+0000.
FieldValue required_text(const Fields& fields, std::string_view name);
// The same of a field with a meaning of its own, which the framework converts before it looks for a U+0000:
// there, and where it is of another type, it says `not_valid`.
FieldValue required_text(const Fields& fields, std::string_view name, std::string_view not_valid);

} // namespace dialproof::dialects::drf
