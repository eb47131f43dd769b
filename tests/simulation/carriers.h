// Carriers with a character, and the handsets at their other end.
#pragma once

#include "model.h"
#include "ports/receipt.h"
#include "ports/sender.h"
#include "scheduler.h"
#include "weather.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace dialproof::simulation {

// What people hold in their hands, by number.
class Handsets {
public:
    struct Text {
        std::string code;
        Instant at;
    };
    explicit Handsets(Scheduler& scheduler) : scheduler_(scheduler) {}

    void receive(const std::string& number, const std::string& code);
    // Newest last.
    [[nodiscard]] const std::vector<Text>& texts(const std::string& number) { return of(number).texts; }
    // Returns when a text arrives, or at `until`.
    Task<void> wait(std::string number, Instant until);

private:
    struct Handset {
        explicit Handset(Scheduler& scheduler) : bell(scheduler) {}
        std::vector<Text> texts;
        Bell bell;
    };
    Handset& of(const std::string& number);

    Scheduler& scheduler_;
    std::map<std::string, std::unique_ptr<Handset>> handsets_;
};

class SimulatedCarrier final : public ports::Sender {
public:
    // Weights of what may become of a message.
    struct Character {
        unsigned delivers = 0;     // accepted, and there within seconds
        unsigned late = 0;         // accepted, and there within hours; so others overtake it
        unsigned twice = 0;        // there twice
        unsigned lies = 0;         // accepted, and never there
        unsigned refuses = 0;      // never to be tried again
        unsigned throttles = 0;    // later, and says when
        unsigned fails = 0;        // surely not sent
        unsigned silent = 0;       // no answer within the time-out; there or not
        bool by_reference = false; // its receipts name its own id, and the number, alone
        static Character drawn(Draws& draws);
        static Character good();
    };
    // What is told of a message after the carrier took it; the receipts of its messages go there.
    using Receipts = std::function<void(const ports::ProviderReceipt&)>;

    SimulatedCarrier(std::string name, Character character, Scheduler& scheduler, Draws& draws,
                     const Weather& weather, Handsets& handsets, Model& model, Receipts receipts) :
        name_(std::move(name)),
        character_(character), scheduler_(scheduler), draws_(draws), weather_(weather), handsets_(handsets),
        model_(model), receipts_(std::move(receipts)), way_(scheduler.new_context("on the way", 0)) {}

    [[nodiscard]] std::string_view name() const override { return name_; }
    Task<ports::SubmitResult> submit(const ports::OutgoingText& text) override;

private:
    struct Fate {
        ports::SubmitOutcome outcome;
        unsigned copies = 0; // that arrive
        Milliseconds answers_after{0}, arrives_within{0};
        bool receipt = false;
    };
    Fate fate();
    Task<void> deliver(std::string number, std::string code, ports::ProviderReceipt receipt,
                       Milliseconds after, bool tells);
    [[nodiscard]] ports::ProviderReceipt receipt_of(const ports::OutgoingText& text) const;

    std::string name_;
    Character character_;
    Scheduler& scheduler_;
    Draws& draws_;
    const Weather& weather_;
    Handsets& handsets_;
    Model& model_;
    Receipts receipts_;
    Context& way_;
};

} // namespace dialproof::simulation
