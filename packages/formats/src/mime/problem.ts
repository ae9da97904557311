/**
 * What was wrong with a message:
 *
 * - `charset`: text in a charset that is unknown or not named; it was guessed
 * - `date`, `address`: a field that says no date, or text where an address belongs
 * - `encoding`: an unknown Content-Transfer-Encoding; the bytes were taken as they are
 * - `structure`: a multipart without its end, or without parts
 * - `limit`: more parts, or a longer header, than are read; the rest is kept as an attachment
 * - `tnef`, `calendar`, `report`: a part of that kind that could not be understood; it is kept as an attachment
 * - `depth`: messages within messages deeper than are read; the innermost are kept as files
 * - `name`: header fields for which there were no named properties
 */
export type MimeProblem =
  | 'charset'
  | 'date'
  | 'address'
  | 'encoding'
  | 'structure'
  | 'limit'
  | 'tnef'
  | 'calendar'
  | 'report'
  | 'depth'
  | 'name'
