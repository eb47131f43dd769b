#include "trace.h"

#include <iostream>

namespace dialproof::simulation {

void Trace::mix(std::string_view text) {
    for (const char c : text)
        hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 1099511628211U;
}

void Trace::add(std::string line) {
    if (keep_ == Keep::everything) {
        std::cout << line << '\n';
        return;
    }
    lines_.push_back(std::move(line));
    if (lines_.size() > last_lines)
        lines_.pop_front();
}

void Trace::step(Instant now, unsigned context, std::string_view who, std::string_view what) {
    ++steps_;
    mix(static_cast<std::uint64_t>(now.time_since_epoch().count()));
    mix(context);
    mix(what);
    if (!is_read())
        return;
    std::string line = std::to_string(steps_);
    line.append(1, ' ').append(to_rfc3339(now)).append(" #").append(std::to_string(context));
    line.append(1, ' ').append(who).append(": ").append(what);
    add(std::move(line));
}

void Trace::note(std::initializer_list<std::string_view> words) {
    for (const auto word : words)
        mix(word);
    if (!is_read())
        return;
    std::string line = "       ";
    for (const auto word : words)
        line.append(1, ' ').append(word);
    add(std::move(line));
}

} // namespace dialproof::simulation
