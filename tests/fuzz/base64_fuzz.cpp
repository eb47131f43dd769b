#include "base/base64.h"

#include "base/text.h"
#include "tests/fuzz/fuzz_target.h"

using namespace dialproof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    fuzz::require(base64_decoded(to_base64(text)) == text, "bytes are read back");
    fuzz::require(base64url_decoded(to_base64url(text)) == text, "bytes are read back from base64url");
    const std::string without_padding(text.substr(0, text.find('=')));
    if (const auto bytes = base64_decoded(text)) {
        const std::string padded = to_base64(*bytes);
        fuzz::require(padded.substr(0, padded.find('=')) == without_padding, "a text has one meaning");
    }
    if (const auto bytes = base64url_decoded(text))
        fuzz::require(to_base64url(*bytes) == without_padding, "a base64url text has one meaning");
    return 0;
}
