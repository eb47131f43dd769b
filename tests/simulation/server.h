// One life of the server: everything that a process holds in memory, from a start to a crash.
#pragma once

#include "admin/admin_api.h"
#include "core/rules.h"
#include "delivery/dispatcher.h"
#include "delivery/receipts.h"
#include "dialects/django_phone_verify/django_phone_verify.h"
#include "dialects/pip_sms_settings/pip_sms_settings.h"
#include "dialects/techno_sso/techno_sso.h"
#include "dialects/zitadel/zitadel.h"
#include "flows/access.h"
#include "flows/lines.h"
#include "flows/proofs.h"
#include "flows/timelines.h"
#include "flows/users.h"
#include "model.h"
#include "ports/numbering_plan.h"
#include "scheduler.h"
#include "server/router.h"

#include <vector>

namespace dialproof::simulation {

inline constexpr const char* second_organisation = "260000000000000002"; // of the service "acme"
inline constexpr const char* administrator_token = "the-administrators-token";

// What outlives each life.
struct Surroundings {
    Scheduler& scheduler;
    ports::Store& store;
    SimulatedKeys& keys;
    ports::Random& random;
    Model& model;
    const ports::NumberingPlan& plan;
    const core::RuleBook& rules;
    std::vector<ports::Sender*> carriers;
    delivery::DispatcherLimits limits;
    Seconds spam_penalty;
};

class SilentMeter final : public ports::Meter {
public:
    void verification_started(std::string_view, std::string_view) override {}
    void code_checked(std::string_view, std::string_view) override {}
    void refused(std::string_view, std::string_view) override {}
    void message_settled(std::string_view, std::string_view) override {}
    void parts_sent(std::string_view, unsigned) override {}
    void cost(std::string_view, const ports::Price&) override {}
    void commit_batch(std::size_t, std::chrono::microseconds, std::size_t) override {}
    void commit_conflict() override {}
};

// Every line goes to the model.
class WatchedLog final : public ports::Log {
public:
    explicit WatchedLog(Model& model) : model_(model) {}
    void write(ports::LogLevel level, std::string_view event,
               std::initializer_list<ports::LogField> fields) override;

private:
    Model& model_;
};

class Server {
public:
    Server(unsigned life, Surroundings surroundings);
    // What still ran must have ended: Scheduler::end_life.
    ~Server() = default;

    [[nodiscard]] unsigned life() const { return life_; }
    Task<http::Response> serve(http::Request request);
    // No message is claimed any more; what is on its way is settled.
    void stop() {
        dispatcher_.stop();
        receipts_.stop();
    }
    [[nodiscard]] bool has_stopped() const { return running_ == 0; }
    // What a carrier tells.
    ports::ReceiptSink& receipts() { return receipts_; }

private:
    std::vector<http::Mount> mounts(const Surroundings& surroundings);

    unsigned life_;
    unsigned running_ = 2; // of what is told to stop
    SimulatedAlarm outbox_, parked_;
    SilentMeter meter_;
    WatchedLog log_;
    flows::World world_;
    flows::Proofs proofs_;
    flows::Users users_;
    flows::Access access_;
    flows::Lines lines_;
    delivery::Providers providers_;
    delivery::Router carrier_router_;
    delivery::Dispatcher dispatcher_;
    delivery::Receipts receipts_;
    flows::Timelines timelines_;
    admin::AdminApi admin_;
    server::Router router_;
};

} // namespace dialproof::simulation
