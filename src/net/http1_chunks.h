// The chunked coding of a body (RFC 9112 section 7.1), byte by byte. Our own because the last chunk, cut
// after its size line, trips an assertion of Beast 1.74, and it forgives line feeds in extensions.
// Extensions and the trailer are read and dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dialproof::net {

inline constexpr std::size_t chunk_line_bytes_max = 8 * 1024;
// A chunk of one byte takes six: more than this around each byte of body is somebody wasting our time.
inline constexpr std::size_t chunk_overhead_max = 8;

class ChunkDecoder {
public:
    enum class Verdict { more, done, malformed, too_large };

    // `body_bytes` is the most that all chunks may hold.
    explicit ChunkDecoder(std::size_t body_bytes) :
        body_left_(body_bytes), framing_left_(bound(body_bytes)) {}

    // Takes from the front of `bytes` what belongs to the body and appends its content to `body`.
    Verdict read(std::string_view& bytes, std::string& body);

private:
    enum class State {
        size_start,
        size,
        extension,
        size_line_feed,
        data,
        data_return,
        data_line_feed,
        trailer_start,
        trailer_name,
        trailer_value,
        trailer_line_feed,
        last_line_feed,
    };

    static constexpr std::size_t bound(std::size_t body_bytes) {
        return chunk_line_bytes_max + chunk_overhead_max * body_bytes;
    }
    Verdict take(char c);
    Verdict become(State next);
    Verdict size_digit(int digit);
    Verdict data_begins();

    State state_ = State::size_start;
    std::uint64_t chunk_left_ = 0;
    std::size_t size_digits_ = 0;
    std::size_t line_bytes_ = 0;
    std::size_t body_left_, framing_left_;
};

} // namespace dialproof::net
