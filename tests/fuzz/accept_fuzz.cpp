#include "wire/accept.h"
#include "wire/accept_encoding.h"

#include "tests/fuzz/fuzz_target.h"

using namespace dialproof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const int quality = http::accept_quality(fuzz::text_of(data, size), "application/json");
    fuzz::require(quality >= 0 && quality <= 1000, "a quality is a weight");
    http::accepts_gzip(fuzz::text_of(data, size));
    return 0;
}
