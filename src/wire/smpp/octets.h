// The two ways through a PDU's fields: to octets and back. Both have the same calls, so that each body's
// layout is written once.
#pragma once

#include "wire/smpp/pdu.h"

#include <optional>
#include <string>
#include <string_view>

namespace dialproof::wire::smpp {

class OctetWriter {
public:
    template <typename T>
    using Of = const T;

    void u8(std::uint8_t value) { integer(value, 1); }
    void u16(std::uint16_t value) { integer(value, 2); }
    void u32(std::uint32_t value) { integer(value, 4); }
    // `octets_max` counts the NUL.
    void text(std::string_view field, std::size_t octets_max, const std::string& value);
    void secret(std::string_view field, std::size_t octets_max, const Secret<std::string>& value) {
        text(field, octets_max, value.reveal());
    }
    void address(std::string_view field, std::size_t octets_max, const Address& value);
    void short_message(const Secret<std::string>& value);
    void tlvs(const Tlvs& values);

    [[nodiscard]] const std::optional<FieldFault>& fault() const { return fault_; }
    [[nodiscard]] std::string take() { return std::move(octets_); }

private:
    void integer(std::uint64_t value, unsigned octets);
    void blame(std::string_view field);

    std::string octets_;
    std::optional<FieldFault> fault_; // the first
};

class OctetReader {
public:
    template <typename T>
    using Of = T;

    explicit OctetReader(std::string_view octets) : rest_(octets) {}

    void u8(std::uint8_t& value) { value = static_cast<std::uint8_t>(integer(1)); }
    void u16(std::uint16_t& value) { value = static_cast<std::uint16_t>(integer(2)); }
    void u32(std::uint32_t& value) { value = static_cast<std::uint32_t>(integer(4)); }
    void text(std::string_view field, std::size_t octets_max, std::string& value);
    void secret(std::string_view field, std::size_t octets_max, Secret<std::string>& value);
    void address(std::string_view field, std::size_t octets_max, Address& value);
    void short_message(Secret<std::string>& value);
    void tlvs(Tlvs& values);

    // Whether all that was asked for was there.
    [[nodiscard]] bool whole() const { return whole_; }

private:
    std::uint64_t integer(unsigned octets);
    std::string_view take(std::size_t octets);

    std::string_view rest_;
    bool whole_ = true;
};

} // namespace dialproof::wire::smpp
