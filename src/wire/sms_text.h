// A text as the octets of one or more short messages: which encoding it needs, how long it is in that, and
// where it is cut (3GPP TS 23.038, TS 23.040 section 9.2.3.24).
//
// A text that the default alphabet can say costs one septet a character; a single other character turns all
// of it to UCS-2, where a message holds 70 instead of 160.
#pragma once

#include "base/secret.h"
#include "wire/gsm7.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::sms {

inline constexpr std::size_t payload_octets = 140; // of one short message, headers included
inline constexpr std::size_t parts_max = 255;      // a header counts them in one octet

// What a link takes for the SMSC's default alphabet. Many that say GSM mean another one.
enum class DefaultAlphabet { gsm, ascii, latin1, utf8 };

enum class Encoding { gsm7, ascii, latin1, utf8, ucs2 };

std::string_view to_text(Encoding encoding);

// How the parts of a long message are numbered: by one octet, or by two, which collide less often.
enum class Reference { short_form, long_form };

struct TextOptions {
    DefaultAlphabet alphabet = DefaultAlphabet::gsm;
    gsm7::Shifts shifts{}; // used where the text needs them to stay in GSM-7; by themselves off
    bool packed = false;   // GSM-7 as octets, not one septet in each
    Reference reference = Reference::short_form;
    std::size_t octets_max = payload_octets; // of one message; a link that cuts by itself takes more
    std::size_t parts_max = sms::parts_max;
};

struct Character {
    char32_t point;
    std::size_t position; // of the text, counted in characters from 1

    friend bool operator==(const Character&, const Character&) = default;
};

struct SmsPlan {
    Encoding encoding = Encoding::gsm7;
    gsm7::Shifts shifts; // that the parts were encoded with
    // Of the whole text: septets (`ascii` counts as on the air, where brackets take two), UTF-16 units,
    // octets.
    std::size_t units = 0;
    std::optional<Character> forced_by; // the first that the default alphabet lacks: UCS-2 is for its sake
    Reference reference = Reference::short_form;
    // Each without its header; no character is cut in two. None where the text needs more than `parts_max`.
    std::vector<Secret<std::string>> parts;

    // The user data header of the part with that index, its length octet first; empty where it needs none.
    // All parts of one text get the same `message`, of which the short form has the low octet.
    [[nodiscard]] std::string header(std::uint16_t message, std::size_t part) const;
};

// Bytes that are no UTF-8 are sent as U+FFFD.
SmsPlan plan(std::string_view text, const TextOptions& options = {});

} // namespace dialproof::sms
