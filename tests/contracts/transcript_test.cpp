// The runner must notice what is wrong: a transcript that cannot fail shows nothing.
#include "pattern.h"
#include "transcript.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace dialproof::contracts {
namespace {

std::optional<std::string> compared(const char* expected, const char* actual,
                                    MemberOrder order = MemberOrder::any) {
    Variables variables{{"known", "yes"}};
    return difference(*json::parse(expected), *json::parse(actual), order, variables);
}

TEST(Difference, OfEqualValuesIsNone) {
    EXPECT_FALSE(compared(R"({"a":[1,true,null,"x"]})", R"({"a":[1,true,null,"x"]})"));
    EXPECT_FALSE(compared(R"({"a":1,"b":2})", R"({"b":2,"a":1})"));
    EXPECT_FALSE(compared(R"({"a":"$known"})", R"({"a":"yes"})"));
    EXPECT_FALSE(compared(R"(["$new","$new"])", R"(["same","same"])"));
    EXPECT_FALSE(compared(R"({"a":"error: $_"})", R"({"a":"error: whatever"})"));
}

TEST(Difference, IsFoundWhereverItIs) {
    for (const auto& [expected, actual] : std::initializer_list<std::pair<const char*, const char*>>{
             {"1", "2"},
             {"1", "1.0"},
             {"true", "false"},
             {"null", "0"},
             {R"("a")", R"("b")"},
             {"[1]", "[1,2]"},
             {"[1]", "[]"},
             {R"({"a":1})", "{}"},
             {"{}", R"({"a":1})"},
             {R"({"a":{"b":1}})", R"({"a":{"b":2}})"},
             {R"({"a":"$known"})", R"({"a":"no"})"},
             {R"(["$new","$new"])", R"(["one","two"])"},
             {R"("$new")", R"("")"},
             {R"("error: $_")", R"("warning")"}})
        EXPECT_TRUE(compared(expected, actual)) << expected << " and " << actual;
}

TEST(Difference, OfOrderIsFoundWhereItCounts) {
    EXPECT_TRUE(compared(R"({"a":1,"b":2})", R"({"b":2,"a":1})", MemberOrder::counts));
    EXPECT_FALSE(compared(R"({"a":1,"b":2})", R"({"a":1,"b":2})", MemberOrder::counts));
}

TEST(FilledIn, NeedsEveryVariable) {
    EXPECT_EQ(filled_in("a $x b $$x", {{"x", "1"}}), "a 1 b $x");
    EXPECT_THROW(filled_in("$y", {{"x", "1"}}), std::invalid_argument);
}

TEST(ParseTranscript, KeepsWhatStandsOnEachLine) {
    const auto steps = parse_transcript("# why\n"
                                        "repeat 2\n"
                                        "> POST /a text/plain some text\n"
                                        ">> Accept: x/y\n"
                                        "< 400 {\"a\":1}\n"
                                        "<< Retry-After: 60\n"
                                        "<< !Vary\n"
                                        "advance 5\n");
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[0].line, 3);
    const auto& exchange = std::get<Exchange>(steps[0].what);
    EXPECT_EQ(exchange.times, 2U);
    EXPECT_EQ(exchange.method, "POST");
    EXPECT_EQ(exchange.content_type, "text/plain");
    EXPECT_EQ(exchange.body, "some text");
    EXPECT_EQ(exchange.headers, (HeaderLines{{"accept", "x/y"}}));
    EXPECT_EQ(exchange.status, 400);
    EXPECT_EQ(exchange.expected_body, R"({"a":1})");
    EXPECT_EQ(exchange.expected_headers, (HeaderLines{{"retry-after", "60"}}));
    EXPECT_EQ(exchange.absent_headers, std::vector<std::string>{"vary"});
    EXPECT_EQ(std::get<Advance>(steps[1].what).seconds, 5U);
}

TEST(ParseTranscript, RefusesWhatItDoesNotUnderstand) {
    for (const char* text : {"> GET /a", "< 200", "<< A: b", ">> A: b", "sms +1", "advance soon",
                             "frobnicate", "> GET /a\nadvance 1\n< 200", "> GET /a\n< ok", "repeat 3",
                             "let $a be $b", "store sideways", "token x", "verification +1"})
        EXPECT_THROW(parse_transcript(text), std::invalid_argument) << text;
}

} // namespace
} // namespace dialproof::contracts
