#include "app/policy_report.h"

#include "app/rate_text.h"
#include "core/odds.h"

#include <cmath>
#include <fmt/format.h>

namespace dialproof::app {

namespace {

template <typename Items, typename Text>
std::string joined(const Items& items, Text text) {
    std::string out;
    for (const auto& item : items)
        out += (out.empty() ? "" : ", ") + std::string(text(item));
    return out.empty() ? "none" : out;
}

std::string chance_text(double chance) {
    if (chance >= 1)
        return "certain";
    return fmt::format("1 in {} ({:.2g} %)", static_cast<long long>(std::floor(1 / chance)), chance * 100);
}

std::string code_report(const core::Policy& policy, const core::LinePolicy& line) {
    const auto odds = core::guess_odds(policy, line);
    std::string out =
        fmt::format("  code                    {} {}, good for {}\n", policy.code.length,
                    policy.code.alphabet == core::CodeAlphabet::digits ? "digits" : "digits and capitals",
                    span_text(policy.code_lifetime));
    out += fmt::format("  wrong guesses           {} on one verification within {}\n", policy.guesses,
                       span_text(policy.guesses_fade));
    if (policy.send_gap)
        out += "  gap between sends       " + span_text(*policy.send_gap) + ", in place of the line's\n";
    out += fmt::format("  a stranger guesses one number's code within a day: at most {}, by {} guesses\n",
                       chance_text(odds.chance),
                       std::isinf(odds.guesses_a_day) ? "any number of"
                                                      : fmt::format("{:.0f}", odds.guesses_a_day));
    return out;
}

} // namespace

std::string policy_report(const core::Rules& rules) {
    const auto same = [](const std::string& text) { return text; };
    std::string out = "Every line, whatever the service, user or API:\n";
    out += "  gaps between sends      " + joined(rules.line.send_gaps, span_text) + "\n";
    out += "  sends                   " + joined(rules.line.sends, rate_text) + "\n";
    out += "  wrong guesses           " + joined(rules.line.guesses, rate_text) + ", and " +
           std::to_string(rules.line.guesses_in_row_max) + " in a row\n";
    for (const auto& [name, policy] : rules.services) {
        out += "\nService " + name.text + "\n" + code_report(policy, rules.line);
        out += "  countries               " + joined(policy.countries, same) + "\n";
        out += "  number types refused    " +
               joined(policy.types_refused, [](auto t) { return to_text(t); }) + "\n";
        out += fmt::format("  sends                   {} by caller, {} to a country, {} in all\n",
                           rate_text(policy.sends_per_caller), rate_text(policy.sends_per_country),
                           rate_text(policy.sends_per_service));
        out += "  checks                  " + rate_text(policy.checks_per_caller) + " by caller\n";
        for (const auto& [dialect, terms] : rules.dialects)
            if (terms != core::DialectTerms{})
                out += "\nService " + name.text + ", what is started through " + dialect + "\n" +
                       code_report(on_terms(policy, terms), rules.line);
    }
    return out;
}

} // namespace dialproof::app
