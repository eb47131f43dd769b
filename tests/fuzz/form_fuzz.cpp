#include "wire/form.h"

#include "base/utf8.h"
#include "tests/fuzz/fuzz_target.h"

using namespace dialproof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto fields = http::parse_form(fuzz::text_of(data, size));
    if (!fields)
        return 0;
    fuzz::require(fields->all().size() <= http::form_fields_max, "fields are bounded");
    for (const auto& [name, value] : fields->all())
        fuzz::require(utf8_length(name) && utf8_length(value), "fields are UTF-8");
    const auto again = http::parse_form(http::to_text(*fields));
    fuzz::require(again && *again == *fields, "what was written is read back");
    return 0;
}
