#include "numbering/number_cache.h"

#include <algorithm>
#include <functional>

namespace dialproof::numbering {

NumberCache::NumberCache() : stripes_(stripe_count) {}

NumberCache::Place NumberCache::place_of(std::string_view text, std::string_view region,
                                         ports::Strictness strictness) {
    const std::hash<std::string_view> hash;
    const std::size_t mixed = hash(text) + 31 * hash(region) + static_cast<std::size_t>(strictness);
    Stripe& stripe = stripes_[mixed % stripe_count];
    return {stripe, stripe.sets[mixed / stripe_count % sets_per_stripe]};
}

std::optional<ParsedNumber> NumberCache::find(std::string_view text, std::string_view region,
                                              ports::Strictness strictness) {
    if (text.size() > text_bytes_max)
        return {};
    const auto [stripe, set] = place_of(text, region, strictness);
    const std::unique_lock lock(stripe.mutex, std::try_to_lock);
    if (!lock)
        return {};
    for (Entry& entry : set)
        if (entry.is_for(text, region, strictness)) {
            entry.used_at = ++stripe.uses;
            return entry.parsed;
        }
    return {};
}

void NumberCache::remember(std::string_view text, std::string_view region, ports::Strictness strictness,
                           const ParsedNumber& parsed) {
    if (text.size() > text_bytes_max)
        return;
    const auto [stripe, set] = place_of(text, region, strictness);
    const std::unique_lock lock(stripe.mutex, std::try_to_lock);
    if (!lock)
        return;
    const auto same = [&](const Entry& entry) { return entry.is_for(text, region, strictness); };
    auto place = std::find_if(set.begin(), set.end(), same);
    if (place == set.end()) // the one that was not used for longest makes room
        place = std::min_element(set.begin(), set.end(),
                                 [](const Entry& a, const Entry& b) { return a.used_at < b.used_at; });
    *place = Entry{std::string(text), std::string(region), strictness, ++stripe.uses, parsed};
}

} // namespace dialproof::numbering
