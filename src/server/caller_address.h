// Who calls, when proxies stand in between. A header can be written by anybody, so it is believed only as
// far as a chain of trusted proxies vouches for it: from the right, up to the first address that is none.
#pragma once

#include "base/result.h"
#include "wire/http.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::server {

// IPv6, or IPv4 in its mapped form, so that one address has one value.
class IpAddress {
public:
    // "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"; a zone such as "%eth0" is dropped.
    static std::optional<IpAddress> parse(std::string_view text);

    // The usual short form; a mapped IPv4 address as IPv4.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool is_v4() const;
    // Whether the first `bits` of the 128 are the same.
    [[nodiscard]] bool shares_prefix(const IpAddress& other, unsigned bits) const;

    friend bool operator==(const IpAddress&, const IpAddress&) = default;

private:
    std::array<unsigned char, 16> bytes_{};
};

// Which header the trusted proxies write. They append to one and pass the other on as the client sent it,
// so only the one that is theirs may be read.
enum class ForwardedBy { x_forwarded_for, forwarded }; // the latter is RFC 7239

class TrustedProxies {
public:
    TrustedProxies() = default;
    // Networks in CIDR form, or single addresses: "10.0.0.0/8", "2001:db8::/32", "127.0.0.1". Gives a
    // sentence that names the one that is neither.
    static Result<TrustedProxies, std::string> parse(const std::vector<std::string>& networks);

    [[nodiscard]] bool contains(const IpAddress& address) const;
    [[nodiscard]] bool empty() const { return networks_.empty(); }

private:
    struct Network {
        IpAddress address;
        unsigned bits;
    };
    std::vector<Network> networks_;
};

// `peer` is the address of the socket's other end, as the socket says it. Where the chain ends in something
// that is no address, the last trusted proxy before it is the caller.
std::string caller_address(std::string_view peer, const http::Headers& headers, const TrustedProxies& trusted,
                           ForwardedBy header);

} // namespace dialproof::server
