// Pruning: whole days where all has ended, bounded pieces elsewhere, so that commits come between.
#pragma once

#include "ports/log.h"
#include "ports/store.h"
#include "stores/postgres/retries.h"

namespace dialproof::stores::postgres {

// The pool's connections prepare no statements. Makes the partitions of the days to come, too.
Task<Result<ports::Pruned, ports::Fault>> prune(Pool& pool, Loop& loop, Health& health, ports::Log& log,
                                                ports::Retention retention);

} // namespace dialproof::stores::postgres
