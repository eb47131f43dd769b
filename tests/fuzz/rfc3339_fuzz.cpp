#include "base/instant.h"

#include "tests/fuzz/fuzz_target.h"

using namespace dialproof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto parsed = parse_rfc3339(fuzz::text_of(data, size));
    if (!parsed)
        return 0;
    // An offset may lead out of the four-digit years, which the format ends with.
    using std::chrono::sys_days, std::chrono::year, std::chrono::January;
    const bool has_text =
        *parsed >= sys_days(year(0) / January / 1) && *parsed < sys_days(year(10'000) / January / 1);
    if (has_text)
        fuzz::require(parse_rfc3339(to_rfc3339(*parsed)) == parsed, "a time survives its text");
    return 0;
}
