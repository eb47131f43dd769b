// What came in place of a result.
#pragma once

#include <string>
#include <string_view>

namespace dialproof::stores::postgres {

struct SqlError {
    std::string state;   // SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html), or empty
    std::string message; // the primary one: it holds no data of rows
    bool lost = false;   // the connection is of no more use
    bool maybe_done = false;

    // The same again may work, on another connection where this one is lost.
    [[nodiscard]] bool may_work_again() const;
};

// The server is there but cannot serve: it is read only, is stopping or starting, or takes no more
// connections; or it forgot our prepared statements; or it ended the connection because we were silent.
bool ends_the_connection(std::string_view state);

} // namespace dialproof::stores::postgres
