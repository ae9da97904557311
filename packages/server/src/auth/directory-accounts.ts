import { type Directory, type DirectoryObject, hasMailbox } from '@bourse/directory'
import type { Account, AccountSource, PasswordCandidate } from './account.ts'

/** How often changes that other processes make are looked for, in milliseconds. */
const REFRESH_INTERVAL = 1000

/** The accounts of a directory. Those in use are remembered, until anything in the directory changes. */
export class DirectoryAccounts implements AccountSource, Disposable {
  readonly #directory: Directory
  readonly #accounts = new Map<string, Promise<Account | undefined>>()
  readonly #stopListening: () => void
  readonly #timer: NodeJS.Timeout

  /** @param onError is told when the directory cannot be read */
  constructor(directory: Directory, onError: (error: unknown) => void) {
    this.#directory = directory
    this.#stopListening = directory.onChange(() => this.#accounts.clear())
    this.#timer = setInterval(() => {
      directory.refresh().catch(onError)
    }, REFRESH_INTERVAL)
    this.#timer.unref()
  }

  async verify(candidates: readonly PasswordCandidate[]): Promise<Account | undefined> {
    for (const { name, password } of candidates) {
      const result = await this.#directory.authenticate(name, password)
      if (result.kind === 'authenticated') return this.#accountOf(result.user)
    }
    return undefined
  }

  async find(name: string): Promise<Account | undefined> {
    const user = await this.#directory.find(name.slice(name.indexOf('\\') + 1))
    return user === undefined ? undefined : this.#accountOf(user)
  }

  get(id: string): Promise<Account | undefined> {
    let account = this.#accounts.get(id)
    if (account === undefined) {
      account = this.#read(id)
      this.#accounts.set(id, account)
      account.catch(() => this.#accounts.delete(id))
    }
    return account
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#stopListening()
  }

  async #read(id: string): Promise<Account | undefined> {
    const user = await this.#directory.get(Number(id))
    return user === undefined ? undefined : this.#accountOf(user)
  }

  async #accountOf({
    id,
    kind,
    isEnabled,
    credentialVersion,
  }: DirectoryObject): Promise<Account | undefined> {
    if (!hasMailbox(kind) || !isEnabled) return undefined
    const principal = await this.#directory.principalOf(id)
    return principal && { id: String(id), principal, credentialVersion }
  }
}
