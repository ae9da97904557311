import type { Profile } from '../../profile/index.ts'
import { EXCHANGE } from './providers.ts'
import type { ExchangeSettings } from './settings.ts'

export interface ExchangeProfileOptions
  extends Omit<ExchangeSettings, 'address' | 'mailbox' | 'publicFolders'> {
  /** The profile's name; the address if left out. */
  readonly name?: string
}

/**
 * A profile of one account with Exchange, Exchange Online or Bourse: mailbox, address book and transport. Its secrets (`password` or `token`) belong to
 * the account of the same name as the profile.
 *
 * ```ts
 * const session = await openSession(exchangeProfile('alice@example.com'), { secrets })
 * ```
 */
export function exchangeProfile(address: string, options: ExchangeProfileOptions = {}): Profile {
  const { name = address, ...rest } = options
  const settings = { address, ...rest }
  const common = { provider: EXCHANGE, account: name, settings }
  return {
    name,
    services: [
      { name: 'mailbox', kind: 'messageStore', ...common },
      { name: 'address book', kind: 'addressBook', ...common },
      { name: 'transport', kind: 'transport', ...common },
    ],
    defaultStore: 'mailbox',
  }
}
