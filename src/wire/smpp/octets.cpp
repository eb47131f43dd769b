#include "wire/smpp/octets.h"

#include <limits>

namespace dialproof::wire::smpp {

void OctetWriter::integer(std::uint64_t value, unsigned octets) {
    for (unsigned left = octets; left > 0; --left)
        octets_ += static_cast<char>(value >> 8 * (left - 1) & 0xFFU);
}

void OctetWriter::blame(std::string_view field) {
    if (!fault_)
        fault_ = FieldFault{field};
}

void OctetWriter::text(std::string_view field, std::size_t octets_max, const std::string& value) {
    if (value.size() >= octets_max || value.find('\0') != std::string::npos)
        blame(field);
    octets_.append(value).append(1, '\0');
}

void OctetWriter::address(std::string_view field, std::size_t octets_max, const Address& value) {
    u8(value.ton);
    u8(value.npi);
    text(field, octets_max, value.text);
}

void OctetWriter::short_message(const Secret<std::string>& value) {
    if (value.reveal().size() > short_message_octets_max)
        blame("short_message");
    u8(static_cast<std::uint8_t>(value.reveal().size()));
    octets_ += value.reveal();
}

void OctetWriter::tlvs(const Tlvs& values) {
    for (const auto& [tag, value] : values) {
        if (value.reveal().size() > std::numeric_limits<std::uint16_t>::max())
            blame("optional_parameter");
        u16(static_cast<std::uint16_t>(tag));
        u16(static_cast<std::uint16_t>(value.reveal().size()));
        octets_ += value.reveal();
    }
}

std::string_view OctetReader::take(std::size_t octets) {
    if (octets > rest_.size()) {
        whole_ = false;
        octets = rest_.size();
    }
    const auto taken = rest_.substr(0, octets);
    rest_.remove_prefix(octets);
    return taken;
}

std::uint64_t OctetReader::integer(unsigned octets) {
    std::uint64_t value = 0;
    for (const char octet : take(octets))
        value = value << 8U | static_cast<unsigned char>(octet);
    return value;
}

void OctetReader::text(std::string_view, std::size_t, std::string& value) {
    const auto end = rest_.find('\0');
    value = take(end == std::string_view::npos ? rest_.size() : end);
    take(1);
}

void OctetReader::secret(std::string_view field, std::size_t octets_max, Secret<std::string>& value) {
    std::string found;
    text(field, octets_max, found);
    value = Secret<std::string>(std::move(found));
}

void OctetReader::address(std::string_view field, std::size_t octets_max, Address& value) {
    u8(value.ton);
    u8(value.npi);
    text(field, octets_max, value.text);
}

void OctetReader::short_message(Secret<std::string>& value) {
    const auto octets = static_cast<std::size_t>(integer(1));
    value = Secret<std::string>(std::string(take(octets)));
}

void OctetReader::tlvs(Tlvs& values) {
    constexpr std::size_t head_octets = 4;
    while (rest_.size() >= head_octets) {
        const auto tag = static_cast<Tag>(integer(2));
        const auto octets = static_cast<std::size_t>(integer(2));
        if (octets > rest_.size())
            return;
        values.push_back(Tlv{tag, Secret<std::string>(std::string(take(octets)))});
    }
}

} // namespace dialproof::wire::smpp
