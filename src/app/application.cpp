#include "app/application.h"

#include "admin/admin_api.h"
#include "api_docs/api_docs.h"
#include "app/certificate_watch.h"
#include "app/clock_watch.h"
#include "app/data_folder.h"
#include "app/housekeeping.h"
#include "app/keys.h"
#include "app/listen_address.h"
#include "app/loop_alarm.h"
#include "app/provider_set.h"
#include "app/request_log.h"
#include "app/tls_files.h"
#include "app/version.h"
#include "app/welcome.h"
#include "base/run_loop.h"
#include "delivery/dispatcher.h"
#include "delivery/receipts.h"
#include "dev/dev_plane.h"
#include "dialects/django_phone_verify/django_phone_verify.h"
#include "dialects/pip_sms_settings/pip_sms_settings.h"
#include "dialects/techno_sso/techno_sso.h"
#include "dialects/zitadel/zitadel.h"
#include "numbering/libphonenumber_plan.h"
#include "numbering/metadata.h"
#include "platform/hmac.h"
#include "platform/json_log.h"
#include "platform/key_ring.h"
#include "platform/system_clock.h"
#include "platform/system_random.h"
#include "rpc/health.h"
#include "rpc/mount.h"
#include "rpc/reflection.h"
#include "server/server.h"
#include "stores/cache/cached_store.h"
#include "stores/memory/memory_store.h"
#include "stores/postgres/postgres_store.h"
#include "stores/sqlite/sqlite_store.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <sys/resource.h>

namespace dialproof::app {

namespace {

constexpr Seconds stop_grace{5}; // after `server.drain`, for what is with the database or a provider
// Who watches the health hears of a stop before the streams are ended, a second after it began.
constexpr Milliseconds watch_pause{400};
constexpr std::size_t files_of_its_own = 64; // database, log, listeners, loops

// What is only there in the dev mode.
struct DevParts {
    DevParts(ports::Store& store, ports::ReceiptSink& sink, dev::ShiftedClock& clock, net::EventLoop& loop) :
        outbox(store), alarm(loop, clock), carrier(sink, clock, alarm) {
        clock.on_advance([this] { alarm.wake(); });
    }

    dev::OutboxWatch outbox; // stands in front of the store
    LoopAlarm alarm;
    dev::Carrier carrier;
};

// Zitadel's ids look like 69629023906488334. One that is not configured follows from the service's name
// (FNV-1a, 64 bits), so that it stays the same.
std::string derived_organisation(const core::ServiceName& service) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : service.text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    constexpr std::uint64_t first = 100'000'000'000'000'000; // 18 digits
    return std::to_string(first + hash % (9 * first));
}

std::vector<dialects::ZitadelOrganisation> organisations(const Config& config) {
    std::vector<dialects::ZitadelOrganisation> all;
    for (const auto& [name, policy] : config.rules.services) {
        const auto named = config.organisations.find(name);
        const bool given = named != config.organisations.end() && !named->second.empty();
        all.push_back({given ? named->second : derived_organisation(name), name});
    }
    // Users are added to the default service where the caller names none.
    std::stable_partition(all.begin(), all.end(),
                          [](const auto& organisation) { return organisation.service.text == "default"; });
    return all;
}

Task<bool> store_works(ports::Store& store) {
    auto probing = store.probe();
    const auto answer = co_await probing;
    co_return answer.has_value();
}

// How many files this process may open, once it has asked for all that it may have.
std::size_t open_files_max() {
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return files_of_its_own;
    const rlimit all{files.rlim_max, files.rlim_max};
    if (files.rlim_cur < files.rlim_max && setrlimit(RLIMIT_NOFILE, &all) == 0)
        files = all;
    return static_cast<std::size_t>(files.rlim_cur);
}

// Codes stand in it as they are; what is in the data folder is backed up.
Result<void, std::string> check_file_sender_path(const Config& config) {
    std::error_code error;
    const auto folder = std::filesystem::weakly_canonical(config.data, error);
    const auto file = std::filesystem::weakly_canonical(config.file_sender_path, error);
    if (std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first == folder.end())
        return fail("senders.file.path: " + config.file_sender_path +
                    " is in the data folder, which is backed up, and it holds codes; name another place "
                    "such as /run/dialproof/outgoing.jsonl");
    return {};
}

} // namespace

