#include "flows/transact.h"

#include "flows/limiters.h"

namespace dialproof::flows {

Failure failure_of(const ports::CommitFailure& failure) {
    if (const auto* over = std::get_if<ports::OverLimit>(&failure))
        return core::Refused{reason_of_limiter(over->limiter), over->retry_at, {}};
    return std::get<ports::Fault>(failure);
}

} // namespace dialproof::flows
