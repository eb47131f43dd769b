#include "server/request_ids.h"

#include "base/char_set.h"
#include "base/text.h"

#include <algorithm>
#include <array>

namespace dialproof::server {
namespace {

constexpr CharSet id_characters([](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '_' || c == '-';
});

std::mt19937_64 seeded() {
    std::random_device device;
    std::array<std::uint32_t, 8> words{};
    std::generate(words.begin(), words.end(), [&] { return device(); });
    std::seed_seq seed(words.begin(), words.end());
    return std::mt19937_64(seed);
}

} // namespace

bool is_request_id(std::string_view text) {
    return !text.empty() && text.size() <= request_id_bytes_max && id_characters.has_all_of(text);
}

RequestIds::RequestIds() : random_(seeded()) {}

std::string RequestIds::choose(std::optional<std::string_view> offered) {
    if (offered && is_request_id(*offered))
        return std::string(*offered);
    const std::array<std::uint64_t, 2> words{random_(), random_()};
    return to_hex({reinterpret_cast<const char*>(words.data()), sizeof words});
}

} // namespace dialproof::server