struct Application::Parts {
    Parts(const LoadedConfig& loaded, ConfigSource config_source, DataFolder data_folder,
          const platform::KeySet& key_set) :
        config(loaded.config),
        source(std::move(config_source)), folder(std::move(data_folder)),
        log(platform::parse_log_level(config.log_level).value_or(ports::LogLevel::info)),
        meter(version, numbering::metadata_version()), keys(key_set),
        loops(config.threads > 0 ? config.threads : net::EventLoops::cores()), shared_clock(real_clock),
        clock(shared_clock), outbox(loops[0], clock), parked(loops[0], clock), night(loops[0], clock),
        daily(loops[0], clock), half_minute(loops[0], clock), rules(served_rules(config)),
        request_log(log, meter, real_clock, config.log_requests), receipt_urls(keys, config.public_url),
        deadline(loops[0]) {
        for (LoopAlarm* alarm : {&outbox, &parked, &night, &daily, &half_minute})
            clock.on_advance([alarm] { alarm->wake(); });
        for (const auto& warning : loaded.warnings)
            log.warning("configuration", {{"message", warning}});
    }

    Result<void, std::string> build();
    Result<void, std::string> open_store();
    Result<void, std::string> build_delivery();
    Result<void, std::string> build_jwt_mac();
    std::vector<http::Mount> mounts();
    http::Mount grpc_mount();
    http::Mount docs_mount();
    dialects::Zitadel zitadel();
    Result<void, std::string> build_tls();
    Result<std::vector<std::string>, std::string> open_doors();
    void start_background();
    Task<void> send_messages();
    void background(Task<void> task);
    void reload();
    void renew_routes(const Config& fresh);
    void renew_certificate(const TlsSettings& settings);
    void begin_stop();
    Task<void> drain();
    Task<void> end_at_deadline();
    void end_at_once(std::string_view why);
    std::size_t connections_max();
    std::string metrics_text();

    const Config config;
    const ConfigSource source;
    DataFolder folder;
    platform::JsonLog log;
    platform::PrometheusMeter meter;
    platform::KeyRing keys;
    platform::SystemRandom random;
    platform::SystemClock real_clock;
    net::EventLoops loops;
    DatabaseClock shared_clock; // the machine's, where no database is shared
    dev::ShiftedClock clock;    // never moved outside of the dev mode
    LoopAlarm outbox, parked, night, daily, half_minute;
    core::RuleBook rules;
    RequestLog request_log;

    std::unique_ptr<numbering::LibphonenumberPlan> plan;
    std::unique_ptr<stores::MemoryStore> memory;     // this, or
    std::unique_ptr<stores::PostgresStore> postgres; // this, or
    std::unique_ptr<stores::SqliteStore> sqlite;     // this one
    std::unique_ptr<stores::CachedStore> cache;      // in front of that alone: nobody else writes there
    ports::Store* store = nullptr;
    std::unique_ptr<ClockWatch> clock_watch; // of a shared database
    delivery::Providers providers;
    std::unique_ptr<delivery::Receipts> receipts;
    std::unique_ptr<DevParts> dev;
    callbacks::ReceiptUrl receipt_urls;
    std::unique_ptr<ProviderSet> provider_set; // null in the dev mode
    std::unique_ptr<delivery::Router> router;
    std::unique_ptr<delivery::Dispatcher> dispatcher;
    std::unique_ptr<Housekeeping> housekeeping;

    Secret<std::string> admin_token;
    std::unique_ptr<platform::Hmac> jwt_mac; // of Techno SSO
    std::unique_ptr<flows::Proofs> proofs;
    std::unique_ptr<flows::Users> users;
    std::unique_ptr<flows::Lines> lines;
    std::unique_ptr<flows::Timelines> timelines;
    std::unique_ptr<flows::Access> access;
    std::unique_ptr<admin::AdminApi> admin_api;
    std::unique_ptr<net::TlsContext> tls; // none: all is in the clear
    std::unique_ptr<CertificateWatch> certificate_watch;
    std::unique_ptr<server::Server> server;

