import {
  PidTagAnr,
  PidTagCompanyName,
  PidTagDisplayName,
  PidTagGivenName,
  PidTagNickname,
  PidTagSmtpAddress,
  PidTagSurname,
  type PropertyBag,
  type Restriction,
} from '@bourse/mapi'
import { matches } from '../table/index.ts'

const NAMES = [
  PidTagDisplayName,
  PidTagGivenName,
  PidTagSurname,
  PidTagNickname,
  PidTagCompanyName,
  PidTagSmtpAddress,
]

/** Whether each word of a name begins a word of what an entry is called by. */
export function matchesName(name: string, entry: PropertyBag): boolean {
  const words = NAMES.flatMap((tag) => wordsOf(entry.get(tag) ?? ''))
  const wanted = wordsOf(name)
  return wanted.length > 0 && wanted.every((part) => words.some((word) => word.startsWith(part)))
}

/** Whether a name is an entry's name or address, whole. */
export function isName(name: string, entry: PropertyBag): boolean {
  const wanted = fold(name.trim())
  return [PidTagDisplayName, PidTagSmtpAddress].some((tag) => fold(entry.get(tag) ?? '') === wanted)
}

/** Whether an entry meets a restriction, in which PidTagAnr stands for ambiguous name resolution ([MS-OXNSPI] 3.1.4.7). */
export function entryMatches(restriction: Restriction, entry: PropertyBag): boolean {
  switch (restriction.kind) {
    case 'and':
      return restriction.restrictions.every((part) => entryMatches(part, entry))
    case 'or':
      return restriction.restrictions.some((part) => entryMatches(part, entry))
    case 'not':
      return !entryMatches(restriction.restriction, entry)
    case 'property':
    case 'content':
      return restriction.tag === PidTagAnr
        ? matchesName(String(restriction.value.value), entry)
        : matches(restriction, entry)
    default:
      return matches(restriction, entry)
  }
}

function wordsOf(text: string): string[] {
  return fold(text)
    .split(/[\s,;"()<>]+/)
    .filter((word) => word !== '')
}

/** Without regard to letter case and to marks. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
