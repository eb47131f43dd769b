#include "app/welcome.h"

#include <fmt/format.h>

namespace dialproof::app {

std::string url_of(const std::string& scheme, const std::string& listen, std::uint16_t port) {
    return scheme + "://" + listen.substr(0, listen.rfind(':')) + ":" + std::to_string(port);
}

std::string welcome_text(const std::string& url, const Secret<std::string>& admin_token) {
    return fmt::format(R"(
Messages show up at {0}/dev, and the APIs can be tried at {0}/docs
Admin token: {1}

Register a number, then verify it with the code that was sent:

  TOKEN=$(curl -s {0}/api/phone/register -d phone_number=%2B41791234567 | cut -d'"' -f4)
  curl -s {0}/api/phone/verify -d phone_number=%2B41791234567 -d session_token=$TOKEN -d security_code=$(curl -s '{0}/dev/messages?to=%2B41791234567&limit=1' | grep -o '"code":"[0-9]*' | cut -d'"' -f4)

)",
                       url, admin_token.reveal());
}

} // namespace dialproof::app
