// A phone number in E.164 form: '+' and 4 to 15 digits, the first not 0 (ITU-T E.164, section 6).
// One that exists is well formed; whether it can be dialled is the numbering plan's to say.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::core {

class PhoneNumber {
public:
    static constexpr std::size_t digits_min = 4, digits_max = 15;

    // Takes E.164 text only; everything that people write is for the numbering plan.
    static std::optional<PhoneNumber> parse(std::string_view e164);

    [[nodiscard]] const std::string& e164() const { return text_; }
    // "41791234567": the form without '+' that carriers and some dialects use.
    [[nodiscard]] std::string_view digits() const { return std::string_view(text_).substr(1); }
    // "+41*******67", for logs.
    [[nodiscard]] std::string masked() const;

    friend auto operator<=>(const PhoneNumber&, const PhoneNumber&) = default;

private:
    explicit PhoneNumber(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

// What a numbering plan says of a line; the values follow libphonenumber's types.
enum class NumberType {
    fixed_line,
    mobile,
    fixed_line_or_mobile,
    toll_free,
    premium_rate,
    shared_cost,
    voip,
    personal_number,
    pager,
    uan,
    voicemail,
    unknown,
};

std::string_view to_text(NumberType type);
std::optional<NumberType> parse_number_type(std::string_view text);

// A number with what is known of it. `region` is ISO 3166-1 alpha-2 such as "CH", "001" for the
// numbers of no country, or empty where the plan does not know.
struct NumberFacts {
    PhoneNumber number;
    NumberType type = NumberType::unknown;
    std::string region;
};

} // namespace dialproof::core
