#include "simulation.h"

#include "attackers.h"
#include "carriers.h"
#include "django_client.h"
#include "numbering/libphonenumber_plan.h"
#include "operator_client.h"
#include "person.h"
#include "pip_client.h"
#include "server.h"
#include "simulated_store.h"
#include "stores/memory/memory_store.h"
#include "techno_client.h"
#include "zitadel_client.h"

#include <algorithm>
#include <stdexcept>

namespace dialproof::simulation {

namespace {

constexpr Milliseconds second{1000}, minute{60'000}, hour{3'600'000};
// Once all is well again.
constexpr Milliseconds calm_max = 14 * 24 * hour;
constexpr std::uint64_t calm_steps_max = 400'000;

const ports::NumberingPlan& numbering_plan() {
    static const auto plan = numbering::LibphonenumberPlan::create();
    if (!plan)
        throw std::runtime_error(plan.error());
    return **plan;
}

core::Rate rate(unsigned count, Seconds::rep period) { return {count, Seconds(period)}; }

core::Policy drawn_policy(Draws& draws, const char* name) {
    using Rates = std::vector<core::Rate>;
    core::Policy policy;
    policy.service = core::ServiceName(name);
    policy.countries = {"*"};
    policy.code.length = static_cast<unsigned>(draws.between(4, 8));
    policy.code_lifetime = Seconds(draws.one_of(std::vector<Seconds::rep>{60, 120, 300, 600}));
    policy.guesses = static_cast<unsigned>(draws.between(2, 6));
    policy.guesses_fade = Seconds(draws.one_of(std::vector<Seconds::rep>{600, 3600, 21600}));
    policy.uniqueness = draws.chance(500) ? core::Uniqueness::verified_once : core::Uniqueness::none;
    policy.sends_per_caller = draws.one_of(Rates{rate(0, 0), rate(30, 3600), rate(5, 600)});
    policy.sends_per_country = draws.one_of(Rates{rate(1000, 3600), rate(12, 3600)});
    policy.sends_per_service = draws.one_of(Rates{rate(10000, 3600), rate(20, 3600)});
    policy.checks_per_caller = draws.one_of(Rates{rate(0, 0), rate(120, 600), rate(10, 600)});
    return policy;
}

core::Rules drawn_rules(Draws& draws, Seconds spam_penalty) {
    using Rates = std::vector<core::Rate>;
    core::Rules rules;
    for (const char* name : {"default", "acme"})
        rules.services.emplace(core::ServiceName(name), drawn_policy(draws, name));
    rules.test_numbers.emplace(*core::PhoneNumber::parse(test_number), core::Code(test_code));
    using Gaps = std::vector<Seconds>;
    rules.line.send_gaps = draws.one_of(std::vector<Gaps>{
        {Seconds{60}, Seconds{120}, Seconds{300}, Seconds{900}}, {Seconds{30}}, {Seconds{20}, Seconds{90}}});
    rules.line.sends = draws.one_of(std::vector<Rates>{
        {rate(5, 600), rate(10, 3600), rate(50, 86400)}, {rate(3, 600), rate(20, 86400)}, {rate(8, 3600)}});
    rules.line.guesses = draws.one_of(std::vector<Rates>{
        {rate(15, 3600), rate(30, 86400)}, {rate(4, 3600), rate(10, 86400)}, {rate(6, 1800)}});
    rules.line.guesses_in_row_max = draws.one_of(std::vector<unsigned>{6, 12, 30, 100});
    rules.dialects.emplace(dialects::TechnoSso::name, dialects::TechnoSso::terms(spam_penalty));
    auto& pip = rules.dialects[std::string(dialects::PipSmsSettings::name)];
    if (draws.chance(500))
        pip.code_lifetime = Seconds(draws.one_of(std::vector<Seconds::rep>{90, 900}));
    if (draws.chance(500))
        pip.code_length = 4;
    return rules;
}

// The carrier tells it again where the server could not keep it.
Task<void> tell(Scheduler& scheduler, ports::ReceiptSink& sink, ports::ProviderReceipt receipt) {
    for (unsigned time = 0; time < 5; ++time) {
        auto taking = sink.take(receipt);
        const auto taken = co_await taking;
        if (taken)
            co_return;
        auto wait = scheduler.sleep(minute, "tells a receipt again");
        co_await wait;
    }
}

delivery::DispatcherLimits drawn_limits(Draws& draws) {
    delivery::DispatcherLimits limits;
    limits.in_flight_max = draws.one_of(std::vector<std::size_t>{1, 3, 256});
    limits.attempts_max = static_cast<unsigned>(draws.between(2, 6));
    limits.receipt_wait = Seconds(draws.one_of(std::vector<Seconds::rep>{0, 0, 20}));
    limits.idle_max = Seconds(draws.one_of(std::vector<Seconds::rep>{30, 300, 900}));
    return limits;
}

} // namespace

class Simulation {
public:
    Simulation(std::uint64_t seed, Trace::Keep keep);
    ~Simulation();

