// What the configuration says of providers and routes: [providers.NAME] and [routes.NAME].
#pragma once

#include "app/part_prices.h"
#include "delivery/routes.h"
#include "senders/smpp/smpp_config.h"

#include <map>
#include <string>
#include <vector>

namespace dialproof::app {

struct Setting;

struct ProviderSettings {
    std::string kind; // "smpp", "twilio", ..., or a preset of senders/http_api
    std::string sender_id;
    std::string secrets_file; // lines of name=value, mode 0600
    bool report_use = true;
    std::string base_url; // of all by HTTP; empty: their own
    PricesPerPart price_per_part;

    std::string api_file;                                                            // http
    std::string private_key_file;                                                    // vonage_messages, http
    std::string url;                                                                 // webhook
    std::string account_sid, key_sid, messaging_service_sid;                         // twilio
    std::string region, key_id, configuration_set, protect_configuration, max_price; // aws_sms
    std::string sender_username;                                                     // telegram
    std::map<std::string, senders::SmppLink> links;                                  // smpp
};

const std::vector<std::string>& provider_kinds();

std::vector<Setting> provider_settings();

} // namespace dialproof::app
