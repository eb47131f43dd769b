// Where a listener listens: "127.0.0.1:8080" or "[::1]:8080".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace dialproof::app {

struct ListenAddress {
    std::string host; // without brackets
    std::uint16_t port = 0;
};

std::optional<ListenAddress> parse_listen_address(const std::string& text);

} // namespace dialproof::app
