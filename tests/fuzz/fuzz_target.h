// What a fuzz target is made of: one function that takes any bytes, and claims about what comes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// The entry that libFuzzer, and corpus_main.cpp, call.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace dialproof::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// Ends the process where the claim does not hold; the fuzzer then keeps the input.
inline void require(bool claim, const char* what) {
    if (claim)
        return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

} // namespace dialproof::fuzz
