#include "net/tls_context.h"

#include "net/test_certificate.h"

#include <chrono>

#include <gtest/gtest.h>

namespace dialproof::net {
namespace {

using namespace std::chrono_literals;
using Part = TlsFault::Part;

TlsCredentials credentials_of(const TestCertificate& own) {
    TlsCredentials credentials;
    credentials.certificate = own.certificate;
    credentials.key = Secret<std::string>(own.key);
    return credentials;
}

auto make(const TlsCredentials& credentials) { return TlsContext::make(credentials, {"http/1.1"}); }

void expect_fault(const TlsCredentials& credentials, Part part, const std::string& what) {
    const auto made = make(credentials);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().part, part);
    EXPECT_NE(made.error().what.find(what), std::string::npos) << made.error().what;
}

Seconds left_of(const TlsContext& context) {
    return std::chrono::duration_cast<Seconds>(context.expires_at() - std::chrono::system_clock::now());
}

TEST(TlsContext, takes_a_certificate_and_its_key) {
    EXPECT_TRUE(make(credentials_of(make_certificate({}))));
    TestCertificateWish rsa;
    rsa.rsa_bits = 2048;
    EXPECT_TRUE(make(credentials_of(make_certificate(rsa))));
}

TEST(TlsContext, names_what_is_no_pem) {
    auto credentials = credentials_of(make_certificate({}));
    credentials.certificate = "a letter";
    expect_fault(credentials, Part::certificate, "holds no PEM certificate");

    credentials = credentials_of(make_certificate({}));
    credentials.certificate += credentials.certificate.substr(0, 200);
    expect_fault(credentials, Part::certificate, "has a certificate that cannot be read");

    credentials = credentials_of(make_certificate({}));
    credentials.key = Secret<std::string>(credentials.certificate);
    expect_fault(credentials, Part::key, "holds no PEM private key");
}

TEST(TlsContext, wants_the_key_of_the_certificate) {
    auto credentials = credentials_of(make_certificate({}));
    credentials.key = Secret<std::string>(make_certificate({}).key);
    expect_fault(credentials, Part::key, "is not the key of the certificate");

    TestCertificateWish rsa;
    rsa.rsa_bits = 2048;
    credentials.key = Secret<std::string>(make_certificate(rsa).key);
    expect_fault(credentials, Part::key, "is not the key of the certificate");
}

TEST(TlsContext, asks_nobody_for_a_passphrase) {
    TestCertificateWish wish;
    wish.passphrase = "correct horse";
    expect_fault(credentials_of(make_certificate(wish)), Part::key, "is protected by a passphrase");
}

TEST(TlsContext, refuses_keys_that_are_too_short) {
    TestCertificateWish wish;
    wish.rsa_bits = 1024;
    expect_fault(credentials_of(make_certificate(wish)), Part::certificate, "ee key too small");
}

TEST(TlsContext, knows_which_certificate_of_the_chain_expires_first) {
    TestCertificateWish authority;
    authority.expires_in = 5 * 86400s;
    const auto issuer = make_certificate(authority);
    TestCertificateWish wish;
    wish.expires_in = 9 * 86400s;
    wish.issuer = &issuer;
    auto credentials = credentials_of(make_certificate(wish));
    const auto alone = make(credentials);
    ASSERT_TRUE(alone);
    EXPECT_NEAR(left_of(**alone).count(), 9 * 86400, 60);

    credentials.certificate += issuer.certificate;
    const auto chain = make(credentials);
    ASSERT_TRUE(chain);
    EXPECT_NEAR(left_of(**chain).count(), 5 * 86400, 60);
}

TEST(TlsContext, takes_what_has_expired_and_says_when) {
    TestCertificateWish wish;
    wish.expires_in = -86400s;
    const auto context = make(credentials_of(make_certificate(wish)));
    ASSERT_TRUE(context);
    EXPECT_NEAR(left_of(**context).count(), -86400, 60);
}

TEST(TlsContext, needs_an_authority_to_ask_for_client_certificates) {
    auto credentials = credentials_of(make_certificate({}));
    credentials.client_certificates = ClientCertificates::optional;
    expect_fault(credentials, Part::client_ca, "holds no PEM certificate");
    credentials.client_ca = make_certificate({}).certificate;
    EXPECT_TRUE(make(credentials));
}

TEST(TlsContext, keeps_what_it_has_where_the_new_is_broken) {
    TestCertificateWish wish;
    wish.expires_in = 9 * 86400s;
    const auto context = make(credentials_of(make_certificate(wish)));
    ASSERT_TRUE(context);
    auto broken = credentials_of(make_certificate({}));
    broken.key = Secret<std::string>("");
    EXPECT_FALSE((*context)->replace(broken));
    EXPECT_NEAR(left_of(**context).count(), 9 * 86400, 60);

    wish.expires_in = 90 * 86400s;
    EXPECT_TRUE((*context)->replace(credentials_of(make_certificate(wish))));
    EXPECT_NEAR(left_of(**context).count(), 90 * 86400, 60);
}

} // namespace
} // namespace dialproof::net
