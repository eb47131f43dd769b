#include "app/commands.h"

#include "app/data_folder.h"
#include "app/housekeeping.h"
#include "app/keys.h"
#include "app/provider_set.h"
#include "app/template_report.h"
#include "app/timeline_text.h"
#include "app/version.h"
#include "base/run_loop.h"
#include "callbacks/receipt_url.h"
#include "flows/timelines.h"
#include "numbering/metadata.h"
#include "platform/app_hash.h"
#include "platform/json_log.h"
#include "platform/key_ring.h"
#include "platform/prometheus_meter.h"
#include "platform/system_clock.h"
#include "platform/system_random.h"
#include "stores/postgres/postgres_store.h"
#include "stores/sqlite/sqlite_store.h"

#include <fstream>
#include <iostream>
#include <iterator>

namespace dialproof::app {

namespace {

// What a command needs to work on the database, which a server may be serving at the same time.
class Workbench {
public:
    static Result<std::unique_ptr<Workbench>, std::string> open(const Config& config) {
        if (!std::filesystem::exists(config.data))
            return fail("there is no data folder " + config.data + "; name it with --data");
        auto folder = DataFolder::open(config.data);
        if (!folder)
            return fail(folder.error());
        platform::SystemRandom random;
        const auto keys = load_keys(config, *folder, random);
        if (!keys)
            return fail(keys.error());
        auto bench = std::make_unique<Workbench>(config, *keys);
        if (const auto opened = bench->open_store(config, *folder); !opened)
            return fail(opened.error());
        return bench;
    }

    Workbench(const Config& config, const platform::KeySet& keys) : keys_(keys), rules_(config.rules) {}

    ports::Store& store() { return *store_; }
    const ports::Clock& clock() const { return clock_; }
    const ports::Keys& keys() const { return keys_; }
    flows::World world() { return {*store_, keys_, clock_, random_, meter_, outbox_, rules_}; }
    flows::Access access() { return flows::Access(world(), Secret<std::string>()); }
    template <typename T>
    T wait_for(Task<T> task) {
        return loop_.wait_for(std::move(task));
    }

private:
    Result<void, std::string> open_store(const Config& config, const DataFolder& folder) {
        if (config.store_kind != "postgres") {
            stores::SqliteConfig sqlite;
            sqlite.path = folder.database().string();
            return keep(stores::SqliteStore::open(sqlite, meter_, log_));
        }
        const auto settings = postgres_config(config.postgres);
        if (!settings)
            return fail(settings.error());
        return keep(stores::PostgresStore::open(*settings, meter_, log_));
    }
    template <typename Opened>
    Result<void, std::string> keep(Opened opened) {
        if (!opened)
            return fail(opened.error().message);
        store_ = std::move(*opened);
        return {};
    }

    // A command leaves the outbox to the server.
    struct NoOutbox final : ports::Outbox {
        std::vector<ports::ClaimedMessage> lease(std::vector<ports::NewMessage>&, Instant) override {
            return {};
        }
        void committed(std::vector<ports::ClaimedMessage>) override {}
        void code_used(const core::VerificationId&) override {}
    };

