#include "base/text.h"
#include "wire/jwt.h"

#include "tests/fuzz/fuzz_target.h"

using namespace dialproof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto token = jwt::parse(text);
    if (!token)
        return 0;
    fuzz::require(size <= jwt::token_bytes_max, "longer texts are not read");
    fuzz::require(text.starts_with(token->signed_part), "what was signed is what came");
    fuzz::require(token->header.as_object() && token->claims.as_object(), "both parts are objects");
    const auto again = jwt::parse(jwt::with_signature(token->signed_part, token->signature));
    fuzz::require(again && again->claims == token->claims && again->signature == token->signature,
                  "what was read survives being put together again");
    return 0;
}
