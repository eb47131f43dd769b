#include "server/caller_address.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace dialproof::server {
namespace {

constexpr std::size_t hops_max = 32; // looked at, from the right
constexpr unsigned mapped_bits = 96;
constexpr std::array<unsigned char, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

std::string_view without_quotes(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        return text.substr(1, text.size() - 2);
    return text;
}

// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80".
std::optional<IpAddress> parse_node(std::string_view node) {
    if (node.starts_with('[')) {
        const auto close = node.find(']');
        return close == std::string_view::npos ? std::nullopt : IpAddress::parse(node.substr(1, close - 1));
    }
    if (std::count(node.begin(), node.end(), ':') == 1)
        node = node.substr(0, node.find(':'));
    return IpAddress::parse(node);
}

// The "for" of one forwarded-element, RFC 7239 section 4; empty where it has none.
std::string_view for_parameter(std::string_view element) {
    for (const auto pair : split(element, ';')) {
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && equals_ignoring_case(trimmed(pair.substr(0, equals)), "for"))
            return without_quotes(trimmed(pair.substr(equals + 1)));
    }
    return {};
}

// Calls `visit` with each hop, the nearest first, until it returns false.
template <typename Visit>
void visit_hops(const http::Headers& headers, ForwardedBy header, Visit visit) {
    const std::string_view name = header == ForwardedBy::forwarded ? "forwarded" : "x-forwarded-for";
    const auto& fields = headers.all();
    std::size_t hops = 0;
    for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
        if (field->first != name)
            continue;
        std::string_view rest = field->second;
        for (;;) {
            const auto comma = rest.rfind(',');
            const auto last = trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
            const auto node = header == ForwardedBy::forwarded ? for_parameter(last) : last;
            if (++hops > hops_max || !visit(node))
                return;
            if (comma == std::string_view::npos)
                break;
            rest = rest.substr(0, comma);
        }
    }
}

} // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    const std::string plain(text.substr(0, text.find('%')));
    IpAddress address;
    if (inet_pton(AF_INET, plain.c_str(), address.bytes_.data() + mapped_prefix.size()) == 1) {
        std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.bytes_.begin());
        return address;
    }
    if (inet_pton(AF_INET6, plain.c_str(), address.bytes_.data()) == 1)
        return address;
    return {};
}

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v4 = is_v4();
    const auto* bytes = bytes_.data() + (v4 ? mapped_prefix.size() : 0);
    return inet_ntop(v4 ? AF_INET : AF_INET6, bytes, text.data(), text.size());
}

bool IpAddress::is_v4() const {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes_.begin());
}

bool IpAddress::shares_prefix(const IpAddress& other, unsigned bits) const {
    const auto whole = bits / 8;
    if (!std::equal(bytes_.begin(), bytes_.begin() + whole, other.bytes_.begin()))
        return false;
    const auto rest = bits % 8;
    return rest == 0 || ((bytes_.at(whole) ^ other.bytes_.at(whole)) >> (8 - rest)) == 0;
}

Result<TrustedProxies, std::string> TrustedProxies::parse(const std::vector<std::string>& networks) {
    TrustedProxies proxies;
    for (const std::string_view network : networks) {
        const auto slash = network.find('/');
        const auto address = IpAddress::parse(network.substr(0, slash));
        const auto refused =
            std::string(network) + " is neither an IP address nor a network such as 10.0.0.0/8";
        if (!address)
            return fail(refused);
        const unsigned offset = address->is_v4() ? mapped_bits : 0, most = 128 - offset;
        unsigned bits = most;
        if (slash != std::string_view::npos) {
            const auto digits = network.substr(slash + 1);
            const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
            if (error != std::errc() || end != digits.data() + digits.size() || bits > most)
                return fail(refused);
        }
        proxies.networks_.push_back({*address, bits + offset});
    }
    return proxies;
}

bool TrustedProxies::contains(const IpAddress& address) const {
    return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
        return address.shares_prefix(network.address, network.bits);
    });
}

std::string caller_address(std::string_view peer, const http::Headers& headers, const TrustedProxies& trusted,
                           ForwardedBy header) {
    const bool v4 = peer.find(':') == std::string_view::npos;
    if (v4 && trusted.empty())
        return std::string(peer); // in its one form already
    auto caller = IpAddress::parse(peer);
    if (!caller)
        return std::string(peer);
    if (trusted.contains(*caller))
        visit_hops(headers, header, [&](std::string_view node) {
            const auto hop = parse_node(node);
            if (!hop)
                return false;
            caller = hop;
            return trusted.contains(*hop);
        });
    return caller->text();
}

} // namespace dialproof::server
