#include "server/readiness.h"

#include "base/run_loop.h"

#include <gtest/gtest.h>

namespace dialproof::server {
namespace {

class ReadinessTest : public testing::Test {
protected:
    static Task<bool> ask(ReadinessTest* self) {
        ++self->asked;
        auto waiting = suspend_until<bool>([self](Completer<bool> done) { self->open = done; });
        const bool ready = co_await waiting;
        co_return ready;
    }

    // Answers what was asked, from outside the loop's coroutines.
    void answer(bool ready) {
        ASSERT_TRUE(open);
        const Completer<bool> done = *open;
        open.reset();
        done(ready);
        loop.run_until_idle();
    }

    void question() {
        spawn(loop, readiness.ready(), [this](bool ready) { told.push_back(ready); });
        loop.run_until_idle();
    }

    RunLoop loop;
    Readiness::Clock::time_point now{};
    int asked = 0;
    std::optional<Completer<bool>> open;
    std::vector<bool> told;
    Readiness readiness{[this] { return ask(this); }, Milliseconds(1'000), [this] { return now; }};
};

TEST_F(ReadinessTest, shares_a_question_under_way) {
    question();
    question();
    question();
    EXPECT_EQ(asked, 1);
    EXPECT_TRUE(told.empty());
    answer(true);
    EXPECT_EQ(told, (std::vector<bool>{true, true, true}));
    EXPECT_EQ(asked, 1);
}

TEST_F(ReadinessTest, tells_an_answer_again_for_a_while) {
    question();
    answer(false);
    now += Milliseconds(999);
    question();
    EXPECT_EQ(told, (std::vector<bool>{false, false}));
    EXPECT_EQ(asked, 1);

    now += Milliseconds(1);
    question();
    EXPECT_EQ(asked, 2);
    answer(true);
    question();
    EXPECT_EQ(told, (std::vector<bool>{false, false, true, true}));
    EXPECT_EQ(asked, 2);
}

} // namespace
} // namespace dialproof::server
