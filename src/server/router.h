// Finds the mount and the route of a path. Built once, then read by all loops without a lock; a search
// follows the segments of the path through a tree and allocates nothing but its result.
#pragma once

#include "wire/http.h"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::server {

inline constexpr std::size_t path_parameters_max = 8;
// A longer path has no route.
inline constexpr std::size_t path_segments_max = 32;

struct Match {
    const http::Mount* mount = nullptr; // null: no mount has a prefix of the path
    const http::Route* route = nullptr; // null: the path has no route, or none for the method
    std::string allow;                  // the path's methods, "GET, PUT", where only the method is wrong

    // The value of each {name}, still percent-encoded; they point into the path.
    std::array<std::string_view, path_parameters_max> values{};
    std::size_t value_count = 0;
};

class Router {
public:
    // Asserts on a route that no request can reach alone: a duplicate, a pattern outside its mount's
    // prefixes or malformed, on a streaming one with a {name}, and on a prefix that two mounts claim.
    explicit Router(std::vector<http::Mount> mounts);
    ~Router();
    Router(Router&&) noexcept;

    // Of the mounts the one with the longest prefix wins. Within it a literal segment goes before a
    // {name}, and HEAD is served by GET where it has no route of its own.
    [[nodiscard]] Match find(std::string_view method, std::string_view path) const;
    // Whether that route is a streaming one. Asked for each body that comes, and hardly ever so.
    [[nodiscard]] bool streams(std::string_view method, std::string_view path) const;

private:
    struct Node;
    struct Entry;
    struct Prefix {
        std::string text;
        const Entry* entry;
    };
    struct Search;

    static void add(Node& root, const http::Route& route);

    std::vector<std::unique_ptr<Entry>> entries_;
    std::vector<Prefix> prefixes_; // longest first
    std::set<std::string, std::less<>> streaming_paths_;
};

// Decodes the values of a match into the request. False where one is not well-formed percent-encoding.
bool take_path_parameters(const Match& match, http::Request& request);

} // namespace dialproof::server
