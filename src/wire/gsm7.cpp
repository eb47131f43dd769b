#include "wire/gsm7.h"

#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace dialproof::gsm7 {

namespace {

constexpr std::size_t septet_bits = 7, octet_bits = 8, septets = 128;

// Septet 0x09 is the capital letter, by the specification; GSM0338.TXT of unicode.org has the small one.
constexpr std::u32string_view default_points =
    U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\033ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    U"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
constexpr std::u32string_view turkish_points =
    U"@£$¥€éùıòÇ\nĞğ\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\033ŞşßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    U"İABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§çabcdefghijklmnopqrstuvwxyzäöñüà";
constexpr std::u32string_view portuguese_points =
    U"@£$¥êéúíóç\nÔô\rÁáΔ_ªÇÀ∞^\\€Ó|\033ÂâÊÉ !\"#º%&'()*+,-./0123456789:;<=>?"
    U"ÍABCDEFGHIJKLMNOPQRSTUVWXYZÃÕÚÜ§~abcdefghijklmnopqrstuvwxyzãõ`üà";

// Both ways: texts are looked at character by character for each message, and most characters are Latin ones.
class Alphabet {
public:
    constexpr explicit Alphabet(std::u32string_view points) : points_(points) {
        septet_of_latin_.fill(none);
        for (std::size_t septet = 0; septet < septets; ++septet)
            if (points[septet] < septet_of_latin_.size() && septet != static_cast<std::size_t>(escape))
                septet_of_latin_[points[septet]] = static_cast<unsigned char>(septet);
    }

    [[nodiscard]] constexpr char32_t point(unsigned char septet) const { return points_[septet]; }
    [[nodiscard]] std::optional<char> septet(char32_t point) const {
        if (point < septet_of_latin_.size()) {
            const unsigned char septet = septet_of_latin_[point];
            return septet == none ? std::nullopt : std::optional(static_cast<char>(septet));
        }
        const auto at = points_.find(point);
        return at == std::u32string_view::npos ? std::nullopt : std::optional(static_cast<char>(at));
    }

private:
    static constexpr unsigned char none = 0xFF;

    std::u32string_view points_;
    std::array<unsigned char, 256> septet_of_latin_{};
};

static_assert(default_points.size() == septets && turkish_points.size() == septets &&
              portuguese_points.size() == septets);
constexpr Alphabet default_alphabet(default_points), turkish_alphabet(turkish_points),
    portuguese_alphabet(portuguese_points);

struct Extension {
    char septet;
    char32_t point;
};

// In every extension table.
constexpr std::array common_extensions{
    Extension{0x0A, U'\f'}, Extension{0x14, U'^'}, Extension{0x28, U'{'}, Extension{0x29, U'}'},
    Extension{0x2F, U'\\'}, Extension{0x3C, U'['}, Extension{0x3D, U'~'}, Extension{0x3E, U']'},
    Extension{0x40, U'|'},  Extension{0x65, U'€'},
};
constexpr std::array turkish_extensions{
    Extension{0x47, U'Ğ'}, Extension{0x49, U'İ'}, Extension{0x53, U'Ş'}, Extension{0x63, U'ç'},
    Extension{0x67, U'ğ'}, Extension{0x69, U'ı'}, Extension{0x73, U'ş'},
};
constexpr std::array spanish_extensions{
    Extension{0x09, U'ç'}, Extension{0x41, U'Á'}, Extension{0x49, U'Í'},
    Extension{0x4F, U'Ó'}, Extension{0x55, U'Ú'}, Extension{0x61, U'á'},
    Extension{0x69, U'í'}, Extension{0x6F, U'ó'}, Extension{0x75, U'ú'},
};
constexpr std::array portuguese_extensions{
    Extension{0x05, U'ê'}, Extension{0x09, U'ç'}, Extension{0x0B, U'Ô'}, Extension{0x0C, U'ô'},
    Extension{0x0E, U'Á'}, Extension{0x0F, U'á'}, Extension{0x12, U'Φ'}, Extension{0x13, U'Γ'},
    Extension{0x15, U'Ω'}, Extension{0x16, U'Π'}, Extension{0x17, U'Ψ'}, Extension{0x18, U'Σ'},
    Extension{0x19, U'Θ'}, Extension{0x1F, U'Ê'}, Extension{0x41, U'À'}, Extension{0x49, U'Í'},
    Extension{0x4F, U'Ó'}, Extension{0x55, U'Ú'}, Extension{0x5B, U'Ã'}, Extension{0x5C, U'Õ'},
    Extension{0x61, U'Â'}, Extension{0x69, U'í'}, Extension{0x6F, U'ó'}, Extension{0x75, U'ú'},
    Extension{0x7B, U'ã'}, Extension{0x7C, U'õ'}, Extension{0x7F, U'â'},
};

const Alphabet& alphabet_of(Language locking) {
    switch (locking) {
    case Language::none:
    case Language::spanish:
        return default_alphabet;
    case Language::turkish:
        return turkish_alphabet;
    case Language::portuguese:
        return portuguese_alphabet;
    }
    std::abort();
}

template <typename Matches>
const Extension* find_extension(Language single, Matches matches) {
    const auto in = [&](const auto& table) -> const Extension* {
        const auto found = std::find_if(table.begin(), table.end(), matches);
        return found == table.end() ? nullptr : &*found;
    };
    if (const auto* found = in(common_extensions))
        return found;
    switch (single) {
    case Language::none:
        return nullptr;
    case Language::turkish:
        return in(turkish_extensions);
    case Language::spanish:
        return in(spanish_extensions);
    case Language::portuguese:
        return in(portuguese_extensions);
    }
    std::abort();
}

char32_t extended_point(unsigned char septet, Shifts shifts) {
    if (septet == escape)
        return U' '; // to another extension table, which nobody has defined yet
    const auto* found = find_extension(
        shifts.single, [&](const Extension& e) { return static_cast<unsigned char>(e.septet) == septet; });
    return found ? found->point : alphabet_of(shifts.locking).point(septet);
}

} // namespace

