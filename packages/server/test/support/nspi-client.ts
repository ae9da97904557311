import type { PropertyTag } from '@bourse/mapi'
import { type Codec, decodeWith, encodeWith } from '@bourse/mapi/bytes'
import {
  type AnyNspiRequestType,
  NspiCodePage,
  type NspiRequestOf,
  type NspiSuccessOf,
  nspiRequestTypes,
  PositioningMinimalId,
  SortType,
  type Stat,
} from '@bourse/wire/nspi'
import { type ClientOptions, MapiClient } from './mapi-client.ts'

type RequestTypes = typeof nspiRequestTypes

/** The fields of a request, without the auxiliary buffer. */
export type NspiFields<K extends keyof RequestTypes> = Omit<NspiRequestOf<RequestTypes[K]>, 'auxiliaryBuffer'>

const NO_BYTES = new Uint8Array(0)

/** A STAT at the beginning of the global address list, in the code page that each server must know. */
export const STAT: Stat = {
  sortType: SortType.SortTypeDisplayName,
  containerId: 0,
  currentRec: PositioningMinimalId.MID_BEGINNING_OF_TABLE,
  delta: 0,
  numPos: 0,
  totalRecs: 0,
  codePage: NspiCodePage.CP_TELETEX,
  templateLocale: 0x409,
  sortLocale: 0x409,
}

/** A plain client of the address book endpoint. */
export class NspiClient {
  readonly http: MapiClient

  constructor(options: ClientOptions) {
    this.http = new MapiClient(options)
  }

  /** Sends a request; fails if X-ResponseCode is not 0. `reserved` goes into the field of that name, the first of some requests. */
  async send<K extends keyof RequestTypes>(
    key: K,
    fields: NspiFields<K>,
    { reserved }: { readonly reserved?: number } = {},
  ): Promise<NspiSuccessOf<RequestTypes[K]>> {
    const type = nspiRequestTypes[key] as AnyNspiRequestType
    const bytes = encodeWith(type.request as Codec<unknown>, { ...fields, auxiliaryBuffer: NO_BYTES })
    if (reserved !== undefined) new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, reserved, true)
    const { inner, finalCode } = await this.http.send(type.header, bytes)
    if (inner === undefined || finalCode !== 0) throw new Error(`${type.header}: X-ResponseCode ${finalCode}`)
    const body = decodeWith(type.response as Codec<unknown>, inner.body) as { readonly kind: string }
    if (body.kind !== 'success') throw new Error(`${type.header}: StatusCode is not 0`)
    return body as NspiSuccessOf<RequestTypes[K]>
  }

  /** Begins a session; the GUID of the server. */
  async bind(state: Stat = STAT): Promise<string> {
    const { errorCode, serverGuid } = await this.send('bind', { flags: 0, state })
    if (errorCode !== 0) throw new Error(`Bind: ErrorCode 0x${errorCode.toString(16)}`)
    return serverGuid
  }

  /** Rows of a table or of an explicit one. */
  async rows(
    columns: readonly PropertyTag[] | undefined,
    options: Partial<NspiFields<'queryRows'>> = {},
  ): Promise<NspiSuccessOf<RequestTypes['queryRows']>> {
    const request = { flags: 0, state: STAT, explicitTable: [], rowCount: 5000, columns, ...options }
    return this.send('queryRows', request)
  }

  async matches(
    options: Partial<NspiFields<'getMatches'>>,
  ): Promise<NspiSuccessOf<RequestTypes['getMatches']>> {
    return this.send('getMatches', {
      state: STAT,
      minimalIds: undefined,
      filter: undefined,
      propertyName: undefined,
      rowCount: 5000,
      columns: undefined,
      ...options,
    })
  }
}
