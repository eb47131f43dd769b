#include "net/http1_decoder.h"

#include "tests/fuzz/fuzz_target.h"

#include <algorithm>
#include <string>

using namespace dialproof;

namespace {

// All that a stream of bytes means, however it was cut: the requests, and why there are no more.
std::string meaning_of(std::string_view bytes, std::size_t piece) {
    net::Limits limits;
    limits.header_bytes = 1024;
    limits.body_bytes = 1024;
    net::Http1Decoder decoder(limits);
    std::string meaning;
    for (;;) {
        while (const auto next = decoder.next()) {
            if (!*next)
                return meaning + "error " + std::string(next->error().code);
            const auto& request = (*next)->request;
            fuzz::require(!request.method.empty(), "a request has a method");
            fuzz::require(request.body.size() <= limits.body_bytes, "bodies are bounded");
            meaning += request.method + ' ' + request.path + '?' + request.query + '\n';
            for (const auto& [name, value] : request.headers.all())
                meaning += name + ": " + value + '\n';
            meaning += '\n' + request.body + ((*next)->keep_alive ? "\nkeep\n" : "\nclose\n");
        }
        if (bytes.empty())
            return meaning;
        decoder.feed(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = fuzz::text_of(data, size);
    const std::string whole = meaning_of(bytes, 64 * 1024);
    fuzz::require(meaning_of(bytes, 1) == whole, "single bytes mean the same as the whole");
    fuzz::require(meaning_of(bytes, 7) == whole, "pieces mean the same as the whole");
    return 0;
}
