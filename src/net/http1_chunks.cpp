#include "net/http1_chunks.h"

#include "base/text.h"
#include "net/http1_head.h"
#include "wire/field_grammar.h"

#include <algorithm>
#include <cstdlib>

namespace dialproof::net {
namespace {

constexpr std::size_t size_digits_max = 8;

} // namespace

ChunkDecoder::Verdict ChunkDecoder::read(std::string_view& bytes, std::string& body) {
    while (!bytes.empty()) {
        if (state_ == State::data) {
            const auto part = std::min<std::uint64_t>(chunk_left_, bytes.size());
            body += bytes.substr(0, part);
            bytes.remove_prefix(part);
            chunk_left_ -= part;
            if (chunk_left_ == 0)
                state_ = State::data_return;
            continue;
        }
        const char c = bytes.front();
        bytes.remove_prefix(1);
        if (framing_left_-- == 0)
            return Verdict::too_large;
        if (++line_bytes_ > chunk_line_bytes_max)
            return Verdict::malformed;
        if (const auto verdict = take(c); verdict != Verdict::more)
            return verdict;
    }
    return Verdict::more;
}

ChunkDecoder::Verdict ChunkDecoder::become(State next) {
    state_ = next;
    return Verdict::more;
}

ChunkDecoder::Verdict ChunkDecoder::take(char c) {
    switch (state_) {
    case State::size_start:
        return size_digit(hex_value(c));
    case State::size:
        if (c == '\r')
            return become(State::size_line_feed);
        return c == ';' ? become(State::extension) : size_digit(hex_value(c));
    case State::extension:
        if (c == '\r')
            return become(State::size_line_feed);
        return is_field_character(c) ? Verdict::more : Verdict::malformed;
    case State::size_line_feed:
        return c == '\n' ? data_begins() : Verdict::malformed;
    case State::data_return:
        return c == '\r' ? become(State::data_line_feed) : Verdict::malformed;
    case State::data_line_feed:
        line_bytes_ = 0;
        return c == '\n' ? become(State::size_start) : Verdict::malformed;
    case State::trailer_start:
        if (c == '\r')
            return become(State::last_line_feed);
        return http::is_token_character(c) ? become(State::trailer_name) : Verdict::malformed;
    case State::trailer_name:
        if (c == ':')
            return become(State::trailer_value);
        return http::is_token_character(c) ? Verdict::more : Verdict::malformed;
    case State::trailer_value:
        if (c == '\r')
            return become(State::trailer_line_feed);
        return is_field_character(c) ? Verdict::more : Verdict::malformed;
    case State::trailer_line_feed: // the whole trailer counts as one line
        return c == '\n' ? become(State::trailer_start) : Verdict::malformed;
    case State::last_line_feed:
        return c == '\n' ? Verdict::done : Verdict::malformed;
    case State::data:
        break;
    }
    std::abort();
}

ChunkDecoder::Verdict ChunkDecoder::size_digit(int digit) {
    if (digit < 0 || ++size_digits_ > size_digits_max)
        return Verdict::malformed;
    chunk_left_ = chunk_left_ * 16 + static_cast<std::uint64_t>(digit);
    return become(State::size);
}

ChunkDecoder::Verdict ChunkDecoder::data_begins() {
    size_digits_ = 0;
    line_bytes_ = 0;
    if (chunk_left_ == 0)
        return become(State::trailer_start);
    if (chunk_left_ > body_left_)
        return Verdict::too_large;
    body_left_ -= chunk_left_;
    return become(State::data);
}

} // namespace dialproof::net
