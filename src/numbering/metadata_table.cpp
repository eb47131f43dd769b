#include "numbering/metadata_table.h"

#include <cstddef>
#include <mutex>

// The file is found by the assembler's include path, so that no path of the build ends in the binary.
asm(R"(
    .section .rodata
    .balign 16
    .globl dialproof_phone_metadata_begin
    .globl dialproof_phone_metadata_end
dialproof_phone_metadata_begin:
    .incbin "phone_metadata.pb"
dialproof_phone_metadata_end:
    .byte 0
    .text
)");

extern "C" const char dialproof_phone_metadata_begin[];
extern "C" const char dialproof_phone_metadata_end[];

namespace dialproof::numbering {

namespace {

// Of the process, as is the library's single instance that reads it.
struct State {
    std::mutex mutex;
    std::string replacement;
    bool was_read = false;
};

State& state() {
    static State the_state;
    return the_state;
}

std::string_view built_in() {
    return {dialproof_phone_metadata_begin,
            static_cast<std::size_t>(dialproof_phone_metadata_end - dialproof_phone_metadata_begin)};
}

std::string_view table_of(const State& s) {
    return s.replacement.empty() ? built_in() : std::string_view(s.replacement);
}

} // namespace

std::string_view metadata_table() {
    const std::lock_guard lock(state().mutex);
    return table_of(state());
}

bool replace_metadata_table(std::string table) {
    const std::lock_guard lock(state().mutex);
    if (state().was_read)
        return false;
    state().replacement = std::move(table);
    return true;
}

bool metadata_table_was_read() {
    const std::lock_guard lock(state().mutex);
    return state().was_read;
}

} // namespace dialproof::numbering

// In place of libphonenumber's own, which are declared in a header that is not installed. The library calls
// them through the dynamic symbol table, where the program comes first.
namespace i18n::phonenumbers {

[[gnu::used, gnu::visibility("default")]] int metadata_size();
[[gnu::used, gnu::visibility("default")]] const void* metadata_get();

int metadata_size() { return static_cast<int>(dialproof::numbering::metadata_table().size()); }

const void* metadata_get() {
    const std::lock_guard lock(dialproof::numbering::state().mutex);
    dialproof::numbering::state().was_read = true;
    return dialproof::numbering::table_of(dialproof::numbering::state()).data();
}

} // namespace i18n::phonenumbers
