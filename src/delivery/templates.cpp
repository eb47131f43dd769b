#include "delivery/templates.h"

#include "base/text.h"
#include "base/utf8.h"

#include <algorithm>

namespace dialproof::delivery {

namespace {

constexpr std::string_view default_locale = "en";

std::string minutes_of(const core::Policy& policy) {
    const auto minutes = std::chrono::floor<std::chrono::minutes>(policy.code_lifetime).count();
    return std::to_string(std::max<long>(1, minutes));
}

const std::string* find_template(const core::Policy& policy, std::string_view tag) {
    for (const auto& [locale, text] : policy.templates)
        if (equals_ignoring_case(locale, tag))
            return &text;
    return nullptr;
}

} // namespace

std::optional<std::string> template_fault(std::string_view text) {
    if (text.size() > template_bytes_max)
        return "a template has at most " + std::to_string(template_bytes_max) + " bytes";
    if (!utf8_length(text))
        return "a template is UTF-8 text";
    bool has_code = false;
    for (std::size_t at = text.find_first_of("{}"); at != std::string_view::npos;
         at = text.find_first_of("{}", at)) {
        const auto end = text.find('}', at);
        const auto name = text.substr(at, end == std::string_view::npos ? end : end - at + 1);
        if (name != "{code}" && name != "{app}" && name != "{minutes}")
            return "a template knows {code}, {app} and {minutes}, not " + std::string(name);
        has_code = has_code || name == "{code}";
        at = end + 1;
    }
    if (!has_code)
        return "a template needs {code}";
    return {};
}

std::string_view template_for(const core::Policy& policy, std::string_view locale) {
    for (;;) {
        if (const auto* found = find_template(policy, locale))
            return *found;
        const auto subtag = locale.rfind('-');
        if (subtag == std::string_view::npos)
            break;
        locale = locale.substr(0, subtag);
    }
    return *find_template(policy, default_locale);
}

Secret<std::string> render(const core::Policy& policy, std::string_view locale, const core::Code& code) {
    const std::string_view pattern = template_for(policy, locale);
    std::string text;
    text.reserve(pattern.size() + policy.app_name.size() + core::CodeShape::length_max);
    for (std::size_t at = 0; at < pattern.size();) {
        const auto open = pattern.find('{', at);
        text += pattern.substr(at, open - at);
        if (open == std::string_view::npos)
            break;
        const auto close = pattern.find('}', open);
        const auto name = pattern.substr(open, close - open + 1);
        if (name == "{code}")
            text += code.reveal();
        else if (name == "{app}")
            text += policy.app_name;
        else if (name == "{minutes}")
            text += minutes_of(policy);
        at = close + 1;
    }
    return Secret<std::string>(std::move(text));
}

} // namespace dialproof::delivery
