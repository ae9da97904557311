import { ByteReader } from '../../bytes/byte-reader.ts'
import type { ByteWriter } from '../../bytes/byte-writer.ts'
import {
  type Codec,
  type CodecValue,
  constant,
  constantBytes,
  custom,
  guid,
  latin1z,
  type Reserved,
  struct,
  u8,
  u32,
} from '../../bytes/codec.ts'
import { rethrowWithin } from '../../bytes/decode-error.ts'
import { guidBytes } from '../../bytes/guid.ts'
import { PROVIDER_MAILBOX_STORE, PROVIDER_PUBLIC_STORE, PROVIDER_STORE_WRAP } from '../provider-uid.ts'

/** WrappedType of a store's entry ID ([MS-OXCDATA] 2.2.4.3). */
export const StoreWrappedType = {
  /** A mailbox: OPENSTORE_HOME_LOGON and OPENSTORE_TAKE_OWNERSHIP. */
  Mailbox: 0x0000_000c,
  /** Public folders: OPENSTORE_PUBLIC and OPENSTORE_HOME_LOGON. */
  PublicFolders: 0x0000_0006,
} as const

/**
 * What newer clients append to a mailbox's entry ID, so as to find the server without asking
 * (MDB_STORE_EID_V2 and MDB_STORE_EID_V3 of the MAPI headers).
 */
export type StoreEntryIdExtension =
  | {
      readonly version: 2
      /** Distinguished name of the server, one character per byte. */
      readonly serverDn?: string
      /** Domain name of the server. */
      readonly serverFqdn?: string
    }
  | {
      readonly version: 3
      /** SMTP address of the mailbox. */
      readonly smtpAddress?: string
    }

const DLL_FILE_NAME = 'EMSMDB.DLL'
const DLL_FILE_NAME_SIZE = 14

const V2_MAGIC = 0xf32135d8
const V2_VERSION = 1
const V2_SIZE = 20
const V3_MAGIC = 0xf43246e9
const V3_VERSION = 2
const V3_SIZE = 16

/** Written in capitals, read in any case. Other DLLs have entry IDs of another form behind it. */
const emsmdbDll: Codec<Reserved> = {
  shape: { kind: 'reserved' },
  minSize: DLL_FILE_NAME_SIZE,
  decode: (reader) => {
    const at = reader.offset
    const name = reader.latin1(DLL_FILE_NAME_SIZE).replace(/\0+$/, '')
    if (name.toUpperCase() !== DLL_FILE_NAME) reader.fail(`${DLL_FILE_NAME} expected`, at)
    return undefined as unknown as Reserved
  },
  encode: (writer) => {
    writer.latin1(DLL_FILE_NAME)
    writer.zeros(DLL_FILE_NAME_SIZE - DLL_FILE_NAME.length)
  },
}

/** There unless the entry ID ends, or its extension begins, in its place. */
const optionalMailboxDn: Codec<string | undefined> = custom(
  'MailboxDN',
  0,
  (reader) => (reader.remaining === 0 || magicAhead(reader) !== undefined ? undefined : reader.latin1z()),
  (writer, value) => {
    if (value !== undefined) writer.latin1z(value)
  },
)

const optionalExtension: Codec<StoreEntryIdExtension | undefined> = custom(
  'StoreEntryIdExtension',
  0,
  (reader) => {
    if (reader.remaining === 0) return undefined
    const magic = magicAhead(reader)
    if (magic === V2_MAGIC) return readV2(reader)
    if (magic === V3_MAGIC) return readV3(reader)
    return reader.fail('neither the end nor a known extension')
  },
  (writer, value) => {
    if (value?.version === 2) writeV2(writer, value.serverDn, value.serverFqdn)
    else if (value?.version === 3) writeV3(writer, value.smtpAddress)
  },
)

/**
 * Store Object EntryID ([MS-OXCDATA] 2.2.4.3): names a mailbox, or the public folders, and the server
 * they are on.
 */
export const storeEntryId = struct('Store Object EntryID', {
  flags: constant(u32, 0),
  providerUid: constantBytes(guidBytes(PROVIDER_STORE_WRAP)),
  version: constant(u8, 0),
  flag: constant(u8, 0),
  dllFileName: emsmdbDll,
  wrappedFlags: constant(u32, 0),
  /** {@link PROVIDER_MAILBOX_STORE} or {@link PROVIDER_PUBLIC_STORE}. */
  wrappedProviderUid: guid,
  /** See {@link StoreWrappedType}. */
  wrappedType: u32,
  /** The server's short name, or what a mailbox is found by instead. One character per byte. */
  serverShortname: latin1z,
  /** Distinguished name of the mailbox; none for public folders. One character per byte. */
  mailboxDn: optionalMailboxDn,
  extension: optionalExtension,
})
export type StoreEntryId = CodecValue<typeof storeEntryId>

