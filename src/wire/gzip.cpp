#include "wire/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace dialproof::wire {

namespace {

constexpr int window_of_gzip = 15 + 16; // zlib.h, inflateInit2: the largest window, with gzip's head and end
constexpr int memory_usual = 8;

Bytef* input_of(std::string_view bytes) {
    // zlib takes it as not constant unless ZLIB_CONST is defined, and does not change it.
    return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data())); // NOLINT
}

} // namespace

std::string gzip(std::string_view bytes) {
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, window_of_gzip, memory_usual, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        std::abort(); // no memory
    std::string coded(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = input_of(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(coded.data());
    stream.avail_out = static_cast<uInt>(coded.size());
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
        std::abort(); // there is room for all
    coded.resize(stream.total_out);
    deflateEnd(&stream);
    return coded;
}

Result<std::string, GzipFault> gunzip(std::string_view bytes, std::size_t bytes_max) {
    z_stream stream{};
    if (inflateInit2(&stream, window_of_gzip) != Z_OK)
        std::abort(); // no memory
    stream.next_in = input_of(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string plain;
    std::array<char, 16 * 1024> room{};
    int state = Z_OK;
    do {
        if (state == Z_STREAM_END)
            inflateReset(&stream);
        stream.next_out = reinterpret_cast<Bytef*>(room.data());
        stream.avail_out = static_cast<uInt>(room.size());
        state = inflate(&stream, Z_NO_FLUSH);
        plain.append(room.data(), room.size() - stream.avail_out);
    } while (plain.size() <= bytes_max && (state == Z_OK || (state == Z_STREAM_END && stream.avail_in > 0)));
    inflateEnd(&stream);
    if (plain.size() > bytes_max)
        return fail(GzipFault::too_large);
    if (state != Z_STREAM_END)
        return fail(GzipFault::malformed);
    return plain;
}

} // namespace dialproof::wire
