#include "server/router.h"

#include "base/text.h"

#include <algorithm>
#include <cassert>

namespace dialproof::server {
namespace {

bool is_parameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// "/a/b/" gives "a", "b", "": a trailing slash makes another path.
std::vector<std::string_view> segments_of(std::string_view path) { return split(path.substr(1), '/'); }

} // namespace

// What follows one segment.
struct Router::Node {
    struct Literal {
        std::string text;
        std::unique_ptr<Node> node;
    };
    std::vector<Literal> literals; // sorted by text
    std::unique_ptr<Node> parameter;
    std::vector<const http::Route*> routes; // of the path that ends here

    [[nodiscard]] const Node* literal(std::string_view text) const {
        const auto at = std::lower_bound(literals.begin(), literals.end(), text,
                                         [](const Literal& l, std::string_view t) { return l.text < t; });
        return at != literals.end() && at->text == text ? at->node.get() : nullptr;
    }

    Node& grow(std::string_view segment) {
        if (is_parameter(segment)) {
            if (!parameter)
                parameter = std::make_unique<Node>();
            return *parameter;
        }
        const auto at = std::lower_bound(literals.begin(), literals.end(), segment,
                                         [](const Literal& l, std::string_view t) { return l.text < t; });
        if (at != literals.end() && at->text == segment)
            return *at->node;
        return *literals.insert(at, Literal{std::string(segment), std::make_unique<Node>()})->node;
    }

    [[nodiscard]] const http::Route* route(std::string_view method) const {
        for (const auto* each : routes)
            if (each->method == method)
                return each;
        return nullptr;
    }
};

struct Router::Entry {
    http::Mount mount;
    Node root;
};

struct Router::Search {
    std::string_view method;
    std::array<std::string_view, path_segments_max> segments{};
    std::size_t segment_count = 0;
    Match& match;
    std::set<std::string_view> allowed{};

    bool split_path(std::string_view path) {
        path.remove_prefix(1);
        for (;;) {
            if (segment_count == segments.size())
                return false;
            const auto end = path.find('/');
            segments[segment_count++] = path.substr(0, end);
            if (end == std::string_view::npos)
                return true;
            path.remove_prefix(end + 1);
        }
    }

    // True once the route is found. Goes back where a literal led to a path that has not the method.
    bool descend(const Node& node, std::size_t depth) {
        if (depth == segment_count)
            return arrive(node);
        if (const auto* next = node.literal(segments[depth]); next != nullptr && descend(*next, depth + 1))
            return true;
        if (!node.parameter || segments[depth].empty())
            return false;
        match.values.at(match.value_count++) = segments[depth];
        if (descend(*node.parameter, depth + 1))
            return true;
        --match.value_count;
        return false;
    }

    bool arrive(const Node& node) {
        match.route = node.route(method);
        if (match.route == nullptr && method == "HEAD")
            match.route = node.route("GET");
        if (match.route != nullptr)
            return true;
        for (const auto* other : node.routes)
            allowed.insert(other->method);
        return false;
    }
};

Router::Router(std::vector<http::Mount> mounts) {
    for (auto& mount : mounts) {
        auto entry = std::make_unique<Entry>(Entry{std::move(mount), {}});
        for (const auto& route : entry->mount.routes) {
            [[maybe_unused]] const auto& prefixes = entry->mount.prefixes;
            assert(std::any_of(prefixes.begin(), prefixes.end(),
                               [&](const std::string& prefix) { return route.pattern.starts_with(prefix); }));
            add(entry->root, route);
            assert(!route.streaming || route.pattern.find('{') == std::string::npos);
            if (route.streaming)
                streaming_paths_.insert(route.pattern);
        }
        for (const auto& prefix : entry->mount.prefixes) {
            assert(prefix.starts_with('/'));
            assert(std::none_of(prefixes_.begin(), prefixes_.end(),
                                [&](const Prefix& other) { return other.text == prefix; }));
            prefixes_.push_back({prefix, entry.get()});
        }
        entries_.push_back(std::move(entry));
    }
    std::stable_sort(prefixes_.begin(), prefixes_.end(),
                     [](const Prefix& a, const Prefix& b) { return a.text.size() > b.text.size(); });
}

Router::~Router() = default;
Router::Router(Router&&) noexcept = default;

void Router::add(Node& root, const http::Route& route) {
    assert(route.pattern.starts_with('/') && route.handler);
    Node* node = &root;
    std::size_t parameters = 0;
    const auto segments = segments_of(route.pattern);
    assert(segments.size() <= path_segments_max);
    for (const auto segment : segments) {
        assert(is_parameter(segment) || segment.find_first_of("{}") == std::string_view::npos);
        parameters += is_parameter(segment) ? 1 : 0;
        node = &node->grow(segment);
    }
    assert(parameters <= path_parameters_max);
    assert(node->route(route.method) == nullptr);
    node->routes.push_back(&route);
}

Match Router::find(std::string_view method, std::string_view path) const {
    Match match;
    const auto prefix = std::find_if(prefixes_.begin(), prefixes_.end(),
                                     [&](const Prefix& each) { return path.starts_with(each.text); });
    if (prefix == prefixes_.end())
        return match;
    match.mount = &prefix->entry->mount;
    Search search{.method = method, .match = match};
    if (!search.split_path(path) || search.descend(prefix->entry->root, 0))
        return match;
    match.value_count = 0;
    for (const auto allowed : search.allowed)
        match.allow.append(match.allow.empty() ? "" : ", ").append(allowed);
    return match;
}

bool Router::streams(std::string_view method, std::string_view path) const {
    if (!streaming_paths_.contains(path))
        return false;
    const Match match = find(method, path);
    return match.route != nullptr && match.route->streaming;
}

bool take_path_parameters(const Match& match, http::Request& request) {
    if (match.value_count == 0)
        return true;
    std::size_t next = 0;
    for (const auto segment : segments_of(match.route->pattern)) {
        if (!is_parameter(segment))
            continue;
        auto decoded = http::percent_decoded(match.values.at(next++));
        if (!decoded)
            return false;
        request.path_parameters.insert_or_assign(std::string(segment.substr(1, segment.size() - 2)),
                                                 std::move(*decoded));
    }
    return true;
}

} // namespace dialproof::server
