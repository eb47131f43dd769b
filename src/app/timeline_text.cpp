#include "app/timeline_text.h"

#include <fmt/format.h>

#include <variant>

namespace dialproof::app {

namespace {

std::string text_of(const flows::Detail& detail) {
    const auto* text = std::get_if<std::string>(&detail.value);
    return detail.name + "=" + (text ? *text : std::to_string(std::get<std::uint64_t>(detail.value)));
}

std::string step_text(const flows::TimelineStep& step) {
    std::string line = fmt::format("{}  {}", to_rfc3339(step.at), step.what);
    for (const auto& detail : step.details)
        line += " " + text_of(detail);
    line += "\n";
    if (!step.why.empty())
        line += "    " + step.why + "\n";
    return line;
}

} // namespace

std::string timeline_text(const flows::Timeline& timeline) {
    std::string text = fmt::format("Verification {} of {}: {}\n", timeline.verification.text, timeline.number,
                                   to_text(timeline.status));
    if (timeline.left_out > 0)
        text += fmt::format("{} earlier steps are left out\n", timeline.left_out);
    for (const auto& step : timeline.steps)
        text += step_text(step);
    return text;
}

} // namespace dialproof::app
