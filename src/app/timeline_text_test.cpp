#include "app/timeline_text.h"

#include <gtest/gtest.h>

namespace dialproof::app {
namespace {

TEST(TimelineText, IsALineForEachStepWithItsReasonBelow) {
    flows::Timeline timeline;
    timeline.verification = core::VerificationId("0123abcd");
    timeline.number = "+41*******67";
    timeline.status = core::VerificationStatus::approved;
    timeline.steps = {{*parse_rfc3339("2026-01-05T10:00:00Z"), "verification_started", "", {}},
                      {*parse_rfc3339("2026-01-05T10:00:01Z"),
                       "message_tried",
                       "the provider took it",
                       {{"attempt", std::uint64_t{1}}, {"provider", std::string("smpp")}}}};
    timeline.left_out = 7;
    EXPECT_EQ(timeline_text(timeline), "Verification 0123abcd of +41*******67: approved\n"
                                       "7 earlier steps are left out\n"
                                       "2026-01-05T10:00:00.000Z  verification_started\n"
                                       "2026-01-05T10:00:01.000Z  message_tried attempt=1 provider=smpp\n"
                                       "    the provider took it\n");
}

} // namespace
} // namespace dialproof::app
