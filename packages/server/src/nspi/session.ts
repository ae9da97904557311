import type { Directory, DirectoryPrincipal } from '@bourse/directory'
import { ErrorCode, isMapiError } from '@bourse/mapi'
import type { Principal } from '@bourse/store'
import {
  type AnyNspiRequestType,
  BindFlags,
  type NspiRequestOf,
  NspiReturnValue,
  nspiRequestTypes,
} from '@bourse/wire/nspi'
import type { NspiCall, NspiHost, NspiResponseBody, NspiSession } from '../mapi-http/nspi-host.ts'
import { AddressBooks } from './address-books.ts'
import * as requests from './requests.ts'

/** What a session reports what should not have happened to; a pino logger is one. */
export interface NspiLog {
  error(fields: object, message: string): void
}

const NO_BYTES = new Uint8Array(0)

type Handle = (books: AddressBooks, request: never) => Promise<object>

const HANDLERS: Readonly<Record<string, Handle>> = {
  [nspiRequestTypes.getSpecialTable.name]: requests.handleGetSpecialTable,
  [nspiRequestTypes.updateStat.name]: requests.handleUpdateStat,
  [nspiRequestTypes.queryColumns.name]: requests.handleQueryColumns,
  [nspiRequestTypes.getPropList.name]: requests.handleGetPropList,
  [nspiRequestTypes.getProps.name]: requests.handleGetProps,
  [nspiRequestTypes.queryRows.name]: requests.handleQueryRows,
  [nspiRequestTypes.seekEntries.name]: requests.handleSeekEntries,
  [nspiRequestTypes.getMatches.name]: requests.handleGetMatches,
  [nspiRequestTypes.resortRestriction.name]: requests.handleResortRestriction,
  [nspiRequestTypes.compareMinIds.name]: requests.handleCompareMinIds,
  [nspiRequestTypes.dnToMinId.name]: requests.handleDnToMinId,
  [nspiRequestTypes.modProps.name]: requests.handleModProps,
  [nspiRequestTypes.modLinkAtt.name]: requests.handleModLinkAtt,
  [nspiRequestTypes.resolveNames.name]: requests.handleResolveNames,
  [nspiRequestTypes.getTemplateInfo.name]: requests.handleGetTemplateInfo,
}

/** The body that goes with an ErrorCode: nothing in it but what has to be there. Left out, the STAT stays as the client has it. */
function errorBody(type: AnyNspiRequestType, fields: unknown, errorCode: number): NspiResponseBody {
  const { state, codePage } = fields as {
    readonly state?: { readonly codePage: number }
    readonly codePage?: number
  }
  const has = (name: string) => name in type.success.fields
  return {
    kind: 'success',
    errorCode,
    auxiliaryBuffer: NO_BYTES,
    ...(has('codePage') ? { codePage: state?.codePage ?? codePage ?? 0 } : {}),
    ...(has('result') ? { result: 0 } : {}),
    ...(has('serverUrl') ? { serverUrl: '' } : {}),
    ...(has('serverGuid') ? { serverGuid: '00000000-0000-0000-0000-000000000000' } : {}),
  } as NspiResponseBody
}

/** The address book over MAPI/HTTP ([MS-OXNSPI] 3.1, [MS-OXCMAPIHTTP] 2.2.5), out of a directory. */
export class DirectoryNspiHost implements NspiHost {
  readonly #directory: Directory
  readonly #log: NspiLog

  constructor(directory: Directory, log: NspiLog) {
    this.#directory = directory
    this.#log = log
  }

  async open(principal: Principal): Promise<NspiSession> {
    return new DirectoryNspiSession(this.#directory, principal, this.#log)
  }
}

class DirectoryNspiSession implements NspiSession {
  readonly #books: AddressBooks
  readonly #log: NspiLog

  constructor(directory: Directory, principal: DirectoryPrincipal, log: NspiLog) {
    this.#books = new AddressBooks(directory, principal)
    this.#log = log
  }

  async handle(type: AnyNspiRequestType, fields: unknown, call: NspiCall): Promise<NspiResponseBody> {
    try {
      return await this.#answer(type, fields, call)
    } catch (error) {
      if (isMapiError(error)) return errorBody(type, fields, error.code)
      this.#log.error({ err: error, requestId: call.requestId, request: type.name }, 'an NSPI request failed')
      return errorBody(type, fields, ErrorCode.GeneralFailure)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #answer(type: AnyNspiRequestType, fields: unknown, call: NspiCall): Promise<NspiResponseBody> {
    const success = (body: object): NspiResponseBody =>
      ({ kind: 'success', errorCode: 0, auxiliaryBuffer: NO_BYTES, ...body }) as NspiResponseBody
    switch (type) {
      // NspiBind: [MS-OXNSPI] 3.1.4.1.1. CP_WINUNICODE, unknown code pages and guests are refused.
      case nspiRequestTypes.bind: {
        const { flags, state } = fields as NspiRequestOf<typeof nspiRequestTypes.bind>
        if ((flags & BindFlags.fAnonymousLogin) !== 0) return errorBody(type, fields, ErrorCode.NotSupported)
        if (state !== undefined) this.#books.in(state.codePage)
        return success({ serverGuid: this.#books.unicode.serverGuid })
      }
      case nspiRequestTypes.unbind:
        return success({ errorCode: NspiReturnValue.UnbindSuccess })
      case nspiRequestTypes.getMailboxUrl:
        return success({ serverUrl: call.urls.emsmdb() })
      case nspiRequestTypes.getAddressBookUrl:
        return success({ serverUrl: call.urls.nspi() })
      default: {
        const handle = HANDLERS[type.name]
        if (handle === undefined) return errorBody(type, fields, ErrorCode.NotSupported)
        return success(await handle(this.#books, fields as never))
      }
    }
  }
}
