// OpenSSL's objects, owned. Only for the files of this folder.
#pragma once

#include "base/release.h"

#include <memory>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace dialproof::net {

using BioOwned = std::unique_ptr<BIO, Release<BIO_free>>;
using KeyOwned = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using X509Owned = std::unique_ptr<X509, Release<X509_free>>;
using SslContextOwned = std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>>;

inline BioOwned reader_of(std::string_view text) {
    return BioOwned(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

} // namespace dialproof::net
