// Where libphonenumber gets its table from. Only for this folder.
#pragma once

#include <string>
#include <string_view>

namespace dialproof::numbering {

// The bytes in use: built in, or replaced.
std::string_view metadata_table();

// False where libphonenumber has read the table already.
bool replace_metadata_table(std::string table);

// Whether libphonenumber has read the table from here. False after its first use means that the library
// works with its own old one.
bool metadata_table_was_read();

} // namespace dialproof::numbering
