// The table of all settings: where each stands, what it may hold, and what it is for. Loading, checking
// and printing are made from it, so they cannot differ.
#pragma once

#include "app/config.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dialproof::app {

// As a TOML file or a text of the environment gives it.
using SettingValue = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

// The parts of a path that are names: of the service, of the locale, a test number.
using SettingNames = std::vector<std::string>;

struct Setting {
    std::string path; // "services.*.code_length"; a star is a name
    std::string help;
    // What was expected, where `value` cannot be taken; nothing where it was.
    std::function<std::optional<std::string>(Config&, const SettingNames&, const SettingValue&)> set;
    // The value as TOML.
    std::function<std::string(const Config&, const SettingNames&)> print;
    // The names that exist, for a path with a star.
    std::function<std::vector<SettingNames>(const Config&)> names;
};

const std::vector<Setting>& settings();

// "services.*.templates.*" and "services.shop.templates.de" give {"shop", "de"}; nothing where they do not
// fit. The separator is '.' for keys and '_' for variables.
std::optional<SettingNames> match_path(std::string_view pattern, std::string_view path, char separator);

} // namespace dialproof::app
