#include "simulated_keys.h"

#include <algorithm>

namespace dialproof::simulation {

namespace {

std::uint64_t remainder_of(const core::MacBytes& bytes, std::uint64_t modulus) {
    std::uint64_t remainder = 0;
    for (const unsigned char byte : bytes)
        remainder = (remainder * 256 + byte) % modulus;
    return remainder;
}

// A year would be found in every time that is logged.
bool looks_like_a_year(unsigned digits) { return digits >= 2000 && digits < 2100; }

// As core::code_message has it.
std::string message_of(const std::string& verification, unsigned generation) {
    std::string message("code\0", 5);
    message.append(verification).append(1, '\0');
    for (int shift = 24; shift >= 0; shift -= 8)
        message += static_cast<char>((generation >> shift) & 0xFF);
    return message;
}

} // namespace

const SimulatedMac& SimulatedMac::shared() {
    static const SimulatedMac mac;
    return mac;
}

const SimulatedKeys::Mac& SimulatedKeys::code_mac(std::uint32_t key, const std::string& message) const {
    const auto known = codes_.find({key, message});
    if (known != codes_.end())
        return known->second;
    for (unsigned salt = 0;; ++salt) {
        const auto mac = keys_.mac(key, "code", message + std::to_string(salt));
        const auto digits = static_cast<unsigned>(remainder_of(mac->reveal(), 10'000));
        if (digits % 10 == 0 || looks_like_a_year(digits) || !taken_.insert(digits).second)
            continue;
        return codes_.emplace(std::pair(key, message), *mac).first->second;
    }
}

std::optional<Secret<core::MacBytes>> SimulatedKeys::mac(std::uint32_t key, std::string_view purpose,
                                                         std::string_view message) const {
    if (purpose != "code")
        return keys_.mac(key, purpose, message);
    const auto numbers = keys_.numbers();
    if (std::find(numbers.begin(), numbers.end(), key) == numbers.end())
        return {};
    if (on_derived) {
        const std::string_view from_id = message.substr(5);
        on_derived(std::string(from_id.substr(0, from_id.find('\0'))));
    }
    return code_mac(key, std::string(message));
}

std::string SimulatedKeys::code(std::uint32_t key, const std::string& verification, unsigned generation,
                                unsigned length) const {
    std::uint64_t modulus = 1;
    for (unsigned i = 0; i < length; ++i)
        modulus *= 10;
    const std::string digits =
        std::to_string(remainder_of(code_mac(key, message_of(verification, generation)).reveal(), modulus));
    return std::string(length - digits.size(), '0') + digits;
}

} // namespace dialproof::simulation
