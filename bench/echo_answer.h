// What all servers without a purpose answer, and how they say where they are.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string_view>

namespace dialproof::bench {

inline constexpr std::string_view answer_body =
    R"({"session_token":"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJwaG9uZV9udW1iZXIiOiIrNDE3OTEyMzQ1NjcifQ"})";

inline void say_ready(std::uint16_t port) {
    std::printf("echo ready on http://127.0.0.1:%u\n", static_cast<unsigned>(port));
    std::fflush(stdout);
}

} // namespace dialproof::bench
