// One commit of the port: rows, events, messages and limiters, all or nothing.
#pragma once

#include "base/result.h"
#include "ports/store.h"
#include "stores/record/writes.h"
#include "stores/sqlite/row_table.h"

#include <string>
#include <vector>

namespace dialproof::stores::sqlite {

using Writes = WritesOf<RowWrite>;

// After a failure, what was done so far is the caller's to undo.
Result<ports::Committed, ports::CommitFailure> commit(Session& session, const Writes& writes);

std::vector<ports::EventRecord> events_of(Connection& connection, ports::StreamKind kind,
                                          const std::string& stream);

} // namespace dialproof::stores::sqlite
