// A service of ours is an organisation there, by an id that is a number in text form.
#pragma once

#include "core/ids.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::dialects {

struct ZitadelOrganisation {
    std::string id; // at most 20 digits
    core::ServiceName service;
};

namespace zitadel {

class Organisations {
public:
    // The first is where users are added by callers who name none.
    explicit Organisations(std::vector<ZitadelOrganisation> organisations) :
        organisations_(std::move(organisations)) {}

    [[nodiscard]] std::optional<core::ServiceName> service_of(std::string_view id) const {
        for (const auto& organisation : organisations_)
            if (organisation.id == id)
                return organisation.service;
        return {};
    }
    // Empty where the service is no organisation.
    [[nodiscard]] std::string id_of(const core::ServiceName& service) const {
        for (const auto& organisation : organisations_)
            if (organisation.service == service)
                return organisation.id;
        return {};
    }
    [[nodiscard]] std::optional<core::ServiceName> first() const {
        return organisations_.empty() ? std::nullopt : std::optional(organisations_.front().service);
    }

private:
    std::vector<ZitadelOrganisation> organisations_;
};

} // namespace zitadel
} // namespace dialproof::dialects
