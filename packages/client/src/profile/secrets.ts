/** Which secret is meant. */
export interface SecretKey {
  readonly profile: string
  /** The account of the service; the service's name unless its profile says otherwise. */
  readonly account: string
  /** What the provider calls it: `password`, `token` … */
  readonly name: string
}

/** Where secrets come from. */
export interface SecretSource {
  /** The secret, or `undefined` if none is kept under this key. */
  get(key: SecretKey): Promise<string | undefined>
}

/** Where secrets are kept, too. */
export interface SecretStore extends SecretSource {
  set(key: SecretKey, value: string): Promise<void>
  /** Forgets a secret; all of an account if `name` is left out, all of a profile if `account` is as well. */
  delete(key: { readonly profile: string; readonly account?: string; readonly name?: string }): Promise<void>
}

/** Secrets by profile, account and name. */
export type SecretTree = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>

/** Asks one source after the other. */
export function firstSecret(...sources: readonly SecretSource[]): SecretSource {
  return {
    async get(key) {
      for (const source of sources) {
        const value = await source.get(key)
        if (value !== undefined) return value
      }
      return undefined
    },
  }
}

/** Secrets that last as long as the program. */
export function memorySecrets(tree: SecretTree = {}): SecretStore {
  let secrets = tree
  return secretStoreOver({
    read: async () => secrets,
    update: async (change) => {
      secrets = change(secrets)
    },
  })
}

/** Secrets over something that keeps all of them together. */
export function secretStoreOver(medium: {
  read(): Promise<SecretTree>
  update(change: (tree: SecretTree) => SecretTree): Promise<void>
}): SecretStore {
  return {
    get: async ({ profile, account, name }) => own(own(own(await medium.read(), profile), account), name),
    set: ({ profile, account, name }, value) =>
      medium.update((tree) => ({
        ...tree,
        [profile]: {
          ...own(tree, profile),
          [account]: { ...own(own(tree, profile), account), [name]: value },
        },
      })),
    delete: ({ profile, account, name }) =>
      medium.update((tree) => {
        const accounts = own(tree, profile)
        if (account === undefined || accounts === undefined) return without(tree, profile)
        const names = own(accounts, account)
        const left = name === undefined || names === undefined ? {} : without(names, name)
        const others = without(accounts, account)
        return {
          ...tree,
          [profile]: Object.keys(left).length === 0 ? others : { ...others, [account]: left },
        }
      }),
  }
}

/** A property of the object's own: names come from people, and may be `constructor`. */
function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))
}
