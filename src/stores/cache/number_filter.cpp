#include "stores/cache/number_filter.h"

#include <functional>
#include <string>

namespace dialproof::stores {

NumberFilter::Place NumberFilter::place_of(const core::PhoneNumber& number) {
    constexpr std::size_t words = bits / word_bits, index_bits = 6;
    std::size_t hash = std::hash<std::string>{}(number.e164());
    Place place{hash % words, 0};
    hash /= words;
    for (int i = 0; i < 4; ++i, hash >>= index_bits)
        place.bits |= std::uint64_t{1} << (hash % word_bits);
    return place;
}

void NumberFilter::add(const core::PhoneNumber& number) {
    const Place place = place_of(number);
    words_[place.word] |= place.bits;
}

bool NumberFilter::may_have(const core::PhoneNumber& number) const {
    const Place place = place_of(number);
    return (words_[place.word] & place.bits) == place.bits;
}

} // namespace dialproof::stores
