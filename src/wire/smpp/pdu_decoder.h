// PDUs out of a stream of octets that arrives in pieces.
#pragma once

#include "base/result.h"
#include "wire/smpp/pdu.h"

#include <optional>
#include <string>
#include <string_view>

namespace dialproof::wire::smpp {

// The command_length is less than a header or more than pdu_bytes_max: where the next PDU begins is not
// known, so that the connection is of no more use.
struct LengthFault {
    std::uint32_t length = 0;
};

class PduDecoder {
public:
    void feed(std::string_view octets) { buffer_ += octets; }
    // The next PDU, or why there will be none. Empty: feed me more octets.
    std::optional<Result<Pdu, LengthFault>> next();

private:
    std::string buffer_;
    std::size_t taken_ = 0; // of the buffer's front
};

} // namespace dialproof::wire::smpp
