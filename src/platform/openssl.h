// What our uses of OpenSSL share.
#pragma once

#include "base/release.h"

#include <string>
#include <string_view>

namespace dialproof::platform {

// OpenSSL without SHA-256 or AES, or without memory, is no state to go on in.
void must(bool worked, const char* what);

inline const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
inline unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

} // namespace dialproof::platform
