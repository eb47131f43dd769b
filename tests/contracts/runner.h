// Plays a transcript against a world of its own.
#pragma once

#include "world.h"

#include <functional>
#include <string>

namespace dialproof::contracts {

// Each difference is a failure of the running test, at its line of the file.
void play(const std::string& file, StoreKind store);

// Sees each request with its answer, and the world that gave it.
using Watcher =
    std::function<void(const Settings&, const World&, const http::Request&, const http::Response&)>;
void play(const std::string& file, StoreKind store, const Watcher& watcher);

} // namespace dialproof::contracts
