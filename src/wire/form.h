// application/x-www-form-urlencoded, of bodies and of queries (URL Standard, section 5).
#pragma once

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dialproof::http {

inline constexpr std::size_t form_fields_max = 1000;

// Names and values in the order they came; always UTF-8, what was not is U+FFFD.
class FormFields {
public:
    void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }

    // Of several of one name the last, as Django has it. Null where there is none.
    [[nodiscard]] const std::string* find(std::string_view name) const;
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

    friend bool operator==(const FormFields&, const FormFields&) = default;

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

enum class FormError { too_many_fields };

// A '%' that no two hexadecimal digits follow stands for itself; a name without '=' has an empty value.
Result<FormFields, FormError> parse_form(std::string_view text);

std::string to_text(const FormFields& fields);

} // namespace dialproof::http
