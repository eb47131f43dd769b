// The TLS listener's PEM files, by the configuration. Errors are sentences that begin with the key.
#pragma once

#include "app/config.h"
#include "base/result.h"
#include "net/tls_context.h"

#include <memory>
#include <optional>
#include <string>

namespace dialproof::app {

// The key's file is refused where others than its owner have access to it.
Result<std::unique_ptr<net::TlsContext>, std::string> make_tls_context(const TlsSettings& settings);
// Reads the files anew. A fault changes nothing.
Result<void, std::string> renew_tls_context(net::TlsContext& context, const TlsSettings& settings);

// A sentence, where the certificate has expired or does so within two weeks.
std::optional<std::string> expiry_warning(Instant expires_at, Instant now);

} // namespace dialproof::app
