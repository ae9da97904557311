import { encodeWith } from '@bourse/mapi/bytes'
import { MailboxRequestType, mailboxBodies } from '@bourse/wire/http'
import { nspiRequestTypes } from '@bourse/wire/nspi'
import { mutate } from '../../../tools/fuzz/mutate.ts'
import type { Random } from '../../../tools/fuzz/random.ts'
import { sample } from '../../mapi/fuzz/support.ts'
import { arbitraryOf } from '../../mapi/test/support/arbitrary.ts'
import '../../wire/test/nspi/support.ts'
import { sendRequest } from '../test/support/http-client.ts'
import { dnOf } from '../test/support/live-server.ts'
import type { MapiClient } from '../test/support/mapi-client.ts'
import { type Attack, type Attacker, check, checkStatus, PATIENCE } from './attack.ts'
import { VICTIMS } from './organization.ts'

const NOTHING = new Uint8Array(0)

/** Bodies of all request types of the mailbox endpoint. */
const mailboxRequests = Object.entries(mailboxBodies).map(([type, { request }]) => ({
  type,
  bodies: sample(arbitraryOf(request as never)).map((value) => encodeWith(request as never, value)),
}))

/** Bodies of all request types of the address book endpoint. */
const addressBookRequests = Object.values(nspiRequestTypes).map(({ header, request }) => ({
  type: header as string,
  bodies: sample(arbitraryOf(request as never), 24).map((value) => encodeWith(request as never, value)),
}))

/** Sends a body and keeps the cookies only if the session that they stand for is to go on. */
async function send(attacker: Attacker, client: MapiClient, type: string, body: Uint8Array): Promise<number> {
  const headers = client.headers(type)
  attacker.remember(headers['X-RequestId']!, type, body)
  // What is sent may end the session, or wait for what never comes.
  const patience = type === MailboxRequestType.NotificationWait ? 100 : PATIENCE
  try {
    check(await client.send(type, body, { headers, signal: AbortSignal.timeout(patience) }))
  } catch (error) {
    if (type !== MailboxRequestType.NotificationWait || (error as Error).name !== 'AbortError') throw error
  }
  return 1
}

const mailboxBodiesChanged: Attack = {
  name: 'changed bodies for the mailbox',
  weight: 8,
  run: async (attacker) => {
    const { random, session } = attacker
    const { type, bodies } = random.pick(mailboxRequests)
    return send(attacker, session.client, type, mutate(random, bodies))
  },
}

const addressBookBodies: Attack = {
  name: 'any address book requests',
  weight: 6,
  run: async (attacker) => {
    const { random, session } = attacker
    const { type, bodies } = random.pick(addressBookRequests)
    return send(attacker, session.addressBook, type, random.pick(bodies))
  },
}

const addressBookBodiesChanged: Attack = {
  name: 'changed bodies for the address book',
  weight: 5,
  run: async (attacker) => {
    const { random, session } = attacker
    const { type, bodies } = random.pick(addressBookRequests)
    return send(attacker, session.addressBook, type, mutate(random, bodies))
  },
}

/** Headers that are left out, doubled, endless or nonsense. */
const headers: Attack = {
  name: 'headers',
  weight: 4,
  run: async ({ random, session }) => {
    const { client } = session
    const changed: Record<string, string | readonly string[]> = client.headers(
      random.pick(['PING', 'Connect', 'Execute', 'NotificationWait', 'Bind', '']),
    )
    for (let times = 1 + random.below(3); times > 0; times--) {
      const name = random.pick([...Object.keys(changed), 'X-DeviceInfo', 'Expect', 'Accept-Encoding'])
      if (name === 'Authorization') continue
      const value = headerText(random)
      changed[name] = random.below(4) === 0 ? [value, headerText(random)] : value
      if (random.below(4) === 0) delete changed[name]
    }
    // Whoever told the wrong length cannot use the connection any more.
    changed.Connection = 'close'
    const method = random.pick(['POST', 'POST', 'POST', 'GET', 'PUT', 'OPTIONS', 'TRACE'])
    const path = random.pick(['/mapi/emsmdb/', '/mapi/nspi/', '/mapi/emsmdb/?MailboxId=', '/MAPI/nspi'])
    const signal = AbortSignal.timeout(PATIENCE)
    const response = await sendRequest(new URL(path + pathText(random), client.url).href, {
      method,
      headers: changed,
      signal,
    }).catch(refused)
    if (response !== undefined) checkStatus(response)
    return 1
  },
}

