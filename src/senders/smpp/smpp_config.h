// What an operator says of the links to one SMPP provider, with the habits of its message centre.
#pragma once

#include "base/instant.h"
#include "base/secret.h"
#include "ports/byte_stream.h"
#include "wire/smpp/receipt.h"
#include "wire/sms_text.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dialproof::senders {

// A provider that wants one bind for each direction gets two links, a transmitter and a receiver.
enum class BindMode { transceiver, transmitter, receiver };

// How a text that needs several short messages is handed over.
enum class LongTexts {
    udh,     // in parts, each with a user data header
    sar,     // in parts, numbered by optional parameters
    payload, // whole, as a message_payload
};

struct SmppLink {
    static constexpr std::size_t window_max = 1000;

    std::string name; // in logs
    ports::Endpoint endpoint;
    std::string system_id;
    Secret<std::string> password; // SMPP allows eight characters
    std::string system_type;
    BindMode mode = BindMode::transceiver;
    std::uint8_t interface_version = 0x34;

    std::size_t window = 10;           // messages without an answer
    unsigned messages_per_second = 20; // each part counts
    Seconds answer_timeout{30};        // for all parts of a text

    std::string sender;                                 // for texts that name none; empty: the centre's own
    std::optional<std::uint8_t> sender_ton, sender_npi; // in place of what the sender looks like
    std::string service_type;
    std::uint8_t registered_delivery = 1; // which receipts to ask for; 0: none
    bool validity = true;                 // tells the centre how long the code lives

    sms::DefaultAlphabet default_charset = sms::DefaultAlphabet::gsm;
    std::optional<std::uint8_t> data_coding; // of texts in the default charset, in place of 0
    bool packed_septets = false;
    LongTexts long_texts = LongTexts::udh;
    wire::smpp::IdForm id_form = wire::smpp::IdForm::automatic;
    bool user_reference = true; // a number of ours goes with each text, and its receipt is found by it
};

struct SmppConfig {
    std::string name = "smpp"; // of the provider
    std::vector<SmppLink> links;
};

// A sentence on the first thing that is wrong; empty where nothing is.
std::string fault_in(const SmppConfig& config);

// The bind that the link begins with.
wire::smpp::Bind bind_of(const SmppLink& link);

} // namespace dialproof::senders
