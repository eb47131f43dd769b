#include "senders/smpp/message_parts.h"

#include "base/text.h"
#include "ports/own_reference.h"

#include <algorithm>

namespace dialproof::senders {

using namespace wire;

namespace {

constexpr std::uint8_t data_coding_default = 0, data_coding_ucs2 = 8;
constexpr std::size_t short_code_digits_max = 6, number_digits_max = 15, alphanumeric_max = 11;

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

smpp::Address source_of(std::string_view sender) {
    if (sender.empty())
        return {smpp::ton_unknown, smpp::npi_unknown, ""};
    if (sender.front() == '+' && all_digits(sender.substr(1)))
        return {smpp::ton_international, smpp::npi_e164, std::string(sender.substr(1))};
    if (!all_digits(sender))
        return {smpp::ton_alphanumeric, smpp::npi_unknown, std::string(sender)};
    if (sender.size() <= short_code_digits_max)
        return {smpp::ton_network, smpp::npi_unknown, std::string(sender)};
    return {smpp::ton_international, smpp::npi_e164, std::string(sender)};
}

smpp::Address source_of(const ports::OutgoingText& text, const SmppLink& link) {
    auto source = source_of(text.sender_id.empty() ? link.sender : text.sender_id);
    source.ton = link.sender_ton.value_or(source.ton);
    source.npi = link.sender_npi.value_or(source.npi);
    return source;
}

smpp::ShortMessage empty_message(const ports::OutgoingText& text, const SmppLink& link,
                                 sms::Encoding encoding, Instant now) {
    smpp::ShortMessage message;
    message.service_type = link.service_type;
    message.source = source_of(text, link);
    message.destination = {smpp::ton_international, smpp::npi_e164, std::string(text.to.digits())};
    if (link.validity)
        message.validity_period = validity_period(text.expires_at - now);
    message.data_coding =
        encoding == sms::Encoding::ucs2 ? data_coding_ucs2 : link.data_coding.value_or(data_coding_default);
    return message;
}

struct PartsPlan {
    sms::SmsPlan text;
    bool as_payload = false;
};

PartsPlan plan_for(const ports::OutgoingText& text, const SmppLink& link) {
    sms::TextOptions options;
    options.alphabet = link.default_charset;
    options.packed = link.packed_septets;
    options.parts_max = message_parts_max;
    auto plan = sms::plan(text.text.reveal(), options);
    if (link.long_texts != LongTexts::payload || plan.parts.size() < 2)
        return {std::move(plan)};
    options.octets_max = sms::payload_octets * message_parts_max;
    options.parts_max = 1;
    return {sms::plan(text.text.reveal(), options), true};
}

void number_by_parameters(smpp::ShortMessage& message, std::uint16_t reference, std::size_t total,
                          std::size_t part) {
    message.tlvs.push_back(smpp::tlv_u16(smpp::Tag::sar_msg_ref_num, reference));
    message.tlvs.push_back(smpp::tlv_u8(smpp::Tag::sar_total_segments, static_cast<std::uint8_t>(total)));
    message.tlvs.push_back(smpp::tlv_u8(smpp::Tag::sar_segment_seqnum, static_cast<std::uint8_t>(part + 1)));
}

void fill(smpp::ShortMessage& message, const PartsPlan& plan, std::size_t part, std::uint16_t reference,
          LongTexts form) {
    const auto& octets = plan.text.parts[part];
    const std::size_t total = plan.text.parts.size();
    if (plan.as_payload) {
        message.tlvs.push_back({smpp::Tag::message_payload, octets});
    } else if (total > 1 && form == LongTexts::udh) {
        message.esm_class |= smpp::esm_udh;
        message.short_message = Secret<std::string>(plan.text.header(reference, part) + octets.reveal());
    } else {
        message.short_message = octets;
        if (total > 1)
            number_by_parameters(message, reference, total, part);
    }
}

// Whatever can come back in a receipt: there is one of the first part alone.
void ask_for_receipt(smpp::ShortMessage& message, const ports::OutgoingText& text, const SmppLink& link) {
    message.registered_delivery = link.registered_delivery;
    if (link.registered_delivery != 0 && link.user_reference)
        message.tlvs.push_back(
            smpp::tlv_u16(smpp::Tag::user_message_reference, ports::own_reference(text.id, text.attempt)));
}

std::string two_digits(std::int64_t number) {
    return std::string(number < 10 ? "0" : "") + std::to_string(number);
}

} // namespace

bool is_sender_possible(std::string_view sender) {
    const auto source = source_of(sender);
    return source.text.size() <=
           (source.ton == smpp::ton_alphanumeric ? alphanumeric_max : number_digits_max);
}

std::string validity_period(Milliseconds life) {
    constexpr std::chrono::minutes least{1}, most = std::chrono::days(28); // no code lives so long
    const auto minutes = std::clamp(std::chrono::ceil<std::chrono::minutes>(life), least, most).count();
    constexpr std::int64_t minutes_of_hour = 60, minutes_of_day = 24 * minutes_of_hour;
    return "0000" + two_digits(minutes / minutes_of_day) +
           two_digits(minutes % minutes_of_day / minutes_of_hour) + two_digits(minutes % minutes_of_hour) +
           "00000R";
}

std::vector<smpp::ShortMessage> message_parts(const ports::OutgoingText& text, const SmppLink& link,
                                              std::uint16_t reference, Instant now) {
    const auto plan = plan_for(text, link);
    std::vector<smpp::ShortMessage> parts;
    for (std::size_t part = 0; part < plan.text.parts.size(); ++part) {
        parts.push_back(empty_message(text, link, plan.text.encoding, now));
        if (part == 0)
            ask_for_receipt(parts.back(), text, link);
        fill(parts.back(), plan, part, reference, link.long_texts);
    }
    return parts;
}

} // namespace dialproof::senders
