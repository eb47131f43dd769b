#include "wire/json.h"

#include "tests/fuzz/fuzz_target.h"
#include "wire/json_diagnosis.h"

using namespace dialproof;

// What is read can be written and read again; what is refused has a place in the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto value = json::parse(text);
    if (!value) {
        const auto& place = value.error().place;
        fuzz::require(!value.error().message.empty(), "an error says what is wrong");
        fuzz::require(!place || place->offset <= text.size(), "an error lies in the text");
        return 0;
    }
    fuzz::require(!json::first_mistake(text), "a good text has no mistake");
    const auto again = json::parse(json::to_text(*value));
    fuzz::require(again && *again == *value, "what was written is read back");
    return 0;
}
