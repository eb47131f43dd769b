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
// Prints why it went as it did: `what` is the id of a verification, or a number in E.164 form, of which the
// newest `limit` verifications are told, newest first. Fails where there is none.
CommandResult explain(const Config& config, const std::string& what, unsigned limit);
CommandResult backup(const Config& config, const std::string& file);
CommandResult prune(const Config& config);
CommandResult rotate_keys(const Config& config);
// The URL that a provider may be given for the receipts of a whole account.
CommandResult print_receipt_url(const Config& config, const std::string& provider);
// Fails where a text takes more short messages than its service allows.
CommandResult lint_templates(const Config& config);
// Of an app that was signed with the certificate in that DER file.
CommandResult print_app_hash(const std::string& package, const std::string& certificate_file);
CommandResult print_version(const Config& config);

} // namespace dialproof::app
