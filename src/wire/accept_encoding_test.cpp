#include "wire/accept_encoding.h"

#include <gtest/gtest.h>

namespace dialproof::http {
namespace {

TEST(AcceptEncoding, TakesGzipWhereItIsNamed) {
    EXPECT_TRUE(accepts_gzip("gzip"));
    EXPECT_TRUE(accepts_gzip("deflate, GZip;q=0.5, br"));
    EXPECT_TRUE(accepts_gzip("x-gzip ; q=1.000"));
    EXPECT_TRUE(accepts_gzip("br, *"));
}

TEST(AcceptEncoding, TakesNothingCodedWhereItIsNotWanted) {
    EXPECT_FALSE(accepts_gzip(""));
    EXPECT_FALSE(accepts_gzip("br, deflate"));
    EXPECT_FALSE(accepts_gzip("gzip;q=0"));
    EXPECT_FALSE(accepts_gzip("*, gzip;q=0.000")) << "the name goes before the star";
    EXPECT_FALSE(accepts_gzip("*;q=0"));
}

TEST(AcceptEncoding, PassesOverWhatItCannotRead) {
    EXPECT_FALSE(accepts_gzip("gzip;q=2"));
    EXPECT_FALSE(accepts_gzip("gzip;level=9"));
    EXPECT_FALSE(accepts_gzip("gzip;"));
    EXPECT_TRUE(accepts_gzip("g zip, gzip"));
}

} // namespace
} // namespace dialproof::http
