#include "wire/smpp/pdu.h"
#include "wire/smpp/pdu_decoder.h"

#include "tests/fuzz/fuzz_target.h"

#include <string>
#include <vector>

using namespace dialproof;
using namespace dialproof::wire::smpp;

namespace {

// What can be written of what was read: texts may be longer in what is read.
struct Read {
    std::vector<std::string> written;
    std::size_t pdus = 0;
    bool refused = false;
    bool operator==(const Read&) const = default;
};

void add(Read& all, const Pdu& pdu) {
    ++all.pdus;
    const auto octets = encode(pdu);
    if (!octets)
        return;
    const auto again = encode(decode(*octets));
    fuzz::require(again && *again == *octets, "what was written is read the same");
    all.written.push_back(*octets);
}

Read read(std::string_view bytes, std::size_t step) {
    PduDecoder decoder;
    Read all;
    for (std::size_t at = 0; at < bytes.size() && !all.refused; at += step) {
        decoder.feed(bytes.substr(at, step));
        while (auto next = decoder.next()) {
            if (!*next) {
                all.refused = true;
                break;
            }
            add(all, **next);
        }
    }
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = fuzz::text_of(data, size);
    fuzz::require(read(bytes, bytes.size() + 1) == read(bytes, 1), "PDUs are the same wherever they are cut");
    return 0;
}
