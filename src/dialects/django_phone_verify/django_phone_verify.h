// The API of django-phone-verify 3.3: register a number, verify it with the code and the session token.
// There are no users; whoever holds the token may check the code.
#pragma once

#include "core/ids.h"
#include "flows/proof_token.h"
#include "flows/proofs.h"
#include "ports/clock.h"
#include "ports/numbering_plan.h"
#include "wire/http.h"

#include <memory>
#include <string>
#include <string_view>

namespace dialproof::dialects {

struct DjangoPhoneVerifyConfig {
    core::ServiceName service{"default"};
    std::string default_region; // ISO 3166-1 alpha-2 for numbers in national form; empty: refused
};

// What is handed in by reference outlives every mount; a mount outlives the requests that it serves.
class DjangoPhoneVerify {
public:
    static constexpr std::string_view name = "django_phone_verify";

    DjangoPhoneVerify(flows::Proofs& proofs, flows::ProofToken tokens, const ports::NumberingPlan& plan,
                      const ports::Clock& clock, DjangoPhoneVerifyConfig config);

    [[nodiscard]] http::Mount mount() const;

private:
    class Views;

    std::shared_ptr<Views> views_;
};

} // namespace dialproof::dialects
