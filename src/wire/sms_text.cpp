#include "wire/sms_text.h"

#include "base/utf8.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace dialproof::sms {

namespace {

constexpr std::size_t octet_bits = 8, septet_bits = 7, utf16_octets = 2;
constexpr char32_t above_ascii = 0x80, above_latin1 = 0x100, above_bmp = 0x10000;

struct Coding {
    Encoding encoding;
    gsm7::Shifts shifts;
};

char byte(std::size_t value) { return static_cast<char>(static_cast<unsigned char>(value & 0xFF)); }

std::string utf16_unit(char32_t unit) { return {byte(unit >> octet_bits), byte(unit)}; }

std::string utf16_octets_of(char32_t point) {
    if (point < above_bmp)
        return utf16_unit(point);
    const char32_t above = point - above_bmp;
    return utf16_unit(0xD800 | above >> 10) + utf16_unit(0xDC00 | (above & 0x3FF));
}

std::optional<std::string> octets_of(char32_t point, const Coding& coding) {
    std::string octets;
    switch (coding.encoding) {
    case Encoding::gsm7:
        return gsm7::septets_of(point, coding.shifts);
    case Encoding::ascii:
    case Encoding::latin1:
        if (point >= (coding.encoding == Encoding::ascii ? above_ascii : above_latin1))
            return {};
        return std::string(1, byte(point));
    case Encoding::utf8:
        append_utf8(octets, point);
        return octets;
    case Encoding::ucs2:
        return utf16_octets_of(point);
    }
    std::abort();
}

std::size_t units_of(char32_t point, const std::string& octets, Encoding encoding) {
    switch (encoding) {
    case Encoding::gsm7:
    case Encoding::latin1:
    case Encoding::utf8:
        return octets.size();
    case Encoding::ascii:
        return gsm7::septets_of(point).value_or(octets).size();
    case Encoding::ucs2:
        return octets.size() / utf16_octets;
    }
    std::abort();
}

// Units beside a header.
std::size_t room(Encoding encoding, std::size_t header_octets, std::size_t octets_max) {
    const std::size_t octets = octets_max - std::min(octets_max, header_octets);
    switch (encoding) {
    case Encoding::gsm7:
    case Encoding::ascii:
        return octets * octet_bits / septet_bits;
    case Encoding::latin1:
    case Encoding::utf8:
        return octets;
    case Encoding::ucs2:
        return octets / utf16_octets;
    }
    std::abort();
}

Encoding encoding_of(DefaultAlphabet alphabet) {
    switch (alphabet) {
    case DefaultAlphabet::gsm:
        return Encoding::gsm7;
    case DefaultAlphabet::ascii:
        return Encoding::ascii;
    case DefaultAlphabet::latin1:
        return Encoding::latin1;
    case DefaultAlphabet::utf8:
        return Encoding::utf8;
    }
    std::abort();
}

std::optional<Character> first_missing(std::string_view text, const Coding& coding) {
    for (std::size_t position = 1; !text.empty(); ++position)
        if (const char32_t point = take_utf8(text); !octets_of(point, coding))
            return Character{point, position};
    return {};
}

// The cheapest that has every character, and for whose sake it is not the default alphabet.
std::pair<Coding, std::optional<Character>> coding_of(std::string_view text, const TextOptions& options) {
    const Coding plain{encoding_of(options.alphabet), {}};
    const auto missing = first_missing(text, plain);
    if (!missing)
        return {plain, {}};
    const Coding shifted{plain.encoding, options.shifts};
    if (plain.encoding == Encoding::gsm7 && options.shifts.any() && !first_missing(text, shifted))
        return {shifted, {}};
    return {Coding{Encoding::ucs2, {}}, missing};
}

std::string concatenation_element(Reference reference, std::uint16_t message, std::size_t total,
                                  std::size_t part) {
    constexpr char short_element = 0x00, long_element = 0x08, short_length = 3, long_length = 4;
    std::string element;
    if (reference == Reference::short_form)
        element += {short_element, short_length, byte(message)};
    else
        element += {long_element, long_length, byte(message >> octet_bits), byte(message)};
    element += {byte(total), byte(part + 1)};
    return element;
}

std::string with_length(const std::string& elements) {
    return elements.empty() ? elements : byte(elements.size()) + elements;
}

std::size_t header_octets(const SmsPlan& plan, bool alone) {
    const std::string shifts = gsm7::information_elements(plan.shifts);
    return with_length(alone ? shifts : concatenation_element(plan.reference, 0, 0, 0) + shifts).size();
}

class Splitter {
public:
    Splitter(const Coding& coding, std::size_t units_max) : coding_(coding), units_max_(units_max) {}

    void add(char32_t point) {
        const std::string octets = octets_of(point, coding_).value_or("");
        const std::size_t units = units_of(point, octets, coding_.encoding);
        if (used_ + units > units_max_)
            finish_part();
        if (part_.empty())
            part_.reserve(units_max_ * utf16_octets); // so that growing leaves no copy of a code behind
        part_ += octets;
        used_ += units;
        units_ += units;
    }

    // A text without characters is one part as well.
    std::vector<Secret<std::string>> parts() && {
        finish_part();
        return std::move(parts_);
    }
    [[nodiscard]] std::size_t units() const { return units_; }

private:
    void finish_part() {
        parts_.emplace_back(std::exchange(part_, {}));
        used_ = 0;
    }

    const Coding& coding_;
    std::size_t units_max_;
    std::size_t used_ = 0, units_ = 0;
    std::string part_;
    std::vector<Secret<std::string>> parts_;
};

void pack(SmsPlan& plan) {
    const std::size_t fill = gsm7::fill_bits_after(header_octets(plan, plan.parts.size() == 1));
    for (auto& part : plan.parts)
        part = Secret<std::string>(gsm7::packed(part.reveal(), fill));
}

void split(SmsPlan& plan, std::string_view text, const Coding& coding, std::size_t units_max) {
    Splitter splitter(coding, units_max);
    while (!text.empty())
        splitter.add(take_utf8(text));
    plan.units = splitter.units();
    plan.parts = std::move(splitter).parts();
}

} // namespace

std::string_view to_text(Encoding encoding) {
    switch (encoding) {
    case Encoding::gsm7:
        return "GSM-7";
    case Encoding::ascii:
        return "ASCII";
    case Encoding::latin1:
        return "Latin-1";
    case Encoding::utf8:
        return "UTF-8";
    case Encoding::ucs2:
        return "UCS-2";
    }
    std::abort();
}

std::string SmsPlan::header(std::uint16_t message, std::size_t part) const {
    const std::string shift_elements = gsm7::information_elements(shifts);
    if (parts.size() < 2)
        return with_length(shift_elements);
    return with_length(concatenation_element(reference, message, parts.size(), part) + shift_elements);
}

SmsPlan plan(std::string_view text, const TextOptions& options) {
    const auto [coding, forced_by] = coding_of(text, options);
    SmsPlan result{coding.encoding, coding.shifts, 0, forced_by, options.reference, {}};
    const auto room_beside = [&](bool alone) {
        return room(result.encoding, header_octets(result, alone), options.octets_max);
    };
    split(result, text, coding, room_beside(true));
    if (result.parts.size() > 1)
        split(result, text, coding, room_beside(false));
    if (result.parts.size() > std::min(options.parts_max, parts_max))
        result.parts.clear();
    else if (options.packed && result.encoding == Encoding::gsm7)
        pack(result);
    return result;
}

} // namespace dialproof::sms
