#include "numbering/digit_graph.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace dialproof::numbering {

namespace {

constexpr std::size_t places_min = 1024, known_results = 32 * 1024; // powers of two
constexpr std::uint64_t odd = 0x9E37'79B9'7F4A'7C15ULL;

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
    hash = (hash ^ word) * odd;
    return hash ^ hash >> 29U;
}

} // namespace

DigitGraph::DigitGraph(std::size_t nodes_max, std::size_t steps_max) :
    nodes_(1), places_(places_min), known_(known_results), nodes_max_(nodes_max), steps_left_(steps_max) {}

void DigitGraph::clear() {
    nodes_.resize(1);
    places_.assign(places_min, nothing);
    merge_ = nullptr;
    ++operation_;
    overflowed_ = steps_left_ == 0;
}

bool DigitGraph::spend() {
    if (steps_left_ == 0)
        overflowed_ = true;
    else
        --steps_left_;
    return !overflowed_;
}

// Where it is, or else where there is room for it.
std::size_t DigitGraph::place_of(const State& state) const {
    std::uint64_t hash = state.value;
    for (std::size_t d = 0; d < state.next.size(); d += 2)
        hash = mixed(hash, std::uint64_t{state.next[d]} << 32U | state.next[d + 1]);
    const std::size_t mask = places_.size() - 1;
    std::size_t place = hash & mask;
    while (places_[place] != nothing && nodes_[places_[place]] != state)
        place = (place + 1) & mask;
    return place;
}

void DigitGraph::grow() {
    places_.assign(2 * places_.size(), nothing);
    for (Node node = 1; node < nodes_.size(); ++node)
        places_[place_of(nodes_[node])] = node;
}

DigitGraph::Node DigitGraph::node(Value value, const Next& next) {
    State state{next, value, 0};
    bool empty = value == 0;
    for (const Node behind : next)
        if (behind != nothing) {
            empty = false;
            state.height = std::max<std::uint16_t>(state.height, nodes_[behind].height + 1);
        }
    if (!spend() || empty)
        return nothing;
    if (2 * nodes_.size() > places_.size())
        grow();
    const std::size_t place = place_of(state);
    if (places_[place] != nothing)
        return places_[place];
    if (nodes_.size() == nodes_max_ || state.height > height_max) {
        overflowed_ = true;
        return nothing;
    }
    places_[place] = static_cast<Node>(nodes_.size());
    nodes_.push_back(state);
    return places_[place];
}

DigitGraph::Node DigitGraph::matching(const DigitPattern& pattern, Node rest) {
    if (!spend())
        return nothing;
    switch (pattern.kind) {
    case DigitPattern::Kind::digit: {
        Next next{};
        for (std::size_t d = 0; d < next.size(); ++d)
            next[d] = (pattern.digits >> d & 1U) != 0 ? rest : nothing;
        return node(0, next);
    }
    case DigitPattern::Kind::sequence:
        for (auto part = pattern.parts.rbegin(); part != pattern.parts.rend(); ++part)
            rest = matching(*part, rest);
        return rest;
    case DigitPattern::Kind::choice: {
        Node all = nothing;
        for (const auto& part : pattern.parts)
            all = merged(all, matching(part, rest), any_of);
        return all;
    }
    case DigitPattern::Kind::repeat: {
        Node all = rest;
        for (unsigned i = pattern.max; i > 0; --i) {
            all = matching(pattern.parts.front(), all);
            if (i > pattern.min)
                all = merged(all, rest, any_of);
        }
        return all;
    }
    case DigitPattern::Kind::end:
        return leaf(value(rest));
    }
    std::abort();
}

DigitGraph::Known& DigitGraph::known_place(Node a, std::uint32_t b) {
    return known_[mixed(operation_, std::uint64_t{a} << 32U | b) & (known_results - 1)];
}

DigitGraph::Node DigitGraph::merged(Node a, Node b, Merge merge) {
    if (merge != merge_) {
        merge_ = merge;
        ++operation_;
    }
    return merged_now(a, b);
}

DigitGraph::Node DigitGraph::merged_now(Node a, Node b) {
    if (a == nothing || a == b || overflowed_)
        return b;
    if (b == nothing)
        return a;
    Known& known = known_place(a, b);
    if (known.is(operation_, a, b))
        return known.result;
    Next next = nodes_[a].next;
    for (std::size_t d = 0; d < next.size(); ++d)
        next[d] = merged_now(next[d], nodes_[b].next[d]);
    const Node result = node(merge_(value(a), value(b)), next);
    known = {operation_, a, b, result};
    return result;
}

DigitGraph::Node DigitGraph::mapped(Node root, std::size_t length_max, const ValueOf& value_of) {
    merge_ = nullptr;
    ++operation_;
    return mapped_now(root, 0, length_max, value_of);
}

DigitGraph::Node DigitGraph::mapped_now(Node root, std::size_t length, std::size_t length_max,
                                        const ValueOf& value_of) {
    if (root == nothing || length > length_max || overflowed_)
        return nothing;
    Known& known = known_place(root, static_cast<std::uint32_t>(length));
    if (known.is(operation_, root, static_cast<std::uint32_t>(length)))
        return known.result;
    Next next = nodes_[root].next;
    for (Node& behind : next)
        behind = mapped_now(behind, length + 1, length_max, value_of);
    const Node result = node(value_of(value(root), length), next);
    known = {operation_, root, static_cast<std::uint32_t>(length), result};
    return result;
}

DigitGraph::Node DigitGraph::copied(const DigitGraph& from, Node root) {
    // A node is younger than those behind it.
    std::vector<bool> wanted(root + 1);
    std::vector<Node> copies(root + 1);
    wanted[root] = true;
    for (Node node = root; node > nothing; --node)
        if (wanted[node])
            for (const Node behind : from.next(node))
                wanted[behind] = true;
    for (Node old = 1; old <= root; ++old) {
        if (!wanted[old])
            continue;
        Next next = from.next(old);
        for (Node& behind : next)
            behind = copies[behind];
        copies[old] = node(from.value(old), next);
    }
    return copies[root];
}

} // namespace dialproof::numbering