    RunLoop loop_;
    platform::JsonLog log_{ports::LogLevel::warning};
    platform::PrometheusMeter meter_{version, numbering::metadata_version()};
    platform::SystemClock clock_;
    platform::SystemRandom random_;
    platform::KeyRing keys_;
    NoOutbox outbox_;
    core::RuleBook rules_;
    std::unique_ptr<ports::Store> store_;
};

constexpr std::size_t certificate_bytes_max = 65536;

std::string why(ports::Fault fault) { return "the database answers: " + std::string(to_text(fault)); }

} // namespace

CommandResult create_token(const Config& config, flows::NewToken token) {
    if (const auto unknown = flows::unknown_role(token.roles))
        return fail("--role: expected user.read, user.write, user.delete or administrator, not " + *unknown);
    if (token.service && !config.rules.service(*token.service))
        return fail("--service: there is no service " + token.service->text);
    if (!token.user && token.roles.empty())
        return fail(std::string("a token needs --user or --role"));
    auto bench = Workbench::open(config);
    if (!bench)
        return fail(bench.error());
    auto access = (*bench)->access();
    const auto issued = (*bench)->wait_for(access.issue_token(std::move(token)));
    if (!issued)
        return fail(why(issued.error()));
    std::cout << "id     " << issued->id << "\ntoken  " << issued->secret.reveal() << "\n";
    return {};
}

CommandResult list_tokens(const Config& config) {
    auto bench = Workbench::open(config);
    if (!bench)
        return fail(bench.error());
    auto access = (*bench)->access();
    const auto tokens = (*bench)->wait_for(access.tokens());
    if (!tokens)
        return fail(why(tokens.error()));
    for (const auto& token : *tokens) {
        std::cout << token.hash.text << "  " << to_rfc3339(token.created_at);
        if (token.revoked_at)
            std::cout << "  revoked " << to_rfc3339(*token.revoked_at);
        else if (token.expires_at)
            std::cout << "  until " << to_rfc3339(*token.expires_at);
        if (token.user)
            std::cout << "  user " << token.user->text;
        for (const auto& role : token.roles)
            std::cout << "  " << role;
        std::cout << "  " << token.label << "\n";
    }
    return {};
}

CommandResult revoke_token(const Config& config, const std::string& id) {
    auto bench = Workbench::open(config);
    if (!bench)
        return fail(bench.error());
    auto access = (*bench)->access();
    const auto revoked = (*bench)->wait_for(access.revoke(ports::CredentialKind::api_token, id));
    if (!revoked)
        return fail(why(revoked.error()));
    if (!*revoked)
        return fail("there is no token " + id + " in force");
    std::cout << "revoked; a server that has just seen it stops accepting it within "
              << flows::Access::cache_time.count() << " seconds\n";
    return {};
}

namespace {

// Who may run a command on the data folder may see all that is in it.
flows::Caller operator_here() {
    flows::Caller caller{core::Principal{}, "", "command_line", {}};
    caller.principal.administrator = true;
    return caller;
}

// The verifications that are meant by an id or a number.
Result<std::vector<core::VerificationId>, std::string> meant_by(Workbench& bench, const std::string& what,
                                                                unsigned limit) {
    if (!what.starts_with('+'))
        return std::vector{core::VerificationId(what)};
    const auto number = core::PhoneNumber::parse(what);
    if (!number)
        return fail("expected a number in E.164 form such as +41791234567, not " + what);
    auto ids = bench.wait_for(bench.store().verifications_of(*number, limit));
    if (!ids)
        return fail(why(ids.error()));
    if (ids->empty())
        return fail("there is no verification of " + number->masked() +
                    "; after retention.days an ended one is removed");
    return std::move(*ids);
}

std::map<std::string, PricesPerPart> prices_of(const Config& config) {
    std::map<std::string, PricesPerPart> prices;
    for (const auto& [name, settings] : config.providers)
        prices.emplace(name, settings.price_per_part);
    return prices;
}

CommandResult print_timeline(Workbench& bench, const Config& config, core::VerificationId id) {
    flows::Timelines timelines(bench.world());
    auto timeline = bench.wait_for(timelines.view(operator_here(), id));
    if (!timeline) {
        const auto* fault = std::get_if<ports::Fault>(&timeline.error());
        return fail(why(fault ? *fault : ports::Fault::unavailable));
    }
    if (!*timeline)
        return fail("there is no verification " + id.text + "; after retention.days an ended one is removed");
    add_expected_costs(**timeline, prices_of(config));
    std::cout << timeline_text(**timeline);
    return {};
}

} // namespace

CommandResult explain(const Config& config, const std::string& what, unsigned limit) {
    auto bench = Workbench::open(config);
    if (!bench)
        return fail(bench.error());
    const auto ids = meant_by(**bench, what, limit);
    if (!ids)
        return fail(ids.error());
    for (const auto& id : *ids) {
        if (id != ids->front())
            std::cout << "\n";
        if (const auto printed = print_timeline(**bench, config, id); !printed)
            return printed;
    }
    return {};
}

CommandResult backup(const Config& config, const std::string& file) {
    if (config.store_kind == "postgres")
        return fail(
            std::string("store.kind is postgres: back up the database with pg_dump, and the keys with it"));
    auto folder = DataFolder::open(config.data);
    if (!folder)
        return fail(folder.error());
    const auto copied = stores::SqliteStore::backup(folder->database().string(), file);
    if (!copied)
        return fail(copied.error().message);
    std::cout << "copied to " << file << "; keep " << keys_path(config, *folder).string()
              << " with it, in another place\n";
    return {};
}

CommandResult prune(const Config& config) {
    auto bench = Workbench::open(config);
    if (!bench)
        return fail(bench.error());
    auto& store = (*bench)->store();
    const auto pruned =
        (*bench)->wait_for(store.prune(retention(config.retention_days, (*bench)->clock().now())));
    if (!pruned)
        return fail(why(pruned.error()));
    std::cout << "removed " << pruned->verifications << " verifications, " << pruned->messages
              << " messages, " << pruned->events << " events, " << pruned->lines << " lines, "
              << pruned->limiters << " limiters, " << pruned->credentials << " credentials\n";
    return {};
}

CommandResult rotate_keys(const Config& config) {
    auto folder = DataFolder::open(config.data);
    if (!folder)
        return fail(folder.error());
    platform::SystemRandom random;
    const auto number = rotate_keys(config, *folder, random);
    if (!number)
        return fail(number.error());
    std::cout << "key " << *number << " is the newest from the next start on\n";
    return {};
}

CommandResult print_receipt_url(const Config& config, const std::string& provider) {
    if (config.public_url.empty())
        return fail(std::string("senders.public_url: without it no provider can tell what became of a text"));
    if (!named_senders(config).contains(provider))
        return fail("no route and no senders.order names " + provider);
    auto bench = Workbench::open(config);
    if (!bench)
        return fail(bench.error());
    std::cout << callbacks::ReceiptUrl((*bench)->keys(), config.public_url).of_account(provider) << "\n";
    return {};
}

CommandResult lint_templates(const Config& config) {
    const auto report = template_report(config.rules, config.providers);
    std::cout << report.text;
    if (report.too_long > 0)
        return fail("texts that take more short messages than parts_max allows: " +
                    std::to_string(report.too_long));
    return {};
}

CommandResult print_app_hash(const std::string& package, const std::string& certificate_file) {
    std::ifstream file(certificate_file, std::ios::binary);
    std::string certificate(certificate_bytes_max + 1, '\0');
    file.read(certificate.data(), static_cast<std::streamsize>(certificate.size()));
    certificate.resize(static_cast<std::size_t>(file.gcount()));
    // DER begins with a SEQUENCE; PEM would give a hash that no handset knows.
    if (certificate.empty() || certificate.size() > certificate_bytes_max || certificate[0] != '\x30')
        return fail(certificate_file + ": expected a certificate in DER, as `keytool -exportcert` writes it");
    std::cout << platform::android_app_hash(package, certificate) << "\n";
    return {};
}

CommandResult print_version(const Config& config) {
    if (!config.number_metadata_file.empty())
        if (const auto loaded = numbering::load_metadata(config.number_metadata_file); !loaded)
            return fail(loaded.error());
    std::cout << "dialproof " << version << "\nnumbering plans " << numbering::metadata_version() << "\n";
    return {};
}

} // namespace dialproof::app
