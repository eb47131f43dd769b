// The secrets of a provider: from its file, and from variables of the environment, which go before.
#pragma once

#include "base/result.h"
#include "senders/http_api/http_api.h"

#include <string>
#include <string_view>

namespace dialproof::app {

// DIALPROOF_SECRET_KZ_SMPP_PASSWORD is the secret "password" of the provider "kz_smpp".
inline constexpr std::string_view secret_variable_prefix = "DIALPROOF_SECRET_";

// `file`: lines of name=value, of its owner alone; empty: none. Empty lines and such that begin with '#' are
// skipped. A sentence, without any value, where it cannot be used.
Result<senders::Secrets, std::string> provider_secrets(const std::string& provider, const std::string& file);

// The whole of a file that is of its owner alone.
Result<Secret<std::string>, std::string> secret_in_file(const std::string& path);

} // namespace dialproof::app
