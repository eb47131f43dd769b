// The day that an id names, by which rows lie in partitions.
#pragma once

#include "stores/postgres/statement.h"

#include <cstdint>
#include <set>
#include <string_view>

namespace dialproof::stores::postgres {

// An id of ours begins with its time: 12 hexadecimal digits of milliseconds since 1970, 32 digits in all. The
// day since 1970; 0 where the id is no such one, or names a time that we do not serve.
std::int64_t day_of(std::string_view id);

// The days that a statement is about. It names them one by one, because only by single values, not by an
// array, the planner sees which partitions it needs.
class Days {
public:
    static constexpr std::size_t count_max = 8;

    void add(std::int64_t day) { days_.insert(day); }
    void add(const Days& others) { days_.insert(others.days_.begin(), others.days_.end()); }
    // Whether a statement can name them all.
    [[nodiscard]] bool fit() const { return days_.size() <= count_max; }
    // As `count_max` parameters, where they fit.
    void append_to(Statement& statement) const;

private:
    std::set<std::int64_t> days_;
};

} // namespace dialproof::stores::postgres
