// The sms_settings API of the pip-services family: resend, verify, read and replace a user's phone settings,
// under /api/v1/sms_settings; and, where it is switched on, the microservice's own commands.
#pragma once

#include "core/ids.h"
#include "flows/access.h"
#include "flows/users.h"
#include "ports/clock.h"
#include "ports/numbering_plan.h"
#include "wire/http.h"

#include <memory>
#include <string_view>

namespace dialproof::dialects {

struct PipSmsSettingsConfig {
    core::ServiceName service{"default"};
    bool legacy_success = false; // resend and verify answer 200 with the body 204, as the first generation
    bool show_code = false;      // the answer to PUT has `ver_code`: for test set-ups, never in production
    bool commands = false;       // POST /v1/sms_settings/{command}, behind API tokens
};

// What is handed in by reference outlives every mount; a mount outlives the requests that it serves.
class PipSmsSettings {
public:
    static constexpr std::string_view name = "pip_sms_settings";

    PipSmsSettings(flows::Users& users, flows::Access& access, const ports::NumberingPlan& plan,
                   const ports::Clock& clock, PipSmsSettingsConfig config);

    [[nodiscard]] http::Mount mount() const;

private:
    class Views;

    std::shared_ptr<Views> views_;
    bool commands_served_;
};

} // namespace dialproof::dialects