    // Of the first loop's thread.
    net::Timer deadline; // of the stop
    std::size_t background_running = 0;
    bool stopping = false;
    bool drained = true;
};

Result<void, std::string> Application::Parts::build() {
    auto made_plan = numbering::LibphonenumberPlan::create();
    if (!made_plan)
        return fail(made_plan.error());
    plan = std::move(*made_plan);

    auto token = administrator_token(folder, random, config.dev);
    if (!token)
        return fail(token.error());
    admin_token = std::move(*token);
    if (config.techno_enabled)
        if (const auto keyed = build_jwt_mac(); !keyed)
            return fail(keyed.error());

    if (auto opened = open_store(); !opened)
        return fail(opened.error());

    if (const auto built = build_delivery(); !built)
        return fail(built.error());
    ports::Store& kept = dev ? dev->outbox : *store;
    housekeeping = std::make_unique<Housekeeping>(kept, clock, night, log, config.retention_days);

    const flows::World world{kept, keys, clock, random, meter, *dispatcher, rules};
    proofs = std::make_unique<flows::Proofs>(world);
    users = std::make_unique<flows::Users>(world);
    lines = std::make_unique<flows::Lines>(world);
    access = std::make_unique<flows::Access>(world, admin_token);
    timelines = std::make_unique<flows::Timelines>(world);
    const admin::AdminParts admin_parts{*access, *lines, *timelines, providers, clock, rules, log};
    admin_api = std::make_unique<admin::AdminApi>(admin_parts);

    if (const auto built = build_tls(); !built)
        return fail(built.error());
    auto proxies = server::TrustedProxies::parse(config.trusted_proxies);
    if (!proxies)
        return fail("server.trusted_proxies: " + proxies.error());
    server::Config http;
    http.limits.connections = connections_max();
    http.in_flight_max = config.requests_in_flight_max;
    http.trusted_proxies = std::move(*proxies);
    if (config.forwarded_by == "forwarded")
        http.forwarded_by = server::ForwardedBy::forwarded;
    server::Operations operations;
    operations.ready = [this] { return store_works(*store); };
    operations.metrics = [this] { return metrics_text(); };
    server = std::make_unique<server::Server>(loops, std::move(http), mounts(), std::move(operations),
                                              request_log);
    return {};
}

Result<void, std::string> Application::Parts::build_delivery() {
    receipts = std::make_unique<delivery::Receipts>(
        delivery::ReceiptPorts{*store, clock, parked, meter, log, providers}, [this] { dispatcher->look(); });
    delivery::RouteTable table;
    if (config.dev) {
        dev = std::make_unique<DevParts>(*store, *receipts, clock, loops[0]);
        providers.add(dev->carrier);
        table.otherwise = {"default", {}, {}, {std::string(dev->carrier.name())}, {}};
    } else {
        auto made = ProviderSet::make(config, {loops[0], clock, log, random, *receipts});
        if (!made)
            return fail(made.error());
        provider_set = std::move(*made);
        for (auto* sender : provider_set->senders())
            providers.add(*sender);
        table = route_table(config);
    }
    router = std::make_unique<delivery::Router>(providers, std::move(table));
    ports::Store& kept = dev ? dev->outbox : *store;
    delivery::DispatcherLimits limits;
    limits.answer_wait = config.answer_wait;
    limits.receipt_wait = config.receipt_wait;
    dispatcher = std::make_unique<delivery::Dispatcher>(
        delivery::DispatcherPorts{kept, keys, clock, outbox, meter, log, rules, *plan, providers, *router,
                                  &receipt_urls},
        limits);
    return {};
}

