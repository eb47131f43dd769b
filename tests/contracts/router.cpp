#include "router.h"

#include "base/text.h"

#include <algorithm>
#include <map>

namespace dialproof::contracts {

namespace {

using Parameters = std::map<std::string, std::string, std::less<>>;

std::optional<Parameters> matched(std::string_view pattern, std::string_view path) {
    const auto wanted = split(pattern, '/'), given = split(path, '/');
    if (wanted.size() != given.size())
        return {};
    Parameters parameters;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!wanted[i].starts_with('{')) {
            if (wanted[i] != given[i])
                return {};
            continue;
        }
        auto decoded = http::percent_decoded(given[i]);
        if (!decoded || decoded->empty())
            return {};
        parameters.emplace(wanted[i].substr(1, wanted[i].size() - 2), std::move(*decoded));
    }
    return parameters;
}

const http::Mount* mount_of(const std::vector<http::Mount>& mounts, std::string_view path) {
    const http::Mount* found = nullptr;
    std::size_t longest = 0;
    for (const auto& mount : mounts)
        for (const auto& prefix : mount.prefixes)
            if (path.starts_with(prefix) && prefix.size() > longest) {
                found = &mount;
                longest = prefix.size();
            }
    return found;
}

Task<http::Response> answer_with(http::Response response) { co_return response; }

} // namespace

Task<http::Response> route(const std::vector<http::Mount>& mounts, http::Request request) {
    const auto* mount = mount_of(mounts, request.path);
    if (!mount) {
        http::Response nowhere;
        nowhere.status = 404;
        return answer_with(std::move(nowhere));
    }
    const http::Route* found = nullptr;
    std::string allow;
    for (const auto& candidate : mount->routes) {
        auto parameters = matched(candidate.pattern, request.path);
        if (!parameters)
            continue;
        if (candidate.method != request.method) {
            allow += (allow.empty() ? "" : ", ") + candidate.method;
        } else if (!found || parameters->size() < request.path_parameters.size()) {
            found = &candidate; // the fewer parameters, the closer the pattern
            request.path_parameters = std::move(*parameters);
        }
    }
    if (found)
        return found->handler(std::move(request));
    return answer_with(allow.empty() ? mount->not_found(request) : mount->method_not_allowed(request, allow));
}

} // namespace dialproof::contracts
