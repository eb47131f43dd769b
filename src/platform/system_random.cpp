#include "platform/system_random.h"

#include "base/secret.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace dialproof::platform {

namespace {

void ask_kernel(std::span<unsigned char> bytes) {
    while (!bytes.empty()) {
        const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
        if (got > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(got));
        } else if (errno != EINTR) {
            std::perror("getrandom");
            std::abort(); // without random there are no secrets, and no way to go on safely
        }
    }
}

// A call of the kernel costs more than the bytes of an id, so a thread takes some in advance. What was given
// away is wiped here.
class Supply {
public:
    Supply() = default;
    Supply(const Supply&) = delete;
    Supply& operator=(const Supply&) = delete;
    ~Supply() { wipe(bytes_.data(), bytes_.size()); }

    static constexpr std::size_t size = 512;

    void take(std::span<unsigned char> bytes) {
        if (left_ < bytes.size()) {
            ask_kernel(bytes_);
            left_ = size;
        }
        const auto given = std::span(bytes_).subspan(size - left_, bytes.size());
        std::copy(given.begin(), given.end(), bytes.begin());
        wipe(given.data(), given.size());
        left_ -= bytes.size();
    }

private:
    std::array<unsigned char, size> bytes_{};
    std::size_t left_ = 0;
};

} // namespace

void SystemRandom::fill(std::span<unsigned char> bytes) {
    constexpr std::size_t small = 64;
    thread_local Supply supply;
    if (bytes.size() > small)
        return ask_kernel(bytes);
    supply.take(bytes);
}

} // namespace dialproof::platform
