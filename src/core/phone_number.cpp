#include "core/phone_number.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dialproof::core {

std::optional<PhoneNumber> PhoneNumber::parse(std::string_view e164) {
    if (e164.size() < 1 + digits_min || e164.size() > 1 + digits_max || e164[0] != '+' || e164[1] == '0')
        return {};
    if (!std::all_of(e164.begin() + 1, e164.end(), is_digit))
        return {};
    return PhoneNumber(std::string(e164));
}

std::string PhoneNumber::masked() const {
    constexpr std::size_t shown_in_front = 3, shown_behind = 2;
    std::string mask = text_;
    for (std::size_t i = shown_in_front; i + shown_behind < mask.size(); ++i)
        mask[i] = '*';
    // Of numbers so short that this would show more than half, only the first digit stays.
    if (digits().size() < 2 * (shown_in_front - 1 + shown_behind))
        std::fill(mask.begin() + 2, mask.end(), '*');
    return mask;
}

namespace {
constexpr std::array<std::pair<NumberType, std::string_view>, 12> number_type_names{{
    {NumberType::fixed_line, "fixed_line"},
    {NumberType::mobile, "mobile"},
    {NumberType::fixed_line_or_mobile, "fixed_line_or_mobile"},
    {NumberType::toll_free, "toll_free"},
    {NumberType::premium_rate, "premium_rate"},
    {NumberType::shared_cost, "shared_cost"},
    {NumberType::voip, "voip"},
    {NumberType::personal_number, "personal_number"},
    {NumberType::pager, "pager"},
    {NumberType::uan, "uan"},
    {NumberType::voicemail, "voicemail"},
    {NumberType::unknown, "unknown"},
}};
} // namespace

std::string_view to_text(NumberType type) { return number_type_names[static_cast<std::size_t>(type)].second; }

std::optional<NumberType> parse_number_type(std::string_view text) {
    for (const auto& [type, name] : number_type_names)
        if (name == text)
            return type;
    return {};
}

} // namespace dialproof::core
