#include "wire/json_diagnosis.h"

#include "base/text.h"
#include "base/utf8.h"
#include "wire/json.h"

#include <vector>

namespace dialproof::json {

namespace {

// Walks the grammar once. Each step answers whether to go on; the first that does not leaves the mistake.
class Walk {
public:
    explicit Walk(std::string_view text) : text_(text) {}

    std::optional<Diagnosis> run() {
        if (whole_text())
            return {};
        return Diagnosis{at_, std::move(message_)};
    }

private:
    [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
    [[nodiscard]] char peek() const { return ended() ? '\0' : text_[at_]; }
    [[nodiscard]] bool next_is(char c) const { return !ended() && text_[at_] == c; }
    bool take(char c) {
        if (!next_is(c))
            return false;
        ++at_;
        return true;
    }
    bool mistake(std::string message) {
        message_ = std::move(message);
        return false;
    }
    void skip_space() {
        while (next_is(' ') || next_is('\t') || next_is('\n') || next_is('\r'))
            ++at_;
    }

    // The stack holds the closing bracket of each open array and object.
    bool whole_text() {
        skip_space();
        if (ended())
            return mistake("expected a value, but the text is empty");
        for (bool value_due = true;;) {
            if (value_due && !value(value_due))
                return false;
            if (value_due)
                continue;
            skip_space();
            if (open_.empty())
                return ended() || mistake("expected nothing more after the value");
            const char closing = open_.back();
            if (take(closing)) {
                open_.pop_back();
            } else if (take(',')) {
                skip_space();
                if (closing == '}' && !member_name())
                    return false;
                value_due = true;
            } else {
                return mistake(std::string("expected ',' or '") + closing + "'");
            }
        }
    }

    // One scalar, or the opening of an array or object; then `another_due` says whether a value follows.
    bool value(bool& another_due) {
        skip_space();
        another_due = false;
        if (take('{')) {
            skip_space();
            return take('}') || (opened('}') && (another_due = true, member_name()));
        }
        if (take('[')) {
            skip_space();
            return take(']') || (opened(']') && (another_due = true));
        }
        if (next_is('"'))
            return string();
        if (next_is('-') || is_digit(peek()))
            return number();
        for (const std::string_view word : {"true", "false", "null"})
            if (text_.substr(at_).starts_with(word)) {
                at_ += word.size();
                return true;
            }
        return mistake("expected a value");
    }

    bool opened(char closing) {
        if (open_.size() >= depth_max)
            return mistake("nested more than " + std::to_string(depth_max) + " deep");
        open_.push_back(closing);
        return true;
    }

    bool member_name() {
        if (!next_is('"'))
            return mistake("expected a member name in double quotes");
        if (!string())
            return false;
        skip_space();
        return take(':') || mistake("expected ':' after the member name");
    }

    bool string() {
        const std::size_t start = at_++;
        while (!ended()) {
            const auto byte = static_cast<unsigned char>(text_[at_]);
            if (byte == '"') {
                ++at_;
                return true;
            }
            if (byte < 0x20)
                return mistake("a control character in a string must be escaped");
            if (byte == '\\') {
                if (!escape())
                    return false;
                continue;
            }
            const std::size_t length = utf8_sequence_length(text_.substr(at_));
            if (length == 0)
                return mistake("the text is not UTF-8");
            at_ += length;
        }
        at_ = start;
        return mistake("this string has no end");
    }

    bool escape() {
        const std::size_t start = at_++;
        const char kind = peek();
        if (!ended() && std::string_view("\"\\/bfnrt").find(kind) != std::string_view::npos) {
            ++at_;
            return true;
        }
        if (!take('u')) {
            at_ = start;
            return mistake("no such escape in JSON");
        }
        unsigned unit = 0;
        if (!hex4(unit) || (unit >= 0xDC00 && unit <= 0xDFFF))
            return bad_unicode_escape(start);
        if (unit < 0xD800 || unit > 0xDBFF)
            return true;
        if (!take('\\') || !take('u') || !hex4(unit) || unit < 0xDC00 || unit > 0xDFFF)
            return bad_unicode_escape(start);
        return true;
    }

    bool bad_unicode_escape(std::size_t start) {
        at_ = start;
        return mistake("this \\u escape is not a character");
    }

    bool hex4(unsigned& unit) {
        unit = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            const int digit = hex_value(peek());
            if (digit < 0)
                return false;
            unit = unit * 16 + static_cast<unsigned>(digit);
        }
        return true;
    }

    bool digits() {
        if (!is_digit(peek()))
            return mistake("expected a digit");
        while (is_digit(peek()))
            ++at_;
        return true;
    }

    bool number() {
        take('-');
        if (take('0')) {
            if (is_digit(peek()))
                return mistake("a number must not begin with 0");
        } else if (!digits()) {
            return false;
        }
        if (take('.') && !digits())
            return false;
        if (take('e') || take('E')) {
            if (!take('+'))
                take('-');
            return digits();
        }
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string message_;
    std::vector<char> open_;
};

} // namespace

std::optional<Diagnosis> first_mistake(std::string_view text) { return Walk(text).run(); }

} // namespace dialproof::json
