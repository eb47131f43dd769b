#include "app/data_folder.h"

#include "base/text.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dialproof::app {

namespace {

constexpr std::size_t token_bytes_min = 16, token_bytes_max = 512;

std::string system_says(const std::string& what, const std::filesystem::path& path) {
    return what + " " + path.string() + ": " + std::strerror(errno);
}

bool write_all(int file, std::string_view content) {
    while (!content.empty()) {
        const ssize_t count = ::write(file, content.data(), content.size());
        if (count < 0 && errno != EINTR)
            return false;
        content.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    return true;
}

} // namespace

Result<DataFolder, std::string> DataFolder::open(const std::filesystem::path& path) {
    std::error_code error;
    if (path.has_parent_path())
        std::filesystem::create_directories(path.parent_path(), error);
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
        return fail(system_says("cannot make the data folder", path));
    if (!std::filesystem::is_directory(path, error))
        return fail("the data folder " + path.string() + " is no folder");
    return DataFolder(path);
}

DataFolder::DataFolder(DataFolder&& other) noexcept :
    path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder::~DataFolder() {
    if (lock_ >= 0)
        close(lock_);
}

Result<void, std::string> DataFolder::lock() {
    const auto path = path_ / "dialproof.lock";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return fail(system_says("cannot open", path));
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        close(file);
        return fail("another Dialproof serves from " + path_.string() +
                    " already; stop it, or give this one a folder of its own with --data");
    }
    lock_ = file;
    return {};
}

Result<std::string, std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fail(system_says("cannot read", path));
    std::string content(bytes_max + 1, '\0');
    std::size_t size = 0;
    for (;;) {
        const ssize_t count = ::read(file, content.data() + size, content.size() - size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        size += static_cast<std::size_t>(count);
    }
    close(file);
    if (size > bytes_max)
        return fail(path.string() + " is larger than " + std::to_string(bytes_max) + " bytes");
    content.resize(size);
    return content;
}

Result<void, std::string> write_private_file(const std::filesystem::path& path, const std::string& content) {
    const std::string fresh = path.string() + ".new";
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return fail(system_says("cannot write", path));
    const bool written = write_all(file, content) && fsync(file) == 0;
    close(file);
    if (!written || ::rename(fresh.c_str(), path.c_str()) != 0) {
        auto sentence = system_says("cannot write", path);
        ::unlink(fresh.c_str());
        return fail(std::move(sentence));
    }
    return {};
}

Result<Secret<std::string>, std::string> administrator_token(const DataFolder& folder,
                                                             ports::Random& random) {
    const auto long_enough = [](const std::string& token) {
        return token.size() >= token_bytes_min && token.size() <= token_bytes_max;
    };
    const std::string wanted = "an admin token has " + std::to_string(token_bytes_min) + " to " +
                               std::to_string(token_bytes_max) + " characters";
    if (const char* given = std::getenv("DIALPROOF_ADMIN_TOKEN"); given && *given != '\0') {
        if (!long_enough(given))
            return fail("DIALPROOF_ADMIN_TOKEN: " + wanted);
        return Secret<std::string>(given);
    }
    if (std::filesystem::exists(folder.admin_token())) {
        const auto content = read_file(folder.admin_token(), token_bytes_max + 2);
        if (!content)
            return fail(content.error());
        const std::string token(trimmed(*content));
        if (!long_enough(token))
            return fail(folder.admin_token().string() + ": " + wanted);
        return Secret<std::string>(token);
    }
    std::array<unsigned char, 32> bytes{};
    random.fill(bytes);
    const std::string token =
        "dpa_" + to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (const auto written = write_private_file(folder.admin_token(), token + "\n"); !written)
        return fail(written.error());
    return Secret<std::string>(token);
}

} // namespace dialproof::app