Result<void, std::string> Application::Parts::open_store() {
    if (config.store_kind == "memory") {
        memory = std::make_unique<stores::MemoryStore>();
        store = memory.get();
        return {};
    }
    if (config.store_kind == "postgres") {
        const auto settings = postgres_config(config.postgres);
        if (!settings)
            return fail(settings.error());
        auto opened = stores::PostgresStore::open(*settings, meter, log);
        if (!opened)
            return fail(opened.error().message);
        postgres = std::move(*opened);
        store = postgres.get();
        clock_watch = std::make_unique<ClockWatch>(*postgres, shared_clock, half_minute, meter, log);
        RunLoop().wait_for(clock_watch->ask());
        return {};
    }
    stores::SqliteConfig file;
    file.path = folder.database().string();
    auto opened = stores::SqliteStore::open(file, meter, log);
    if (!opened)
        return fail(opened.error().message);
    sqlite = std::move(*opened);
    cache = std::make_unique<stores::CachedStore>(*sqlite);
    store = cache.get();
    return {};
}

Result<void, std::string> Application::Parts::build_jwt_mac() {
    const auto key = techno_sso_jwt_key(folder, random, config.dev);
    if (!key)
        return fail(key.error());
    if (!config.dev && key->reveal().size() < jwt_key_bytes_advised)
        log.warning("configuration",
                    {{"message", "DIALPROOF_TECHNO_SSO_JWT_KEY has less than 32 bytes, which "
                                 "HS256 asks for"}});
    jwt_mac = std::make_unique<platform::Hmac>(key->reveal());
    return {};
}

Result<void, std::string> Application::Parts::build_tls() {
    if (config.tls.listen.empty())
        return {};
    auto made = make_tls_context(config.tls);
    if (!made)
        return fail(made.error());
    tls = std::move(*made);
    certificate_watch = std::make_unique<CertificateWatch>(*tls, clock, daily, meter, log);
    certificate_watch->certificate_taken();
    return {};
}

// What gRPC's own tools ask of every server.
http::Mount Application::Parts::grpc_mount() {
    auto names = dialects::Zitadel::service_names();
    auto health = rpc::health_service(
        names, [this] { return server->ready(); }, [this] { return pause(loops[0], watch_pause); });
    names.push_back(health.name);
    auto services = rpc::reflection_services(std::move(names));
    services.push_back(std::move(health));
    return rpc::mount("grpc", std::move(services));
}

// A connection is an open file; without room for the database's own, a crowd of clients would stop it.
std::size_t Application::Parts::connections_max() {
    const std::size_t files = open_files_max();
    const std::size_t room = files > files_of_its_own ? files - files_of_its_own : 1;
    if (room >= config.connections_max)
        return config.connections_max;
    log.warning("configuration",
                {{"message", "server.connections_max is " + std::to_string(room) + ", not " +
                                 std::to_string(config.connections_max) + ": this process may open " +
                                 std::to_string(files) + " files"}});
    return room;
}

dialects::Zitadel Application::Parts::zitadel() {
    return {*users, *access, *plan,
            clock,  random,  {organisations(config), config.zitadel_region, config.zitadel_origins}};
}

std::vector<http::Mount> Application::Parts::mounts() {
    std::vector<http::Mount> all;
    if (config.django_enabled)
        all.push_back(dialects::DjangoPhoneVerify{
            *proofs, flows::ProofToken(keys), *plan, clock,
            dialects::DjangoPhoneVerifyConfig{core::ServiceName(config.django_service), config.django_region}}
                          .mount());
    if (config.zitadel_enabled) {
        for (auto& mount : zitadel().mounts())
            all.push_back(std::move(mount));
        all.push_back(grpc_mount());
    }
    if (config.pip_enabled)
        all.push_back(dialects::PipSmsSettings{*users, *access, *plan, clock, config.pip}.mount());
    if (config.techno_enabled)
        all.push_back(dialects::TechnoSso{*users, *plan, clock, *jwt_mac, config.techno}.mount());
    all.push_back(admin_api->mount());
    if (provider_set && !config.public_url.empty())
        all.push_back(
            callbacks::receipts_mount(receipt_urls, provider_set->callback_readers(), *receipts, log));
    if (dev)
        all.push_back(dev::dev_plane(dev->carrier, clock, dev->outbox));
    if (config.docs_enabled)
        all.push_back(docs_mount());
    return all;
}

