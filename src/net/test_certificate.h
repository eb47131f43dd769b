// Certificates for tests, made on the spot.
#pragma once

#include "base/instant.h"
#include "net/openssl.h"

#include <cstdlib>
#include <ctime>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

namespace dialproof::net {

// PEM texts.
struct TestCertificate {
    std::string certificate, key;
};

struct TestCertificateWish {
    std::string name = "localhost";
    Seconds expires_in{30 * 86400};
    const TestCertificate* issuer = nullptr; // none: signed by itself
    int rsa_bits = 0;                        // 0: a key on P-256
    const char* passphrase = nullptr;        // of the key's text
};

inline std::string text_of(const BioOwned& writer) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(writer.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

inline TestCertificate make_certificate(const TestCertificateWish& wish) {
    const KeyOwned key(wish.rsa_bits > 0 ? EVP_RSA_gen(static_cast<unsigned>(wish.rsa_bits))
                                         : EVP_EC_gen("P-256"));
    const X509Owned certificate(X509_new());
    X509* const raw = certificate.get();
    X509_set_version(raw, X509_VERSION_3);
    static long serial = 0;
    ASN1_INTEGER_set(X509_get_serialNumber(raw), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(raw), -100L * 86400);
    X509_gmtime_adj(X509_getm_notAfter(raw), wish.expires_in.count());
    X509_set_pubkey(raw, key.get());
    X509_NAME* const subject = X509_get_subject_name(raw);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wish.name.c_str()), -1, -1, 0);
    using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
    const Extension may_sign(
        X509V3_EXT_nconf_nid(nullptr, nullptr, NID_basic_constraints, wish.issuer ? "CA:FALSE" : "CA:TRUE"));
    X509_add_ext(raw, may_sign.get(), -1);
    KeyOwned issuer_key;
    if (wish.issuer != nullptr) {
        const X509Owned issuer(
            PEM_read_bio_X509(reader_of(wish.issuer->certificate).get(), nullptr, nullptr, nullptr));
        X509_set_issuer_name(raw, X509_get_subject_name(issuer.get()));
        issuer_key.reset(
            PEM_read_bio_PrivateKey(reader_of(wish.issuer->key).get(), nullptr, nullptr, nullptr));
    } else {
        X509_set_issuer_name(raw, subject);
    }
    if (X509_sign(raw, issuer_key ? issuer_key.get() : key.get(), EVP_sha256()) == 0)
        std::abort();

    const BioOwned certificate_text(BIO_new(BIO_s_mem())), key_text(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(certificate_text.get(), raw);
    const auto* const cipher = wish.passphrase != nullptr ? EVP_aes_256_cbc() : nullptr;
    PEM_write_bio_PKCS8PrivateKey(
        key_text.get(), key.get(), cipher, wish.passphrase,
        wish.passphrase != nullptr ? static_cast<int>(std::string(wish.passphrase).size()) : 0, nullptr,
        nullptr);
    return {text_of(certificate_text), text_of(key_text)};
}

} // namespace dialproof::net
