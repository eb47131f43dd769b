#include "net/tls_ticket_keys.h"

#include <gtest/gtest.h>

namespace dialproof::net {
namespace {

using namespace std::chrono_literals;

class TlsTicketKeysTest : public testing::Test {
protected:
    TlsTicketKeys::Clock::time_point now = TlsTicketKeys::Clock::now();
    TlsTicketKeys keys{[this] { return now; }};
};

TEST_F(TlsTicketKeysTest, a_key_seals_for_its_time_and_opens_for_as_long_again) {
    const auto first = keys.newest();
    now += TlsTicketKeys::key_time - 1s;
    EXPECT_EQ(keys.newest().name, first.name);
    ASSERT_TRUE(keys.find(first.name));
    EXPECT_TRUE(keys.find(first.name)->is_newest);

    now += 1s;
    const auto second = keys.newest();
    EXPECT_NE(second.name, first.name);
    EXPECT_NE(second.cipher_key, first.cipher_key);
    EXPECT_NE(second.mac_key, first.mac_key);
    const auto old = keys.find(first.name);
    ASSERT_TRUE(old);
    EXPECT_EQ(old->key.cipher_key, first.cipher_key);
    EXPECT_FALSE(old->is_newest);

    now += TlsTicketKeys::key_time;
    EXPECT_FALSE(keys.find(first.name));
    EXPECT_TRUE(keys.find(second.name));
}

TEST_F(TlsTicketKeysTest, a_key_that_nobody_asked_for_in_time_opens_nothing) {
    const auto first = keys.newest();
    now += 2 * TlsTicketKeys::key_time;
    EXPECT_FALSE(keys.find(first.name));
}

TEST_F(TlsTicketKeysTest, a_name_of_a_stranger_is_not_found) { EXPECT_FALSE(keys.find({})); }

} // namespace
} // namespace dialproof::net
