#include "wire/smpp/pdu_decoder.h"

#include "wire/smpp/octets.h"

namespace dialproof::wire::smpp {

std::optional<Result<Pdu, LengthFault>> PduDecoder::next() {
    const auto rest = std::string_view(buffer_).substr(taken_);
    std::uint32_t length = 0;
    if (rest.size() >= sizeof length) {
        OctetReader(rest).u32(length);
        if (length < pdu_header_bytes || length > pdu_bytes_max)
            return fail(LengthFault{length});
    }
    if (length == 0 || rest.size() < length) {
        buffer_.erase(0, taken_); // once for all PDUs of a read
        taken_ = 0;
        return {};
    }
    taken_ += length;
    return decode(rest.substr(0, length));
}

} // namespace dialproof::wire::smpp