http::Mount Application::Parts::docs_mount() {
    api_docs::Served served;
    served.version = version;
    served.dev = config.dev;
    served.django_phone_verify = config.django_enabled;
    served.zitadel = config.zitadel_enabled;
    served.pip_sms_settings = config.pip_enabled;
    served.pip_sms_settings_commands = config.pip.commands;
    served.techno_sso = config.techno_enabled;
    served.techno_sso_prefix = config.techno.prefix;
    return api_docs::mount(served);
}

// Gives the URLs that it serves on.
Result<std::vector<std::string>, std::string> Application::Parts::open_doors() {
    std::vector<std::string> urls;
    if (const auto address = parse_listen_address(config.listen)) {
        const auto port = server->listen(address->host, address->port);
        if (!port)
            return fail(port.error());
        urls.push_back(url_of("http", config.listen, *port));
    }
    if (const auto address = parse_listen_address(config.tls.listen)) {
        const auto port = server->listen(address->host, address->port, *tls);
        if (!port)
            return fail(port.error());
        urls.push_back(url_of("https", config.tls.listen, *port));
    }
    return urls;
}

void Application::Parts::background(Task<void> task) {
    ++background_running;
    spawn(loops[0], std::move(task), [this] {
        --background_running;
        if (!stopping)
            return;
        if (background_running == 1)
            deadline.cancel(); // only it is left
        if (background_running == 0)
            loops.stop();
    });
}

// What another life of this process had leased is nobody's any more.
Task<void> Application::Parts::send_messages() {
    if (sqlite) {
        auto ending = sqlite->end_leases(clock.now());
        const auto ended = co_await ending;
        if (!ended)
            log.warning("leases_not_ended", {{"fault", to_text(ended.error())}});
    }
    auto running = dispatcher->run(loops[0]);
    co_await running;
    if (provider_set) // once nothing is with them any more
        provider_set->stop();
}

void Application::Parts::start_background() {
    background(send_messages());
    background(receipts->run());
    if (provider_set)
        for (auto& task : provider_set->tasks())
            background(std::move(task));
    background(housekeeping->run());
    if (certificate_watch)
        background(certificate_watch->run());
    if (clock_watch)
        background(clock_watch->run());
    if (cache)
        background(cache->learn_numbers());
    if (dev)
        background(dev->carrier.run());
    loops[0].on_signal(SIGTERM, [this] { begin_stop(); });
    loops[0].on_signal(SIGINT, [this] { begin_stop(); });
    loops[0].on_signal(SIGHUP, [this] { reload(); });
}

void Application::Parts::reload() {
    auto loaded = load_config(source);
    if (!loaded) {
        for (const auto& fault : loaded.error())
            log.error("configuration", {{"message", fault}});
        log.error("reload_refused", {{"message", "the configuration from before stays in force"}});
        return;
    }
    for (const auto& warning : loaded->warnings)
        log.warning("configuration", {{"message", warning}});
    rules.replace(served_rules(loaded->config));
    renew_certificate(loaded->config.tls);
    if (provider_set)
        renew_routes(loaded->config);
    if (auto* file = provider_set ? provider_set->file_sender() : nullptr)
        if (const auto reopened = file->reopen(); !reopened)
            log.error("file_not_reopened", {{"message", reopened.error()}});
    log.info("reloaded",
             {{"message", "services, routes, line, test numbers and the TLS files are as configured now; the "
                          "rest needs a restart"}});
}

// Routes may change while it serves, but only among the providers that are there.
void Application::Parts::renew_routes(const Config& fresh) {
    for (const auto& name : named_senders(fresh))
        if (!providers.find(name)) {
            log.error(
                "routes_not_changed",
                {{"message", "the provider " + name + " needs a restart; the routes from before stay"}});
            return;
        }
    router->replace(route_table(fresh));
}

