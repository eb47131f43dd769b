// A message centre that takes every text at once, so that what is measured is the sender: one connection
// after the other, each served until it ends.
//
//   instant_smsc [FILE]      appends each text to FILE, as the `file` sender does
#include "base/json_writer.h"
#include "wire/smpp/pdu.h"
#include "wire/smpp/pdu_decoder.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace dialproof;
using namespace dialproof::wire;

void fail_with(const char* what) {
    std::perror(what);
    std::exit(1);
}

int listen_on_loopback() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* named = reinterpret_cast<sockaddr*>(&address);
    if (listener < 0 || ::bind(listener, named, size) < 0 || ::listen(listener, 1) < 0 ||
        ::getsockname(listener, named, &size) < 0)
        fail_with("cannot listen");
    std::printf("instant_smsc ready on smpp://127.0.0.1:%u\n",
                static_cast<unsigned>(ntohs(address.sin_port)));
    std::fflush(stdout);
    return listener;
}

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

class Centre {
public:
    explicit Centre(int file) : file_(file) {}

    void serve(int connection) {
        smpp::PduDecoder decoder;
        std::array<char, 65'536> room{};
        for (;;) {
            const auto size = ::read(connection, room.data(), room.size());
            if (size <= 0)
                return;
            decoder.feed({room.data(), static_cast<std::size_t>(size)});
            answers_.clear();
            lines_.clear();
            while (const auto pdu = decoder.next()) {
                if (!*pdu)
                    return;
                take(**pdu);
            }
            if (file_ >= 0 && !write_all(file_, lines_))
                fail_with("cannot write the texts");
            if (!write_all(connection, answers_))
                return;
        }
    }

private:
    void take(const smpp::Pdu& pdu) {
        if (smpp::is_response(pdu.id))
            return;
        smpp::Pdu answer{smpp::response_to(pdu.id), 0, pdu.sequence, smpp::Empty{}};
        if (std::holds_alternative<smpp::Bind>(pdu.body))
            answer.body = smpp::BindResponse{"instant", {}};
        if (const auto* text = std::get_if<smpp::ShortMessage>(&pdu.body)) {
            answer.body = smpp::MessageResponse{std::to_string(++last_id_), {}};
            note(*text);
        }
        answers_ += *smpp::encode(answer);
    }

    // Texts are in the letters that GSM-7 shares with ASCII.
    void note(const smpp::ShortMessage& text) {
        JsonWriter json;
        json.begin_object().member("to", "+" + text.destination.text);
        json.member("text", text.short_message.reveal()).end_object();
        lines_ += json.take() + "\n";
    }

    const int file_;
    std::uint64_t last_id_ = 0;
    std::string answers_, lines_;
};

} // namespace

int main(int argc, char** argv) {
    const int file = argc > 1 ? ::open(argv[1], O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
    if (argc > 1 && file < 0)
        fail_with(argv[1]);
    const int listener = listen_on_loopback();
    Centre centre(file);
    for (;;) {
        const int connection = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0)
            fail_with("cannot accept");
        const int at_once = 1;
        ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
        centre.serve(connection);
        ::close(connection);
    }
}
