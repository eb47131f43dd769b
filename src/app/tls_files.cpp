#include "app/tls_files.h"

#include "app/data_folder.h"
#include "net/http_listener.h"

#include <cstdlib>

namespace dialproof::app {

namespace {

constexpr std::size_t key_bytes_max = 64 * 1024, certificates_bytes_max = 1024 * 1024;
constexpr Seconds day{86400};
constexpr Seconds warn_within = 14 * day;

Result<net::TlsCredentials, std::string> read_files(const TlsSettings& settings) {
    net::TlsCredentials read;
    read.client_certificates = settings.client_certificates;
    auto certificate = read_file(settings.certificate, certificates_bytes_max);
    if (!certificate)
        return fail("server.tls.certificate: " + certificate.error());
    read.certificate = std::move(*certificate);
    auto key = read_private_file(settings.key, key_bytes_max);
    if (!key)
        return fail("server.tls.key: " + key.error());
    read.key = Secret<std::string>(std::move(*key));
    if (settings.client_certificates == net::ClientCertificates::off)
        return read;
    auto client_ca = read_file(settings.client_ca, certificates_bytes_max);
    if (!client_ca)
        return fail("server.tls.client_ca: " + client_ca.error());
    read.client_ca = std::move(*client_ca);
    return read;
}

std::string sentence(const net::TlsFault& fault, const TlsSettings& settings) {
    using Part = net::TlsFault::Part;
    switch (fault.part) {
    case Part::certificate:
        return "server.tls.certificate: " + settings.certificate + " " + fault.what;
    case Part::key:
        return "server.tls.key: " + settings.key + " " + fault.what;
    case Part::client_ca:
        return "server.tls.client_ca: " + settings.client_ca + " " + fault.what;
    }
    std::abort();
}

} // namespace

Result<std::unique_ptr<net::TlsContext>, std::string> make_tls_context(const TlsSettings& settings) {
    const auto credentials = read_files(settings);
    if (!credentials)
        return fail(credentials.error());
    auto made = net::TlsContext::make(*credentials, net::http_protocols);
    if (!made)
        return fail(sentence(made.error(), settings));
    return std::move(*made);
}

Result<void, std::string> renew_tls_context(net::TlsContext& context, const TlsSettings& settings) {
    const auto credentials = read_files(settings);
    if (!credentials)
        return fail(credentials.error());
    if (const auto replaced = context.replace(*credentials); !replaced)
        return fail(sentence(replaced.error(), settings));
    return {};
}

std::optional<std::string> expiry_warning(Instant expires_at, Instant now) {
    if (expires_at - now >= warn_within)
        return {};
    const std::string when = to_rfc3339(expires_at);
    if (expires_at <= now)
        return "the certificate has expired at " + when + "; clients will refuse it";
    return "the certificate expires in " + std::to_string((expires_at - now) / day) + " days, at " + when;
}

} // namespace dialproof::app
