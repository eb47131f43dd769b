// The numbers behind the rules. A policy belongs to a service; the line policy is one for the whole
// server, because a line is shared by all services and dialects.
#pragma once

#include "core/code.h"
#include "core/default_templates.h"
#include "core/gcra.h"
#include "core/ids.h"
#include "core/phone_number.h"
#include "core/refusal.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dialproof::core {

// NIST SP 800-63B section 5.1.3.2: an out-of-band secret is valid for at most 10 minutes.
inline constexpr Seconds code_lifetime_of_nist{600};

enum class Uniqueness {
    none,          // many users may have verified the same number
    verified_once, // at most one user of a service at a time
};

struct Policy {
    ServiceName service{"default"};
    std::string app_name = "Dialproof"; // `{app}` in templates
    CodeShape code;
    Seconds code_lifetime = code_lifetime_of_nist;
    // Between two sends to one number, in place of the line's gaps; its windows hold all the same.
    std::optional<Seconds> send_gap;

    unsigned guesses = 5;       // wrong guesses on one verification ...
    Seconds guesses_fade{3600}; // ... within this time

    // ISO 3166-1 alpha-2, or "*" for all; a number of another region is refused.
    std::set<std::string> countries;
    std::set<NumberType> types_refused{NumberType::premium_rate, NumberType::shared_cost,
                                       NumberType::toll_free,    NumberType::pager,
                                       NumberType::uan,          NumberType::voicemail};
    Uniqueness uniqueness = Uniqueness::none;

    Rate sends_per_caller{30, Seconds{3600}};
    Rate sends_per_country{1000, Seconds{3600}};
    Rate sends_per_service{10000, Seconds{3600}};
    Rate checks_per_caller{120, Seconds{600}};

    // What texts may name, and nothing else, whatever a request says: see autofill.h.
    std::vector<std::string> web_domains;
    std::vector<std::string> android_app_hashes;

    unsigned parts_max = 2; // short messages that one text may take

    // Message text by BCP 47 language tag, with {code}, {app} and {minutes}. "en" is always there.
    Templates templates = default_templates();
};

struct LinePolicy {
    // The least time between one send and the next: the n-th gap holds after the n-th send of the last
    // hour, the last one from there on.
    std::vector<Seconds> send_gaps{Seconds{60}, Seconds{120}, Seconds{300}, Seconds{900}};
    // Each holds in every window of its period.
    std::vector<Rate> sends{{5, Seconds{600}}, {10, Seconds{3600}}, {50, Seconds{86400}}};
    std::vector<Rate> guesses{{15, Seconds{3600}}, {30, Seconds{86400}}};
    // Wrong guesses in a row, whatever the time between them, until a right one or an operator.
    unsigned guesses_in_row_max = 100;
};

// What a dialect has of its own, in place of the service's: its clients expect that shape or that time.
struct DialectTerms {
    std::optional<unsigned> code_length; // of digits
    std::optional<Seconds> code_lifetime;
    std::optional<unsigned> guesses;
    std::optional<Seconds> send_gap;

    friend bool operator==(const DialectTerms&, const DialectTerms&) = default;
};

Policy on_terms(Policy policy, const DialectTerms& terms);

// A number that is never sent to and whose code is fixed, for app store reviewers and demos.
using TestNumbers = std::map<PhoneNumber, Code>;

// Whether this service sends to such a number at all.
std::optional<Refused> check_number(const NumberFacts& facts, const Policy& policy);

} // namespace dialproof::core
