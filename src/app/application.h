// The program that serves: the graph of its parts, built from top to bottom, and its life from start to
// drain.
#pragma once

#include "app/config.h"
#include "base/result.h"

#include <memory>
#include <string>

namespace dialproof::app {

class Application {
public:
    // `source` is read again on SIGHUP. Errors are sentences.
    static Result<std::unique_ptr<Application>, std::string> make(const LoadedConfig& loaded,
                                                                  ConfigSource source);
    ~Application();

    // Serves until SIGTERM or SIGINT, then drains. True where everything in flight came to its end.
    Result<bool, std::string> run();

private:
    struct Parts;

    explicit Application(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

} // namespace dialproof::app
