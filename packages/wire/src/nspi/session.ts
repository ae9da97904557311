import { guid, reserved, u32 } from '@bourse/mapi/bytes'
import { AddressBookRequestType } from '../http/index.ts'
import { optionalStat } from './common.ts'
import { defineNspi } from './definition.ts'

/** Opens a session ([MS-OXCMAPIHTTP] 2.2.5.1). */
export const bind = defineNspi({
  name: 'Bind',
  header: AddressBookRequestType.Bind,
  section: '2.2.5.1',
  method: 'NspiBind',
  request: {
    /** `BindFlags`. */
    flags: u32,
    state: optionalStat,
  },
  success: {
    /** Names the server: minimal and ephemeral entry IDs hold for it alone. */
    serverGuid: guid,
  },
})

/** Ends the session ([MS-OXCMAPIHTTP] 2.2.5.2). Its ErrorCode is UnbindSuccess or UnbindFailure of `NspiReturnValue`. */
export const unbind = defineNspi({
  name: 'Unbind',
  header: AddressBookRequestType.Unbind,
  section: '2.2.5.2',
  method: 'NspiUnbind',
  request: { reserved: reserved(u32) },
  success: {},
})
