#include "app/provider_secrets.h"

#include "base/private_file.h"
#include "base/text.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace dialproof::app {

namespace {

constexpr std::size_t file_bytes_max = 64 * 1024;

Result<void, std::string> read_lines(const std::string& path, senders::Secrets& secrets) {
    const auto content = secret_in_file(path);
    if (!content)
        return fail(content.error());
    unsigned number = 0;
    for (const auto line : split(content->reveal(), '\n')) {
        ++number;
        const auto text = trimmed(line);
        if (text.empty() || text.front() == '#')
            continue;
        const auto equals = text.find('=');
        if (equals == std::string_view::npos || equals == 0)
            return fail(path + ":" + std::to_string(number) + ": expected name=value");
        secrets[std::string(trimmed(text.substr(0, equals)))] =
            Secret<std::string>(std::string(trimmed(text.substr(equals + 1))));
    }
    return {};
}

} // namespace

Result<Secret<std::string>, std::string> secret_in_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fail("cannot read " + path + ": " + std::strerror(errno));
    Result<void, std::string> readable = check_private(file, path);
    Secret<std::string> content{std::string()};
    std::string read;
    std::array<char, 4096> buffer{};
    while (readable) {
        const ssize_t count = ::read(file, buffer.data(), buffer.size());
        if (count < 0)
            readable = fail("cannot read " + path + ": " + std::strerror(errno));
        if (count <= 0)
            break;
        read.append(buffer.data(), static_cast<std::size_t>(count));
        if (read.size() > file_bytes_max)
            readable = fail(path + " has more than " + std::to_string(file_bytes_max) + " bytes");
    }
    ::close(file);
    if (!readable)
        return fail(readable.error());
    return Secret<std::string>(std::move(read));
}

Result<senders::Secrets, std::string> provider_secrets(const std::string& provider, const std::string& file) {
    senders::Secrets secrets;
    if (!file.empty())
        if (const auto read = read_lines(file, secrets); !read)
            return fail(read.error());
    std::string prefix(secret_variable_prefix);
    prefix += to_upper(provider) + "_";
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string_view::npos && text.starts_with(prefix) && equals > prefix.size())
            secrets[to_lower(text.substr(prefix.size(), equals - prefix.size()))] =
                Secret<std::string>(std::string(text.substr(equals + 1)));
    }
    return secrets;
}

} // namespace dialproof::app
