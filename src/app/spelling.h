// The nearest of some known words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dialproof::app {

// "; did you mean code_length?", or empty where nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

} // namespace dialproof::app
