#include "api_docs/document.h"

#include "api_docs/embedded.h"
#include "base/json_writer.h"
#include "wire/json.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace dialproof::api_docs {

namespace {

[[noreturn]] void bug() { std::abort(); }

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

// As it stands inside of a JSON string.
std::string escaped(std::string_view text) {
    std::string quoted;
    append_json_string(quoted, text);
    return quoted.substr(1, quoted.size() - 2);
}

json::Object parsed(std::string_view part, const Served& served) {
    std::string text(part);
    replace_all(text, "@VERSION@", escaped(served.version));
    replace_all(text, "@TECHNO_PREFIX@", escaped(served.techno_sso_prefix));
    const auto value = json::parse(text);
    if (!value || !value->as_object())
        bug();
    return *value->as_object();
}

// Adds to `target` what `part` has. Arrays are joined; what both have and is neither that nor an object is a
// mistake, since one of the two would be lost.
void merge(json::Object& target, const json::Object& part) {
    for (const auto& [name, value] : part) {
        const auto present = std::find_if(target.begin(), target.end(),
                                          [&name = name](const auto& member) { return member.name == name; });
        if (present == target.end()) {
            target.push_back({name, value});
        } else if (present->value.as_object() && value.as_object()) {
            json::Object both = *present->value.as_object();
            merge(both, *value.as_object());
            present->value = json::Value(std::move(both));
        } else if (present->value.as_array() && value.as_array()) {
            json::Array both = *present->value.as_array();
            both.insert(both.end(), value.as_array()->begin(), value.as_array()->end());
            present->value = json::Value(std::move(both));
        } else {
            bug();
        }
    }
}

json::Object with_suffix(const json::Object& operation, std::string_view suffix) {
    json::Object renamed = operation;
    for (auto& [name, value] : renamed)
        if (name == "operationId")
            value = json::Value(*value.as_string() + std::string(suffix));
    return renamed;
}

// "#/paths/~1v2~1users" is the path item of "/v2/users" (RFC 6901).
const json::Value* path_item_at(const json::Value& paths, std::string_view pointer) {
    constexpr std::string_view start = "#/paths/";
    if (!pointer.starts_with(start))
        bug();
    std::string path(pointer.substr(start.size()));
    replace_all(path, "~1", "/");
    replace_all(path, "~0", "~");
    return paths.find(path);
}

// The same operations under another path. A document may say so with a reference, but ids of operations are
// unique: each is given that of the other path, and "x-operation-suffix".
json::Value without_references(const json::Value& paths) {
    json::Object resolved;
    for (const auto& [path, item] : *paths.as_object()) {
        const auto* reference = item.find("$ref");
        if (!reference) {
            resolved.push_back({path, item});
            continue;
        }
        const auto* same = path_item_at(paths, *reference->as_string());
        const auto* suffix = item.find("x-operation-suffix");
        if (!same || !suffix)
            bug();
        json::Object operations;
        for (const auto& [method, operation] : *same->as_object())
            operations.push_back(
                {method, json::Value(with_suffix(*operation.as_object(), *suffix->as_string()))});
        resolved.push_back({path, json::Value(std::move(operations))});
    }
    return json::Value(std::move(resolved));
}

std::vector<std::string_view> parts_of(const Served& served) {
    std::vector<std::string_view> parts;
    const auto add = [&parts](bool is_served, std::string_view part) {
        if (is_served)
            parts.push_back(part);
    };
    add(served.django_phone_verify, embedded::django_phone_verify());
    add(served.zitadel, embedded::zitadel());
    add(served.pip_sms_settings, embedded::pip_sms_settings());
    add(served.pip_sms_settings && served.pip_sms_settings_commands, embedded::pip_sms_settings_commands());
    add(served.techno_sso, embedded::techno_sso());
    add(true, embedded::admin());
    add(true, embedded::operations());
    add(served.dev, embedded::dev());
    return parts;
}

} // namespace

std::string document(const Served& served) {
    json::Object whole = parsed(embedded::base(), served);
    for (const auto part : parts_of(served))
        merge(whole, parsed(part, served));
    for (auto& [name, value] : whole)
        if (name == "paths")
            value = without_references(value);
    return json::to_text(json::Value(std::move(whole)));
}

} // namespace dialproof::api_docs
