#include "app/data_folder.h"

#include "base/base64.h"
#include "base/private_file.h"
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

constexpr std::size_t secret_bytes_min = 16, secret_bytes_max = 512;

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

namespace {

Result<std::string, std::string> read_open_file(int file, const std::filesystem::path& path,
                                                std::size_t bytes_max) {
    std::string content(bytes_max + 1, '\0');
    std::size_t size = 0;
    for (;;) {
        const ssize_t count = ::read(file, content.data() + size, content.size() - size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(system_says("cannot read", path));
        if (count == 0)
            break;
        size += static_cast<std::size_t>(count);
    }
    if (size > bytes_max)
        return fail(path.string() + " is larger than " + std::to_string(bytes_max) + " bytes");
    content.resize(size);
    return content;
}

Result<std::string, std::string> read_if(const std::filesystem::path& path, std::size_t bytes_max,
                                         Result<void, std::string> (*check)(int, const std::string&)) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return fail(system_says("cannot read", path));
    const auto checked = check(file, path.string());
    auto content = checked ? read_open_file(file, path, bytes_max) : fail(checked.error());
    close(file);
    return content;
}

} // namespace

Result<std::string, std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
    return read_if(path, bytes_max, [](int, const std::string&) { return Result<void, std::string>(); });
}

Result<std::string, std::string> read_private_file(const std::filesystem::path& path, std::size_t bytes_max) {
    return read_if(path, bytes_max, check_private);
}

namespace {

// The entry of a file is on disk once its folder is.
bool sync_folder_of(const std::filesystem::path& path) {
    const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const int folder = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && fsync(folder) == 0;
    if (folder >= 0)
        close(folder);
    return synced;
}

// Writes beside `path`, under a name that nobody else has, and has `put` give it its name: whoever reads
// `path` never sees a part of it.
template <typename Put>
Result<void, std::string> write_beside(const std::filesystem::path& path, const std::string& content,
                                       Put put) {
    std::string fresh = path.string() + ".XXXXXX";
    const int file = mkostemp(fresh.data(), O_CLOEXEC); // O_EXCL, mode 0600
    if (file < 0)
        return fail(system_says("cannot write", path));
    const bool written = write_all(file, content) && fsync(file) == 0;
    Result<void, std::string> result;
    if (!written || !put(fresh.c_str(), path.c_str()) || !sync_folder_of(path))
        result = fail(system_says("cannot write", path));
    close(file);
    ::unlink(fresh.c_str()); // gone already where it was renamed
    return result;
}

} // namespace

Result<void, std::string> make_private_file(const std::filesystem::path& path, const std::string& content) {
    return write_beside(path, content, [](const char* fresh, const char* wanted) {
        return ::link(fresh, wanted) == 0 || errno == EEXIST;
    });
}

Result<void, std::string> replace_private_file(const std::filesystem::path& path,
                                               const std::string& content) {
    return write_beside(path, content,
                        [](const char* fresh, const char* wanted) { return ::rename(fresh, wanted) == 0; });
}

namespace {

// A secret of the environment where it is set there, otherwise of a file in the folder, which is made on
// first use: `prefix` and 43 random characters.
struct KeptSecret {
    const char* variable; // "DIALPROOF_ADMIN_TOKEN"
    std::filesystem::path file;
    std::string what;   // "an admin token", for errors
    std::string prefix; // "dpa_"
    std::size_t bytes_min;
};

Result<Secret<std::string>, std::string> kept_secret(const KeptSecret& wanted, ports::Random& random) {
    const auto long_enough = [&wanted](const std::string& secret) {
        return secret.size() >= wanted.bytes_min && secret.size() <= secret_bytes_max;
    };
    const std::string expected = wanted.what + " has " + std::to_string(wanted.bytes_min) + " to " +
                                 std::to_string(secret_bytes_max) + " characters";
    if (const char* given = std::getenv(wanted.variable); given && *given != '\0') {
        if (!long_enough(given))
            return fail(std::string(wanted.variable) + ": " + expected);
        return Secret<std::string>(given);
    }
    if (!std::filesystem::exists(wanted.file)) {
        std::array<unsigned char, 32> bytes{};
        random.fill(bytes);
        const std::string fresh =
            wanted.prefix + to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        if (const auto made = make_private_file(wanted.file, fresh + "\n"); !made)
            return fail(made.error());
    }
    const auto content = read_private_file(wanted.file, secret_bytes_max + 2);
    if (!content)
        return fail(content.error());
    const std::string secret(trimmed(*content));
    if (!long_enough(secret))
        return fail(wanted.file.string() + ": " + expected);
    return Secret<std::string>(secret);
}

} // namespace

Result<Secret<std::string>, std::string> administrator_token(const DataFolder& folder, ports::Random& random,
                                                             bool dev) {
    return kept_secret(
        {"DIALPROOF_ADMIN_TOKEN", folder.admin_token(), "an admin token", "dpa_", dev ? 1 : secret_bytes_min},
        random);
}

Result<Secret<std::string>, std::string> techno_sso_jwt_key(const DataFolder& folder, ports::Random& random,
                                                            bool dev) {
    return kept_secret({"DIALPROOF_TECHNO_SSO_JWT_KEY", folder.techno_sso_jwt_key(), "a JWT key", "",
                        dev ? 1 : secret_bytes_min},
                       random);
}

} // namespace dialproof::app
