import {
  checkProfile,
  firstSecret,
  memoryProfiles,
  memorySecrets,
  type Profile,
  ProfileError,
} from '@bourse/client'
import { describe, expect, it } from 'vitest'

const WORK: Profile = {
  name: 'work',
  services: [
    { name: 'mail', kind: 'messageStore', provider: 'exchange', settings: { address: 'ann@example.com' } },
    { name: 'archive', kind: 'messageStore', provider: 'local', settings: { directory: '/mail' } },
    { name: 'post', kind: 'transport', provider: '@example/carrier#pigeon', settings: {} },
  ],
  defaultStore: 'archive',
}

describe('a profile', () => {
  it('is in order as in the documentation', () => {
    expect(checkProfile(WORK)).toEqual([])
  })

  it.each([
    [42, 'A profile must be an object with a name and a list of services.'],
    [{ ...WORK, name: '../etc' }, 'The name of a profile must begin with a letter or digit'],
    [{ ...WORK, colour: 'red' }, 'The profile "work" has "colour", which is not known.'],
    [{ name: 'work' }, 'The profile "work" must have a list of services.'],
    [
      { ...WORK, defaultStore: 'post' },
      'has "post" as its default store, which is not one of its message stores',
    ],
    [
      { ...WORK, services: [WORK.services[0], WORK.services[0]], defaultStore: 'mail' },
      'Two services are called "mail".',
    ],
  ])('that is wrong is told what is wrong: %#', (profile, problem) => {
    expect(checkProfile(profile)).toEqual([expect.stringContaining(problem)])
  })

  it.each([
    [{ kind: 'fax' }, 'must be of a kind: "messageStore", "addressBook", "transport"'],
    [{ provider: 'rm -rf' }, 'must name its provider: a built-in one or an npm package'],
    [{ settings: undefined }, 'must have settings, if only {}'],
    [{ settings: { password: 'x' } }, 'has the setting "password", which belongs with the secrets'],
    [{ settings: { when: new Date() } }, 'has the setting "when", whose value cannot be kept in a file'],
    [{ account: '' }, 'has an account whose name does not'],
    [{ speed: 1 }, 'has "speed", which is not known'],
  ])('names the service that is wrong: %#', (change, problem) => {
    const profile = { name: 'work', services: [{ ...WORK.services[0], ...change }] }
    expect(checkProfile(profile)).toEqual([expect.stringContaining(`The service "mail" ${problem}`)])
  })
})

describe('profiles', () => {
  it('are kept, replaced, renamed and forgotten', async () => {
    const profiles = memoryProfiles()
    await profiles.put(WORK)
    await profiles.put({ name: 'home', services: [] })
    await profiles.put({ ...WORK, defaultStore: 'mail' })
    expect(await profiles.list()).toEqual(['work', 'home'])
    expect((await profiles.get('work'))?.defaultStore).toBe('mail')
    await profiles.rename('work', 'office')
    expect(await profiles.list()).toEqual(['office', 'home'])
    expect((await profiles.get('office'))?.name).toBe('office')
    expect(await profiles.delete('office')).toBe(true)
    expect(await profiles.delete('office')).toBe(false)
    expect(await profiles.get('office')).toBeUndefined()
  })

  it('have a default one: the one that was chosen, or the only one', async () => {
    const profiles = memoryProfiles(WORK)
    expect(await profiles.getDefault()).toBe('work')
    await profiles.put({ name: 'home', services: [] })
    expect(await profiles.getDefault()).toBeUndefined()
    await profiles.setDefault('home')
    await profiles.rename('home', 'house')
    expect(await profiles.getDefault()).toBe('house')
    await profiles.delete('house')
    expect(await profiles.getDefault()).toBe('work')
  })

  it('are refused when they are not in order, or not there', async () => {
    const profiles = memoryProfiles(WORK, { name: 'home', services: [] })
    await expect(profiles.put({ name: '', services: [] })).rejects.toThrow(ProfileError)
    await expect(profiles.rename('work', 'home')).rejects.toThrow('There is a profile "home" already.')
    await expect(profiles.rename('work', '/')).rejects.toThrow(ProfileError)
    await expect(profiles.setDefault('nowhere')).rejects.toThrow('There is no profile "nowhere".')
  })
})

describe('secrets', () => {
  const key = { profile: 'work', account: 'mail', name: 'password' }

  it('are kept by profile, account and name, and forgotten', async () => {
    const secrets = memorySecrets()
    await secrets.set(key, 'one')
    await secrets.set({ ...key, name: 'token' }, 'two')
    await secrets.set({ ...key, account: 'other' }, 'three')
    expect(await secrets.get(key)).toBe('one')
    await secrets.delete(key)
    expect(await secrets.get(key)).toBeUndefined()
    expect(await secrets.get({ ...key, name: 'token' })).toBe('two')
    await secrets.delete({ profile: 'work', account: 'mail' })
    expect(await secrets.get({ ...key, name: 'token' })).toBeUndefined()
    expect(await secrets.get({ ...key, account: 'other' })).toBe('three')
    await secrets.delete({ profile: 'work' })
    expect(await secrets.get({ ...key, account: 'other' })).toBeUndefined()
  })

  it('have names of their own only', async () => {
    const secrets = memorySecrets()
    expect(await secrets.get({ profile: 'constructor', account: 'name', name: 'length' })).toBeUndefined()
  })

  it('come from the first source that has them', async () => {
    const other = { ...key, name: 'token' }
    const secrets = firstSecret(
      memorySecrets({ work: { mail: { password: 'first' } } }),
      memorySecrets({ work: { mail: { password: 'second', token: 'third' } } }),
    )
    expect(await secrets.get(key)).toBe('first')
    expect(await secrets.get(other)).toBe('third')
    expect(await secrets.get({ ...key, profile: 'home' })).toBeUndefined()
  })
})
