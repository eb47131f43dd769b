#include "app/spelling.h"

#include <algorithm>
#include <numeric>

namespace dialproof::app {

namespace {

// Levenshtein: inserted, removed and changed letters.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
    std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
    std::string_view nearest;
    for (const auto& candidate : known) {
        const std::size_t d = distance(word, candidate);
        if (d < least) {
            least = d;
            nearest = candidate;
        }
    }
    return nearest.empty() ? "" : "; did you mean " + std::string(nearest) + "?";
}

} // namespace dialproof::app
