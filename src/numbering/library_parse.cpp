#include "numbering/library_parse.h"

#include <phonenumbers/phonenumberutil.h>

#include <cstdlib>

namespace dialproof::numbering {

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using ports::NumberError;
using ports::Strictness;

constexpr const char* no_region = "ZZ"; // CLDR's "unknown", which libphonenumber uses too

core::NumberType type_of(PhoneNumberUtil::PhoneNumberType type) {
    switch (type) {
    case PhoneNumberUtil::FIXED_LINE:
        return core::NumberType::fixed_line;
    case PhoneNumberUtil::MOBILE:
        return core::NumberType::mobile;
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
        return core::NumberType::fixed_line_or_mobile;
    case PhoneNumberUtil::TOLL_FREE:
        return core::NumberType::toll_free;
    case PhoneNumberUtil::PREMIUM_RATE:
        return core::NumberType::premium_rate;
    case PhoneNumberUtil::SHARED_COST:
        return core::NumberType::shared_cost;
    case PhoneNumberUtil::VOIP:
        return core::NumberType::voip;
    case PhoneNumberUtil::PERSONAL_NUMBER:
        return core::NumberType::personal_number;
    case PhoneNumberUtil::PAGER:
        return core::NumberType::pager;
    case PhoneNumberUtil::UAN:
        return core::NumberType::uan;
    case PhoneNumberUtil::VOICEMAIL:
        return core::NumberType::voicemail;
    case PhoneNumberUtil::UNKNOWN:
        return core::NumberType::unknown;
    }
    std::abort();
}

NumberError error_of(PhoneNumberUtil::ErrorType error, std::string_view text) {
    // U+FF0B is the plus sign of full width, which is understood as well.
    const bool international =
        text.find('+') != std::string_view::npos || text.find("\xEF\xBC\x8B") != std::string_view::npos;
    switch (error) {
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
        return international ? NumberError::not_possible : NumberError::no_country_code;
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
    case PhoneNumberUtil::TOO_SHORT_NSN:
    case PhoneNumberUtil::TOO_LONG_NSN:
        return NumberError::not_possible;
    case PhoneNumberUtil::NOT_A_NUMBER:
    case PhoneNumberUtil::NO_PARSING_ERROR:
        return NumberError::not_a_number;
    }
    std::abort();
}

} // namespace

ParsedNumber parse_with_library(std::string_view text, const std::string& region, Strictness strictness) {
    const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    const auto error = util.Parse(std::string(text), region.empty() ? no_region : region, &number);
    if (error != PhoneNumberUtil::NO_PARSING_ERROR)
        return fail(error_of(error, text));
    if (!util.IsPossibleNumber(number))
        return fail(NumberError::not_possible);
    // A number is valid where its region and its type are known (PhoneNumberUtil::IsValidNumber works so
    // too, but asking it would do this work twice).
    std::string number_region;
    util.GetRegionCodeForNumber(number, &number_region);
    if (number_region == no_region)
        number_region.clear();
    const auto type = number_region.empty() ? PhoneNumberUtil::UNKNOWN : util.GetNumberType(number);
    if (strictness == Strictness::valid && type == PhoneNumberUtil::UNKNOWN)
        return fail(NumberError::not_valid);
    std::string e164;
    util.Format(number, PhoneNumberUtil::E164, &e164);
    const auto parsed = core::PhoneNumber::parse(e164);
    if (!parsed)
        return fail(NumberError::not_possible);
    return core::NumberFacts{*parsed, type_of(type), number_region};
}

} // namespace dialproof::numbering
