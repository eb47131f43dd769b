#include "admin/timeline_json.h"

#include "base/json_writer.h"

#include <variant>

namespace dialproof::admin {

namespace {

void write_step(JsonWriter& json, const flows::TimelineStep& step) {
    json.begin_object().member("at", to_rfc3339(step.at)).member("what", step.what);
    if (!step.why.empty())
        json.member("why", step.why);
    for (const auto& detail : step.details) {
        json.key(detail.name);
        std::visit([&json](const auto& value) { json.value(value); }, detail.value);
    }
    json.end_object();
}

} // namespace

std::string timeline_json(const flows::Timeline& timeline) {
    JsonWriter json;
    json.begin_object().member("id", timeline.verification.text).member("number", timeline.number);
    json.member("status", to_text(timeline.status)).member("expires_at", to_rfc3339(timeline.expires_at));
    if (timeline.left_out > 0)
        json.member("left_out", timeline.left_out);
    json.key("steps").begin_array();
    for (const auto& step : timeline.steps)
        write_step(json, step);
    json.end_array().end_object();
    return json.take();
}

} // namespace dialproof::admin
