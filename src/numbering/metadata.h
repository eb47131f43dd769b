// The numbering plans that libphonenumber works with: the table built into this program, or a newer file of
// the same form (a PhoneMetadataCollection of libphonenumber with our version field, made by
// tools/phone-metadata).
//
// libphonenumber asks for its table once, when it is first used, by two functions that this folder defines
// in its place. So there is one table for the process, and it is chosen before the first number is parsed.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace dialproof::numbering {

inline constexpr std::size_t metadata_bytes_max = 4 * 1024 * 1024;
inline constexpr std::size_t metadata_regions_min = 200; // fewer are no table of the world

struct Metadata {
    std::string version; // "google-libphonenumber 3.2.47"
    std::size_t regions = 0;
};

// What a table says of itself, or a sentence that tells why it is none.
Result<Metadata, std::string> read_metadata(std::string_view table);

// Takes the file instead of what is in use now. Where it cannot be taken, nothing changes, and the answer
// is a sentence that names the file and what is wrong. Call it before the first LibphonenumberPlan is made;
// later is an error too.
Result<Metadata, std::string> load_metadata(const std::filesystem::path& file);

// Of the table that is in use, or will be.
Metadata metadata_in_use();
inline std::string metadata_version() { return metadata_in_use().version; }

} // namespace dialproof::numbering
