#include "flows/proof_token.h"

#include "tests/fuzz/fuzz_target.h"

using namespace dialproof;

namespace {

// Signs everything alike, so that the fuzzer gets behind the signature.
class AnySignature final : public ports::Keys {
public:
    [[nodiscard]] std::uint32_t newest() const override { return 1; }
    [[nodiscard]] std::vector<std::uint32_t> numbers() const override { return {1}; }
    [[nodiscard]] std::optional<Secret<core::MacBytes>> mac(std::uint32_t, std::string_view,
                                                            std::string_view) const override {
        return Secret<core::MacBytes>(core::MacBytes{});
    }
    [[nodiscard]] std::optional<std::string> seal(std::uint32_t, std::string_view,
                                                  const Secret<std::string>&) const override {
        return {};
    }
    [[nodiscard]] std::optional<Secret<std::string>> open(std::uint32_t, std::string_view,
                                                          std::string_view) const override {
        return {};
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const AnySignature keys;
    static const flows::ProofToken tokens(keys);
    const auto content = tokens.read(fuzz::text_of(data, size));
    if (!content)
        return 0;
    fuzz::require(size <= flows::ProofToken::bytes_max, "longer texts are not read");
    const auto again = tokens.read(tokens.issue(content->number, content->id));
    fuzz::require(again && again->number == content->number && again->id == content->id,
                  "what was read survives its token");
    return 0;
}
