#include "flows/caller.h"

#include <gtest/gtest.h>

#include <map>

namespace dialproof::flows {
namespace {

struct Fields {
    std::map<std::string, std::string, std::less<>> all;

    std::string_view get(std::string_view name) const {
        const auto found = all.find(name);
        return found == all.end() ? std::string_view{} : found->second;
    }
};

TEST(ClientHintOf, ReadsTheFieldsOfARequest) {
    const Fields fields{{{"x-dialproof-client", "android"},
                         {"x-dialproof-app-hash", "FA+9qCX9VSu"},
                         {"origin", "https://example.com"}}};
    EXPECT_EQ(client_hint_of(fields),
              (core::ClientHint{core::ClientKind::android, "example.com", "FA+9qCX9VSu"}));
    EXPECT_EQ(client_hint_of(Fields{}), core::ClientHint{});
}

} // namespace
} // namespace dialproof::flows
