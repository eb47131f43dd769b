#include "flows/limiters.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace dialproof::flows {

namespace {

constexpr std::string_view checks_prefix = "checks:";

// A socket of both families names an IPv4 peer as ::ffff:192.0.2.1 (RFC 4291 section 2.5.5.2).
std::string without_mapping(std::string_view address) {
    in6_addr parsed{};
    if (inet_pton(AF_INET6, std::string(address).c_str(), &parsed) != 1 || !IN6_IS_ADDR_V4MAPPED(&parsed))
        return std::string(address);
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, parsed.s6_addr + 12, text.data(), text.size());
    return text.data();
}

bool is_loopback(std::string_view address) {
    return without_mapping(address).starts_with("127.") || address == "::1";
}

// A caller that may write users is a trusted back end, whose one address stands for many people; it
// answers to the limits of its service and countries.
bool counts(const Draft& draft, const Caller& caller) {
    const auto& principal = caller.principal;
    const bool back_end =
        principal.administrator || principal.permissions.contains(core::Permission::user_write);
    return !back_end && (draft.rules().limit_loopback_callers || !is_loopback(caller.address));
}

} // namespace

std::string network_of(std::string_view address) {
    in6_addr parsed{};
    std::string plain = without_mapping(address);
    if (inet_pton(AF_INET6, plain.c_str(), &parsed) != 1)
        return plain;
    std::fill(parsed.s6_addr + 8, parsed.s6_addr + 16, std::uint8_t{0});
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(AF_INET6, &parsed, text.data(), text.size());
    return std::string(text.data()) + "/64";
}

void charge_send(Draft& draft, const Caller& caller, const std::string& region, const core::Policy& policy) {
    if (counts(draft, caller))
        draft.charge("sends:caller:" + policy.service.text + ":" + network_of(caller.address),
                     policy.sends_per_caller);
    draft.charge("sends:country:" + policy.service.text + ":" + region, policy.sends_per_country);
    draft.charge("sends:service:" + policy.service.text, policy.sends_per_service);
}

void charge_check(Draft& draft, const Caller& caller, const core::Policy& policy) {
    draft.stand_when_refused();
    if (counts(draft, caller))
        draft.charge(std::string(checks_prefix) + "caller:" + policy.service.text + ":" +
                         network_of(caller.address),
                     policy.checks_per_caller);
}

core::Reason reason_of_limiter(std::string_view limiter) {
    return limiter.starts_with(checks_prefix) ? core::Reason::check_limit_reached
                                              : core::Reason::send_limit_reached;
}

} // namespace dialproof::flows
