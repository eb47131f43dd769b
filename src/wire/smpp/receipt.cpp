#include "wire/smpp/receipt.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace dialproof::wire::smpp {

namespace {

using std::string_view;

bool is_alphanumeric(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z'); }
bool is_id_character(char c) { return is_alphanumeric(c) || c == '_' || c == '-'; }

template <typename Allowed>
string_view run_of(string_view text, Allowed allowed, std::size_t most) {
    const auto* end = std::find_if_not(text.begin(), text.end(), allowed);
    return text.substr(0, std::min(most, static_cast<std::size_t>(end - text.begin())));
}

// Where the value of the field begins; `name` has its colon and lower case. Not in the middle of a word, so
// that "date:" of another field, or "id:" in "paid:", is none.
std::optional<string_view> after(string_view text, string_view name) {
    for (std::size_t at = 0; at + name.size() <= text.size(); ++at) {
        const bool begins = at == 0 || !is_alphanumeric(text[at - 1]);
        if (begins && equals_ignoring_case(text.substr(at, name.size()), name)) {
            auto rest = text.substr(at + name.size());
            rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
            return rest;
        }
    }
    return {};
}

// The message's own words come last by custom: they are searched last, since they may look like a field.
class ReceiptText {
public:
    explicit ReceiptText(string_view text) {
        const auto quoted = after(text, "text:");
        head_ = quoted ? text.substr(0, text.size() - quoted->size()) : text;
        tail_ = quoted.value_or("");
    }

    [[nodiscard]] string_view value(string_view name) const {
        const auto found = after(head_, name);
        return found ? *found : after(tail_, name).value_or("");
    }

private:
    string_view head_, tail_;
};

struct StateWord {
    string_view word; // as far as all spellings agree
    ReceiptState state;
};

constexpr StateWord state_words[] = {
    {"deliv", ReceiptState::delivered}, {"expir", ReceiptState::expired},
    {"delet", ReceiptState::deleted},   {"undel", ReceiptState::undeliverable},
    {"accep", ReceiptState::accepted},  {"rejec", ReceiptState::rejected},
    {"enrou", ReceiptState::enroute},   {"fail", ReceiptState::undeliverable},
};

ReceiptState state_of_word(string_view word) {
    for (const auto& known : state_words)
        if (equals_ignoring_case(word.substr(0, known.word.size()), known.word))
            return known.state;
    return ReceiptState::unknown;
}

// Section 5.2.28; 0 and 9 are of SMPP 5.0.
ReceiptState state_of_number(std::uint8_t number) {
    switch (number) {
    case 0: // scheduled
    case 1:
        return ReceiptState::enroute;
    case 2:
        return ReceiptState::delivered;
    case 3:
        return ReceiptState::expired;
    case 4:
        return ReceiptState::deleted;
    case 5:
    case 9: // skipped
        return ReceiptState::undeliverable;
    case 6:
        return ReceiptState::accepted;
    case 8:
        return ReceiptState::rejected;
    default:
        return ReceiptState::unknown;
    }
}

unsigned two_digits(string_view digits, std::size_t at) {
    return static_cast<unsigned>((digits[at] - '0') * 10 + (digits[at + 1] - '0'));
}

// YYMMDDhhmm, with or without seconds, or with the century too.
std::optional<Instant> date_of(string_view text) {
    auto digits = run_of(text, is_digit, text.size());
    if (digits.size() == 14)
        digits.remove_prefix(2);
    if (digits.size() != 10 && digits.size() != 12)
        return {};
    const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(2000 + two_digits(digits, 0))),
                                          std::chrono::month(two_digits(digits, 2)),
                                          std::chrono::day(two_digits(digits, 4))};
    const unsigned hours = two_digits(digits, 6), minutes = two_digits(digits, 8);
    const unsigned seconds = digits.size() == 12 ? two_digits(digits, 10) : 0;
    if (!day.ok() || hours > 23 || minutes > 59 || seconds > 60)
        return {};
    return std::chrono::sys_days(day) + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
           Seconds(seconds);
}

string_view without_nuls(string_view text) { return text.substr(0, text.find('\0')); }

