#include "numbering/digit_pattern.h"

#include "base/text.h"

#include <utility>

namespace dialproof::numbering {

namespace {

using Kind = DigitPattern::Kind;

constexpr std::uint16_t any_digit = 0b11'1111'1111;

// Reads from left to right; empty where the text is not what it must be.
class Parser {
public:
    explicit Parser(std::string_view text) : rest_(text) {}

    std::optional<DigitPattern> whole() {
        auto pattern = choice(0);
        if (!pattern || !rest_.empty())
            return {};
        return pattern;
    }

private:
    [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
    bool take(std::string_view token) {
        if (!rest_.starts_with(token))
            return false;
        rest_.remove_prefix(token.size());
        return true;
    }

    std::optional<DigitPattern> choice(std::size_t depth) {
        if (depth > pattern_depth_max)
            return {};
        DigitPattern result(Kind::choice);
        do {
            auto part = sequence(depth);
            if (!part)
                return {};
            result.parts.push_back(*std::move(part));
        } while (take("|"));
        if (result.parts.size() == 1)
            return std::move(result.parts.front());
        return result;
    }

    std::optional<DigitPattern> sequence(std::size_t depth) {
        DigitPattern result(Kind::sequence);
        while (!rest_.empty() && peek() != '|' && peek() != ')') {
            auto part = repeated(depth);
            if (!part)
                return {};
            result.parts.push_back(*std::move(part));
        }
        return result;
    }

    std::optional<DigitPattern> repeated(std::size_t depth) {
        auto part = atom(depth);
        if (!part)
            return {};
        DigitPattern result(Kind::repeat);
        if (take("?"))
            result.min = 0;
        else if (!take("{"))
            return part;
        else if (!counts(result))
            return {};
        result.parts.push_back(*std::move(part));
        return result;
    }

    // "3}" or "3,5}"
    bool counts(DigitPattern& repeat) {
        const auto min = count();
        const auto max = take(",") ? count() : min;
        if (!min || !max || *min > *max || !take("}"))
            return false;
        repeat.min = *min;
        repeat.max = *max;
        return true;
    }

    std::optional<unsigned> count() {
        if (!is_digit(peek()))
            return {};
        unsigned value = 0;
        while (is_digit(peek()) && value <= pattern_repeats_max)
            value = 10 * value + taken_digit();
        if (value > pattern_repeats_max)
            return {};
        return value;
    }

    unsigned taken_digit() {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return static_cast<unsigned>(c - '0');
    }

    std::optional<DigitPattern> atom(std::size_t depth) {
        if (is_digit(peek()))
            return digit(static_cast<std::uint16_t>(1U << taken_digit()));
        if (take("\\d"))
            return digit(any_digit);
        if (take("["))
            return digit(classed());
        if (take("$"))
            return DigitPattern(Kind::end);
        if (!take("(") || (peek() == '?' && !take("?:")))
            return {};
        auto group = choice(depth + 1);
        if (!group || !take(")"))
            return {};
        return group;
    }

    static std::optional<DigitPattern> digit(std::uint16_t digits) {
        if (digits == 0)
            return {};
        DigitPattern result(Kind::digit);
        result.digits = digits;
        return result;
    }

    // "2-57]" ; 0 where it is no class of digits.
    std::uint16_t classed() {
        std::uint16_t digits = 0;
        while (!take("]")) {
            if (!is_digit(peek()))
                return 0;
            const unsigned first = taken_digit();
            unsigned last = first;
            if (take("-")) {
                if (!is_digit(peek()))
                    return 0;
                last = taken_digit();
            }
            if (last < first)
                return 0;
            for (unsigned d = first; d <= last; ++d)
                digits = static_cast<std::uint16_t>(digits | 1U << d);
        }
        return digits;
    }

    std::string_view rest_;
};

} // namespace

std::optional<DigitPattern> parse_digit_pattern(std::string_view text) {
    if (text.size() > pattern_bytes_max)
        return {};
    return Parser(text).whole();
}

} // namespace dialproof::numbering
