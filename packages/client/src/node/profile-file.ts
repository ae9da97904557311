import { join } from 'node:path'
import { checkProfile, type ProfileSet, type ProfileStore, profileStoreOver } from '../profile/index.ts'
import { jsonFile } from './json-file.ts'
import { userDirectory } from './user-directory.ts'

/** Version of the layout of the file, so that later ones can tell what they read. */
const VERSION = 1

interface ProfileFile extends ProfileSet {
  readonly version: number
}

/**
 * A user's profiles in one file, `profiles.json` of {@link userDirectory} if left out. It is replaced as a whole at each change; several processes
 * may use it.
 */
export function profileFile(path: string = join(userDirectory(), 'profiles.json')): ProfileStore {
  const file = jsonFile<ProfileFile>({
    path,
    empty: { version: VERSION, profiles: [] },
    check: checkFile,
  })
  return profileStoreOver({
    read: () => file.read(),
    update: (change) => file.update((set) => ({ version: VERSION, ...change(set) })),
  })
}

function checkFile(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return ['It must hold an object.']
  const { version, profiles, defaultProfile } = value as Record<string, unknown>
  if (version !== VERSION) return [`It is of the version ${String(version)}, and only ${VERSION} is known.`]
  if (!Array.isArray(profiles)) return ['It must hold a list of profiles.']
  const names = profiles.map((profile: unknown) => (profile as { readonly name?: unknown } | null)?.name)
  const problems = profiles.flatMap(checkProfile)
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) !== i) problems.push(`Two profiles are called "${String(name)}".`)
  }
  if (defaultProfile !== undefined && !names.includes(defaultProfile)) {
    problems.push(`The default profile, "${String(defaultProfile)}", is not there.`)
  }
  return problems
}
