#include "attackers.h"

#include "django_client.h"
#include "operator_client.h"
#include "pip_client.h"
#include "techno_client.h"
#include "zitadel_client.h"

namespace dialproof::simulation {

namespace {

constexpr Milliseconds second{1000}, minute{60'000}, hour{3'600'000};

// Never right: no code ends in 0, and no code is made twice.
std::string wrong_guess(Town& town) {
    if (!town.used.empty() && town.draws.chance(200))
        return town.draws.one_of(town.used).code;
    const unsigned length = town.draws.chance(300) ? 4 : town.code_length; // some dialects have their own
    std::string digits;
    for (unsigned i = 1; i < length; ++i)
        digits += static_cast<char>('0' + town.draws.below(10));
    return digits + '0';
}

Task<void> one_guess(std::shared_ptr<Client> client, std::string guess) { co_await client->check(guess); }

// Guesses that race each other.
void burst(Town& town, const Client& client, unsigned most) {
    const auto count = town.draws.between(1, most);
    for (std::uint64_t i = 0; i < count; ++i)
        town.scheduler.start(town.scheduler.current(), one_guess(client.copy(), wrong_guess(town)));
}

Scheduler::Sleep pause(Town& town, Milliseconds least, Milliseconds most) {
    return town.scheduler.sleep(town.draws.time(least, most), "comes back");
}

Task<void> enter(Town& town, Client& client) {
    while (!town.over) {
        const Reply joined = co_await client.join();
        if (joined.outcome == Outcome::done)
            co_return;
        auto sleep = pause(town, second, 10 * minute);
        co_await sleep;
    }
}

} // namespace

Task<void> guess_by_number(Town& town) {
    std::vector<std::unique_ptr<Client>> started;
    const std::string address = town.any_address();
    while (!town.over) {
        if (started.empty() || town.draws.chance(300)) {
            auto client = std::make_unique<DjangoClient>(town.network, address);
            const std::string number = town.draws.one_of(town.numbers);
            const Reply reply = co_await client->start(number);
            if (reply.outcome == Outcome::done)
                started.push_back(std::move(client));
        }
        if (!started.empty()) {
            // Mostly at the newest one.
            const std::size_t index =
                town.draws.chance(700) ? started.size() - 1 : town.draws.below(started.size());
            burst(town, *started[index], town.draws.chance(50) ? 60 : 6);
        }
        auto sleep = pause(town, second, hour);
        co_await sleep;
    }
}

Task<void> guess_by_account(Town& town) {
    const std::string address = town.any_address();
    ZitadelClient own(town.network, "account-guesser", ZitadelClient::Token::own, address);
    co_await enter(town, own);
    while (!town.over) {
        const std::string user = town.draws.one_of(town.users);
        const auto most = 6U;
        switch (town.draws.below(3)) {
        case 0:
            burst(town, own.towards(user), most);
            break;
        case 1: // without a session
            burst(town, PipClient(town.network, user, address, PipClient::By::login), most);
            break;
        default:
            burst(town, TechnoClient(town.network, user, address), most);
            break;
        }
        auto sleep = pause(town, second, hour);
        co_await sleep;
    }
}

Task<void> squat(Town& town) {
    ZitadelClient client(town.network, "5a0a7e12a1b5d6e7f8091200", ZitadelClient::Token::own,
                         town.any_address());
    co_await enter(town, client);
    while (!town.over) {
        const std::string number = town.draws.one_of(town.numbers);
        if (town.draws.chance(200)) {
            TechnoClient other(town.network, client.user(), town.any_address());
            co_await other.start(number);
            burst(town, other, 4);
        }
        const Reply started = co_await client.start(number);
        burst(town, client, 4);
        if (started.outcome == Outcome::unchanged || town.draws.chance(300))
            co_await client.resend();
        auto sleep = pause(town, 10 * second, 3 * hour);
        co_await sleep;
    }
}

Task<void> pump(Town& town) {
    while (!town.over) {
        DjangoClient client(town.network, town.any_address());
        const std::string new_one = "+4178" + std::to_string(town.draws.between(1'000'000, 9'999'999));
        const std::string number = town.draws.chance(500) ? new_one : town.draws.one_of(town.numbers);
        co_await client.start(number);
        auto sleep = pause(town, second, 20 * minute);
        co_await sleep;
    }
}

Task<void> replay(Town& town) {
    while (!town.over) {
        if (!town.used.empty()) {
            const Town::Used again = town.draws.one_of(town.used);
            const auto count = town.draws.between(1, 4);
            for (std::uint64_t i = 0; i < count; ++i) {
                std::shared_ptr<Client> client = again.client->copy();
                if (auto* django = dynamic_cast<DjangoClient*>(client.get());
                    django && town.draws.chance(300))
                    django->claim(town.draws.one_of(town.numbers));
                town.scheduler.start(town.scheduler.current(), one_guess(client, again.code));
            }
        }
        auto sleep = pause(town, second, hour);
        co_await sleep;
    }
}

Task<void> review(Town& town) {
    DjangoClient client(town.network, town.any_address());
    while (!town.over) {
        const Reply started = co_await client.start(test_number);
        const std::string guess = town.draws.chance(700) ? std::string(test_code) : wrong_guess(town);
        if (started.outcome == Outcome::done)
            co_await client.check(guess);
        auto sleep = pause(town, second, hour);
        co_await sleep;
    }
}

Task<void> operate(Town& town) {
    OperatorClient client(town.network);
    for (;;) {
        auto sleep = pause(town, 10 * minute, 2 * hour);
        co_await sleep;
        if (town.draws.chance(100))
            town.keys.rotate();
        if (town.draws.chance(100)) {
            const ports::Retention retention{town.scheduler.now() - Seconds{2 * 86400}, town.scheduler.now()};
            co_await town.store.prune(retention);
        }
        if (!town.weather.calm && !town.draws.chance(50))
            continue;
        for (const std::string& number : town.numbers)
            co_await client.clear_line(number);
    }
}

} // namespace dialproof::simulation
