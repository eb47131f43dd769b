#include "app/command_line.h"

#include "app/application.h"
#include "app/commands.h"
#include "app/policy_report.h"
#include "app/provider_commands.h"
#include "app/tls_files.h"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>

namespace dialproof::app {

namespace {

constexpr int exit_done = 0, exit_failed = 1, exit_usage = 2;
constexpr unsigned verifications_max = 100; // that one command explains

struct Arguments {
    std::string config_file;
    bool dev = false;
    std::string listen, data;

    std::string label, user, service, expires, token_id, backup_file, package, certificate, explained,
        provider;
    unsigned verifications = 3;
    std::vector<std::string> roles;
    SendTest test;
};

ConfigSource source_of(const Arguments& arguments) {
    ConfigSource source;
    const char* variable = std::getenv("DIALPROOF_CONFIG");
    if (!arguments.config_file.empty())
        source.file = arguments.config_file;
    else if (variable && *variable != '\0')
        source.file = variable;
    source.environment = config_environment();
    if (!arguments.listen.empty())
        source.flags.emplace_back("server.listen", arguments.listen);
    if (!arguments.data.empty())
        source.flags.emplace_back("data", arguments.data);
    source.dev = arguments.dev;
    return source;
}

int serve(const LoadedConfig& loaded, const ConfigSource& source) {
    auto application = Application::make(loaded, source);
    if (!application) {
        std::cerr << "dialproof: " << application.error() << "\n";
        return exit_failed;
    }
    const auto ended = (*application)->run();
    if (!ended) {
        std::cerr << "dialproof: " << ended.error() << "\n";
        return exit_failed;
    }
    return *ended ? exit_done : exit_failed;
}

int report(const CommandResult& result) {
    if (result)
        return exit_done;
    std::cerr << "dialproof: " << result.error() << "\n";
    return exit_failed;
}

int create_token(const Config& config, const Arguments& arguments) {
    flows::NewToken token;
    token.label = arguments.label;
    if (!arguments.user.empty())
        token.user = core::UserId(arguments.user);
    if (!arguments.service.empty())
        token.service = core::ServiceName(arguments.service);
    token.roles.insert(arguments.roles.begin(), arguments.roles.end());
    if (!arguments.expires.empty()) {
        token.expires_at = parse_rfc3339(arguments.expires);
        if (!token.expires_at) {
            std::cerr << "dialproof: --expires: expected a time such as 2027-01-31T00:00:00Z\n";
            return exit_usage;
        }
    }
    return report(create_token(config, std::move(token)));
}

int check_config(const LoadedConfig& loaded) {
    for (const auto& warning : loaded.warnings)
        std::cout << "warning: " << warning << "\n";
    if (const auto& tls = loaded.config.tls; !tls.listen.empty()) {
        const auto context = make_tls_context(tls);
        if (!context) {
            std::cerr << "dialproof: " << context.error() << "\n";
            return exit_usage;
        }
        const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
        if (const auto warning = expiry_warning((*context)->expires_at(), now))
            std::cout << "warning: server.tls.certificate: " << *warning << "\n";
    }
    std::cout << "the configuration is good\n";
    return exit_done;
}

int print(const std::string& text) {
    std::cout << text;
    return exit_done;
}

} // namespace

int run(int argc, char** argv) {
    CLI::App program("Dialproof proves that a person holds a phone number.");
    program.require_subcommand(1);
    program.fallthrough();
    Arguments arguments;
    program.add_option("--config", arguments.config_file, "The configuration, a TOML file");
    program.add_option("--data", arguments.data, "The data folder");
    program.add_flag("--dev", arguments.dev, "The dev mode: inbox, clock and scripted carrier under /dev");

    std::function<int(const LoadedConfig&, const ConfigSource&)> chosen;
    const auto command = [&chosen](CLI::App* app, auto action) {
        app->callback([&chosen, action] { chosen = action; });
    };

    auto* serving = program.add_subcommand("serve", "Serve");
    serving->add_option("--listen", arguments.listen, "ADDRESS:PORT; port 0 picks one");
    command(serving, serve);

    auto* configuring = program.add_subcommand("config", "Look at the configuration")->require_subcommand(1);
    auto* checking = configuring->add_subcommand("check", "Say what is wrong with it");
    command(checking, [](const LoadedConfig& loaded, const ConfigSource&) { return check_config(loaded); });
    command(
        configuring->add_subcommand("print", "Print every key with its help and value"),
        [](const LoadedConfig& loaded, const ConfigSource&) { return print(config_text(loaded.config)); });
    command(program.add_subcommand("policy", "Print what each service lets a stranger try"),
            [](const LoadedConfig& loaded, const ConfigSource&) {
                return print(policy_report(served_rules(loaded.config)));
            });

    auto* texts = program.add_subcommand("templates", "The texts that are sent")->require_subcommand(1);
    command(texts->add_subcommand("lint", "Print what each costs, and whether phones find the code in it"),
            [](const LoadedConfig& loaded, const ConfigSource&) {
                return report(lint_templates(loaded.config));
            });
    auto* hashing =
        texts->add_subcommand("app-hash", "Print the hash by which an Android app gets its texts");
    hashing->add_option("package", arguments.package, "The app's package name")->required();
    hashing->add_option("certificate", arguments.certificate, "The certificate it is signed with, a DER file")
        ->required();
    command(hashing, [&arguments](const LoadedConfig&, const ConfigSource&) {
        return report(print_app_hash(arguments.package, arguments.certificate));
    });

    auto* tokens = program.add_subcommand("token", "API tokens")->require_subcommand(1);
    auto* creating = tokens->add_subcommand("create", "Make one; it is shown once");
    creating->add_option("--label", arguments.label, "What it is for")->required();
    creating->add_option("--user", arguments.user, "The user whose personal token it is");
    creating->add_option("--service", arguments.service, "The service where its roles hold; none: all");
    creating->add_option("--role", arguments.roles, "user.read, user.write, user.delete or administrator");
    creating->add_option("--expires", arguments.expires, "RFC 3339 time");
    command(creating, [&arguments](const LoadedConfig& loaded, const ConfigSource&) {
        return create_token(loaded.config, arguments);
    });
    command(tokens->add_subcommand("list", "List them"), [](const LoadedConfig& loaded, const ConfigSource&) {
        return report(list_tokens(loaded.config));
    });
    auto* revoking = tokens->add_subcommand("revoke", "Stop one");
    revoking->add_option("id", arguments.token_id, "As the list shows it")->required();
    command(revoking, [&arguments](const LoadedConfig& loaded, const ConfigSource&) {
        return report(revoke_token(loaded.config, arguments.token_id));
    });

    auto* explaining = program.add_subcommand("explain", "Print how a verification went, and why");
    explaining->add_option("what", arguments.explained, "Its id, or a number such as +41791234567")
        ->required();
    explaining
        ->add_option("--limit", arguments.verifications, "Of a number: so many of its newest verifications")
        ->check(CLI::Range(1U, verifications_max))
        ->capture_default_str();
    command(explaining, [&arguments](const LoadedConfig& loaded, const ConfigSource&) {
        return report(explain(loaded.config, arguments.explained, arguments.verifications));
    });

    auto* copying = program.add_subcommand("backup", "Copy the database while it is served");
    copying->add_option("file", arguments.backup_file, "Must not exist yet")->required();
    command(copying, [&arguments](const LoadedConfig& loaded, const ConfigSource&) {
        return report(backup(loaded.config, arguments.backup_file));
    });
    command(program.add_subcommand("prune", "Remove what the retention has let go"),
            [](const LoadedConfig& loaded, const ConfigSource&) { return report(prune(loaded.config)); });
    auto* testing = program.add_subcommand("send-test", "Send a text that says it is a test");
    testing->add_option("--to", arguments.test.to, "A number such as +41791234567")->required();
    testing->add_option("--provider", arguments.test.provider, "None: the first of the number's route");
    command(testing, [&arguments](const LoadedConfig& loaded, const ConfigSource&) {
        return report(send_test(loaded.config, arguments.test));
    });
    auto* providing = program.add_subcommand("providers", "The ways out")->require_subcommand(1);
    command(providing->add_subcommand("check", "Ask each whether it would take a text"),
            [](const LoadedConfig& loaded, const ConfigSource&) {
                return report(check_providers(loaded.config));
            });
    auto* locating =
        providing->add_subcommand("receipt-url", "Print where one may tell the receipts of an account");
    locating->add_option("name", arguments.provider, "As the configuration names it")->required();
    command(locating, [&arguments](const LoadedConfig& loaded, const ConfigSource&) {
        return report(print_receipt_url(loaded.config, arguments.provider));
    });
    auto* keys = program.add_subcommand("keys", "The key set")->require_subcommand(1);
    command(
        keys->add_subcommand("rotate", "Add a key for what is new from the next start on"),
        [](const LoadedConfig& loaded, const ConfigSource&) { return report(rotate_keys(loaded.config)); });
    auto* showing = program.add_subcommand("version", "Print the versions");
    command(showing, [](const LoadedConfig& loaded, const ConfigSource&) {
        return report(print_version(loaded.config));
    });

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = program.exit(error);
        return status == 0 ? exit_done : exit_usage;
    }

    auto source = source_of(arguments);
    source.to_serve = serving->parsed() || checking->parsed();
    const auto loaded = load_config(source);
    if (!loaded) {
        for (const auto& fault : loaded.error())
            std::cerr << "dialproof: " << fault << "\n";
        return exit_usage;
    }
    return chosen(*loaded, source);
}

} // namespace dialproof::app
