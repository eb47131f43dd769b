#include "wire/cookie.h"

#include "tests/fuzz/fuzz_target.h"

using namespace dialproof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto field = fuzz::text_of(data, size);
    const auto value = http::cookie(field, "jwt");
    if (!value)
        return 0;
    fuzz::require(value->empty() || field.find(*value) != std::string_view::npos,
                  "a value is part of its field");
    fuzz::require(value->find(';') == std::string_view::npos, "a value ends with its cookie");
    fuzz::require(field.find("jwt") != std::string_view::npos, "no cookie is found that is not named");
    return 0;
}