/** The entry ID of a mailbox. */
export function mailboxStoreEntryId(
  serverShortname: string,
  mailboxDn: string,
  extension?: StoreEntryIdExtension,
): StoreEntryId {
  return {
    wrappedProviderUid: PROVIDER_MAILBOX_STORE,
    wrappedType: StoreWrappedType.Mailbox,
    serverShortname,
    mailboxDn,
    ...(extension && { extension }),
  }
}

/** The entry ID of the public folders. */
export function publicStoreEntryId(serverShortname: string): StoreEntryId {
  return {
    wrappedProviderUid: PROVIDER_PUBLIC_STORE,
    wrappedType: StoreWrappedType.PublicFolders,
    serverShortname,
  }
}

/** Whether the bytes of an entry ID with the store provider's UID name the DLL of an Exchange store. */
export function isEmsmdbStore(bytes: Uint8Array): boolean {
  const header = 4 + 16 + 2
  if (bytes.length < header + DLL_FILE_NAME_SIZE) return false
  const name = new ByteReader(bytes, header).latin1(DLL_FILE_NAME_SIZE)
  return name.replace(/\0+$/, '').toUpperCase() === DLL_FILE_NAME
}

function magicAhead(reader: ByteReader): number | undefined {
  if (reader.remaining < 4) return undefined
  const magic = reader.view.getUint32(reader.offset, true)
  return magic === V2_MAGIC || magic === V3_MAGIC ? magic : undefined
}

function readV2(reader: ByteReader): StoreEntryIdExtension {
  try {
    const block = readBlock(reader, V2_VERSION, V2_SIZE)
    const dn = readOffset(reader, block)
    const fqdn = readOffset(reader, block)
    reader.take(reader.remaining)
    return {
      version: 2,
      ...(dn && { serverDn: dn.latin1z() }),
      ...(fqdn && { serverFqdn: fqdn.utf16z() }),
    }
  } catch (error) {
    rethrowWithin(error, 'MDB_STORE_EID_V2')
  }
}

function readV3(reader: ByteReader): StoreEntryIdExtension {
  try {
    const block = readBlock(reader, V3_VERSION, V3_SIZE)
    const address = readOffset(reader, block)
    reader.take(reader.remaining)
    return { version: 3, ...(address && { smtpAddress: address.utf16z() }) }
  } catch (error) {
    rethrowWithin(error, 'MDB_STORE_EID_V3')
  }
}

interface Block {
  readonly start: number
  readonly headerSize: number
}

/** Reads what both extensions begin with: magic, size and version. They reach to the end of the entry ID. */
function readBlock(reader: ByteReader, version: number, headerSize: number): Block {
  const start = reader.offset
  const { remaining } = reader
  reader.u32()
  const size = reader.u32()
  if (size < headerSize || size > remaining) reader.fail(`${size} bytes announced, ${remaining} there`, start)
  const at = reader.offset
  const found = reader.u32()
  if (found !== version) reader.fail(`version ${found}`, at)
  return { start, headerSize }
}

/** A reader of the string that an offset from the start of the extension leads to; 0 stands for none. */
function readOffset(reader: ByteReader, block: Block): ByteReader | undefined {
  const at = reader.offset
  const offset = reader.u32()
  if (offset === 0) return undefined
  const target = block.start + offset
  if (offset < block.headerSize || target > reader.end) reader.fail(`offset ${offset} leads nowhere`, at)
  return new ByteReader(reader.bytes, target, reader.end)
}

/** After the strings stand two bytes of zero, which the size includes. */
const TRAILER_SIZE = 2

function writeV2(writer: ByteWriter, serverDn: string | undefined, serverFqdn: string | undefined): void {
  const dnSize = serverDn === undefined ? 0 : serverDn.length + 1
  const fqdnSize = serverFqdn === undefined ? 0 : 2 * serverFqdn.length + 2
  writer.u32(V2_MAGIC)
  writer.u32(V2_SIZE + dnSize + fqdnSize + TRAILER_SIZE)
  writer.u32(V2_VERSION)
  writer.u32(dnSize === 0 ? 0 : V2_SIZE)
  writer.u32(fqdnSize === 0 ? 0 : V2_SIZE + dnSize)
  if (serverDn !== undefined) writer.latin1z(serverDn)
  if (serverFqdn !== undefined) writer.utf16z(serverFqdn)
  writer.zeros(TRAILER_SIZE)
}

function writeV3(writer: ByteWriter, smtpAddress: string | undefined): void {
  const addressSize = smtpAddress === undefined ? 0 : 2 * smtpAddress.length + 2
  writer.u32(V3_MAGIC)
  writer.u32(V3_SIZE + addressSize + TRAILER_SIZE)
  writer.u32(V3_VERSION)
  writer.u32(addressSize === 0 ? 0 : V3_SIZE)
  if (smtpAddress !== undefined) writer.utf16z(smtpAddress)
  writer.zeros(TRAILER_SIZE)
}
