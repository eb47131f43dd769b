#include "server/caller_address.h"

#include "tests/fuzz/fuzz_target.h"

using namespace dialproof;
using server::ForwardedBy;
using server::IpAddress;
using server::TrustedProxies;

namespace {

constexpr std::string_view proxy = "10.0.0.1", stranger = "192.0.2.1";

void check_chain(const http::Headers& headers, ForwardedBy header) {
    static const TrustedProxies ours = *TrustedProxies::parse({"10.0.0.0/8", "2001:db8::/32"});
    fuzz::require(server::caller_address(stranger, headers, ours, header) == stranger,
                  "nobody else's header is believed");
    fuzz::require(server::caller_address(proxy, headers, TrustedProxies(), header) == proxy,
                  "without proxies the peer is the caller");
    const auto address = IpAddress::parse(server::caller_address(proxy, headers, ours, header));
    fuzz::require(address.has_value(), "the caller is an address");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    if (const auto address = IpAddress::parse(text))
        fuzz::require(IpAddress::parse(address->text()) == address, "an address survives its text");
    http::Headers headers;
    headers.add("x-forwarded-for", std::string(text));
    headers.add("forwarded", std::string(text));
    check_chain(headers, ForwardedBy::x_forwarded_for);
    check_chain(headers, ForwardedBy::forwarded);
    return 0;
}
