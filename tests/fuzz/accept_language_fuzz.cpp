#include "wire/accept_language.h"

#include "tests/fuzz/fuzz_target.h"

using namespace dialproof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto tags = http::accepted_languages(fuzz::text_of(data, size));
    fuzz::require(tags.size() <= http::languages_max, "tags are bounded");
    std::string field;
    for (const auto& tag : tags)
        field += tag + ',';
    fuzz::require(http::accepted_languages(field) == tags, "what was written is read back");
    return 0;
}
