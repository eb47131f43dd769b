#include "app/tls_files.h"

#include <gtest/gtest.h>

namespace dialproof::app {
namespace {

using namespace std::chrono_literals;

const Instant now = *parse_rfc3339("2026-01-05T10:00:00Z");

TEST(ExpiryWarning, ComesTwoWeeksAhead) {
    EXPECT_FALSE(expiry_warning(now + 14 * 24h, now));
    EXPECT_EQ(expiry_warning(now + 14 * 24h - 1s, now),
              "the certificate expires in 13 days, at 2026-01-19T09:59:59.000Z");
    EXPECT_EQ(expiry_warning(now + 1s, now),
              "the certificate expires in 0 days, at 2026-01-05T10:00:01.000Z");
    EXPECT_EQ(expiry_warning(now, now),
              "the certificate has expired at 2026-01-05T10:00:00.000Z; clients will refuse it");
}

} // namespace
} // namespace dialproof::app