// One octet of the network's kind, then its code (section 5.3.2.31).
std::optional<std::string> network_error(const Tlvs& tlvs) {
    const auto value = find(tlvs, Tag::network_error_code);
    if (!value || value->size() != 3)
        return {};
    const auto high = static_cast<unsigned char>((*value)[1]), low = static_cast<unsigned char>((*value)[2]);
    return std::to_string(high * 256 + low);
}

bool is_receipt(std::uint8_t esm_class, const Tlvs& tlvs) {
    const std::uint8_t type = esm_class & esm_type_mask;
    // Some centres leave the type out where the parameters say it already.
    return type == esm_type_receipt || type == esm_type_intermediate ||
           (type == 0 && find(tlvs, Tag::receipted_message_id));
}

Receipt read(string_view quoted, const Tlvs& tlvs) {
    const ReceiptText text(quoted.empty() ? find(tlvs, Tag::message_payload).value_or("") : quoted);
    const auto id = without_nuls(find(tlvs, Tag::receipted_message_id).value_or(""));
    const auto state = find_u8(tlvs, Tag::message_state);
    const auto error = run_of(text.value("err:"), is_alphanumeric, receipt_error_bytes_max);
    Receipt receipt;
    receipt.id = id.empty() ? run_of(text.value("id:"), is_id_character, receipt_id_bytes_max)
                            : id.substr(0, receipt_id_bytes_max);
    receipt.state = state ? state_of_number(*state) : state_of_word(text.value("stat:"));
    receipt.error = network_error(tlvs).value_or(std::string(error));
    receipt.user_reference = find_u16(tlvs, Tag::user_message_reference);
    receipt.done_at = date_of(text.value("done date:"));
    return receipt;
}

class Forms {
public:
    void add(std::string form) {
        if (!form.empty() && std::find(all_.begin(), all_.end(), form) == all_.end())
            all_.push_back(std::move(form));
    }
    void add_cases(const std::string& form) {
        add(to_lower(form));
        add(to_upper(form));
    }
    [[nodiscard]] std::vector<std::string> take() { return std::move(all_); }

private:
    std::vector<std::string> all_;
};

std::optional<std::uint64_t> number_of(string_view id, int base) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(id.data(), id.data() + id.size(), number, base);
    if (read.ec != std::errc() || read.ptr != id.data() + id.size())
        return {};
    return number;
}

std::string text_of(std::uint64_t number, int base) {
    char digits[20]; // of the largest in decimal
    const auto written = std::to_chars(digits, digits + sizeof digits, number, base);
    return {digits, written.ptr};
}

void add_as_hex(Forms& forms, string_view id) {
    constexpr std::size_t usual_digits = 8;
    const auto number = number_of(id, 10);
    if (!number)
        return;
    const auto hex = text_of(*number, 16);
    forms.add_cases(hex);
    if (hex.size() < usual_digits)
        forms.add_cases(std::string(usual_digits - hex.size(), '0') + hex);
}

void add_as_decimal(Forms& forms, string_view id) {
    if (const auto number = number_of(id, 16))
        forms.add(text_of(*number, 10));
}

void add_as_it_is(Forms& forms, string_view id) {
    forms.add(std::string(id));
    const auto zeros = std::min(id.find_first_not_of('0'), id.size());
    forms.add(std::string(id.substr(zeros)));
}

} // namespace

std::optional<Receipt> receipt_of(const Pdu& pdu) {
    if (const auto* message = std::get_if<ShortMessage>(&pdu.body);
        message && is_receipt(message->esm_class, message->tlvs))
        return read(message->short_message.reveal(), message->tlvs);
    if (const auto* message = std::get_if<DataMessage>(&pdu.body);
        message && is_receipt(message->esm_class, message->tlvs))
        return read("", message->tlvs);
    return {};
}

std::vector<std::string> message_id_forms(string_view id, IdForm form) {
    Forms forms;
    switch (form) {
    case IdForm::response_hex:
        add_as_hex(forms, id);
        add_as_it_is(forms, id);
        break;
    case IdForm::receipt_hex:
        add_as_decimal(forms, id);
        add_as_it_is(forms, id);
        break;
    case IdForm::same:
        add_as_it_is(forms, id);
        break;
    case IdForm::automatic:
        add_as_it_is(forms, id);
        forms.add_cases(std::string(id));
        add_as_hex(forms, id);
        add_as_decimal(forms, id);
        break;
    }
    return forms.take();
}

} // namespace dialproof::wire::smpp
