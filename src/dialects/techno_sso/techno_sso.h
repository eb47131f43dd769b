// The phone endpoints of Techno SSO: a signed-in user adds a number, proves it with the token that was sent,
// and proving is a sign-in.
#pragma once

#include "core/ids.h"
#include "dialects/techno_sso/tokens.h"
#include "flows/users.h"
#include "ports/clock.h"
#include "ports/mac.h"
#include "ports/numbering_plan.h"
#include "wire/http.h"

#include <memory>
#include <string>
#include <string_view>

namespace dialproof::dialects {

struct TechnoSsoConfig {
    core::ServiceName service{"default"};
    std::string prefix;                 // "/sso"; empty: none
    Seconds spam_penalty{20};           // from one code to the next
    Seconds long_spam_penalty{60 * 60}; // after one that a caller asked for without a user id
    sso::TokenLives lives;
};

// What is handed in by reference outlives every mount; a mount outlives the requests that it serves.
class TechnoSso {
public:
    static constexpr std::string_view name = "techno_sso";
    // What its clients expect of a code: four digits, five minutes, and the fourth wrong one ends it.
    static core::DialectTerms terms(Seconds spam_penalty) { return {4, Seconds{300}, 4, spam_penalty}; }

    TechnoSso(flows::Users& users, const ports::NumberingPlan& plan, const ports::Clock& clock,
              const ports::Mac& mac, TechnoSsoConfig config);

    [[nodiscard]] http::Mount mount() const;

private:
    class Views;

    std::shared_ptr<Views> views_;
    std::string prefix_;
};

} // namespace dialproof::dialects
