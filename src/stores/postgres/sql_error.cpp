#include "stores/postgres/sql_error.h"

namespace dialproof::stores::postgres {

bool SqlError::may_work_again() const {
    const bool serialization_or_deadlock = state == "40001" || state == "40P01";
    return !maybe_done && (lost || serialization_or_deadlock);
}

bool ends_the_connection(std::string_view state) {
    const bool invalid_statement_name = state == "26000", read_only = state == "25006";
    const bool idle_in_transaction = state == "25P03";
    return state.starts_with("08") || state.starts_with("57P") || state == "53300" || read_only ||
           idle_in_transaction || invalid_statement_name;
}

} // namespace dialproof::stores::postgres
