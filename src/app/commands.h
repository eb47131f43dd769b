// The subcommands that are not `serve`. Each prints its result on stdout and answers what went wrong as a
// sentence.
#pragma once

#include "app/config.h"
#include "flows/access.h"

#include <string>

namespace dialproof::app {

using CommandResult = Result<void, std::string>;

CommandResult create_token(const Config& config, flows::NewToken token);
CommandResult list_tokens(const Config& config);
CommandResult revoke_token(const Config& config, const std::string& id);
CommandResult backup(const Config& config, const std::string& file);
CommandResult prune(const Config& config);
CommandResult rotate_keys(const Config& config);
CommandResult print_version(const Config& config);

} // namespace dialproof::app
