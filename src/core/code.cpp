#include "core/code.h"

#include "base/text.h"

namespace dialproof::core {

namespace {

constexpr std::string_view symbols = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

constexpr std::uint64_t symbol_count(CodeAlphabet alphabet) {
    return alphabet == CodeAlphabet::digits ? 10 : symbols.size();
}

} // namespace

std::string_view to_text(CodeAlphabet alphabet) {
    return alphabet == CodeAlphabet::digits ? "digits" : "digits_and_capitals";
}

std::uint64_t code_count(CodeShape shape) {
    std::uint64_t count = 1;
    for (unsigned i = 0; i < shape.length; ++i)
        count *= symbol_count(shape.alphabet);
    return count;
}

std::string code_message(const VerificationId& verification, unsigned generation) {
    // Zero bytes end the label and the id, neither of which holds one; the generation has a fixed size.
    std::string message = "code";
    message += '\0';
    message += verification.text;
    message += '\0';
    for (int shift = 24; shift >= 0; shift -= 8)
        message += static_cast<char>((generation >> shift) & 0xFF);
    return message;
}

Code code_from_mac(const Secret<MacBytes>& mac, CodeShape shape) {
    const std::uint64_t count = code_count(shape);
    // 36^10 < 2^52, so 256 times a remainder fits into 64 bits.
    std::uint64_t remainder = 0;
    for (const unsigned char byte : mac.reveal())
        remainder = (remainder * 256 + byte) % count;
    std::string code(shape.length, '0');
    for (auto place = code.rbegin(); place != code.rend(); ++place) {
        *place = symbols[remainder % symbol_count(shape.alphabet)];
        remainder /= symbol_count(shape.alphabet);
    }
    return Code(std::move(code));
}

std::string normalized_guess(const TypedCode& typed, std::size_t length) {
    std::string guess = normalized_guess(typed.text);
    if (typed.as_number && guess.size() < length)
        guess.insert(0, length - guess.size(), '0');
    return guess;
}

std::string normalized_guess(std::string_view typed) { return to_upper(trimmed(typed)); }

} // namespace dialproof::core
