#include "app/postgres_settings.h"

#include "app/data_folder.h"

namespace dialproof::app {

namespace {

constexpr std::size_t password_bytes_max = 4096;

} // namespace

Result<stores::PostgresConfig, std::string> postgres_config(const PostgresSettings& settings) {
    stores::PostgresConfig config;
    config.url = settings.url;
    config.writers = settings.writers;
    config.readers = settings.readers;
    config.statement_timeout = settings.statement_timeout;
    config.prepared_statements = settings.prepared_statements;
    config.partitions = settings.partitions;
    config.migrate = settings.migrate;
    if (settings.password_file.empty())
        return config;
    auto password = read_private_file(settings.password_file, password_bytes_max);
    if (!password)
        return fail("store.postgres.password_file: " + password.error());
    password->erase(password->find_last_not_of("\r\n") + 1);
    config.password = Secret<std::string>(*std::move(password));
    return config;
}

} // namespace dialproof::app
