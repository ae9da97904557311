import { type Codec, counted, latin1z, u16 } from '../bytes/index.ts'

/**
 * PidLidContactLinkSearchKey ([MS-OXCMSG] 2.2.1.59.4): the search keys of the contacts that a message is
 * linked to, each without its terminating null.
 */
export const contactLinkSearchKeyCodec: Codec<readonly string[]> = counted(u16, latin1z)
