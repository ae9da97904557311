import { ErrorCode, MapiError } from '@bourse/mapi'
import {
  fastTransferDestinationConfigure,
  fastTransferDestinationPutBuffer,
  fastTransferDestinationPutBufferExtended,
  fastTransferSourceCopyFolder,
  fastTransferSourceCopyMessages,
  fastTransferSourceCopyProperties,
  fastTransferSourceCopyTo,
  fastTransferSourceGetBuffer,
  tellVersion,
} from '@bourse/wire/rop'
import type { RopCall } from './call.ts'
import { handler } from './handler.ts'

/** Answers what this server does not do. */
export async function unsupported(call: RopCall): Promise<never> {
  // Looked at for the errors of handles.
  void call.logon
  throw new MapiError(ErrorCode.NotSupported)
}

/** Fast transfer ROPs ([MS-OXCFXICS] 3.2.5.8). */
export const fastTransferHandlers = [
  handler(fastTransferSourceCopyFolder, unsupported),
  handler(fastTransferSourceCopyMessages, unsupported),
  handler(fastTransferSourceCopyProperties, unsupported),
  handler(fastTransferSourceCopyTo, unsupported),
  handler(fastTransferSourceGetBuffer, unsupported),
  handler(fastTransferDestinationConfigure, unsupported),
  handler(fastTransferDestinationPutBuffer, unsupported),
  handler(fastTransferDestinationPutBufferExtended, unsupported),
  handler(tellVersion, unsupported),
] as const
