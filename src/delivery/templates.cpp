#include "delivery/templates.h"

#include "base/text.h"
#include "base/utf8.h"

#include <algorithm>
#include <array>

namespace dialproof::delivery {

namespace {

constexpr std::string_view default_locale = "en";
constexpr std::string_view code_name = "{code}", app_name = "{app}", minutes_name = "{minutes}",
                           domain_name = "{domain}", app_hash_name = "{app_hash}";
constexpr std::array names{code_name, app_name, minutes_name, domain_name, app_hash_name};

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

bool has(std::string_view text, std::string_view name) { return text.find(name) != std::string_view::npos; }

bool may_be_left_out(std::string_view line) { return has(line, domain_name) || has(line, app_hash_name); }

bool is_left_out(std::string_view line, const core::Autofill& autofill) {
    return (autofill.domain.empty() && has(line, domain_name)) ||
           (autofill.app_hash.empty() && has(line, app_hash_name));
}

std::optional<std::string> unknown_placeholder(std::string_view text) {
    for (std::size_t at = text.find_first_of("{}"); at != std::string_view::npos;
         at = text.find_first_of("{}", at)) {
        const auto end = text.find('}', at);
        const auto name = text.substr(at, end == std::string_view::npos ? end : end - at + 1);
        if (std::find(names.begin(), names.end(), name) == names.end())
            return std::string(name);
        at = end + 1;
    }
    return {};
}

struct Values {
    const core::Policy& policy;
    std::string_view code;
    const core::Autofill& autofill;
};

std::string value_of(std::string_view name, const Values& values) {
    if (name == code_name)
        return std::string(values.code);
    if (name == app_name)
        return values.policy.app_name;
    if (name == minutes_name)
        return minutes_of(values.policy);
    return name == domain_name ? values.autofill.domain : values.autofill.app_hash;
}

void append_filled(std::string& text, std::string_view pattern, const Values& values) {
    for (std::size_t at = 0; at < pattern.size();) {
        const auto open = pattern.find('{', at);
        text += pattern.substr(at, open - at);
        if (open == std::string_view::npos)
            return;
        const auto close = pattern.find('}', open);
        text += value_of(pattern.substr(open, close - open + 1), values);
        at = close + 1;
    }
}

void append_template(std::string& text, std::string_view pattern, const Values& values) {
    bool first = true;
    for (const auto line : split(pattern, '\n')) {
        if (is_left_out(line, values.autofill))
            continue;
        if (!first)
            text += '\n';
        append_filled(text, line, values);
        first = false;
    }
}

} // namespace

std::optional<std::string> template_fault(std::string_view text) {
    if (text.size() > template_bytes_max)
        return "a template has at most " + std::to_string(template_bytes_max) + " bytes";
    if (!utf8_length(text))
        return "a template is UTF-8 text";
    if (const auto unknown = unknown_placeholder(text))
        return "a template knows {code}, {app}, {minutes}, {domain} and {app_hash}, not " + *unknown;
    if (!has(text, code_name))
        return "a template needs {code}";
    const auto lines = split(text, '\n');
    if (std::none_of(lines.begin(), lines.end(),
                     [](auto line) { return has(line, code_name) && !may_be_left_out(line); }))
        return "a template needs {code} on a line without {domain} and {app_hash}: without these, that line "
               "is "
               "left out";
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

Secret<std::string> render(const core::Policy& policy, std::string_view locale, const core::Code& code,
                           const core::Autofill& autofill) {
    const std::string_view pattern = template_for(policy, locale);
    const Values values{policy, code.reveal(), autofill};
    std::string text;
    text.reserve(pattern.size() + policy.app_name.size() + autofill.domain.size() + autofill.app_hash.size() +
                 2 * core::CodeShape::length_max);
    append_template(text, pattern, values);
    if (!autofill.app_hash.empty() && !has(pattern, app_hash_name))
        text += '\n' + autofill.app_hash;
    if (!autofill.domain.empty() && !has(pattern, domain_name))
        text += "\n\n" + domain_line(autofill.domain, code.reveal());
    return Secret<std::string>(std::move(text));
}

std::string domain_line(std::string_view domain, std::string_view code) {
    return "@" + std::string(domain) + " #" + std::string(code);
}

} // namespace dialproof::delivery