/** Cookies that stand for nothing, for what was, for sessions of others, and requests out of sequence. */
const cookies: Attack = {
  name: 'cookies',
  weight: 4,
  run: async (attacker) => {
    const { random, session } = attacker
    const { client } = session
    const context = client.cookies.get('MapiContext') ?? ''
    const sequence = client.cookies.get('MapiSequence') ?? ''
    const cookie = (value: string) =>
      random.pick([value, value, value.slice(1), [...value].reverse().join(''), headerText(random), ''])
    const sent = Array.from({ length: 1 + random.below(3) }, async () =>
      check(
        await client.send(random.pick(['Execute', 'PING', 'Disconnect', 'Connect']), NOTHING, {
          headers: { Cookie: `MapiContext=${cookie(context)}; MapiSequence=${cookie(sequence)}` },
          keepCookies: false,
          signal: AbortSignal.timeout(PATIENCE),
        }),
      ),
    )
    await Promise.all(sent)
    return sent.length
  },
}

/** Connects as somebody else, or as nobody, again and again. */
const sessions: Attack = {
  name: 'sessions',
  weight: 2,
  run: async ({ random, session }) => {
    const { client } = session
    const response = await client.connect(
      random.pick([dnOf(random.pick(VICTIMS)), dnOf(session.user), 'x']),
      {
        flags: random.below(4),
        codePage: random.pick([0, 1252, 65001, 0xffff_ffff]),
        headers: { Cookie: random.pick([client.cookieHeader(), '']) },
        keepCookies: false,
        signal: AbortSignal.timeout(PATIENCE),
      },
    )
    check(response)
    return 1
  },
}

/** More than is accepted. */
const oversize: Attack = {
  name: 'oversize bodies',
  weight: 0.05,
  run: async ({ random, session }) => {
    const body = new Uint8Array((1 << 20) + random.below(4 << 20))
    const response = await session.client
      .send('Execute', body, { signal: AbortSignal.timeout(PATIENCE) })
      .catch(refused)
    if (response !== undefined) check(response)
    return 1
  },
}

const AUTODISCOVER = Buffer.from(
  '<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>bob@example.com</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>',
)

const PATHS = [
  '/autodiscover/autodiscover.json?Email=bob@example.com&Protocol=AutodiscoverV1',
  '/autodiscover/autodiscover.json/v1.0/bob@example.com?Protocol=',
  '/auth/token',
  '/',
  '/mapi/',
]

/** Autodiscover, tokens, and paths where nothing is. */
const others: Attack = {
  name: 'other paths',
  weight: 3,
  run: async ({ random, url, session }) => {
    const isXml = random.below(2) === 0
    const path = isXml ? '/autodiscover/autodiscover.xml' : random.pick(PATHS) + pathText(random)
    const { authorization } = session.client
    const response = await sendRequest(url + path, {
      method: isXml ? 'POST' : random.pick(['GET', 'POST', 'DELETE', 'HEAD']),
      headers: {
        'Content-Type': 'text/xml',
        'X-MapiHttpCapability': headerText(random),
        Authorization: random.below(40) === 0 ? headerText(random) : authorization,
      },
      body: isXml ? mutate(random, [AUTODISCOVER]) : NOTHING,
      signal: AbortSignal.timeout(PATIENCE),
    }).catch(refused)
    if (response !== undefined) checkStatus(response)
    return 1
  },
}

