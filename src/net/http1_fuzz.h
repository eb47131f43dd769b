// What must hold of the decoder for any bytes at all: the same bytes, cut in whatever way, give the same
// requests and then the same verdict. Shared by the tests and the fuzz target.
#pragma once

#include "net/http1_decoder.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::net {

struct DecodedStream {
    std::vector<std::string> requests; // each as one text
    int refused_with = 0;              // the status, or 0

    friend bool operator==(const DecodedStream&, const DecodedStream&) = default;
};

inline std::string to_text(const Http1Request& got) {
    std::string text = got.request.method + " " + got.request.path + "?" + got.request.query;
    text += got.http10 ? " 1.0" : " 1.1";
    text += got.keep_alive ? " stays\n" : " ends\n";
    for (const auto& [name, value] : got.request.headers.all())
        text.append(name).append("=").append(value).append("\n");
    return text + "\n" + got.request.body;
}

// Feeds `bytes` in parts of `part` bytes.
inline DecodedStream decode_in_parts(std::string_view bytes, std::size_t part, const Limits& limits) {
    Http1Decoder decoder(limits);
    DecodedStream stream;
    while (!bytes.empty()) {
        decoder.feed(bytes.substr(0, part));
        bytes.remove_prefix(std::min(part, bytes.size()));
        for (auto next = decoder.next(); next; next = decoder.next()) {
            if (!*next) {
                stream.refused_with = next->error().status;
                return stream;
            }
            stream.requests.push_back(to_text(**next));
        }
    }
    return stream;
}

// The first byte says how the rest is cut.
inline void fuzz_http1(std::span<const std::uint8_t> input) {
    if (input.empty())
        return;
    Limits limits;
    limits.header_bytes = 512;
    limits.header_count = 8;
    limits.target_bytes = 128;
    limits.body_bytes = 256;
    std::string bytes;
    for (const auto byte : input.subspan(1))
        bytes += static_cast<char>(byte);
    const auto whole = decode_in_parts(bytes, bytes.size(), limits);
    const auto cut = decode_in_parts(bytes, 1 + input[0] % 64, limits);
    if (whole.requests != cut.requests || (whole.refused_with == 0) != (cut.refused_with == 0))
        std::abort();
}

} // namespace dialproof::net
