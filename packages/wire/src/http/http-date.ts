const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

const MONTH = `(?<month>${MONTHS.join('|')})`
const TIME = '(?<hours>\\d\\d):(?<minutes>\\d\\d):(?<seconds>\\d\\d)'

/** The three forms of [RFC2616] 3.3.1: RFC 1123, RFC 850 and C's asctime. */
const FORMS = [
  new RegExp(`^[A-Z][a-z]{2}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^[A-Z][a-z]{5,8}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`),
  new RegExp(`^[A-Z][a-z]{2} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
]

/** Two-digit years from here on are of the twentieth century. */
const CENTURY_TURN = 70

/**
 * The moment that a date in an HTTP header means ([RFC2616] 3.3.1), in milliseconds since 1970-01-01 UTC;
 * undefined when it is not one. Its resolution is a second.
 */
export function parseHttpDate(text: string): number | undefined {
  for (const form of FORMS) {
    const parts = form.exec(text.trim())?.groups
    if (!parts) continue
    const [day, hours, minutes, seconds] = [
      Number(parts.day),
      Number(parts.hours),
      Number(parts.minutes),
      Number(parts.seconds),
    ]
    let year = Number(parts.year)
    if (parts.year!.length === 2) year += year < CENTURY_TURN ? 2000 : 1900
    const month = MONTHS.indexOf(parts.month!)
    if (hours > 23 || minutes > 59 || seconds > 60) return undefined
    const date = new Date(0)
    date.setUTCFullYear(year, month, day)
    // A day that the month does not have would silently become one of the next month.
    if (date.getUTCMonth() !== month || date.getUTCDate() !== day) return undefined
    date.setUTCHours(hours, minutes, seconds)
    return date.getTime()
  }
  return undefined
}

/**
 * A moment as HTTP headers have it ([RFC2616] 3.3.1), e.g. `Sun, 06 Nov 1994 08:49:37 GMT`.
 * `time`: milliseconds since 1970-01-01 UTC, of which fractions of a second are dropped.
 */
export function formatHttpDate(time: number): string {
  const second = Math.floor(time / 1000)
  if (second === lastSecond) return lastText
  const date = new Date(time)
  const year = date.getUTCFullYear()
  if (!(year >= 0 && year <= 9999)) throw new RangeError(`no date that a header can hold: ${time}`)
  const day = `${DAYS[date.getUTCDay()]}, ${pad(date.getUTCDate(), 2)} ${MONTHS[date.getUTCMonth()]}`
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map((n) => pad(n, 2))
  lastText = `${day} ${pad(year, 4)} ${clock.join(':')} GMT`
  lastSecond = second
  return lastText
}

/** A server writes the same second many times. */
let lastSecond = Number.NaN
let lastText = ''

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
