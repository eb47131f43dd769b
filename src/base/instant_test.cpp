#include "base/instant.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof {
namespace {

using namespace std::chrono_literals;

Instant at(std::chrono::year_month_day day, Milliseconds time) {
    return Instant{std::chrono::sys_days(day)} + time;
}

constexpr auto new_year = std::chrono::year(2026) / 1 / 5;

TEST(Rfc3339, IsWrittenWithThreeFractionDigits) {
    EXPECT_EQ(to_rfc3339(at(new_year, 10h)), "2026-01-05T10:00:00.000Z");
    EXPECT_EQ(to_rfc3339(at(new_year, 23h + 59min + 59s + 7ms)), "2026-01-05T23:59:59.007Z");
    EXPECT_EQ(to_rfc3339(Instant{}), "1970-01-01T00:00:00.000Z");
}

TEST(Rfc3339, IsWrittenForTimesBeforeTheEpoch) {
    EXPECT_EQ(to_rfc3339(Instant{-1ms}), "1969-12-31T23:59:59.999Z");
}

TEST(Rfc3339, IsReadInEachSpellingOfTheStandard) {
    const Instant ten = at(new_year, 10h);
    for (const char* text :
         {"2026-01-05T10:00:00Z", "2026-01-05t10:00:00z", "2026-01-05 10:00:00Z", "2026-01-05T10:00:00.000Z",
          "2026-01-05T12:00:00+02:00", "2026-01-05T04:30:00-05:30", "2026-01-05T10:00:00-00:00"})
        EXPECT_EQ(parse_rfc3339(text), ten) << text;
}

TEST(Rfc3339, FractionsFinerThanAMillisecondAreCutOff) {
    EXPECT_EQ(parse_rfc3339("2026-01-05T10:00:00.5Z"), at(new_year, 10h + 500ms));
    EXPECT_EQ(parse_rfc3339("2026-01-05T10:00:00.123999999Z"), at(new_year, 10h + 123ms));
}

TEST(Rfc3339, ALeapSecondIsTheNextMinute) {
    EXPECT_EQ(parse_rfc3339("2026-01-05T23:59:60Z"), at(new_year, 24h));
}

TEST(Rfc3339, WhatIsNoTimeIsNotRead) {
    for (const char* text : {"",
                             "2026-01-05",
                             "2026-01-05T10:00:00",
                             "2026-01-05T10:00Z",
                             "2026-13-05T10:00:00Z",
                             "2026-00-05T10:00:00Z",
                             "2026-02-29T10:00:00Z",
                             "2026-01-32T10:00:00Z",
                             "2026-01-00T10:00:00Z",
                             "2026-01-05T24:00:00Z",
                             "2026-01-05T10:60:00Z",
                             "2026-01-05T10:00:61Z",
                             "2026-01-05T10:00:00.Z",
                             "2026-01-05T10:00:00+24:00",
                             "2026-01-05T10:00:00+01:60",
                             "2026-01-05T10:00:00+0100",
                             "2026-01-05T10:00:00ZZ",
                             " 2026-01-05T10:00:00Z",
                             "2026-1-5T10:00:00Z",
                             "-026-01-05T10:00:00Z",
                             "2026-+1-05T10:00:00Z",
                             "2026-01-05T10:00:00.12"})
        EXPECT_FALSE(parse_rfc3339(text)) << text;
}

RC_GTEST_PROP(Rfc3339, WhatIsWrittenIsReadBack, ()) {
    constexpr std::int64_t first = -62135596800000, last = 253402300799999; // years 0001 to 9999
    const Instant instant{Milliseconds(*rc::gen::inRange(first, last + 1))};
    RC_ASSERT(parse_rfc3339(to_rfc3339(instant)) == instant);
}

TEST(SecondsUntil, RoundsUpSoThatWaitingIsEnough) {
    const Instant now = at(new_year, 10h);
    EXPECT_EQ(seconds_until(now + 1ms, now), 1s);
    EXPECT_EQ(seconds_until(now + 1000ms, now), 1s);
    EXPECT_EQ(seconds_until(now + 1001ms, now), 2s);
}

TEST(SecondsUntil, IsZeroForWhatHasPassed) {
    const Instant now = at(new_year, 10h);
    EXPECT_EQ(seconds_until(now, now), 0s);
    EXPECT_EQ(seconds_until(now - 1h, now), 0s);
}

} // namespace
} // namespace dialproof