void Application::Parts::renew_certificate(const TlsSettings& settings) {
    if (!tls || settings.listen.empty())
        return;
    if (const auto renewed = renew_tls_context(*tls, settings); !renewed)
        log.error("tls_not_renewed", {{"message", renewed.error()}});
    else
        certificate_watch->certificate_taken();
}

void Application::Parts::begin_stop() {
    if (stopping) {
        end_at_once("a second signal");
        return;
    }
    stopping = true;
    log.info("stopping", {{"drain_seconds", config.drain.count()}});
    background(end_at_deadline());
    background(drain());
}

void Application::Parts::end_at_once(std::string_view why) {
    drained = false;
    log.warning("stopped_early", {{"message", why}});
    loops.stop();
}

Task<void> Application::Parts::end_at_deadline() {
    co_await deadline.wait(config.drain + stop_grace);
    if (background_running > 1)
        end_at_once("what was under way did not end in time");
}

Task<void> Application::Parts::drain() {
    const bool all_ended = co_await server->stop(config.drain);
    drained = drained && all_ended;
    dispatcher->stop();
    receipts->stop();
    housekeeping->stop();
    if (certificate_watch)
        certificate_watch->stop();
    if (clock_watch)
        clock_watch->stop();
    if (cache)
        cache->stop_learning();
    if (dev)
        dev->carrier.stop();
}

std::string Application::Parts::metrics_text() {
    meter.set_queue_depth("requests_in_flight", server->in_flight());
    meter.set_queue_depth("messages_in_flight", dispatcher->in_flight());
    if (sqlite) {
        meter.set_queue_depth("store_reads", sqlite->queued_reads());
        meter.set_queue_depth("store_writes", sqlite->queued_writes());
    }
    if (postgres) {
        meter.set_queue_depth("store_reads", postgres->queued_reads());
        meter.set_queue_depth("store_writes", postgres->queued_writes());
    }
    meter.set_log_lines_dropped(log.dropped());
    return meter.text();
}

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Application::~Application() = default;

Result<std::unique_ptr<Application>, std::string> Application::make(const LoadedConfig& loaded,
                                                                    ConfigSource source) {
    // Whoever reads the log may go away; that is no reason to stop.
    std::signal(SIGPIPE, SIG_IGN);
    const Config& config = loaded.config;
    if (!config.dev && !config.file_sender_path.empty())
        if (const auto checked = check_file_sender_path(config); !checked)
            return fail(checked.error());
    if (!config.number_metadata_file.empty())
        if (const auto metadata = numbering::load_metadata(config.number_metadata_file); !metadata)
            return fail("numbers.metadata_file: " + metadata.error());
    auto folder = DataFolder::open(config.data);
    if (!folder)
        return fail(folder.error());
    if (const auto locked = folder->lock(); !locked)
        return fail(locked.error());
    platform::SystemRandom random;
    const auto keys = load_keys(config, *folder, random);
    if (!keys)
        return fail(keys.error());
    auto parts = std::make_unique<Parts>(loaded, std::move(source), std::move(*folder), *keys);
    if (const auto built = parts->build(); !built)
        return fail(built.error());
    return std::unique_ptr<Application>(new Application(std::move(parts)));
}

Result<bool, std::string> Application::run() {
    Parts& parts = *parts_;
    parts.start_background();
    parts.loops.start();
    const auto urls = parts.open_doors();
    if (!urls) {
        parts.loops.stop();
        parts.loops.join();
        return fail(urls.error());
    }
    for (const auto& url : *urls) {
        std::cout << "dialproof ready on " << url << std::endl;
        parts.log.info("ready", {{"url", url}, {"version", version}, {"dev", parts.config.dev}});
    }
    if (parts.config.dev)
        std::cout << welcome_text(urls->front(), parts.admin_token) << std::flush;
    parts.loops.join();
    parts.log.info("stopped", {{"drained", parts.drained}});
    return parts.drained;
}

} // namespace dialproof::app
