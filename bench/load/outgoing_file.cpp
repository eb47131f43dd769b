#include "bench/load/outgoing_file.h"

#include "bench/load/member.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace dialproof::bench {

OutgoingFile::OutgoingFile(Loop& loop, const std::string& path) :
    loop_(loop), file_(open(path.c_str(), O_RDONLY | O_CLOEXEC)),
    changes_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    if (file_ < 0 || lseek(file_, 0, SEEK_END) < 0 || changes_ < 0 ||
        inotify_add_watch(changes_, path.c_str(), IN_MODIFY) < 0) {
        std::perror(path.c_str());
        std::abort();
    }
    loop_.watch(changes_, EPOLLIN, *this);
}

OutgoingFile::~OutgoingFile() {
    close(changes_);
    close(file_);
}

OutgoingFile::Expected::Expected(OutgoingFile& file, std::string number) :
    file_(file), number_(std::move(number)) {
    file_.expected_.insert_or_assign(number_, this);
}

void OutgoingFile::Expected::arrived(std::string code) {
    code_ = std::move(code);
    if (const auto waiting = std::exchange(waiting_, {}))
        file_.loop_.post(waiting);
}

void OutgoingFile::ready(std::uint32_t) {
    std::array<char, 65536> buffer;
    while (read(changes_, buffer.data(), buffer.size()) > 0) {
    }
    for (;;) {
        const auto count = read(file_, buffer.data(), buffer.size());
        if (count <= 0)
            return;
        rest_.append(buffer.data(), static_cast<std::size_t>(count));
        std::size_t begin = 0;
        for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
            take_line(std::string_view(rest_).substr(begin, end - begin));
            begin = end + 1;
        }
        rest_.erase(0, begin);
    }
}

// The code is what the text begins with: so says the default template.
void OutgoingFile::take_line(std::string_view line) {
    const auto found = expected_.find(std::string(member(line, "to")));
    if (found == expected_.end())
        return;
    const auto text = member(line, "text");
    found->second->arrived(std::string(text.substr(0, text.find(' '))));
}

void OutgoingFile::give_up_if_expected_before(Clock::time_point then) {
    for (const auto& [number, expected] : expected_)
        if (expected->since_ < then && !expected->code_)
            expected->arrived("");
}

} // namespace dialproof::bench
