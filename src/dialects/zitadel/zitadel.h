// The phone methods of Zitadel's user API v2, over REST and as services of remote procedure calls.
#pragma once

#include "dialects/zitadel/organisations.h"
#include "flows/access.h"
#include "flows/users.h"
#include "ports/clock.h"
#include "ports/numbering_plan.h"
#include "ports/random.h"
#include "rpc/service.h"
#include "wire/http.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::dialects {

struct ZitadelConfig {
    std::vector<ZitadelOrganisation> organisations; // the first is where users are added by default
    std::string default_region; // ISO 3166-1 alpha-2 for numbers in national form; empty: refused
    std::vector<std::string> cors_origins{}; // of pages that may call; see http::CorsPolicy
};

// What is handed in by reference outlives every mount; a mount outlives the requests that it serves.
class Zitadel {
public:
    static constexpr std::string_view name = "zitadel";

    Zitadel(flows::Users& users, flows::Access& access, const ports::NumberingPlan& plan,
            const ports::Clock& clock, ports::Random& random, ZitadelConfig config);

    // The paths of REST, and those of remote procedure calls.
    [[nodiscard]] std::vector<http::Mount> mounts() const;
    // By their full names.
    static std::vector<std::string> service_names();

private:
    struct Parts;

    [[nodiscard]] http::Mount rest() const;
    [[nodiscard]] std::vector<rpc::Service> services() const;

    std::shared_ptr<const Parts> parts_;
};

} // namespace dialproof::dialects
