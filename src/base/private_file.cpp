#include "base/private_file.h"

#include <cerrno>
#include <sys/stat.h>
#include <system_error>

namespace dialproof {

Result<void, std::string> check_private(int file, const std::string& path) {
    struct stat status {};
    if (::fstat(file, &status) != 0)
        return fail(path + ": " + std::generic_category().message(errno));
    const bool keeps = S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode);
    if (keeps && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fail(path + ": others than its owner have access to it: chmod 600 " + path);
    return {};
}

} // namespace dialproof
