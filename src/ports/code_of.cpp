#include "ports/code_of.h"

namespace dialproof::ports {

std::optional<core::Code> code_of(const core::Verification& verification, const Keys& keys) {
    if (verification.handover == core::Handover::fixed)
        return {};
    if (!verification.sealed_code.empty())
        return keys.open(verification.key_number, verification.id.text, verification.sealed_code);
    const auto mac = keys.mac(verification.key_number, "code",
                              core::code_message(verification.id, verification.generation));
    if (!mac)
        return {};
    return core::code_from_mac(*mac, verification.code_shape);
}

std::optional<std::string> sealed_code(const core::VerificationId& verification, const core::Code& code,
                                       std::uint32_t key, const Keys& keys) {
    return keys.seal(key, verification.text, code);
}

} // namespace dialproof::ports
