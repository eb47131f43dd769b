// Which of the commits that wait may go together. Does no I/O.
#pragma once

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

namespace dialproof::stores::postgres {

class Choice {
public:
    // `held`: the names that commits under way write. It outlives the choice.
    explicit Choice(const std::unordered_set<std::string>& held) : held_(held) {}

    // Asked of one commit after the other, in the order they came. False: it has to wait. Those behind it
    // then wait for all that it writes, or it might never have all of it at once.
    [[nodiscard]] bool take(const std::vector<std::string>& names) {
        const bool free = std::none_of(names.begin(), names.end(), [this](const std::string& name) {
            return held_.contains(name) || asked_for_.contains(name);
        });
        asked_for_.insert(names.begin(), names.end());
        return free;
    }

private:
    const std::unordered_set<std::string>& held_;
    std::unordered_set<std::string> asked_for_;
};

} // namespace dialproof::stores::postgres
