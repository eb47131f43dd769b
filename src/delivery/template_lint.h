// What each template of a service costs, and whether phones will find the code in it: told before the first
// bill.
#pragma once

#include "core/policy.h"
#include "wire/sms_text.h"

#include <optional>
#include <string>
#include <vector>

namespace dialproof::delivery {

struct ForcedUcs2 {
    char32_t point;
    std::size_t position; // in the template, counted from 1; 0: it comes from elsewhere, as the app name
    std::optional<std::string> say; // what costs less and says the same
};

struct TemplateReport {
    std::string locale;
    sms::Encoding encoding = sms::Encoding::gsm7;
    std::size_t units = 0, parts = 0;  // of the longest text: 0 parts are more than a message can have
    std::vector<ForcedUcs2> forced_by; // the first that nothing plain replaces, or else all
    // How a phone finds the code, or why it may not. What a service names neither domain nor app for is "-".
    std::string ios, android;

    [[nodiscard]] bool fits(const core::Policy& policy) const {
        return parts > 0 && parts <= policy.parts_max;
    }
};

// One for each locale. The longest text has the longest domain of the service and the code's full length.
std::vector<TemplateReport> lint_templates(const core::Policy& policy);

// "2 short messages, by U+2019 at 5 (use ')".
std::string parts_text(const TemplateReport& report);

// "U+2019 at 5 (use ')": what turned the text to UCS-2; empty where nothing did.
std::string forced_by_text(const TemplateReport& report);

} // namespace dialproof::delivery
