const NO_DATE =
  'The original has no date that can be understood; the one written is the delivery time, or else now.'
const REPORT =
  'What the report says is in properties, from which it is written anew; the other parser counts it as a file.'
const SIGNED = 'A signed message is kept byte for byte in one attachment, as [MS-OXOSMIME] wants it.'
const CHARSET =
  'Text without a charset, or with a wrong one, is guessed; the other parser takes another guess.'
const COMMENT = 'The other parser does not know comments and blanks within addresses.'

/** Why messages of the corpus differ from what postal-mime sees in them, by file. */
export const CORPUS_REASONS: Readonly<Record<string, string>> = {
  'error_emails/bad_date_header.eml': NO_DATE,
  'error_emails/bad_date_header2.eml': NO_DATE,
  'error_emails/bad_encoded_subject.eml': NO_DATE,
  'error_emails/content_transfer_encoding_empty.eml': NO_DATE,
  'error_emails/content_transfer_encoding_plain.eml': CHARSET,
  'error_emails/content_transfer_encoding_x_uuencode.eml':
    'The uuencoded file has no contents; the other parser counts the empty line that is there.',
  'error_emails/invalid_subject_characters.eml': `${CHARSET} ${NO_DATE}`,
  'error_emails/missing_body.eml':
    'The only recipient is an empty group within angle brackets, which is nobody.',
  'error_emails/multiple_content_types.eml': NO_DATE,
  'error_emails/multiple_invalid_content_dispositions.eml': NO_DATE,
  'error_emails/multiple_references_with_one_invalid.eml': NO_DATE,
  'error_emails/trademark_character_in_subject.eml': 'The other parser does not understand the date.',
  'mime_emails/raw_email4.eml':
    'There are several texts; the first is the body and the others files. The other parser joins them.',
  'mime_emails/raw_email7.eml':
    'There are several texts; the first is the body and the others files. The other parser joins them.',
  'mime_emails/raw_email_with_binary_encoded.eml':
    'The line end before a boundary is not part of the contents; the other parser counts it.',
  'mime_emails/raw_email_with_mimepart_without_content_type.eml': REPORT,
  'mime_emails/raw_email_with_nested_attachment.eml': SIGNED,
  'mime_emails/sig_only_email.eml': SIGNED,
  'multi_charset/japanese.eml': NO_DATE,
  'multi_charset/japanese_iso_2022.eml': NO_DATE,
  'multipart_report_emails/multi_address_bounce1.eml': REPORT,
  'multipart_report_emails/multi_address_bounce2.eml': REPORT,
  'multipart_report_emails/multipart_report_multiple_status.eml': REPORT,
  'multipart_report_emails/report_422.eml': REPORT,
  'multipart_report_emails/report_530.eml': REPORT,
  'plain_emails/raw_email10.eml': CHARSET,
  'plain_emails/raw_email6.eml': CHARSET,
  'plain_emails/raw_email_with_bad_date.eml': NO_DATE,
  'rfc2822/example10.eml': COMMENT,
  'rfc2822/example11.eml': COMMENT,
  'rfc2822/example13.eml': `${COMMENT} It does not understand the date either, for the same reason.`,
  'rfc6532/utf8_headers.eml': NO_DATE,
}
