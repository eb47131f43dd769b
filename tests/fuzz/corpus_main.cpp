// Runs a fuzz target over the files of a folder: the corpus as a plain test, with any compiler. Each file is
// also fed cut after each of its first bytes, which finds what reads past an early end.
#include "tests/fuzz/fuzz_target.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

void feed(const std::string& bytes) {
    // A copy of exactly that size, so that a sanitizer sees each byte read beyond it.
    const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

} // namespace

int main(int argc, char** argv) {
    constexpr std::size_t prefixes_max = 256;
    std::size_t files = 0;
    for (int i = 1; i < argc; ++i)
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(file), {}};
            feed(bytes);
            for (std::size_t length = 0; length < bytes.size() && length < prefixes_max; ++length)
                feed(bytes.substr(0, length));
            ++files;
        }
    std::printf("%zu files\n", files);
    if (files == 0) {
        std::fprintf(stderr, "no corpus: give the folder as argument\n");
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
