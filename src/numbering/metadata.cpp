#include "numbering/metadata.h"

#include "numbering/metadata_table.h"

#include <phonenumbers/phonemetadata.pb.h>

#include <google/protobuf/io/coded_stream.h>

#include <cstdint>
#include <fstream>
#include <optional>

namespace dialproof::numbering {

namespace {

using google::protobuf::io::CodedInputStream;

// Protobuf tags: field number and wire type 2, "bytes of a length". The first is ours, see
// tools/phone-metadata/build.mjs.
constexpr std::uint32_t version_tag = (1000U << 3) | 2U;
constexpr std::uint32_t version_bytes_max = 100;

// The version is the first field of the collection.
std::optional<std::string> version_of(std::string_view table) {
    CodedInputStream input(reinterpret_cast<const std::uint8_t*>(table.data()),
                           static_cast<int>(table.size()));
    std::uint32_t length = 0;
    std::string version;
    if (input.ReadTag() != version_tag || !input.ReadVarint32(&length) || length == 0 ||
        length > version_bytes_max || !input.ReadString(&version, static_cast<int>(length)))
        return {};
    return version;
}

std::string too_large(std::size_t bytes) {
    return std::to_string(bytes) + " bytes, but at most " + std::to_string(metadata_bytes_max) + " are read";
}

} // namespace

Result<Metadata, std::string> read_metadata(std::string_view table) {
    if (table.size() > metadata_bytes_max)
        return fail(too_large(table.size()));
    const auto version = version_of(table);
    if (!version)
        return fail(std::string("it does not begin with a version: make it with tools/phone-metadata"));
    i18n::phonenumbers::PhoneMetadataCollection collection;
    if (!collection.ParseFromArray(table.data(), static_cast<int>(table.size())))
        return fail("its version says \"" + *version + "\", but the rest is damaged");
    const auto regions = static_cast<std::size_t>(collection.metadata_size());
    if (regions < metadata_regions_min)
        return fail("it has " + std::to_string(regions) + " regions, but at least " +
                    std::to_string(metadata_regions_min) + " are expected");
    return Metadata{*version, regions};
}

Result<Metadata, std::string> load_metadata(const std::filesystem::path& file) {
    const auto refused = [&](const std::string& why) {
        return fail("phone metadata " + file.string() + ": " + why);
    };
    std::error_code error;
    const auto bytes = std::filesystem::file_size(file, error);
    if (error)
        return refused(error.message());
    if (bytes > metadata_bytes_max)
        return refused(too_large(bytes));
    std::string table(bytes, '\0');
    if (!std::ifstream(file, std::ios::binary).read(table.data(), static_cast<std::streamsize>(bytes)))
        return refused("cannot be read");
    auto metadata = read_metadata(table);
    if (!metadata)
        return refused(metadata.error());
    if (!replace_metadata_table(std::move(table)))
        return refused("numbers have been parsed already, it must be loaded before that");
    return metadata;
}

Metadata metadata_in_use() { return read_metadata(metadata_table()).value_or(Metadata{"unreadable", 0}); }

} // namespace dialproof::numbering
