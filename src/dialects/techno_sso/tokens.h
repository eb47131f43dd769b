// The JWTs of Techno SSO: HS256 under a configured key, so that the services that already read them go on
// doing so. Claims: `tdid`, `exp`, `roles`, and `is_refresh` in a refresh token.
#pragma once

#include "base/result.h"
#include "core/ids.h"
#include "dialects/techno_sso/answers.h"
#include "ports/clock.h"
#include "ports/mac.h"
#include "wire/http.h"

#include <string>
#include <string_view>

namespace dialproof::dialects::sso {

struct TokenLives {
    Seconds access{120 * 60};
    Seconds refresh{30L * 86400};
};

class Tokens {
public:
    Tokens(const ports::Mac& mac, const ports::Clock& clock, TokenLives lives) :
        mac_(mac), clock_(clock), lives_(lives) {}

    [[nodiscard]] std::string access(const core::UserId& user) const;
    [[nodiscard]] std::string refresh(const core::UserId& user) const;

    // Who calls, by "Authorization: Bearer" or the cookie `jwt`; never by the query, because addresses get
    // logged. The claim as it is, which may be empty. Errors: 401, with the text of go-chi/jwtauth 1.0.0.
    [[nodiscard]] Result<std::string, Error> caller(const http::Request& request) const;

private:
    [[nodiscard]] std::string issue(const core::UserId& user, Seconds life, bool is_refresh) const;
    [[nodiscard]] bool signature_holds(std::string_view signed_part, std::string_view signature) const;
    [[nodiscard]] Result<std::string, Error> tdid_of(std::string_view token) const;

    const ports::Mac& mac_;
    const ports::Clock& clock_;
    TokenLives lives_;
};

} // namespace dialproof::dialects::sso
