#include "server/caller_address.h"

#include <gtest/gtest.h>

namespace dialproof::server {
namespace {

TrustedProxies proxies(const std::vector<std::string>& networks) {
    return TrustedProxies::parse(networks).value();
}

http::Headers headers(const std::vector<std::pair<std::string, std::string>>& fields) {
    http::Headers made;
    for (const auto& [name, value] : fields)
        made.add(name, value);
    return made;
}

const TrustedProxies ours = proxies({"10.0.0.0/8", "2001:db8:1::/48", "127.0.0.1"});

std::string by_list(const std::string& peer, const std::string& list) {
    return caller_address(peer, headers({{"x-forwarded-for", list}}), ours, ForwardedBy::x_forwarded_for);
}

std::string by_forwarded(const std::string& peer, const std::string& list) {
    return caller_address(peer, headers({{"forwarded", list}}), ours, ForwardedBy::forwarded);
}

TEST(CallerAddress, is_the_peer_where_the_peer_is_not_trusted) {
    EXPECT_EQ(by_list("192.0.2.1", "198.51.100.7"), "192.0.2.1");
    EXPECT_EQ(by_forwarded("192.0.2.1", "for=198.51.100.7"), "192.0.2.1");
    EXPECT_EQ(caller_address("10.0.0.1", {}, ours, ForwardedBy::x_forwarded_for), "10.0.0.1");
    EXPECT_EQ(caller_address("10.0.0.1", headers({{"x-forwarded-for", "198.51.100.7"}}), {},
                             ForwardedBy::x_forwarded_for),
              "10.0.0.1");
}

TEST(CallerAddress, is_the_rightmost_that_is_not_trusted) {
    EXPECT_EQ(by_list("10.0.0.1", "198.51.100.7"), "198.51.100.7");
    EXPECT_EQ(by_list("10.0.0.1", "1.1.1.1, 198.51.100.7"), "198.51.100.7");
    EXPECT_EQ(by_list("10.0.0.1", "1.1.1.1,198.51.100.7 ,10.9.9.9,\t127.0.0.1"), "198.51.100.7");
    EXPECT_EQ(by_list("127.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
}

TEST(CallerAddress, reads_several_fields_as_one_list) {
    const auto two = headers({{"x-forwarded-for", "1.1.1.1, 198.51.100.7"}, {"x-forwarded-for", "10.0.0.2"}});
    EXPECT_EQ(caller_address("10.0.0.1", two, ours, ForwardedBy::x_forwarded_for), "198.51.100.7");
}

TEST(CallerAddress, reads_only_the_header_that_the_proxies_write) {
    const auto both = headers({{"x-forwarded-for", "198.51.100.7"}, {"forwarded", "for=203.0.113.9"}});
    EXPECT_EQ(caller_address("10.0.0.1", both, ours, ForwardedBy::x_forwarded_for), "198.51.100.7");
    EXPECT_EQ(caller_address("10.0.0.1", both, ours, ForwardedBy::forwarded), "203.0.113.9");
}

TEST(CallerAddress, stays_with_the_last_proxy_where_the_list_is_no_address) {
    EXPECT_EQ(by_list("10.0.0.1", "unknown"), "10.0.0.1");
    EXPECT_EQ(by_list("10.0.0.1", "198.51.100.7, , 10.0.0.2"), "10.0.0.2");
    EXPECT_EQ(by_list("10.0.0.1", "198.51.100.7, <script>"), "10.0.0.1");
    EXPECT_EQ(by_list("10.0.0.1", ""), "10.0.0.1");
    EXPECT_EQ(by_forwarded("10.0.0.1", "for=198.51.100.7, for=_hidden"), "10.0.0.1");
    EXPECT_EQ(by_forwarded("10.0.0.1", "for=198.51.100.7, proto=https"), "10.0.0.1");
}

TEST(CallerAddress, reads_the_forms_of_an_address) {
    EXPECT_EQ(by_list("10.0.0.1", "198.51.100.7:4711"), "198.51.100.7");
    EXPECT_EQ(by_list("10.0.0.1", "2001:DB8:0:0::7"), "2001:db8::7");
    EXPECT_EQ(by_list("10.0.0.1", "[2001:db8::7]:4711"), "2001:db8::7");
    EXPECT_EQ(by_list("10.0.0.1", "::ffff:198.51.100.7"), "198.51.100.7");
    EXPECT_EQ(by_forwarded("10.0.0.1", "proto=http; For=\"[2001:db8::7]:4711\";by=10.0.0.1"), "2001:db8::7");
    EXPECT_EQ(by_forwarded("2001:db8:1::9", "for=198.51.100.7;by=203.0.113.43"), "198.51.100.7");
}

TEST(CallerAddress, has_one_text_for_one_address) {
    EXPECT_EQ(by_list("::ffff:192.0.2.1", ""), "192.0.2.1");
    EXPECT_EQ(by_list("::ffff:10.0.0.1", "198.51.100.7"), "198.51.100.7"); // a v4 network takes mapped peers
    EXPECT_EQ(by_list("fe80::1%eth0", ""), "fe80::1");
}

TEST(CallerAddress, looks_at_so_many_hops_only) {
    std::string list = "198.51.100.7";
    for (int i = 0; i < 40; ++i)
        list += ", 10.0.0.2";
    EXPECT_EQ(by_list("10.0.0.1", list), "10.0.0.2");
}

TEST(TrustedProxies, holds_networks) {
    const auto some = proxies({"10.0.0.0/9", "192.0.2.128/25", "0:0:0:0:0:0:0:1/128"});
    const auto contains = [&](const char* text) { return some.contains(IpAddress::parse(text).value()); };
    EXPECT_TRUE(contains("10.127.255.255"));
    EXPECT_FALSE(contains("10.128.0.0"));
    EXPECT_TRUE(contains("192.0.2.200"));
    EXPECT_FALSE(contains("192.0.2.100"));
    EXPECT_TRUE(contains("::1"));
    EXPECT_FALSE(contains("::2"));
    EXPECT_TRUE(proxies({"0.0.0.0/0"}).contains(IpAddress::parse("8.8.8.8").value()));
    EXPECT_FALSE(proxies({"0.0.0.0/0"}).contains(IpAddress::parse("2001:db8::1").value()));
    EXPECT_TRUE(proxies({}).empty());
}

TEST(TrustedProxies, names_what_is_no_network) {
    for (const std::string wrong :
         {"10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/8x", "proxy", "", "10.0.0.0/-1"}) {
        const auto parsed = TrustedProxies::parse({"127.0.0.1", wrong});
        ASSERT_FALSE(parsed) << wrong;
        EXPECT_TRUE(parsed.error().starts_with(wrong + " is neither")) << parsed.error();
    }
}

} // namespace
} // namespace dialproof::server
