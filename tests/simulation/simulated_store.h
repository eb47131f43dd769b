// A store that fails: before it did something, after it did it, by chance, and slowly. Each call waits for
// its turn before it works and before it answers.
#pragma once

#include "base/run_loop.h"
#include "model.h"
#include "ports/passing_store.h"
#include "scheduler.h"
#include "weather.h"

namespace dialproof::simulation {

class SimulatedStore final : public ports::PassingStore {
public:
    // `inner` does its work at once, on any executor.
    SimulatedStore(ports::Store& inner, Scheduler& scheduler, Draws& draws, const Weather& weather,
                   Model& model) :
        PassingStore(inner),
        scheduler_(scheduler), draws_(draws), weather_(weather), model_(model) {}

    Task<Result<ports::Loaded, ports::Fault>> load(std::vector<ports::Key> keys) override;
    Task<Result<ports::Committed, ports::CommitFailure>> commit(ports::Changes changes) override;
    Task<Result<std::vector<ports::ClaimedMessage>, ports::Fault>>
    claim_messages(unsigned limit, Milliseconds lease, Instant now) override;
    Task<Result<ports::Committed, ports::Fault>> settle_message(ports::Settlement settlement) override;
    Task<Result<ports::Recorded, ports::Fault>> record_receipt(ports::Receipt receipt) override;
    Task<Result<std::vector<ports::SentReference>, ports::Fault>>
    sent_references(std::string provider, std::vector<std::string> references,
                    std::optional<core::PhoneNumber> to, unsigned limit) override;
    Task<Result<std::vector<ports::Message>, ports::Fault>>
    messages_of(core::VerificationId verification) override;
    Task<Result<std::optional<Instant>, ports::Fault>> next_due() override;
    Task<Result<ports::Loaded, ports::Fault>> users_of(core::PhoneNumber number, unsigned limit) override;
    Task<Result<ports::Pruned, ports::Fault>> prune(ports::Retention retention) override;

private:
    enum class Kind { reads, writes };

    template <typename Answer, typename Work>
    Task<Answer> perform(std::string_view what, Kind kind, Work work);
    std::optional<ports::Fault> fault_before(Kind kind);
    std::optional<ports::Fault> fault_after(Kind kind);
    Milliseconds delay();

    Scheduler& scheduler_;
    Draws& draws_;
    const Weather& weather_;
    Model& model_;
    RunLoop inside_;
};

} // namespace dialproof::simulation
