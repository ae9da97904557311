import type { Principal } from '@bourse/store'

/** Somebody who may log on. */
export interface Account {
  /** Identifies the account for as long as it exists. */
  readonly id: string
  readonly principal: Principal
  /** Changes with the password, and when the account is disabled or enabled: what was verified before counts no more. */
  readonly credentialVersion: number
}

/** A name and a password, as one of the encodings gives them that clients use. */
export interface PasswordCandidate {
  readonly name: string
  readonly password: string
}

/** The accounts of the directory, as far as authentication needs them. */
export interface AccountSource {
  /**
   * The account of the first candidate whose name and password fit; names are addresses, login names (UPN) or
   * `DOMAIN\user`. Takes as long for a name that nobody has as for one with another password.
   */
  verify(candidates: readonly PasswordCandidate[]): Promise<Account | undefined>
  /** The account of an address, a login name or `DOMAIN\user`, if it is there and enabled. */
  find(name: string): Promise<Account | undefined>
  /** The account of an ID, if it is there and enabled. */
  get(id: string): Promise<Account | undefined>
}
