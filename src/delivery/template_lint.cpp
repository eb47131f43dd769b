#include "delivery/template_lint.h"

#include "base/text.h"
#include "base/utf8.h"
#include "delivery/templates.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dialproof::delivery {

namespace {

// What iOS looks for where no domain line helps is not documented; by experience, one of these words close to
// the only digits that can be a code. How close is our own measure.
constexpr std::size_t near_bytes = 48;
constexpr auto code_words = std::to_array<std::string_view>(
    {"code",  "kod",    "código", "codigo", "codice", "clave",    "pin", "passcode", "password",
     "otp",   "Código", "код",    "Код",    "пароль", "Пароль",   "كود", "رمز",      "कोड",
     "ओटीपी", "验证码", "驗證碼", "代码",   "コード", "인증번호", "코드"});

constexpr std::array<std::pair<char32_t, std::string_view>, 15> plain_replacements{{
    {U'‘', "'"},
    {U'’', "'"},
    {U'‚', "'"},
    {U'“', "\""},
    {U'”', "\""},
    {U'„', "\""},
    {U'«', "\""},
    {U'»', "\""},
    {U'–', "-"},
    {U'—', "-"},
    {U'\u2011', "-"},
    {U'…', "..."},
    {U'`', "'"},
    {U'\u00A0', "a space"},
    {U'\u202F', "a space"},
}};

std::optional<std::string> plain_replacement(char32_t point) {
    const auto found = std::find_if(plain_replacements.begin(), plain_replacements.end(),
                                    [&](const auto& entry) { return entry.first == point; });
    if (found == plain_replacements.end())
        return {};
    return std::string(found->second);
}

// Each character that the alphabet of SMS lacks.
std::vector<ForcedUcs2> missing_in(std::string_view text) {
    std::vector<ForcedUcs2> missing;
    for (std::size_t position = 1; !text.empty(); ++position)
        if (const char32_t point = take_utf8(text); !gsm7::septets_of(point))
            missing.push_back({point, position, plain_replacement(point)});
    return missing;
}

std::vector<ForcedUcs2> forced_by(std::string_view pattern, const std::string& text) {
    auto missing = missing_in(pattern);
    if (missing.empty())
        for (auto& elsewhere : missing_in(text))
            missing.push_back({elsewhere.point, 0, elsewhere.say});
    // A dash costs nothing where the rest of the text is Cyrillic.
    const auto needed =
        std::find_if(missing.begin(), missing.end(), [](const auto& one) { return !one.say; });
    return needed == missing.end() ? missing : std::vector{*needed};
}

core::Code longest_code(const core::Policy& policy) {
    return core::Code(std::string(policy.code.length, '0'));
}

core::Autofill longest_domain(const core::Policy& policy) {
    const auto& all = policy.web_domains;
    const auto longest =
        std::max_element(all.begin(), all.end(), [](auto& a, auto& b) { return a.size() < b.size(); });
    return longest == all.end() ? core::Autofill{} : core::Autofill{*longest, ""};
}

core::Autofill an_app_hash(const core::Policy& policy) {
    if (policy.android_app_hashes.empty())
        return {};
    return {"", policy.android_app_hashes.front()};
}

// Runs of digits that are as long as a code may be; shorter ones are minutes.
std::size_t code_like_groups(std::string_view text) {
    std::size_t groups = 0, run = 0;
    for (const char c : text) {
        run = is_digit(c) ? run + 1 : 0;
        groups += run == core::CodeShape::length_min;
    }
    return groups;
}

bool has_code_word_near(std::string_view text, std::string_view code) {
    const auto at = text.find(code);
    const auto begin = at - std::min(at, near_bytes);
    const std::string around = to_lower(text.substr(begin, at - begin + code.size() + near_bytes));
    return std::any_of(code_words.begin(), code_words.end(),
                       [&](auto word) { return around.find(word) != std::string::npos; });
}

std::string ios_verdict(const std::string& text, const core::Autofill& autofill, const std::string& code) {
    if (!autofill.domain.empty())
        return text.ends_with('\n' + domain_line(autofill.domain, code))
                   ? "domain line"
                   : "no: the domain line is not the last";
    if (code_like_groups(text) > 1)
        return "unsure: several groups of digits";
    return has_code_word_near(text, code) ? "by its words" : "unsure: no word for code is near";
}

std::string android_verdict(const std::string& text, const core::Autofill& autofill, std::size_t parts) {
    if (autofill.app_hash.empty())
        return "-";
    const auto lines = split(text, '\n');
    if (lines.back() != autofill.app_hash)
        return "no: the app hash is not the last line";
    return parts == 1 ? "app hash" : "no: longer than 140 octets";
}

TemplateReport lint_template(const core::Policy& policy, const std::string& locale,
                             const std::string& pattern) {
    const core::Code code = longest_code(policy);
    const core::Autofill domain = longest_domain(policy), app = an_app_hash(policy);
    const std::string to_ios = render(policy, locale, code, domain).reveal();
    const std::string to_android = render(policy, locale, code, app).reveal();
    const auto ios = sms::plan(to_ios), android = sms::plan(to_android);
    const auto& longest = android.units > ios.units ? android : ios;
    TemplateReport report;
    report.locale = locale;
    report.encoding = longest.encoding;
    report.units = longest.units;
    report.parts = longest.parts.size();
    if (report.encoding == sms::Encoding::ucs2)
        report.forced_by = forced_by(pattern, to_ios);
    report.ios = ios_verdict(to_ios, domain, code.reveal());
    report.android = android_verdict(to_android, app, android.parts.size());
    return report;
}

std::string code_point_name(char32_t point) {
    const std::string octets{static_cast<char>(point >> 16 & 0xFF), static_cast<char>(point >> 8 & 0xFF),
                             static_cast<char>(point & 0xFF)};
    const std::string hex = to_upper(to_hex(octets));
    return "U+" + hex.substr(std::min<std::size_t>(hex.find_first_not_of('0'), 2));
}

} // namespace

std::vector<TemplateReport> lint_templates(const core::Policy& policy) {
    std::vector<TemplateReport> reports;
    for (const auto& [locale, pattern] : policy.templates)
        reports.push_back(lint_template(policy, locale, pattern));
    return reports;
}

std::string parts_text(const TemplateReport& report) {
    const std::string forced_by = forced_by_text(report);
    return (report.parts == 0 ? "more than " + std::to_string(sms::parts_max)
                              : std::to_string(report.parts)) +
           " short messages" + (forced_by.empty() ? "" : ", by " + forced_by);
}

std::string forced_by_text(const TemplateReport& report) {
    std::string text;
    for (const auto& forced : report.forced_by) {
        text += (text.empty() ? "" : ", ") + code_point_name(forced.point);
        text += forced.position > 0 ? " at " + std::to_string(forced.position) : " in the app name";
        if (forced.say)
            text += " (use " + *forced.say + ")";
    }
    return text;
}

} // namespace dialproof::delivery
