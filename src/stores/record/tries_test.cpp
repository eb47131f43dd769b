#include "stores/record/tries.h"

#include <gtest/gtest.h>

namespace dialproof::stores {
namespace {

std::vector<ports::Attempt> some() {
    ports::Attempt silent;
    silent.number = 1;
    silent.provider = "first";
    silent.at = Instant(Seconds(5));
    silent.outcome = ports::SubmitOutcome::unknown;
    silent.error = "timed_out";
    ports::Attempt taken;
    taken.number = 3;
    taken.provider = "second \"quoted\"";
    taken.sender_id = "Acme";
    taken.route = "kz";
    taken.encoding = "UCS-2";
    taken.parts = 2;
    taken.at = Instant(Seconds(13));
    taken.outcome = ports::SubmitOutcome::accepted;
    taken.reference = "0a1b";
    taken.price = ports::Price{"0.0666", "EUR"};
    taken.told = ports::MessageState::failed;
    taken.told_at = Instant(Seconds(20));
    taken.told_error = "dlr_012";
    taken.told_the_end = true;
    return {silent, taken};
}

TEST(Tries, ComeBackAsTheyWereWritten) {
    TriesReader reader;
    EXPECT_EQ(reader.read(encode_tries(some())), some());
    EXPECT_EQ(reader.read(encode_tries({})), std::vector<ports::Attempt>());
}

TEST(Tries, ThatThisVersionWouldNotWriteAreSaidToBeUnreadable) {
    TriesReader reader;
    for (const auto* text :
         {"", "{}", "[1]", "[{}]", R"([{"number":1,"at":1,"outcome":"eaten","provider":""}])",
          R"([{"number":-1,"at":1,"outcome":"accepted","provider":""}])",
          R"([{"number":1,"at":1,"outcome":"accepted","provider":"","price":"free","currency":"EUR"}])",
          R"([{"number":1,"at":1,"outcome":"accepted","provider":"","price":"1"}])"})
        EXPECT_FALSE(reader.read(text)) << text;
}

} // namespace
} // namespace dialproof::stores
