// Providers whose API is data. Each says which secrets it needs; the tables have their sources beside them.
#pragma once

#include "senders/http_api/http_api.h"

#include <optional>
#include <string>
#include <string_view>

namespace dialproof::senders {

HttpApi infobip();         // secrets base (host name), key
HttpApi kannel();          // secrets host, port, username, password
HttpApi messagebird();     // secrets key, signing_key
HttpApi mobizon();         // secret key
HttpApi plivo();           // secrets auth_id, auth_token
HttpApi sinch();           // secrets region ("us", "eu"), plan, token
HttpApi smsc_kz();         // secrets login, password
HttpApi vonage();          // secrets key, secret
HttpApi vonage_messages(); // secrets application_id, private_key (PEM), signature_secret

// The same API at another scheme and host, such as that of a region or of a proxy.
HttpApi at_base_url(HttpApi api, const std::string& base_url);

// By its name; nothing where there is no such preset.
std::optional<HttpApi> preset(std::string_view name);

} // namespace dialproof::senders
