#include "wire/gsm7.h"
#include "wire/sms_text.h"

#include "tests/fuzz/fuzz_target.h"

using namespace dialproof;

namespace {

gsm7::Shifts shifts_of(std::uint8_t bits) {
    constexpr unsigned languages = 4;
    return {static_cast<gsm7::Language>(bits % languages),
            static_cast<gsm7::Language>(bits / languages % languages)};
}

void check_septets(std::string_view octets, gsm7::Shifts shifts) {
    const std::string septets = gsm7::unpacked(octets, octets.size() * 2);
    fuzz::require(gsm7::unpacked(gsm7::packed(septets), septets.size()) == septets,
                  "what was packed is unpacked");
    const std::string shown = gsm7::decoded(septets, shifts);
    const auto encoded = gsm7::encoded(shown, shifts);
    fuzz::require(encoded && gsm7::decoded(*encoded, shifts) == shown, "what is shown can be sent");
}

void check_parts(std::string_view text, gsm7::Shifts shifts) {
    const auto plan = sms::plan(text, {.shifts = shifts, .packed = true});
    for (std::size_t i = 0; i < plan.parts.size(); ++i)
        fuzz::require(plan.parts[i].reveal().size() + plan.header(1, i).size() <= sms::payload_octets,
                      "no part is too long");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const auto shifts = shifts_of(data[0]);
    const auto rest = fuzz::text_of(data + 1, size - 1);
    check_septets(rest, shifts);
    check_parts(rest, shifts);
    return 0;
}
