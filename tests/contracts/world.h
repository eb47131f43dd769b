// Everything between a request and a handset, in one process.
#pragma once

#include "admin/admin_api.h"
#include "base/run_loop.h"
#include "core/rules.h"
#include "delivery/dispatcher.h"
#include "dialects/django_phone_verify/django_phone_verify.h"
#include "dialects/pip_sms_settings/pip_sms_settings.h"
#include "dialects/techno_sso/techno_sso.h"
#include "dialects/zitadel/zitadel.h"
#include "fakes.h"
#include "flows/access.h"
#include "flows/lines.h"
#include "flows/proof_token.h"
#include "flows/proofs.h"
#include "flows/timelines.h"
#include "flows/users.h"
#include "platform/hmac.h"
#include "server/router.h"
#include "storage.h"

#include <memory>
#include <string>
#include <vector>

namespace dialproof::contracts {

struct Settings {
    core::Rules rules;
    std::string default_region;
    dialects::PipSmsSettingsConfig pip;
    dialects::TechnoSsoConfig techno;
    std::vector<std::string> cors_origins; // of zitadel

    // Every country, and two services: "default", which is organisation 69629023906488334, and "acme",
    // which is 260000000000000002.
    Settings();
    // Throws std::invalid_argument where there is no such key or the value is none.
    void set(const std::string& key, const std::string& value);
};

inline constexpr const char* administrator_token = "the-administrators-token";
inline constexpr const char* jwt_key = "a key that other services know too";

class World {
public:
    World(Settings settings, StoreKind kind);
    ~World();

    http::Response ask(http::Request request);
    Secret<std::string> issue_token(flows::NewToken token);
    Secret<std::string> open_session(core::UserId user, bool administrator, Seconds life);
    void revoke_token(const Secret<std::string>& token);
    void advance(Seconds by);
    // The newest of that number; throws std::invalid_argument where there is none.
    core::VerificationId newest_verification(const std::string& number);
    [[nodiscard]] const std::vector<http::Mount>& mounts() const { return mounts_; }

    ports::ManualClock clock;
    Handsets handsets;

private:
    Storage storage_;

public:
    GatedStore store{storage_.store()};

private:
    // Lets everything go on that has something to do.
    void turn();
    std::vector<http::Mount> made_mounts(const Settings& settings);

    struct Issued {
        std::string id;
        Secret<std::string> secret;
    };

    RunLoop loop_;
    ports::ManualAlarm alarm_{clock};
    ports::CountingRandom random_;
    ports::MixingKeys keys_;
    ports::RecordingMeter meter_;
    ports::RecordingLog log_;
    core::RuleBook rules_;
    flows::World ports_;
    flows::Proofs proofs_;
    flows::Users users_;
    flows::Access access_;
    flows::Lines lines_;
    flows::Timelines timelines_;
    delivery::Providers providers_;
    admin::AdminApi admin_;
    delivery::Router router_of_messages_;
    delivery::Dispatcher dispatcher_;
    dialects::Zitadel zitadel_;
    platform::Hmac jwt_mac_{jwt_key};
    std::vector<http::Mount> mounts_;
    server::Router router_;
    std::vector<Issued> issued_;
    bool dispatching_ = true;
};

} // namespace dialproof::contracts
