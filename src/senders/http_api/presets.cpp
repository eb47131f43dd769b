#include "senders/http_api/presets.h"

namespace dialproof::senders {

std::optional<HttpApi> preset(std::string_view name) {
    for (const auto& make : {infobip, kannel, messagebird, mobizon, plivo, sinch, smsc_kz, vonage})
        if (auto api = make(); api.name == name)
            return api;
    return {};
}

} // namespace dialproof::senders
