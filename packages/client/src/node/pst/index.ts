import { ErrorCode, MapiError, type MessageStoreProvider, type ProviderModule } from '@bourse/mapi'
import { PstStore } from './pst-store.ts'

export { PstStore } from './pst-store.ts'

/**
 * The message store provider over PST and OST files ([MS-PST]), which are only read:
 *
 * ```ts
 * { name: 'archive', kind: 'messageStore', provider: 'pst', settings: { path: '/home/ann/archive.pst' } }
 * ```
 */
export const pstStoreProvider: MessageStoreProvider = {
  kind: 'messageStore',
  name: 'pst',
  validate({ path }) {
    return typeof path === 'string' && path !== '' ? [] : ['"path" must be the path of a PST file.']
  },
  async open({ path }) {
    if (typeof path !== 'string') throw new MapiError(ErrorCode.InvalidParameter)
    return PstStore.open(path)
  },
}

const module: ProviderModule = { providers: [pstStoreProvider] }
export default module
