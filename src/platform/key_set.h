// The keys as an operator keeps them: one `number:key` a line, the key being 32 bytes in hexadecimal,
// base64 or base64url. Commas separate as line ends do, so that a key set fits into an environment
// variable; a line that begins with # is a comment.
//
//   # the newest is used for what is new, the older ones stay until nothing that they made is alive
//   1:2b7e151628aed2a6abf7158809cf4f3c2b7e151628aed2a6abf7158809cf4f3c
//   2:mZsV7mY0gTzqR2mQb1v9JYt3o0r8mGm8b5YxHkqS0eM=
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "ports/random.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace dialproof::platform {

inline constexpr std::size_t key_bytes = 32;
inline constexpr std::size_t keys_max = 64;
inline constexpr std::size_t key_file_bytes_max = 16 * 1024;

using Key = Secret<std::array<unsigned char, key_bytes>>;
using KeySet = std::map<std::uint32_t, Key>; // by number, from 1

// At least one key. The error is a sentence that names the line and never shows a key.
Result<KeySet, std::string> parse_keys(std::string_view text);

// Refuses a file that others than its owner can read or write.
Result<KeySet, std::string> read_key_file(const std::filesystem::path& file);

// A line for a key file, made of new random bytes.
Secret<std::string> generate_key(std::uint32_t number, ports::Random& random);

} // namespace dialproof::platform
