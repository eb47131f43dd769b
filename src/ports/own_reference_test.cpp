#include "ports/own_reference.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <string>

namespace dialproof::ports {
namespace {

RC_GTEST_PROP(OwnReference, HasNoOctetThatIsZero, (const std::string& id, unsigned attempt)) {
    const auto reference = own_reference(core::MessageId(id), attempt);
    RC_ASSERT((reference & 0xFFU) != 0U);
    RC_ASSERT(reference >> 8U != 0);
}

TEST(OwnReference, TellsMessagesAndTheirAttemptsApart) {
    std::set<std::uint16_t> references;
    for (unsigned attempt = 1; attempt <= 6; ++attempt)
        for (const auto* id : {"019ab0c5d1e37000", "019ab0c5d1e37001"})
            references.insert(own_reference(core::MessageId(id), attempt));
    EXPECT_EQ(references.size(), 12U);
}

TEST(OwnReference, IsTheSameInEveryVersion) {
    EXPECT_EQ(own_reference(core::MessageId("019ab0c5d1e37000"), 1), 51'707);
}

} // namespace
} // namespace dialproof::ports
