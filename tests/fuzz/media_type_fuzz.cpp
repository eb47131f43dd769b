#include "wire/media_type.h"

#include "tests/fuzz/fuzz_target.h"

using namespace dialproof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto type = http::parse_media_type(fuzz::text_of(data, size));
    if (!type)
        return 0;
    const std::string text = http::to_text(*type);
    if (text.size() <= http::media_type_bytes_max)
        fuzz::require(http::parse_media_type(text) == type, "what was written is read back");
    return 0;
}
