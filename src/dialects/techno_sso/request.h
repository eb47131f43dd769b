// What a request says, read as Go's encoding/json reads it into a struct of strings, and the checks of its
// validator (go-playground/validator), whose text the clients see.
#pragma once

#include "base/result.h"
#include "core/ids.h"
#include "dialects/techno_sso/answers.h"
#include "ports/numbering_plan.h"
#include "wire/http.h"
#include "wire/json.h"

#include <optional>
#include <string>
#include <string_view>

namespace dialproof::dialects::sso {

// One JSON value, whatever the Content-Type says. Member names match without regard to case; of several the
// last one counts.
class RequestBody {
public:
    static Result<RequestBody, Error> read(const std::string& body);

    // Empty where the member is absent or null; an error where it is of another type.
    Result<std::string, Error> text(std::string_view name) const;

private:
    json::Object members_;
};

// A number as the source takes it: +77078275615, 87078275615, 77078275615 and 7078275615 are one, a mobile
// number of Kazakhstan. Mobile numbers of other countries need their plus.
std::optional<core::NumberFacts> parse_number(std::string_view text, const ports::NumberingPlan& plan);

// A user's id on this wire: 24 hexadecimal digits, or, so that users made through other dialects are found,
// 32 of them or a decimal id of 15 to 20 digits. Hexadecimal digits become small letters.
std::optional<core::UserId> parse_tdid(std::string_view text);
Error tdid_malformed();

// One line of a 422: "Key: 'Type.field' Error:Field validation for 'field' failed on the 'tag' tag".
std::string validation_line(std::string_view type, std::string_view field, std::string_view tag);

} // namespace dialproof::dialects::sso
