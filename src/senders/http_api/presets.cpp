#include "senders/http_api/presets.h"

#include <algorithm>

namespace dialproof::senders {

HttpApi at_base_url(HttpApi api, const std::string& base_url) {
    const auto move = [&base_url](std::string& url) {
        const std::size_t host = url.find("://") + 3;
        url.replace(0, std::min(url.find('/', host), url.size()), base_url);
    };
    move(api.send.url);
    for (auto* const request : {&api.use, &api.poll, &api.probe})
        if (*request)
            move((*request)->url);
    return api;
}

std::optional<HttpApi> preset(std::string_view name) {
    for (const auto& make :
         {infobip, kannel, messagebird, mobizon, plivo, sinch, smsc_kz, vonage, vonage_messages})
        if (auto api = make(); api.name == name)
            return api;
    return {};
}

} // namespace dialproof::senders
