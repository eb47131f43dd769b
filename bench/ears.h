// What a store tells while it is filled or measured: batches are counted, trouble is shown.
#pragma once

#include "ports/log.h"
#include "ports/meter.h"

#include <atomic>
#include <cstddef>
#include <cstdio>

namespace dialproof::bench {

class Meter final : public ports::Meter {
public:
    void verification_started(std::string_view, std::string_view) override {}
    void code_checked(std::string_view, std::string_view) override {}
    void refused(std::string_view, std::string_view) override {}
    void message_settled(std::string_view, std::string_view) override {}
    void parts_sent(std::string_view, unsigned) override {}
    void cost(std::string_view, const ports::Price&) override {}
    void commit_batch(std::size_t, std::chrono::microseconds, std::size_t) override { ++batches; }
    void commit_conflict() override {}

    std::atomic<std::size_t> batches{0};
};

class Log final : public ports::Log {
public:
    void write(ports::LogLevel, std::string_view event, std::initializer_list<ports::LogField>) override {
        std::fprintf(stderr, "%.*s\n", static_cast<int>(event.size()), event.data());
    }
};

} // namespace dialproof::bench
