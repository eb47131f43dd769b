// multipart/form-data: one part for each field of a form (RFC 7578, over RFC 2046 section 5.1).
#pragma once

#include "base/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::http {

inline constexpr std::size_t multipart_parts_max = 100;
inline constexpr std::size_t part_header_bytes_max = 4096; // all header lines of one part

struct FormPart {
    std::string name;
    std::optional<std::string> filename; // where it is a file
    std::string content_type;            // empty where the part names none
    std::string value;                   // any bytes where it is a file; otherwise always UTF-8

    friend bool operator==(const FormPart&, const FormPart&) = default;
};

enum class MultipartError {
    not_multipart,    // the content type is not multipart/form-data
    no_boundary,      // its boundary is missing, or none that RFC 2046 allows
    malformed,        // no part begins where one must, or a part's header cannot be read
    unnamed_part,     // a part without form-data disposition or name
    unknown_encoding, // a Content-Transfer-Encoding that changes the bytes
    too_many_parts,
    header_too_long,
    truncated, // the closing boundary never comes
};

std::string_view to_text(MultipartError error);

Result<std::vector<FormPart>, MultipartError> parse_multipart(std::string_view content_type,
                                                              std::string_view body);

} // namespace dialproof::http
