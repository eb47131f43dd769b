// One-time codes: their shape, and how one is made from a message authentication code.
//
// A code is never stored: it is derived again from HMAC-SHA-256(key, code_message(...)) whenever it has
// to be sent or checked (the derivation follows the idea of RFC 4226, without its 31-bit truncation).
#pragma once

#include "base/secret.h"
#include "core/ids.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace dialproof::core {

using Code = Secret<std::string>;
// 32 bytes, as HMAC-SHA-256 gives them.
using MacBytes = std::array<unsigned char, 32>;

enum class CodeAlphabet { digits, digits_and_capitals };

struct CodeShape {
    static constexpr unsigned length_min = 4, length_max = 10;

    unsigned length = 6;
    CodeAlphabet alphabet = CodeAlphabet::digits;

    friend bool operator==(const CodeShape&, const CodeShape&) = default;
};

std::string_view to_text(CodeAlphabet alphabet);

// How many different codes of this shape there are: 10^length or 36^length.
std::uint64_t code_count(CodeShape shape);

// The text that is authenticated to derive a code: unambiguous in its parts.
std::string code_message(const VerificationId& verification, unsigned generation);

// The MAC read as one big-endian integer, reduced modulo the number of codes and padded on the left
// with zeros. With 256 bits the bias is below 2^-200.
Code code_from_mac(const Secret<MacBytes>& mac, CodeShape shape);

// What a person typed, as a client sent it.
struct TypedCode {
    std::string text;
    bool as_number; // zeros may be missing on the left

    TypedCode(std::string typed, bool number = false) : text(std::move(typed)), as_number(number) {}
};

// The same, made comparable: without the white space around it, letters in capitals, a number with all of its
// digits.
std::string normalized_guess(const TypedCode& typed, std::size_t length);
std::string normalized_guess(std::string_view typed);

} // namespace dialproof::core
