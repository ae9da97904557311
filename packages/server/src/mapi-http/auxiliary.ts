import { ErrorCode } from '@bourse/mapi'
import {
  type AuxiliaryBlock,
  EndpointCapabilityFlags,
  MAX_AUXILIARY_BUFFER_SIZE,
  OrgFlags,
  packAuxiliary,
  ServerCapabilityFlags,
} from '@bourse/wire/http'
import { RPC_HEADER_EXT_SIZE } from '@bourse/wire/rpc'
import { SERVER_APPLICATION } from './server-version.ts'

const { PUBLIC_FOLDERS_ENABLED, USE_AUTODISCOVER_FOR_PUBLIC_FOLDER_CONFIGURATION } = OrgFlags
const {
  PACKED_FAST_TRANSFER_UPLOAD_BUFFERS,
  PACKED_WRITE_STREAM_UPLOAD_BUFFERS,
  ULTRA_LARGE_PACKED_DOWNLOAD_BUFFERS,
} = ServerCapabilityFlags

/** What the server tells a client when it connects, as Exchange 2019 does ([MS-OXCRPC] 3.1.4.1.2.1). */
const CONNECT_BLOCKS: readonly AuxiliaryBlock[] = [
  {
    kind: 'AUX_TYPE_SERVER_CAPABILITIES',
    serverCapabilityFlags:
      PACKED_FAST_TRANSFER_UPLOAD_BUFFERS |
      PACKED_WRITE_STREAM_UPLOAD_BUFFERS |
      ULTRA_LARGE_PACKED_DOWNLOAD_BUFFERS,
  },
  {
    kind: 'AUX_TYPE_EXORGINFO',
    orgFlags: PUBLIC_FOLDERS_ENABLED | USE_AUTODISCOVER_FOR_PUBLIC_FOLDER_CONFIGURATION,
  },
  {
    kind: 'AUX_TYPE_ENDPOINT_CAPABILITIES',
    endpointCapabilityFlag: EndpointCapabilityFlags.ENDPOINT_CAPABILITIES_SINGLE_ENDPOINT,
  },
]

/** AuxiliaryBuffer of the response to Connect. `session` is for the log of the client. */
export function connectAuxiliary(session: string): Uint8Array {
  const blocks: AuxiliaryBlock[] = [
    ...CONNECT_BLOCKS,
    { kind: 'AUX_SERVER_SESSION_INFO', serverSessionContextInfo: `${SERVER_APPLICATION};${session}` },
  ]
  return packAuxiliary(blocks, { compress: false, obfuscate: false })
}

/** AuxiliaryBuffer of a response that has nothing to add. */
export const NO_AUXILIARY = new Uint8Array(0)

/**
 * The error code for an AuxiliaryBuffer of a request that has a size it cannot have ([MS-OXCRPC] 3.1.4.1, 3.1.4.2,
 * `cbAuxIn`), else 0. What stands in it only informs, and is not read.
 */
export function auxiliaryError({ length }: Uint8Array): number {
  if (length > MAX_AUXILIARY_BUFFER_SIZE) return ErrorCode.RpcFormat
  if (length > 0 && length < RPC_HEADER_EXT_SIZE) return ErrorCode.NetworkError
  return ErrorCode.Success
}
