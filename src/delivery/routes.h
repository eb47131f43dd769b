// Which providers a number's texts go through, in which order, and under which sender id.
#pragma once

#include "core/phone_number.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::delivery {

struct Route {
    std::string name;
    std::set<std::string> countries;    // ISO 3166-1 alpha-2; none: all
    std::set<core::NumberType> types;   // none: all
    std::vector<std::string> providers; // in the order of preference
    std::string sender_id;              // of all its providers; empty: each provider's own
};

struct RouteTable {
    std::vector<Route> routes;
    Route otherwise; // where none of them fits; named "default"

    // The one that says most: country and type, then country, then type. Of two that say as much, the first.
    [[nodiscard]] const Route& find(std::string_view country, core::NumberType type) const;
};

} // namespace dialproof::delivery
