#include "wire/grpc_text.h"

#include "base/base64.h"
#include "tests/fuzz/fuzz_target.h"
#include "wire/gzip.h"
#include "wire/http.h"

using namespace dialproof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    fuzz::require(http::percent_decoded(wire::grpc_message(text)) == text, "a message is read back");
    if (const auto timeout = wire::parse_grpc_timeout(text))
        fuzz::require(timeout->count() >= 0 && text.size() <= 9, "a timeout is short and not negative");
    if (const auto bytes = wire::grpc_web_text_decoded(text))
        fuzz::require(bytes->size() <= text.size(), "base64 does not shrink what it holds");
    fuzz::require(wire::grpc_web_text_decoded(to_base64(text)) == text, "base64 is read back");
    constexpr std::size_t bytes_max = 4096;
    if (const auto plain = wire::gunzip(text, bytes_max))
        fuzz::require(plain->size() <= bytes_max, "what is decompressed keeps its bound");
    return 0;
}