    Story run();

private:
    void populate();
    std::shared_ptr<Client> drawn_account(unsigned index);
    void add_person(unsigned index);
    std::vector<Wish> drawn_wishes(bool with_account);
    void add_attackers();

    // Whether it may go on.
    bool step();
    // One process; several of them share the store.
    struct Node {
        std::unique_ptr<Server> server; // null while it is down
        std::optional<Instant> stopping_since;
    };
    void start(Node& node);
    void crash(Node& node);
    void begin_stop(Node& node);
    [[nodiscard]] bool has_stopped(const Server& server) const;
    void look_after(Node& node);
    void restart_later(Node& node);
    Task<void> restart(Node& node, Milliseconds after);
    void storm();
    void calm();
    void look_back();
    [[nodiscard]] bool all_done() const;
    void gives_up(const std::string& invariant) {
        if (broken_.empty())
            broken_ = invariant;
    }

    Draws draws_;
    Trace trace_;
    Seconds spam_penalty_;
    core::Rules drawn_rules_;
    delivery::DispatcherLimits limits_;
    core::RuleBook rules_;
    Weather weather_;
    SimulatedKeys keys_;
    SeededRandom random_;
    stores::MemoryStore memory_;
    RunLoop inside_;
    // From here on in the order of dying: the scheduler ends all that runs before what it runs on goes.
    Scheduler scheduler_;
    Model model_;
    SimulatedStore store_;
    Handsets handsets_;
    Network network_;
    std::vector<std::unique_ptr<SimulatedCarrier>> carriers_;
    std::vector<Node> nodes_;
    Town town_;
    std::vector<std::unique_ptr<Person>> people_;

