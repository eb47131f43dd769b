#include "wire/http.h"

#include "tests/fuzz/fuzz_target.h"

using namespace dialproof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto decoded = http::percent_decoded(text);
    if (decoded)
        fuzz::require(decoded->size() <= text.size(), "decoding makes nothing longer");
    else
        fuzz::require(text.find('%') != std::string_view::npos, "only an escape can be wrong");
    return 0;
}
