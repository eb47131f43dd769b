// The file itself: made, looked over, brought to this version's schema, and its write-ahead log grown.
#pragma once

#include "base/result.h"
#include "ports/log.h"
#include "stores/sqlite/connection.h"
#include "stores/sqlite/sqlite_config.h"

#include <memory>
#include <string>

namespace dialproof::stores::sqlite {

// A database that is ready to serve, by its writing connection.
Result<std::unique_ptr<Connection>, StoreError> open_database(const SqliteConfig& config, ports::Log& log);

// A copy of the database at `path` as it is now, while others read and write it. `target` must not exist;
// it is made with mode 0600 and is whole on disk when this returns.
Result<void, StoreError> back_up(const std::string& path, const std::string& target,
                                 Milliseconds busy_timeout);

} // namespace dialproof::stores::sqlite
