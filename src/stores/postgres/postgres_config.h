// What the PostgreSQL store is told at the start.
#pragma once

#include "base/instant.h"
#include "base/secret.h"
#include "stores/record/store_error.h"

#include <cstddef>
#include <string>

namespace dialproof::stores {

struct PostgresConfig {
    std::string url;              // URI or keywords of libpq, without a password
    Secret<std::string> password; // empty: libpq looks where it always does, such as PGPASSWORD

    unsigned writers = 2, readers = 2;    // connections
    std::size_t writes_queued_max = 4096; // what comes when so many wait is `overloaded`
    std::size_t reads_queued_max = 4096;
    std::size_t group_max = 256; // commits in one transaction, loads in one statement

    Milliseconds connect_timeout{10'000};
    Milliseconds statement_timeout{3000}; // the connection ends a second later where no answer comes
    Milliseconds lock_timeout{1500};
    Milliseconds give_up_after{6000}; // then what could not be done is `unavailable`

    bool prepared_statements = true; // not behind a pooler that does not know them
    bool partitions = true;          // by day, where the first migration is still to be run
    bool migrate = true;             // else a schema that is not this version's is an error
};

} // namespace dialproof::stores
