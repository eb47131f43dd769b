// Opaque identifiers. Two kinds of id cannot be mixed up; their text is what the store keeps.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>

namespace dialproof::core {

template <typename Tag>
struct Id {
    std::string text;

    Id() = default;
    explicit Id(std::string id) : text(std::move(id)) {}
    [[nodiscard]] bool empty() const { return text.empty(); }
    friend auto operator<=>(const Id&, const Id&) = default;
};

using VerificationId = Id<struct VerificationTag>;
using UserId = Id<struct UserTag>;
using MessageId = Id<struct MessageTag>;
// A policy and brand, such as "default".
using ServiceName = Id<struct ServiceTag>;
// The keyed hash, in hexadecimal, of a secret that a caller presents: an API token or a session id.
using CredentialHash = Id<struct CredentialTag>;
// A unique name that leads to an id, such as "username:default:alice".
using BindingName = Id<struct BindingTag>;

inline constexpr std::size_t user_id_bytes_max = 200;

} // namespace dialproof::core

template <typename Tag>
struct std::hash<dialproof::core::Id<Tag>> {
    std::size_t operator()(const dialproof::core::Id<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.text);
    }
};
