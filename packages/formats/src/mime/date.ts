import { type FileTime, fileTimeFromDate, fileTimeToDate } from '@bourse/mapi'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** Names of zones in minutes east of Greenwich: those of RFC 5322 4.3, and others that mail shows. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ['ut', 0],
  ['utc', 0],
  ['gmt', 0],
  ['z', 0],
  ['wet', 0],
  ['west', 60],
  ['bst', 60],
  ['cet', 60],
  ['met', 60],
  ['cest', 120],
  ['mest', 120],
  ['eet', 120],
  ['eest', 180],
  ['msk', 180],
  ['ist', 330],
  ['jst', 540],
  ['kst', 540],
  ['hkt', 480],
  ['aest', 600],
  ['aedt', 660],
  ['nzst', 720],
  ['nzdt', 780],
  ['ast', -240],
  ['adt', -180],
  ['est', -300],
  ['edt', -240],
  ['cst', -360],
  ['cdt', -300],
  ['mst', -420],
  ['mdt', -360],
  ['pst', -480],
  ['pdt', -420],
])

/** `[Mon,] 5 Nov 2007 20:17[:37] [+1100]`, with blanks and dashes as they come. */
const INTERNET =
  /(?:^|[\s,])(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]*\.?,?[\s-]+(\d{2,5})(?:,?\s+(?:at\s+)?(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d+)?)?(?:\s*([AaPp])\.?[Mm]\b\.?)?)?\s*(.*)$/
/** `Mon Nov  5 20:17:37 [EST] 2007 [+1100]`, as C's `ctime` writes it. */
const CTIME =
  /([A-Za-z]{3})[A-Za-z]*\s+(\d{1,2}),?\s+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?\s+(?:([A-Za-z]{2,5})\s+)?(\d{4})\s*(.*)$/
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T\s](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(.*))?$/

/**
 * The time that a Date field names (RFC 5322 3.3, with the obsolete forms of 4.3 and some that are none); without a zone in UTC. `undefined` for
 * what names none.
 */
export function parseDate(value: string): FileTime | undefined {
  const text = value
    .replace(/\([^()]*\)/g, ' ')
    .replace(/\s*:\s*/g, ':')
    .trim()
  const internet = INTERNET.exec(text)
  if (internet) {
    const [, day, month, year, hour, minute, second, half, zone] = internet
    const hours = Number(hour ?? 0)
    const halfDay = half === undefined ? hours : (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
    return timeOf(
      fullYear(year!),
      month!,
      Number(day),
      halfDay,
      Number(minute ?? 0),
      Number(second ?? 0),
      zone!,
    )
  }
  const ctime = CTIME.exec(text)
  if (ctime) {
    const [, month, day, hour, minute, second, name, year, zone] = ctime
    return timeOf(
      Number(year),
      month!,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second ?? 0),
      zone! || (name ?? ''),
    )
  }
  const iso = ISO.exec(text)
  if (iso) {
    const [, year, month, day, hour, minute, second, zone] = iso
    const name = MONTHS[Number(month) - 1]
    if (name === undefined) return undefined
    return timeOf(
      Number(year),
      name,
      Number(day),
      Number(hour ?? 0),
      Number(minute ?? 0),
      Number(second ?? 0),
      zone ?? '',
    )
  }
  return undefined
}

/** RFC 5322 4.3: two digits below 50 are of this century, other two and three digits count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits)
  if (digits.length === 2) return year + (year < 50 ? 2000 : 1900)
  return digits.length === 3 ? year + 1900 : year
}

function timeOf(
  year: number,
  monthName: string,
  day: number,
  hour: number,
  minute: number,
  second: number,
  zone: string,
): FileTime | undefined {
  const month = MONTHS.indexOf(monthName.toLowerCase())
  if (month < 0 || year < 1601 || year > 9999 || day < 1 || day > 31) return undefined
  if (hour > 24 || minute > 59 || second > 60) return undefined
  const milliseconds = Date.UTC(year, month, day, hour, minute - zoneMinutes(zone), Math.min(second, 59))
  const date = new Date(milliseconds)
  return Number.isNaN(milliseconds) || date.getUTCFullYear() < 1601 ? undefined : fileTimeFromDate(date)
}

/** Minutes east of Greenwich; 0 for zones that nobody knows, as RFC 5322 4.3 wants. */
function zoneMinutes(zone: string): number {
  const offset = /([+-])\s?(\d{1,2}):?(\d{2})/.exec(zone)
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3])
    return offset[1] === '-' ? -minutes : minutes
  }
  const name = /[A-Za-z]{1,5}/.exec(zone)?.[0].toLowerCase()
  return (name === undefined ? undefined : ZONES.get(name)) ?? 0
}

/** A time as a Date field writes it, in UTC (RFC 5322 3.3). */
export function formatDate(time: FileTime): string {
  const date = fileTimeToDate(time)
  const two = (value: number): string => String(value).padStart(2, '0')
  const month = MONTHS[date.getUTCMonth()]!
  const day = `${DAYS[date.getUTCDay()]}, ${date.getUTCDate()} ${month.charAt(0).toUpperCase()}${month.slice(1)}`
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  return `${day} ${String(date.getUTCFullYear()).padStart(4, '0')} ${clock} +0000`
}
