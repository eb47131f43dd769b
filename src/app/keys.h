// Where this program's key set comes from.
#pragma once

#include "app/config.h"
#include "app/data_folder.h"
#include "platform/key_set.h"

#include <filesystem>
#include <string>

namespace dialproof::app {

// The file of the configuration, or "keys" in the data folder.
std::filesystem::path keys_path(const Config& config, const DataFolder& folder);

// DIALPROOF_KEYS where it is set, otherwise the key file; where neither is there, a first key is made.
Result<platform::KeySet, std::string> load_keys(const Config& config, const DataFolder& folder,
                                                ports::Random& random);

// Adds a key, which is the newest from the next start on; answers its number.
Result<std::uint32_t, std::string> rotate_keys(const Config& config, const DataFolder& folder,
                                               ports::Random& random);

} // namespace dialproof::app
