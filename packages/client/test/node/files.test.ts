import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  environmentName,
  environmentSecrets,
  profileFile,
  secretsFile,
  userDirectory,
} from '@bourse/client/node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bourse-home-'))
})

afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

const HOME = { name: 'home', services: [] }

async function permissions(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777
}

describe('the file of profiles', () => {
  it('is made with its directory, and holds what was put there', async () => {
    const path = join(directory, 'new', 'profiles.json')
    expect(await profileFile(path).list()).toEqual([])
    await profileFile(path).put(HOME)
    expect(await profileFile(path).get('home')).toEqual(HOME)
    expect(await permissions(path)).toBe(0o600)
  })

  it('leaves no parts of itself behind', async () => {
    const path = join(directory, 'profiles.json')
    await profileFile(path).put(HOME)
    await profileFile(path).put({ ...HOME, name: 'work' })
    expect((await readdir(directory)).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('loses nothing when many change it at once', async () => {
    const path = join(directory, 'profiles.json')
    const names = Array.from({ length: 12 }, (_, i) => `profile ${i}`)
    await Promise.all(names.map((name) => profileFile(path).put({ name, services: [] })))
    expect([...(await profileFile(path).list())].sort()).toEqual([...names].sort())
  })

  it('keeps what it held when a change fails', async () => {
    const path = join(directory, 'profiles.json')
    await profileFile(path).put(HOME)
    const before = await readFile(path, 'utf8')
    await expect(profileFile(path).rename('work', 'home')).rejects.toThrow('There is no profile "work".')
    expect(await readFile(path, 'utf8')).toBe(before)
  })

  it.each([
    ['{', 'cannot be read'],
    ['null', 'It must hold an object.'],
    ['{"version":2,"profiles":[]}', 'It is of the version 2, and only 1 is known.'],
    ['{"version":1}', 'It must hold a list of profiles.'],
    ['{"version":1,"profiles":[{"name":"a"}]}', 'The profile "a" must have a list of services.'],
    [
      '{"version":1,"profiles":[{"name":"a","services":[]},{"name":"a","services":[]}]}',
      'Two profiles are called "a".',
    ],
    ['{"version":1,"profiles":[],"defaultProfile":"b"}', 'The default profile, "b", is not there.'],
  ])('that is wrong is told what is wrong: %s', async (text, problem) => {
    const path = join(directory, 'profiles.json')
    await writeFile(path, text)
    await expect(profileFile(path).list()).rejects.toThrow(problem)
  })
})

describe('the file of secrets', () => {
  const key = { profile: 'work', account: 'mail', name: 'password' }

  it('is readable for its owner only', async () => {
    const path = join(directory, 'secrets.json')
    await secretsFile(path).set(key, 'correct horse')
    expect(await secretsFile(path).get(key)).toBe('correct horse')
    expect(await permissions(path)).toBe(0o600)
  })

  it('is refused when others can read it', async () => {
    const path = join(directory, 'secrets.json')
    await secretsFile(path).set(key, 'correct horse')
    await chmod(path, 0o640)
    await expect(secretsFile(path).get(key)).rejects.toThrow('Others than you can read the file')
    await expect(secretsFile(path).set(key, 'x')).rejects.toThrow('make it private with chmod 600')
  })

  it('is not quoted when it is not in order', async () => {
    const path = join(directory, 'secrets.json')
    await writeFile(path, '{ correct horse', { mode: 0o600 })
    const error: unknown = await secretsFile(path)
      .get(key)
      .catch((reason: unknown) => reason)
    expect(String(error)).toContain('it is not JSON')
    expect(String(error)).not.toContain('horse')
    await writeFile(path, '{"work":"horse"}', { mode: 0o600 })
    await expect(secretsFile(path).get(key)).rejects.toThrow(
      'It must hold texts by profile, account and name.',
    )
  })
})

describe('the environment', () => {
  it('has secrets under names made of profile, account and name', async () => {
    const key = { profile: 'work', account: 'ann@example.com', name: 'password' }
    expect(environmentName(key)).toBe('BOURSE_SECRET_WORK_ANN_EXAMPLE_COM_PASSWORD')
    const secrets = environmentSecrets({ BOURSE_SECRET_WORK_ANN_EXAMPLE_COM_PASSWORD: 'x' })
    expect(await secrets.get(key)).toBe('x')
    expect(await secrets.get({ ...key, name: 'token' })).toBeUndefined()
  })

  it('says where a user’s files are', () => {
    expect(userDirectory({ BOURSE_HOME: '/b' }, 'linux')).toBe('/b')
    expect(userDirectory({ XDG_CONFIG_HOME: '/x' }, 'linux')).toBe('/x/bourse')
    expect(userDirectory({}, 'darwin')).toContain(join('Application Support', 'Bourse'))
  })
})
