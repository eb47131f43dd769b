#include "delivery/routes.h"

namespace dialproof::delivery {

const Route& RouteTable::find(std::string_view country, core::NumberType type) const {
    const Route* best = &otherwise;
    int best_says = -1;
    for (const Route& route : routes) {
        const bool fits = (route.countries.empty() || route.countries.contains(std::string(country))) &&
                          (route.types.empty() || route.types.contains(type));
        const int says = (route.countries.empty() ? 0 : 2) + (route.types.empty() ? 0 : 1);
        if (fits && says > best_says) {
            best = &route;
            best_says = says;
        }
    }
    return *best;
}

} // namespace dialproof::delivery
