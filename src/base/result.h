// A value or the reason why there is none. The reason is always a type of ours, never text alone.
#pragma once

#include <tl/expected.hpp>

namespace dialproof {

template <typename T, typename E>
using Result = tl::expected<T, E>;

template <typename E>
[[nodiscard]] tl::unexpected<std::decay_t<E>> fail(E&& error) {
    return tl::unexpected<std::decay_t<E>>(std::forward<E>(error));
}

} // namespace dialproof
