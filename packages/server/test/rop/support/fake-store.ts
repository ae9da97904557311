import { fileTimeFromDate, type LogonInfo, type MessageStore } from '@bourse/mapi'
import { RopSession, type RopSessionOptions } from '../../../src/rop/session.ts'
import { RopClient } from './rop-client.ts'

const LOGON: LogonInfo = {
  kind: 'private',
  folders: { root: 0x0100000000000001n },
  isOwner: true,
  maySendAs: true,
  isOutOfOffice: false,
  mailboxGuid: '11111111-1111-1111-1111-111111111111',
  replicaId: 1,
  replicaGuid: '22222222-2222-2222-2222-222222222222',
  logonTime: fileTimeFromDate(new Date('2026-03-01T12:34:56Z')),
}

/** A store that does what a test says, and nothing else. */
export function fakeStore(methods: Partial<MessageStore> = {}): MessageStore {
  return { logon: LOGON, [Symbol.asyncDispose]: async () => undefined, ...methods } as MessageStore
}

/** A session whose logons all go to `store`. Errors are written to `errors`. */
export function fakeSession(
  store: MessageStore,
  options: Partial<RopSessionOptions> = {},
  errors: unknown[] = [],
): RopClient {
  const session = new RopSession({
    principal: {
      key: '/o=example/cn=user',
      entryId: new Uint8Array(0),
      displayName: 'user',
      groups: new Set(),
      role: 'user',
    },
    clientVersion: [16, 0, 4266, 1001],
    codePage: 1252,
    locale: { string: 0x409, sort: 0x409 },
    log: {
      error: (fields, message) => errors.push([message, fields]),
      warn: (fields, message) => errors.push([message, fields]),
      debug: () => undefined,
    },
    openStore: async () => ({ kind: 'store', store }),
    ...options,
  })
  return new RopClient(session)
}