std::optional<std::string> septets_of(char32_t point, Shifts shifts) {
    if (const auto septet = alphabet_of(shifts.locking).septet(point))
        return std::string(1, *septet);
    if (const auto* found =
            find_extension(shifts.single, [&](const Extension& e) { return e.point == point; }))
        return std::string{escape, found->septet};
    return {};
}

std::optional<std::string> encoded(std::string_view text, Shifts shifts) {
    std::string result;
    while (!text.empty()) {
        const auto next = septets_of(take_utf8(text), shifts);
        if (!next)
            return {};
        result += *next;
    }
    return result;
}

std::string decoded(std::string_view text, Shifts shifts) {
    std::string result;
    bool escaped = false;
    for (const char c : text) {
        const auto septet = static_cast<unsigned char>(c);
        if (!escaped && septet == escape) {
            escaped = true;
            continue;
        }
        if (septet >= septets)
            append_utf8(result, U'\uFFFD');
        else
            append_utf8(result,
                        escaped ? extended_point(septet, shifts) : alphabet_of(shifts.locking).point(septet));
        escaped = false;
    }
    return escaped ? result + ' ' : result;
}

std::string packed(std::string_view text, std::size_t fill_bits) {
    std::string octets((fill_bits + text.size() * septet_bits + octet_bits - 1) / octet_bits, '\0');
    std::size_t bit = fill_bits;
    for (const char septet : text)
        for (std::size_t i = 0; i < septet_bits; ++i, ++bit)
            if (static_cast<unsigned>(septet) >> i & 1U)
                octets[bit / octet_bits] = static_cast<char>(
                    static_cast<unsigned char>(octets[bit / octet_bits]) | 1U << bit % octet_bits);
    return octets;
}

std::string unpacked(std::string_view octets, std::size_t count, std::size_t fill_bits) {
    const std::size_t bits = octets.size() * octet_bits;
    const std::size_t there = bits < fill_bits ? 0 : (bits - fill_bits) / septet_bits;
    std::string text(std::min(count, there), '\0');
    std::size_t bit = fill_bits;
    for (char& septet : text)
        for (std::size_t i = 0; i < septet_bits; ++i, ++bit)
            if (static_cast<unsigned char>(octets[bit / octet_bits]) >> bit % octet_bits & 1U)
                septet = static_cast<char>(static_cast<unsigned char>(septet) | 1U << i);
    return text;
}

std::size_t fill_bits_after(std::size_t header_octets) {
    return (septet_bits - header_octets * octet_bits % septet_bits) % septet_bits;
}

std::string information_elements(Shifts shifts) {
    constexpr char single_shift = 0x24, locking_shift = 0x25, length = 1;
    std::string elements;
    for (const auto& [element, language] :
         {std::pair(single_shift, shifts.single), std::pair(locking_shift, shifts.locking)})
        if (language != Language::none)
            elements += {element, length, static_cast<char>(language)};
    return elements;
}

} // namespace dialproof::gsm7
