// The numbering plans of the world by Google's libphonenumber, with the table of metadata.h.
#pragma once

#include "base/result.h"
#include "numbering/e164_table.h"
#include "numbering/number_cache.h"
#include "ports/numbering_plan.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace dialproof::numbering {

inline constexpr std::size_t number_text_bytes_max = 250;

// Reads everything that people write: "+1 (347) 837-9634", "tel:+13478379634", "+41 79 123 45 67 ext. 3",
// letters on the keys; with a default region also national forms and its prefix for calls abroad.
class LibphonenumberPlan final : public ports::NumberingPlan {
public:
    // Reads the table, about 15 ms. Fails, with a sentence, where libphonenumber is built so that it cannot
    // be given our table.
    static Result<std::unique_ptr<LibphonenumberPlan>, std::string> create();

    [[nodiscard]] ParsedNumber parse(std::string_view text, std::string_view default_region,
                                     ports::Strictness strictness) const override;

private:
    explicit LibphonenumberPlan(E164Table table);

    E164Table table_;
    mutable NumberCache cache_;
};

} // namespace dialproof::numbering
