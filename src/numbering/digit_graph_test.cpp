#include "numbering/digit_graph.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <regex>
#include <string>

namespace dialproof::numbering {
namespace {

using Node = DigitGraph::Node;
using Value = DigitGraph::Value;

constexpr std::size_t nodes = 10'000, steps = 1'000'000;

Value value_of(const DigitGraph& graph, Node node, std::string_view digits) {
    for (const char c : digits)
        node = graph.next(node)[static_cast<std::size_t>(c - '0')];
    return graph.value(node);
}

Node matching(DigitGraph& graph, const std::string& pattern, Value value) {
    return graph.matching(parse_digit_pattern(pattern).value(), graph.leaf(value));
}

// All of the digits 0 to 2, up to this length.
std::vector<std::string> texts_up_to(std::size_t length) {
    std::vector<std::string> texts{""};
    for (std::size_t i = 0; i < texts.size() && texts[i].size() < length; ++i)
        for (const char c : {'0', '1', '2'})
            texts.push_back(texts[i] + c);
    return texts;
}

// From the first test on, not only in the last ones.
int below(int n) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, n)); }

std::string any_pattern(int depth) {
    const auto part = [&] { return any_pattern(depth - 1); };
    switch (below(depth > 0 ? 9 : 4)) {
    case 0:
        return std::string(1, static_cast<char>('0' + below(3)));
    case 1:
        return *rc::gen::element<std::string>("[02]", "[0-1]", "[1-35]");
    case 2:
        return "\\d";
    case 3:
        return "";
    case 4:
        return part() + part();
    case 5:
        return "(?:" + part() + '|' + part() + ')';
    case 6:
        return '(' + part() + '|' + part() + '|' + part() + ")?";
    case 7: {
        const int min = below(3), max = min + below(3);
        return "(?:" + part() + "){" + std::to_string(min) + ',' + std::to_string(max) + '}';
    }
    default:
        return "(?:" + part() + "$|" + part() + ')';
    }
}

RC_GTEST_PROP(DigitGraphProperty, MatchesWhatTheRegularExpressionMatches, ()) {
    static const auto texts = texts_up_to(5);
    const std::string pattern = any_pattern(3);
    const std::regex expected(pattern);
    DigitGraph graph(nodes, steps);
    const Node root = matching(graph, pattern, 1);
    RC_ASSERT(!graph.overflowed());
    for (const auto& text : texts)
        RC_ASSERT((value_of(graph, root, text) == 1) == std::regex_match(text, expected));
}

RC_GTEST_PROP(DigitGraphProperty, MergesMapsAndCopiesByText, ()) {
    static const auto texts = texts_up_to(5);
    DigitGraph graph(nodes, steps), other(nodes, steps);
    const Node a = matching(graph, any_pattern(2), 1), b = matching(graph, any_pattern(2), 2);
    const Node both = graph.merged(a, b, DigitGraph::any_of);
    const Node first = graph.merged(a, b, [](Value x, Value y) { return x != 0 ? x : y; });
    const Node mapped = graph.mapped(both, 3, [](Value value, std::size_t length) {
        return static_cast<Value>(value == 0 ? 0 : 10 * value + length);
    });
    const Node copied = other.copied(graph, both);
    for (const auto& text : texts) {
        const Value in_a = value_of(graph, a, text), in_b = value_of(graph, b, text);
        const Value in_both = value_of(graph, both, text);
        RC_ASSERT(in_both == (in_a | in_b));
        RC_ASSERT(value_of(graph, first, text) == (in_a != 0 ? in_a : in_b));
        RC_ASSERT(value_of(graph, mapped, text) ==
                  (in_both == 0 || text.size() > 3 ? 0 : 10 * in_both + text.size()));
        RC_ASSERT(value_of(other, copied, text) == in_both);
    }
}

TEST(DigitGraph, KeepsOneNodeOfThoseThatSayTheSame) {
    DigitGraph graph(nodes, steps);
    EXPECT_EQ(matching(graph, "(?:1[0-5]|1[6-9]|23|24)7", 1), matching(graph, "(?:1\\d|2[34])7", 1));
    EXPECT_EQ(matching(graph, "(?:1{0}2|2)", 1), matching(graph, "2", 1));
    const std::size_t before = graph.size();
    matching(graph, "2", 1);
    EXPECT_EQ(graph.size(), before);
    graph.clear();
    EXPECT_EQ(graph.size(), 1U);
}

TEST(DigitGraph, SaysSoWhereItIsTooLarge) {
    DigitGraph of_few_nodes(100, steps);
    matching(of_few_nodes, "\\d{20}", 1);
    EXPECT_FALSE(of_few_nodes.overflowed());
    matching(of_few_nodes, "(?:[0-4]\\d{4}[1-3]|[1-8]\\d{7}[4-6]|[3-9]\\d{9}){2}", 1);
    EXPECT_TRUE(of_few_nodes.overflowed());
    of_few_nodes.clear();
    EXPECT_FALSE(of_few_nodes.overflowed());

    DigitGraph high(nodes, steps);
    matching(high, "(?:\\d{16}){2}", 1);
    EXPECT_FALSE(high.overflowed());
    matching(high, "(?:\\d{16}){2}1", 1);
    EXPECT_TRUE(high.overflowed());
}

TEST(DigitGraph, WorksNoLongerThanItMay) {
    DigitGraph graph(nodes, 10'000);
    matching(graph, "(?:(?:(?:(?:(?:(?:){20}){20}){20}){20}){20}){20}", 1);
    EXPECT_TRUE(graph.overflowed());
    graph.clear();
    EXPECT_TRUE(graph.overflowed());
    EXPECT_EQ(matching(graph, "1", 1), DigitGraph::nothing);
}

} // namespace
} // namespace dialproof::numbering
