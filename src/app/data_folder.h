// The folder that holds what this server keeps: database, key set, admin token. Only its owner can read it.
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "ports/random.h"

#include <filesystem>
#include <string>

namespace dialproof::app {

class DataFolder {
public:
    // Makes the folder, with mode 0700, where it is missing. Errors are sentences.
    static Result<DataFolder, std::string> open(const std::filesystem::path& path);
    ~DataFolder();
    DataFolder(DataFolder&& other) noexcept;
    DataFolder& operator=(DataFolder&&) = delete;

    // Held until this object goes: one server for a folder at a time.
    Result<void, std::string> lock();

    [[nodiscard]] std::filesystem::path database() const { return path_ / "dialproof.db"; }
    [[nodiscard]] std::filesystem::path keys() const { return path_ / "keys"; }
    [[nodiscard]] std::filesystem::path admin_token() const { return path_ / "admin-token"; }
    [[nodiscard]] std::filesystem::path techno_sso_jwt_key() const { return path_ / "techno-sso-jwt-key"; }

private:
    explicit DataFolder(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;
    int lock_ = -1;
};

// A whole file of at most `bytes_max`; an error is a sentence.
Result<std::string, std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max);
// The same, of one that only its owner has access to.
Result<std::string, std::string> read_private_file(const std::filesystem::path& path, std::size_t bytes_max);

// Makes the file, mode 0600, complete and on disk. One that is there, or that another process makes at the
// same time, stays as it is: read it afterwards.
Result<void, std::string> make_private_file(const std::filesystem::path& path, const std::string& content);
// The same, but one that is there is replaced as a whole.
Result<void, std::string> replace_private_file(const std::filesystem::path& path, const std::string& content);

// The built-in administrator's: DIALPROOF_ADMIN_TOKEN where it is set, otherwise the file's, which is made on
// first use. The dev mode takes any that is not empty.
Result<Secret<std::string>, std::string> administrator_token(const DataFolder& folder, ports::Random& random,
                                                             bool dev);
// The key of Techno SSO's JWTs, in the same way, by DIALPROOF_TECHNO_SSO_JWT_KEY; other services may
// know it. One of less than `jwt_key_bytes_advised` is weaker than HS256 asks for (RFC 7518 section 3.2).
Result<Secret<std::string>, std::string> techno_sso_jwt_key(const DataFolder& folder, ports::Random& random,
                                                            bool dev);
inline constexpr std::size_t jwt_key_bytes_advised = 32;

} // namespace dialproof::app
