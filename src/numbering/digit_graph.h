// Texts of digits and what is known of each, as a graph without circles that is read one digit at a time.
//
// Nodes that say the same of the same texts are one node, so a graph is as small as it can be, and what was
// worked out for a node once is not worked out again (the idea of binary decision diagrams, with ten ways on
// instead of two).
#pragma once

#include "numbering/digit_pattern.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace dialproof::numbering {

class DigitGraph {
public:
    using Node = std::uint32_t;
    using Value = std::uint16_t;
    using Next = std::array<Node, 10>;
    using Merge = Value (*)(Value, Value); // 0 and v give v, in either order; so do v and v
    using ValueOf = std::function<Value(Value, std::size_t length)>;

    static constexpr Node nothing = 0;            // neither a value here nor anything behind it
    static constexpr std::size_t height_max = 32; // digits that a text may have
    static Value any_of(Value a, Value b) { return static_cast<Value>(a | b); }

    // Where that many nodes or steps of work are not enough, the graph is `overflowed`, and what it answers
    // until it is cleared is worthless. Steps that are spent are spent for good.
    DigitGraph(std::size_t nodes_max, std::size_t steps_max);

    // The text that ends here has this value, 0 for none; the others go on.
    Node node(Value value, const Next& next);
    Node leaf(Value value) { return node(value, {}); }

    // All that the pattern matches, each text with what `rest` holds behind it.
    Node matching(const DigitPattern& pattern, Node rest);
    Node merged(Node a, Node b, Merge merge);
    // Each value replaced by value_of(value, length of its text), where that length is at most `length_max`.
    Node mapped(Node root, std::size_t length_max, const ValueOf& value_of);
    // A node of another graph.
    Node copied(const DigitGraph& from, Node root);

    [[nodiscard]] Value value(Node node) const { return nodes_[node].value; }
    [[nodiscard]] const Next& next(Node node) const { return nodes_[node].next; }
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    [[nodiscard]] bool overflowed() const { return overflowed_; }
    void clear();

private:
    struct State {
        Next next{};
        Value value = 0;
        std::uint16_t height = 0;
        bool operator==(const State&) const = default;
    };
    // What an operation gave for two nodes, or a node and a length. Colliding ones replace each other.
    struct Known {
        std::uint32_t operation = 0, a = 0, b = 0;
        Node result = nothing;
        [[nodiscard]] bool is(std::uint32_t o, std::uint32_t x, std::uint32_t y) const {
            return operation == o && a == x && b == y;
        }
    };

    bool spend();
    std::size_t place_of(const State& state) const;
    void grow();
    Known& known_place(Node a, std::uint32_t b);
    Node merged_now(Node a, Node b);
    Node mapped_now(Node node, std::size_t length, std::size_t length_max, const ValueOf& value_of);

    std::vector<State> nodes_;
    std::vector<Node> places_; // of nodes, by their hash
    std::vector<Known> known_;
    std::size_t nodes_max_, steps_left_;
    std::uint32_t operation_ = 0;
    Merge merge_ = nullptr; // of the operation
    bool overflowed_ = false;
};

} // namespace dialproof::numbering
