// Expected text with variables: replaced where they are known, bound where they are not.
#pragma once

#include "wire/json.h"

#include <map>
#include <optional>
#include <string>

namespace dialproof::contracts {

using Variables = std::map<std::string, std::string>;

// Throws std::invalid_argument where a variable is not bound. "$$" is a dollar sign.
std::string filled_in(const std::string& text, const Variables& variables);

// Whether `actual` has the form of `pattern`; binds what is new in it.
bool fits(const std::string& pattern, const std::string& actual, Variables& variables);

enum class MemberOrder { counts, any };

// What is different and where, as "$.details[0].id: ..."; nothing where the two agree.
std::optional<std::string> difference(const json::Value& expected, const json::Value& actual,
                                      MemberOrder order, Variables& variables,
                                      const std::string& where = "$");

} // namespace dialproof::contracts
