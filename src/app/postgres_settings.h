// How the PostgreSQL store is reached.
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "stores/postgres/postgres_config.h"

#include <string>

namespace dialproof::app {

struct PostgresSettings {
    std::string url, password_file;
    unsigned writers = 2, readers = 2;
    Seconds statement_timeout{3};
    bool prepared_statements = true, partitions = true, migrate = true;
};

// With the password from its file, where one is named.
Result<stores::PostgresConfig, std::string> postgres_config(const PostgresSettings& settings);

} // namespace dialproof::app
