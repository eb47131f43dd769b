#include "app/keys.h"

#include <cstdlib>

namespace dialproof::app {

namespace {

const char* keys_variable() {
    const char* given = std::getenv("DIALPROOF_KEYS");
    return given && *given != '\0' ? given : nullptr;
}

} // namespace

std::filesystem::path keys_path(const Config& config, const DataFolder& folder) {
    return config.keys_file.empty() ? folder.keys() : std::filesystem::path(config.keys_file);
}

Result<platform::KeySet, std::string> load_keys(const Config& config, const DataFolder& folder,
                                                ports::Random& random) {
    if (const char* given = keys_variable()) {
        auto keys = platform::parse_keys(given);
        if (!keys)
            return fail("DIALPROOF_KEYS: " + keys.error());
        return keys;
    }
    const auto path = keys_path(config, folder);
    // Looked at first: who makes a database has made its key before.
    const bool has_database = std::filesystem::exists(folder.database());
    if (!std::filesystem::exists(path)) {
        // A database without its keys is worth nothing: a new key there would hide that the old is missing.
        if (has_database)
            return fail("the key file " + path.string() +
                        " is missing, but the data folder has a database made with it; put the file back");
        const auto line = platform::generate_key(1, random);
        if (auto written = make_private_file(path, line.reveal() + "\n"); !written)
            return fail(written.error());
    }
    return platform::read_key_file(path);
}

Result<std::uint32_t, std::string> rotate_keys(const Config& config, const DataFolder& folder,
                                               ports::Random& random) {
    if (keys_variable())
        return fail(std::string("the keys come from DIALPROOF_KEYS; add one there"));
    const auto path = keys_path(config, folder);
    const auto keys = load_keys(config, folder, random);
    if (!keys)
        return fail(keys.error());
    const std::uint32_t number = keys->rbegin()->first + 1;
    auto content = read_private_file(path, platform::key_file_bytes_max);
    if (!content)
        return fail(content.error());
    if (!content->ends_with('\n'))
        *content += '\n';
    const auto line = platform::generate_key(number, random);
    const auto written = replace_private_file(path, *content + line.reveal() + "\n");
    wipe(content->data(), content->size());
    if (!written)
        return fail(written.error());
    return number;
}

} // namespace dialproof::app
