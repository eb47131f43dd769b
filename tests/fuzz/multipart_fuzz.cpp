#include "wire/multipart.h"

#include "base/utf8.h"
#include "tests/fuzz/fuzz_target.h"

#include <algorithm>

using namespace dialproof;

// The first line is the content type, the rest the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto line_end = std::min(text.find('\n'), text.size());
    const auto body = text.substr(std::min(line_end + 1, text.size()));
    const auto parts = http::parse_multipart(text.substr(0, line_end), body);
    if (!parts) {
        fuzz::require(!http::to_text(parts.error()).empty(), "an error says what is wrong");
        return 0;
    }
    fuzz::require(parts->size() <= http::multipart_parts_max, "parts are bounded");
    std::size_t bytes = 0;
    for (const auto& part : *parts) {
        fuzz::require(utf8_length(part.name).has_value(), "names are UTF-8");
        fuzz::require(part.filename || utf8_length(part.value), "fields are UTF-8");
        bytes += part.filename ? part.value.size() : 0;
    }
    fuzz::require(bytes <= body.size(), "no byte comes out twice");
    return 0;
}
