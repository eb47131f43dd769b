// The providers that the configuration names, made from it: the only place that knows which kinds there are.
#pragma once

#include "app/config.h"
#include "app/loop_alarm.h"
#include "callbacks/receipts_mount.h"
#include "net/event_loop.h"
#include "outgoing/curl_http_client.h"
#include "outgoing/net_dialer.h"
#include "platform/openssl_signatures.h"
#include "ports/log.h"
#include "ports/random.h"
#include "ports/receipt.h"
#include "senders/file/file_sender.h"
#include "senders/http_api/http_api.h"
#include "senders/http_api/receipt_poll.h"
#include "senders/smpp/smpp_sender.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace dialproof::app {

struct ProviderPorts {
    net::EventLoop& loop; // all of them work on it
    ports::Clock& clock;
    ports::Log& log;
    ports::Random& random;
    ports::ReceiptSink& receipts;
};

class ProviderSet {
public:
    // Of all that the configuration names as a sender. A sentence with the key that is wrong.
    static Result<std::unique_ptr<ProviderSet>, std::string> make(const Config& config,
                                                                  const ProviderPorts& ports);

    [[nodiscard]] const std::vector<ports::Sender*>& senders() const { return senders_; }
    [[nodiscard]] ports::Sender* find(const std::string& name) const;
    // Those whose providers call back.
    [[nodiscard]] const callbacks::Readers& callback_readers() const { return readers_; }
    [[nodiscard]] senders::FileSender* file_sender() const { return file_.get(); }

    // What they do on their own, such as links that bind: each is to be run on the loop, until `stop`.
    std::vector<Task<void>> tasks();
    void stop();

private:
    ProviderSet(const Config& config, const ProviderPorts& ports);

    Result<void, std::string> add(const std::string& name);
    Result<void, std::string> add_file();
    Result<void, std::string> add_smpp(const std::string& name, const ProviderSettings& settings,
                                       const senders::Secrets& secrets);
    Result<void, std::string> add_http_api(const std::string& name, const ProviderSettings& settings,
                                           const senders::Secrets& secrets);
    Result<void, std::string> add_twilio(const std::string& name, const ProviderSettings& settings,
                                         const senders::Secrets& secrets);
    Result<void, std::string> add_telegram(const std::string& name, const ProviderSettings& settings,
                                           const senders::Secrets& secrets);
    Result<void, std::string> add_aws_sms(const std::string& name, const ProviderSettings& settings,
                                          const senders::Secrets& secrets);
    Result<void, std::string> add_webhook(const std::string& name, const ProviderSettings& settings,
                                          const senders::Secrets& secrets);
    void keep(std::unique_ptr<ports::Sender> sender, const http_sending::CallbackReader* reader);

    const Config& config_;
    ProviderPorts ports_;
    platform::OpensslSignatures signatures_;
    outgoing::CurlHttpClient http_;
    outgoing::NetDialer dialer_;
    std::unique_ptr<senders::FileSender> file_;
    std::vector<std::unique_ptr<LoopAlarm>> alarms_; // of links and polls
    std::vector<std::unique_ptr<senders::SmppSender>> smpp_;
    std::vector<std::unique_ptr<ports::Sender>> others_;
    std::vector<std::unique_ptr<senders::ReceiptPoll>> polls_; // of those above
    std::vector<ports::Sender*> senders_;
    callbacks::Readers readers_;
};

// All providers that the order and the routes name.
std::set<std::string> named_senders(const Config& config);

// The routes as configured.
delivery::RouteTable route_table(const Config& config);

} // namespace dialproof::app
