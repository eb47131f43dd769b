#include "platform/key_set.h"

#include "base/base64.h"
#include "base/private_file.h"
#include "base/text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <system_error>

namespace dialproof::platform {

namespace {

constexpr std::size_t hex_key_bytes = 2 * key_bytes;

std::optional<Key> parse_hex_key(std::string_view text) {
    std::array<unsigned char, key_bytes> bytes{};
    for (std::size_t i = 0; i < key_bytes; ++i) {
        const int high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return {};
        bytes[i] = static_cast<unsigned char>(high * 16 + low);
    }
    const Key key(bytes);
    wipe(bytes.data(), bytes.size());
    return key;
}

std::optional<Key> parse_key(std::string_view text) {
    if (text.size() == hex_key_bytes)
        return parse_hex_key(text);
    auto decoded = base64_decoded(text);
    if (!decoded)
        decoded = base64url_decoded(text);
    if (!decoded)
        return {};
    const Secret<std::string> raw(std::move(*decoded));
    if (raw.reveal().size() != key_bytes)
        return {};
    std::array<unsigned char, key_bytes> bytes{};
    std::memcpy(bytes.data(), raw.reveal().data(), key_bytes);
    const Key key(bytes);
    wipe(bytes.data(), bytes.size());
    return key;
}

std::optional<std::uint32_t> parse_number(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number == 0)
        return {};
    return number;
}

std::string system_error_text() { return std::generic_category().message(errno); }

// Closes the file when it goes.
struct OpenFile {
    int descriptor;
    explicit OpenFile(int d) : descriptor(d) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (descriptor >= 0)
            ::close(descriptor);
    }
};

} // namespace

Result<KeySet, std::string> parse_keys(std::string_view text) {
    KeySet keys;
    std::size_t line_number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++line_number;
        const auto wrong = [&](const std::string& what) {
            return fail("line " + std::to_string(line_number) + ": " + what);
        };
        if (trimmed(line).starts_with('#'))
            continue;
        for (const std::string_view piece : split(line, ',')) {
            const std::string_view entry = trimmed(piece);
            if (entry.empty())
                continue;
            const auto colon = entry.find(':');
            const auto number = parse_number(trimmed(entry.substr(0, colon)));
            if (colon == std::string_view::npos || !number)
                return wrong("expected number:key, with a number from 1 on");
            const auto key = parse_key(trimmed(entry.substr(colon + 1)));
            if (!key)
                return wrong("key " + std::to_string(*number) +
                             " must be 32 bytes: 64 hexadecimal digits or 43 or 44 signs of base64");
            if (!keys.emplace(*number, *key).second)
                return wrong("key " + std::to_string(*number) + " is there twice");
            if (keys.size() > keys_max)
                return wrong("more than " + std::to_string(keys_max) + " keys");
        }
    }
    if (keys.empty())
        return fail(
            std::string("there is no key: expected a line number:key, where the key is 32 random bytes as "
                        "\"openssl rand -base64 32\" writes them"));
    return keys;
}

Result<KeySet, std::string> read_key_file(const std::filesystem::path& file) {
    const auto refused = [&](const std::string& why) {
        return fail("key file " + file.string() + ": " + why);
    };
    const OpenFile opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (opened.descriptor < 0 || ::fstat(opened.descriptor, &status) != 0)
        return refused(system_error_text());
    if (!S_ISREG(status.st_mode))
        return refused("is no regular file");
    if (const auto checked = check_private(opened.descriptor, file.string()); !checked)
        return fail("key file " + checked.error());
    if (status.st_size > static_cast<off_t>(key_file_bytes_max))
        return refused("is larger than " + std::to_string(key_file_bytes_max) + " bytes");
    std::array<char, key_file_bytes_max> bytes{};
    const ssize_t length = ::read(opened.descriptor, bytes.data(), bytes.size());
    if (length < 0)
        return refused(system_error_text());
    auto keys = parse_keys({bytes.data(), static_cast<std::size_t>(length)});
    wipe(bytes.data(), bytes.size());
    if (!keys)
        return refused(keys.error());
    return keys;
}

Secret<std::string> generate_key(std::uint32_t number, ports::Random& random) {
    std::array<unsigned char, key_bytes> bytes{};
    random.fill(bytes);
    std::string text = to_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    wipe(bytes.data(), bytes.size());
    Secret<std::string> line(std::to_string(number) + ':' + text);
    wipe(text.data(), text.size());
    return line;
}

} // namespace dialproof::platform
