import { ProfileError, parseProfile } from './check-profile.ts'
import type { Profile } from './profile.ts'

/** Where a user's profiles are kept. */
export interface ProfileStore {
  /** The names of all profiles, in the order in which they were made. */
  list(): Promise<readonly string[]>
  /** The profile of this name, or `undefined`. Throws {@link ProfileError} if what is kept is not in order. */
  get(name: string): Promise<Profile | undefined>
  /** Keeps a profile, in the place of the one of the same name if there is one. Throws {@link ProfileError} if it is not in order. */
  put(profile: Profile): Promise<void>
  /** Forgets a profile; returns whether there was one. */
  delete(name: string): Promise<boolean>
  /** Gives a profile another name. Throws {@link ProfileError} if there is none, or one of the new name. */
  rename(name: string, newName: string): Promise<void>
  /** The profile to use where none is named: the one chosen with {@link setDefault}, else the only one there is. */
  getDefault(): Promise<string | undefined>
  /** Chooses the profile to use where none is named. Throws {@link ProfileError} if there is none of this name. */
  setDefault(name: string): Promise<void>
}

/** All that a {@link ProfileStore} keeps. */
export interface ProfileSet {
  readonly defaultProfile?: string
  readonly profiles: readonly Profile[]
}

/** Where a {@link ProfileSet} is read from and written to as a whole. */
export interface ProfileMedium {
  read(): Promise<ProfileSet>
  /** Replaces the set by what `change` makes of it; nobody else changes it meanwhile. */
  update(change: (set: ProfileSet) => ProfileSet): Promise<void>
}

/** Profiles over something that keeps all of them together. */
export function profileStoreOver(medium: ProfileMedium): ProfileStore {
  return {
    list: async () => (await medium.read()).profiles.map((profile) => profile.name),
    get: async (name) => (await medium.read()).profiles.find((profile) => profile.name === name),
    async put(profile) {
      parseProfile(profile)
      await medium.update((set) => {
        const isKnown = set.profiles.some(({ name }) => name === profile.name)
        return {
          ...set,
          profiles: isKnown
            ? set.profiles.map((known) => (known.name === profile.name ? profile : known))
            : [...set.profiles, profile],
        }
      })
    },
    async delete(name) {
      let existed = false
      await medium.update((set) => {
        existed = set.profiles.some((profile) => profile.name === name)
        const { defaultProfile, ...rest } = set
        return {
          ...rest,
          ...(defaultProfile === undefined || defaultProfile === name ? {} : { defaultProfile }),
          profiles: set.profiles.filter((profile) => profile.name !== name),
        }
      })
      return existed
    },
    async rename(name, newName) {
      await medium.update((set) => {
        const profile = requireProfile(set, name)
        if (name !== newName && set.profiles.some((known) => known.name === newName)) {
          throw new ProfileError([`There is a profile "${newName}" already.`])
        }
        const renamed = parseProfile({ ...profile, name: newName })
        return {
          ...set,
          ...(set.defaultProfile === name ? { defaultProfile: newName } : {}),
          profiles: set.profiles.map((known) => (known.name === name ? renamed : known)),
        }
      })
    },
    async getDefault() {
      const { defaultProfile, profiles } = await medium.read()
      return defaultProfile ?? (profiles.length === 1 ? profiles[0]!.name : undefined)
    },
    async setDefault(name) {
      await medium.update((set) => {
        requireProfile(set, name)
        return { ...set, defaultProfile: name }
      })
    },
  }
}

/** Profiles that last as long as the program: for tests, and for browsers that keep them elsewhere. */
export function memoryProfiles(...profiles: readonly Profile[]): ProfileStore {
  let set: ProfileSet = { profiles: profiles.map(parseProfile) }
  return profileStoreOver({
    read: async () => set,
    update: async (change) => {
      set = change(set)
    },
  })
}

function requireProfile(set: ProfileSet, name: string): Profile {
  const profile = set.profiles.find((known) => known.name === name)
  if (profile === undefined) throw new ProfileError([`There is no profile "${name}".`])
  return profile
}
