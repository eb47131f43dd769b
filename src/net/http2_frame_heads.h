// The heads of the frames in what a client sends (RFC 9113 section 4.1), for counting them: nghttp2 does not
// tell of frames that it ignores.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dialproof::net {

class Http2FrameHeads {
public:
    // `skip`: bytes before the first frame.
    explicit Http2FrameHeads(std::size_t skip) : skip_(skip) {}

    // Calls found(type, length) for each head that is whole, until one gives false. Gives the bytes up to
    // there.
    template <typename Found>
    std::string_view read(const std::string_view all, Found found) {
        for (auto bytes = all; !bytes.empty();) {
            const auto skipped = std::min(skip_, bytes.size());
            bytes.remove_prefix(skipped);
            skip_ -= skipped;
            const auto part = bytes.copy(head_.data() + have_, head_.size() - have_);
            bytes.remove_prefix(part);
            have_ += part;
            if (have_ < head_.size())
                break;
            have_ = 0;
            skip_ = byte(0) << 16 | byte(1) << 8 | byte(2);
            if (!found(static_cast<std::uint8_t>(head_[3]), skip_))
                return all.substr(0, all.size() - bytes.size());
        }
        return all;
    }

private:
    [[nodiscard]] std::size_t byte(std::size_t at) const { return static_cast<unsigned char>(head_.at(at)); }

    std::size_t skip_;
    std::array<char, 9> head_{};
    std::size_t have_ = 0;
};

} // namespace dialproof::net
