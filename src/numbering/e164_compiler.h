// From the plans, as libphonenumber has them, to an E164Table.
#pragma once

#include "numbering/e164_table.h"

#include <string_view>

namespace dialproof::numbering {

// `metadata` is a table as metadata.h has it. Calling codes that it describes by other means than
// libphonenumber has had so far, or that would take too much work or room, are left out, and so is all of a
// table that cannot be read. The work is bounded, whatever the table.
E164Table compile_e164_table(std::string_view metadata);

} // namespace dialproof::numbering
