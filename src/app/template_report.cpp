#include "app/template_report.h"

#include "app/config.h"
#include "delivery/template_lint.h"

#include <fmt/format.h>

namespace dialproof::app {

namespace {

constexpr const char* row = "  {:<10} {:<8} {:>5} {:>5}  {:<12} {:<10} {}\n";

std::string remark(const delivery::TemplateReport& report, const core::Policy& policy) {
    const std::string forced_by = delivery::forced_by_text(report);
    if (report.fits(policy))
        return forced_by;
    return "takes too many parts" + (forced_by.empty() ? "" : ", by " + forced_by);
}

std::string table_row(const delivery::TemplateReport& report, const core::Policy& policy) {
    return fmt::format(fmt::runtime(row), report.locale, sms::to_text(report.encoding), report.units,
                       report.parts == 0 ? ">" + std::to_string(sms::parts_max)
                                         : std::to_string(report.parts),
                       report.ios, report.android, remark(report, policy));
}

// "cost by smsc in KZ: en 18 KZT, kk 36 KZT", for each price of each provider.
std::string cost_lines(const std::vector<delivery::TemplateReport>& reports,
                       const std::map<std::string, ProviderSettings>& providers) {
    std::string lines;
    for (const auto& [provider, settings] : providers)
        for (const auto& [country, price] : settings.price_per_part) {
            std::string costs;
            for (const auto& report : reports)
                if (const auto cost = product(price, static_cast<unsigned>(report.parts));
                    cost && report.parts > 0)
                    costs += fmt::format("{}{} {}", costs.empty() ? "" : ", ", report.locale, to_text(*cost));
            lines +=
                fmt::format("  cost by {}{}: {}\n", provider, country.empty() ? "" : " in " + country, costs);
        }
    return lines;
}

} // namespace

TemplatesReport template_report(const core::Rules& rules,
                                const std::map<std::string, ProviderSettings>& providers) {
    TemplatesReport all;
    for (const auto& [name, policy] : rules.services) {
        const core::Policy longest = longest_texts(rules, policy);
        all.text += fmt::format("{}Service {}, at most {} parts\n", all.text.empty() ? "" : "\n", name.text,
                                longest.parts_max);
        all.text += fmt::format(fmt::runtime(row), "locale", "encoding", "units", "parts", "iOS", "Android",
                                "remarks");
        const auto reports = delivery::lint_templates(longest);
        for (const auto& report : reports) {
            all.text += table_row(report, longest);
            all.too_long += report.fits(longest) ? 0U : 1U;
        }
        all.text += cost_lines(reports, providers);
    }
    return all;
}

} // namespace dialproof::app
