// The alphabet of SMS: 3GPP TS 23.038 sections 6.1.2 and 6.2.1, and the national tables of annex A.
//
// Septets lie one in a byte, as SMPP carries them, until they are packed. '@' is septet 0, so that a
// length goes with every text. Characters of the extension table take two septets, the first an escape.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::gsm7 {

inline constexpr char escape = 0x1B;

// With the identifiers of TS 23.038 section 6.2.1.2.4.
enum class Language : unsigned char { none = 0, turkish = 1, spanish = 2, portuguese = 3 };

// National tables in place of the default ones. A handset is told of each in the user data header, and an
// old one that does not know them shows other characters. Spanish has no locking table.
struct Shifts {
    Language locking = Language::none; // replaces the alphabet
    Language single = Language::none;  // replaces the extension table

    [[nodiscard]] bool any() const { return locking != Language::none || single != Language::none; }
    friend bool operator==(const Shifts&, const Shifts&) = default;
};

// One or two septets; nothing where the tables lack the character.
std::optional<std::string> septets_of(char32_t point, Shifts shifts = {});

// Nothing where the tables lack a character, or where the text is not UTF-8.
std::optional<std::string> encoded(std::string_view text, Shifts shifts = {});

// As a handset shows it: after an escape, a septet that the extension table lacks is read by the alphabet; an
// escape without a successor is a space. What is no septet becomes U+FFFD.
std::string decoded(std::string_view septets, Shifts shifts = {});

// Seven bits each, from the least significant on. `fill_bits` zeros go in front, so that the septets that
// follow a header begin at a septet boundary.
std::string packed(std::string_view septets, std::size_t fill_bits = 0);
// `count` septets, or as many as there are. The octets do not tell: seven spare bits look like an '@'.
std::string unpacked(std::string_view octets, std::size_t count, std::size_t fill_bits = 0);
// After a header of so many octets, its length octet included.
std::size_t fill_bits_after(std::size_t header_octets);

// Those that tell a handset of the shifts, for the user data header: TS 23.040 sections 9.2.3.24.15 and 16.
std::string information_elements(Shifts shifts);

} // namespace dialproof::gsm7
