#include "net/response_fields.h"

#include <gtest/gtest.h>

namespace dialproof::net {
namespace {

TEST(ResponseFields, writes_dates_as_http_does) {
    const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
    EXPECT_EQ(to_http_date(std::chrono::sys_seconds(std::chrono::seconds(784111777))), date);
    HttpDate clock;
    EXPECT_EQ(clock.now().size(), date.size());
}

} // namespace
} // namespace dialproof::net
