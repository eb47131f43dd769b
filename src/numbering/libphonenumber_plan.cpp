#include "numbering/libphonenumber_plan.h"

#include "base/text.h"
#include "numbering/e164_compiler.h"
#include "numbering/library_parse.h"
#include "numbering/metadata_table.h"

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include <utility>

namespace dialproof::numbering {

LibphonenumberPlan::LibphonenumberPlan(E164Table table) : table_(std::move(table)) {}

Result<std::unique_ptr<LibphonenumberPlan>, std::string> LibphonenumberPlan::create() {
    // Never gives the logger back: the library's single instance owns it from here on.
    i18n::phonenumbers::PhoneNumberUtil::GetInstance()->SetLogger(new i18n::phonenumbers::NullLogger);
    if (!metadata_table_was_read())
        return fail(std::string(
            "libphonenumber did not take the phone metadata of this program: it must be the shared "
            "library, built so that metadata_get() can be replaced (not with -Bsymbolic)"));
    return std::unique_ptr<LibphonenumberPlan>(new LibphonenumberPlan(compile_e164_table(metadata_table())));
}

ParsedNumber LibphonenumberPlan::parse(std::string_view text, std::string_view default_region,
                                       ports::Strictness strictness) const {
    if (text.size() > number_text_bytes_max)
        return fail(ports::NumberError::not_a_number);
    if (auto answer = table_.find(text, default_region, strictness))
        return *std::move(answer);
    const std::string region = to_upper(default_region);
    if (auto known = cache_.find(text, region, strictness))
        return *std::move(known);
    ParsedNumber parsed = parse_with_library(text, region, strictness);
    cache_.remember(text, region, strictness, parsed);
    return parsed;
}

} // namespace dialproof::numbering