const soap = (body: string): Buffer =>
  Buffer.from(
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`,
  )

const SOAP = [
  soap(
    '<GetUserOofSettingsRequest><Mailbox><Address>mallory@example.com</Address></Mailbox></GetUserOofSettingsRequest>',
  ),
  soap(
    '<SetUserOofSettingsRequest><Mailbox><Address>mallory@example.com</Address></Mailbox><UserOofSettings><OofState>Scheduled</OofState><ExternalAudience>All</ExternalAudience><Duration><StartTime>2030-01-01T00:00:00</StartTime><EndTime>2030-02-01T00:00:00Z</EndTime></Duration><InternalReply><Message>x</Message></InternalReply></UserOofSettings></SetUserOofSettingsRequest>',
  ),
  soap(
    '<GetUserAvailabilityRequest><TimeZone><Bias>480</Bias><StandardTime><Bias>0</Bias><Time>02:00:00</Time><DayOrder>5</DayOrder><Month>10</Month><DayOfWeek>Sunday</DayOfWeek></StandardTime><DaylightTime><Bias>-60</Bias><Time>02:00:00</Time><DayOrder>1</DayOrder><Month>4</Month><DayOfWeek>Sunday</DayOfWeek></DaylightTime></TimeZone><MailboxDataArray><MailboxData><Email><Address>everybody@example.com</Address></Email><AttendeeType>Required</AttendeeType></MailboxData><MailboxData><Email><Address>bob@example.com</Address></Email></MailboxData></MailboxDataArray><FreeBusyViewOptions><TimeWindow><StartTime>2030-01-01T00:00:00</StartTime><EndTime>2030-01-09T00:00:00</EndTime></TimeWindow><RequestedView>DetailedMerged</RequestedView></FreeBusyViewOptions><SuggestionsViewOptions><DetailedSuggestionsWindow><StartTime>2030-01-01T00:00:00</StartTime><EndTime>2030-01-02T00:00:00</EndTime></DetailedSuggestionsWindow></SuggestionsViewOptions></GetUserAvailabilityRequest>',
  ),
]

/** Web services, whose faults have the status 500 by rights. */
const webServices: Attack = {
  name: 'changed SOAP requests',
  weight: 3,
  run: async ({ random, url, session }) => {
    const response = await sendRequest(`${url}/EWS/Exchange.asmx`, {
      headers: { 'Content-Type': 'text/xml', Authorization: session.client.authorization },
      body: mutate(random, SOAP),
      signal: AbortSignal.timeout(PATIENCE),
    })
    const isFault = response.status === 500 && !response.body.includes('ErrorInternalServerError')
    if (!isFault) checkStatus(response)
    return 1
  },
}

export const requestAttacks: readonly Attack[] = [
  mailboxBodiesChanged,
  addressBookBodies,
  addressBookBodiesChanged,
  headers,
  cookies,
  sessions,
  oversize,
  others,
  webServices,
]

/** The server may close the connection to who sends what is no request, or too much. */
function refused(error: Error & { readonly code?: string }): undefined {
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code?.startsWith('HPE_')) return
  throw error
}

/** What a header may hold. */
function headerText(random: Random): string {
  switch (random.below(6)) {
    case 0:
      return ''
    case 1:
      return 'x'.repeat(random.below(random.pick([100, 10_000, 90_000])))
    case 2:
      return String(random.pick([0, -1, 1, 2 ** 31, 2 ** 53, Number.NaN]))
    default:
      return String.fromCharCode(
        ...random.bytes(random.below(40)).map((byte) => (byte < 0x20 ? 0x41 : byte)),
      ).replaceAll('\x7f', '~')
  }
}

/** What may stand at the end of a path, or in a query. */
function pathText(random: Random): string {
  const text = Array.from(random.bytes(random.below(12)), (byte) =>
    random.below(3) === 0 ? `%${byte.toString(16).padStart(2, '0')}` : random.pick([...'abc/.?&=%-@']),
  )
  return random.below(2) === 0 ? '' : text.join('')
}
