#include "app/listen_address.h"

#include <charconv>

namespace dialproof::app {

std::optional<ListenAddress> parse_listen_address(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos)
        return {};
    ListenAddress address{text.substr(0, colon), 0};
    if (address.host.starts_with('[') && address.host.ends_with(']'))
        address.host = address.host.substr(1, address.host.size() - 2);
    const auto* first = text.data() + colon + 1;
    const auto* last = text.data() + text.size();
    const auto [end, failed] = std::from_chars(first, last, address.port);
    if (failed != std::errc{} || end != last || address.host.empty())
        return {};
    return address;
}

} // namespace dialproof::app