    std::string broken_;
    unsigned lives_ = 0;
    Story story_;
};

Simulation::Simulation(std::uint64_t seed, Trace::Keep keep) :
    draws_(seed), trace_(keep), spam_penalty_(draws_.one_of(std::vector<Seconds::rep>{20, 55})),
    drawn_rules_(drawn_rules(draws_, spam_penalty_)), limits_(drawn_limits(draws_)), rules_(drawn_rules_),
    weather_(Weather::drawn(draws_)), random_(draws_.next()), scheduler_(draws_, trace_),
    model_(drawn_rules_, keys_, scheduler_, trace_), store_(memory_, scheduler_, draws_, weather_, model_),
    handsets_(scheduler_), network_(scheduler_, draws_, weather_, model_),
    town_{scheduler_,
          draws_,
          weather_,
          network_,
          handsets_,
          model_,
          keys_,
          store_,
          drawn_rules_.service(core::ServiceName("default"))->code.length,
          draws_.one_of(std::vector{1, 1, 1, 10}),
          {},
          {},
          {}} {
    keys_.on_derived = [this](const std::string& verification) {
        model_.derived(scheduler_.current(), verification);
    };
    model_.keeps_secret(administrator_token);
    const auto receipts = [this](const ports::ProviderReceipt& receipt) {
        for (auto& node : nodes_)
            if (node.server && !node.stopping_since)
                return scheduler_.start(scheduler_.new_context("receipt", node.server->life()),
                                        tell(scheduler_, node.server->receipts(), receipt));
    };
    for (const char* name : {"first", "second"})
        carriers_.push_back(
            std::make_unique<SimulatedCarrier>(name, SimulatedCarrier::Character::drawn(draws_), scheduler_,
                                               draws_, weather_, handsets_, model_, receipts));
    nodes_.resize(draws_.chance(300) ? 2 : 1);
    for (auto& node : nodes_)
        start(node);
    populate();
}

Simulation::~Simulation() { scheduler_.end(); }

// Who plays

void Simulation::populate() {
    const auto numbers = draws_.between(1, 5);
    for (std::uint64_t i = 0; i < numbers; ++i)
        town_.numbers.push_back("+4179" + std::to_string(draws_.between(1'000'000, 9'999'999)));
    const auto people = static_cast<unsigned>(draws_.between(2, 7));
    for (unsigned i = 0; i < people; ++i)
        add_person(i);
    add_attackers();
    scheduler_.start(scheduler_.new_context("operator", 0), operate(town_));
}

std::vector<Wish> Simulation::drawn_wishes(bool with_account) {
    std::vector<Wish> wishes;
    const auto count = draws_.between(1, 4);
    for (std::uint64_t i = 0; i < count; ++i) {
        const bool removes = with_account && !wishes.empty() && draws_.chance(250);
        wishes.push_back(removes ? Wish{Wish::Kind::remove, {}}
                                 : Wish{Wish::Kind::prove, draws_.one_of(town_.numbers)});
    }
    if (with_account && draws_.chance(150))
        wishes.push_back({Wish::Kind::leave, {}});
    return wishes;
}

// Account ids are what techno_sso takes; the other dialects take anything.
std::shared_ptr<Client> Simulation::drawn_account(unsigned index) {
    const std::string user = "60a7a2e3c2a1b5d6e7f8090" + std::to_string(index);
    const std::string address = town_.any_address();
    town_.users.push_back(user);
    switch (draws_.below(4)) {
    case 0:
        return std::make_shared<PipClient>(
            network_, user, address,
            draws_.one_of(std::vector{PipClient::By::user_id, PipClient::By::login, PipClient::By::phone}));
    case 1:
        return std::make_shared<TechnoClient>(network_, user, address);
    default:
        break;
    }
    using Token = ZitadelClient::Token;
    using Trust = ZitadelClient::Trust;
    const Token token = draws_.chance(500) ? Token::own : Token::administrators;
    auto client = std::make_shared<ZitadelClient>(network_, user, token, address);
    if (token == Token::administrators)
        client->trust(
            draws_.one_of(std::vector{Trust::message, Trust::message, Trust::returned_code, Trust::given}));
    return client;
}

void Simulation::add_person(unsigned index) {
    std::shared_ptr<Client> client;
    if (draws_.chance(700))
        client = drawn_account(index);
    else
        client = std::make_shared<DjangoClient>(network_, town_.any_address());
    const auto wishes = drawn_wishes(client->has_account());
    people_.push_back(
        std::make_unique<Person>(town_, client, wishes, draws_.time(second, 12 * hour * town_.pace)));
    scheduler_.start(scheduler_.new_context("person", 0), people_.back()->live());
}

void Simulation::add_attackers() {
    const auto with = [&](std::string_view name, Task<void> task) {
        scheduler_.start(scheduler_.new_context(name, 0), std::move(task));
    };
    const auto some = [&] { return draws_.chance(600); };
    if (some())
        with("guesser", guess_by_number(town_));
    if (some() && !town_.users.empty())
        with("account guesser", guess_by_account(town_));
    if (some())
        with("squatter", squat(town_));
    if (some())
        with("pump", pump(town_));
    if (some())
        with("replayer", replay(town_));
    if (some())
        with("reviewer", review(town_));
    if (some())
        with("crowd", crowd(town_));
}

// Life and death of the server

void Simulation::start(Node& node) {
    std::vector<ports::Sender*> providers;
    for (const auto& carrier : carriers_)
        providers.push_back(carrier.get());
    node.server = std::make_unique<Server>(++lives_, Surroundings{scheduler_, store_, keys_, random_, model_,
                                                                  numbering_plan(), rules_, providers,
                                                                  limits_, spam_penalty_});
    network_.connect(*node.server);
}

void Simulation::crash(Node& node) {
    ++story_.crashes;
    trace_.note({"a server dies"});
    const unsigned life = node.server->life();
    scheduler_.end_life(life);
    network_.cut(life);
    model_.server_died(life);
    restart_later(node);
}

void Simulation::begin_stop(Node& node) {
    trace_.note({"a server is told to stop"});
    node.stopping_since = scheduler_.now();
    network_.disconnect(node.server->life());
    node.server->stop();
}

void Simulation::restart_later(Node& node) {
    node.server.reset();
    node.stopping_since.reset();
    const auto after = weather_.calm ? second : draws_.time(Milliseconds(100), 10 * minute);
    scheduler_.start(scheduler_.new_context("init", 0), restart(node, after));
}

Task<void> Simulation::restart(Node& node, Milliseconds after) {
    auto sleep = scheduler_.sleep(after, "starts a server");
    co_await sleep;
    start(node);
}

// As a process ends: when its requests are answered and its dispatcher has returned.
bool Simulation::has_stopped(const Server& server) const {
    return server.has_stopped() && !network_.waits_for(server.life());
}

void Simulation::look_after(Node& node) {
    if (!node.server)
        return;
    if (node.stopping_since && has_stopped(*node.server)) {
        model_.server_stopped(node.server->life());
        scheduler_.end_life(node.server->life());
        return restart_later(node);
    }
    if (node.stopping_since && scheduler_.now() > *node.stopping_since + 10 * minute)
        return gives_up("a stop comes to its end");
    const auto drawn = draws_.below(1'000'000);
    if (drawn < weather_.crashes)
        crash(node);
    else if (drawn < weather_.crashes + weather_.crashes / 4 && !node.stopping_since)
        begin_stop(node);
}

bool Simulation::step() {
    if (!scheduler_.step())
        gives_up("somebody always waits for something");
    if (!model_.broken().empty())
        gives_up(model_.broken());
    for (auto& node : nodes_)
        look_after(node);
    return broken_.empty();
}

// The story

bool Simulation::all_done() const {
    return std::all_of(people_.begin(), people_.end(), [](const auto& person) { return person->is_done(); });
}

void Simulation::storm() {
    const std::uint64_t until = trace_.steps() + draws_.between(1000, 12'000);
    while (trace_.steps() < until && keys_.codes_made() < 3000 && step()) {
    }
}

void Simulation::calm() {
    trace_.note({"all faults heal"});
    weather_ = Weather::fair();
    town_.over = true;
    town_.pace = 1;
    const Instant until = scheduler_.now() + calm_max;
    const std::uint64_t steps_until = trace_.steps() + calm_steps_max;
    while (!all_done() && step())
        if (scheduler_.now() > until || trace_.steps() > steps_until)
            return gives_up("when all is well again, each honest user comes to his end");
    // What was on its way is sent, or too old.
    const Instant quiet = scheduler_.now() + hour;
    while (broken_.empty() && scheduler_.now() < quiet && step()) {
    }
}

void Simulation::look_back() {
    const auto loaded = inside_.wait_for(memory_.load(model_.keys()));
    for (const auto& [key, stored] : loaded->rows())
        if (stored.row)
            model_.compare(*stored.row);
        else
            model_.is_gone(key);
    for (const auto& verification : model_.verifications()) {
        const auto messages = inside_.wait_for(memory_.messages_of(verification));
        for (const auto& message : *messages)
            model_.compare(message);
    }
    if (!model_.broken().empty())
        gives_up(model_.broken());
}

Story Simulation::run() {
    storm();
    if (broken_.empty())
        calm();
    if (broken_.empty())
        look_back();
    story_.broken = broken_;
    story_.steps = trace_.steps();
    story_.hash = trace_.hash();
    story_.lines = trace_.lines();
    story_.requests = network_.requests();
    story_.approvals = model_.approvals();
    return story_;
}

Story play(std::uint64_t seed, Trace::Keep keep) {
    Simulation simulation(seed, keep);
    return simulation.run();
}

} // namespace dialproof::simulation
