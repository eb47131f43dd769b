#include "wire/multipart.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::http {
namespace {

constexpr std::string_view content_type = "multipart/form-data; boundary=XX";

std::vector<FormPart> parts_of(std::string_view body) {
    auto parts = parse_multipart(content_type, body);
    EXPECT_TRUE(parts.has_value()) << body << ": " << (parts ? "" : to_text(parts.error()));
    return parts.value_or(std::vector<FormPart>());
}

void expect_refused(MultipartError error, std::string_view body, std::string_view type = content_type) {
    const auto parts = parse_multipart(type, body);
    ASSERT_FALSE(parts.has_value()) << body;
    EXPECT_EQ(to_text(parts.error()), to_text(error)) << body;
}

TEST(Multipart, ReadsFieldsAndFiles) {
    const auto parts =
        parts_of("preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"phone\"\r\n\r\n+41\r\n"
                 "--XX \t\r\ncontent-disposition: FORM-DATA; name=f; filename=\"a.bin\"\r\n"
                 "Content-Type: application/x\r\nContent-Transfer-Encoding: Binary\r\nX-Other: 1\r\n\r\n"
                 "\xFF\r\n--XXnot yet\r\n\r\n--XX--\r\nepilogue");
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0], (FormPart{"phone", {}, "", "+41"}));
    EXPECT_EQ(parts[1], (FormPart{"f", "a.bin", "application/x", "\xFF\r\n--XXnot yet\r\n"}));
}

TEST(Multipart, ReadsAnEmptyFormAndAnEmptyField) {
    EXPECT_TRUE(parts_of("--XX--").empty());
    const auto parts = parts_of("--XX\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n\r\n--XX--\r\n");
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_EQ(parts[0], (FormPart{"", {}, "", ""}));
}

TEST(Multipart, UnderstandsTheNamesOfBrowsersAndOfCurl) {
    const auto parts =
        parts_of("--XX\r\nContent-Disposition: form-data; name=\"a%22b%0D%0A%20\"\r\n\r\n1\r\n"
                 "--XX\r\nContent-Disposition: form-data; name=\"a\\\"b\"\r\n\r\n\xFF\r\n--XX--");
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].name, "a\"b\r\n%20");
    EXPECT_EQ(parts[1].name, "a\"b");
    EXPECT_EQ(parts[1].value, "\xEF\xBF\xBD");
}

TEST(Multipart, RefusesAnotherContentTypeOrBoundary) {
    expect_refused(MultipartError::not_multipart, "--XX--", "application/json");
    expect_refused(MultipartError::not_multipart, "--XX--", "multipart/mixed; boundary=XX");
    expect_refused(MultipartError::not_multipart, "--XX--", "");
    expect_refused(MultipartError::no_boundary, "--XX--", "multipart/form-data");
    expect_refused(MultipartError::no_boundary, "--XX--", "multipart/form-data; boundary=\"\"");
    expect_refused(MultipartError::no_boundary, "--XX--", "multipart/form-data; boundary=\"XX \"");
    expect_refused(MultipartError::no_boundary, "--XX--", "multipart/form-data; boundary=\"X<X\"");
    expect_refused(MultipartError::no_boundary, "", "multipart/form-data; boundary=" + std::string(71, 'a'));
    EXPECT_TRUE(parse_multipart("multipart/form-data; boundary=\"a b:c\"", "--a b:c--").has_value());
}

TEST(Multipart, RefusesMalformedParts) {
    const std::string disposition = "Content-Disposition: form-data; name=\"a\"\r\n";
    expect_refused(MultipartError::truncated, "");
    expect_refused(MultipartError::truncated, "--XX\r\n" + disposition + "\r\n1");
    expect_refused(MultipartError::truncated, "--XX\r\n" + disposition + "\r\n1\r\n--XX\r\n");
    expect_refused(MultipartError::malformed, "--XX\r\n--XX--");
    expect_refused(MultipartError::malformed, "--XX\r\n" + disposition + "\r\n--XX--");
    expect_refused(MultipartError::malformed, "--XX\r\nno colon\r\n\r\n1\r\n--XX--");
    expect_refused(MultipartError::malformed, "--XX\r\n" + disposition + disposition + "\r\n1\r\n--XX--");
    expect_refused(MultipartError::malformed,
                   "--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--XX--");
    expect_refused(MultipartError::unnamed_part, "--XX\r\n\r\n1\r\n--XX--");
    expect_refused(MultipartError::unnamed_part, "--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--");
    expect_refused(MultipartError::unnamed_part,
                   "--XX\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--XX--");
    expect_refused(MultipartError::unknown_encoding,
                   "--XX\r\n" + disposition + "Content-Transfer-Encoding: base64\r\n\r\nMQ==\r\n--XX--");
}

TEST(Multipart, ReadsABoundedNumberOfPartsAndHeaderBytes) {
    std::string body;
    for (std::size_t i = 0; i < multipart_parts_max; ++i)
        body += "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
    EXPECT_EQ(parts_of(body + "--XX--").size(), multipart_parts_max);
    expect_refused(MultipartError::too_many_parts,
                   body + "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX--");
    expect_refused(MultipartError::header_too_long,
                   "--XX\r\nX: " + std::string(part_header_bytes_max, 'a') + "\r\n\r\n1\r\n--XX--");
    expect_refused(MultipartError::header_too_long,
                   "--XX\r\n" + std::string(part_header_bytes_max + 1, 'a') + "\r\n--XX--");
}

RC_GTEST_PROP(MultipartProperty, WhatIsSentIsReadBack, ()) {
    std::string body;
    std::vector<FormPart> sent;
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
        FormPart part;
        part.name = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab_[]9")));
        part.value = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("X-a\r\n ")));
        RC_PRE(part.value.find("--XX") == std::string::npos);
        body += "--XX\r\nContent-Disposition: form-data; name=\"" + part.name + "\"\r\n\r\n" + part.value +
                "\r\n";
        sent.push_back(part);
    }
    const auto parts = parse_multipart(content_type, body + "--XX--\r\n");
    RC_ASSERT(parts.has_value());
    RC_ASSERT(*parts == sent);
}

RC_GTEST_PROP(MultipartProperty, ReadsAnythingWithoutFailing, ()) {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(
        std::vector<std::string>{"--XX", "\r\n", "--", "Content-Disposition: form-data; name=\"a\"", ";",
                                 "\"", "X: 1", " ", "\\", "\xFF"}));
    std::string body;
    for (const auto& piece : pieces)
        body += piece;
    const auto parts = parse_multipart(content_type, body);
    if (parts)
        RC_ASSERT(body.find("--XX--") != std::string::npos);
}

} // namespace
} // namespace dialproof::http
