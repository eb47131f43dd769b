// The id of a request, for the log and the X-Request-Id header. Not a secret.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace dialproof::server {

inline constexpr std::size_t request_id_bytes_max = 64;

// 1 to 64 of [A-Za-z0-9._-]: what may stand in a log line as it is.
bool is_request_id(std::string_view text);

// One for each thread.
class RequestIds {
public:
    RequestIds();

    // `offered` where it is well-formed, or a new one: 32 lower case hexadecimal digits.
    std::string choose(std::optional<std::string_view> offered);

private:
    std::mt19937_64 random_;
};

} // namespace dialproof::server
