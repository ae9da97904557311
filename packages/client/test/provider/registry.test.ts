import { checkServices, type ProfileService, providerRegistry } from '@bourse/client'
import type { ServiceProvider } from '@bourse/mapi'
import { describe, expect, it } from 'vitest'

const SERVICE: ProfileService = { name: 'mail', kind: 'messageStore', provider: 'local', settings: {} }

function provider(kind: ServiceProvider['kind'], name: string): ServiceProvider {
  return { kind, name, open: () => Promise.reject(new Error('not opened here')) } as ServiceProvider
}

function packages(modules: Readonly<Record<string, unknown>>) {
  return (specifier: string): Promise<unknown> =>
    specifier in modules
      ? Promise.resolve(modules[specifier])
      : Promise.reject(Object.assign(new Error('gone'), { code: 'ERR_MODULE_NOT_FOUND' }))
}

describe('the registry', () => {
  it('knows the local provider', async () => {
    const found = await providerRegistry().find(SERVICE)
    expect([found.kind, found.name]).toEqual(['messageStore', 'local'])
  })

  it('prefers the providers at hand', async () => {
    const mine = provider('messageStore', 'local')
    expect(await providerRegistry({ providers: [mine] }).find(SERVICE)).toBe(mine)
  })

  it('loads packages, and takes their provider of the kind', async () => {
    const store = provider('messageStore', 'one')
    const book = provider('addressBook', 'one')
    const importModule = packages({ '@example/mail': { default: { providers: [book, store] } } })
    const registry = providerRegistry({ importModule })
    expect(await registry.find({ ...SERVICE, provider: '@example/mail' })).toBe(store)
    expect(await registry.find({ ...SERVICE, kind: 'addressBook', provider: '@example/mail' })).toBe(book)
    await expect(registry.find({ ...SERVICE, kind: 'transport', provider: '@example/mail' })).rejects.toThrow(
      'The service "mail" names the provider "@example/mail", which has none of the kind "transport".',
    )
  })

  it('chooses by name where a package has several of a kind', async () => {
    const [one, two] = [provider('messageStore', 'one'), provider('messageStore', 'two')]
    const registry = providerRegistry({
      importModule: packages({ both: { default: { providers: [one, two] } } }),
    })
    expect(await registry.find({ ...SERVICE, provider: 'both#two' })).toBe(two)
    await expect(registry.find({ ...SERVICE, provider: 'both' })).rejects.toThrow(
      'The service "mail" must choose between "both#one" or "both#two".',
    )
  })

  it.each([
    ['absent', {}, 'needs the package "absent", which is not installed here.'],
    ['empty', { empty: {} }, 'names the package "empty", which has no providers'],
    [
      'odd',
      { odd: { default: { providers: [{ kind: 'fax' }] } } },
      'names the package "odd", which has no providers',
    ],
  ])('says what is wrong with the package %s', async (name, modules, problem) => {
    const registry = providerRegistry({ importModule: packages(modules) })
    await expect(registry.find({ ...SERVICE, provider: name })).rejects.toThrow(
      `The service "mail" ${problem}`,
    )
  })

  it('checks all services of a profile', async () => {
    const profile = {
      name: 'work',
      services: [
        { ...SERVICE, settings: { directory: '', mailbox: '{X}', user: { legacyDn: '', rank: 1 }, size: 1 } },
        { ...SERVICE, name: 'other', provider: 'absent' },
      ],
    }
    const registry = providerRegistry({ importModule: packages({}) })
    expect(await checkServices(profile, registry)).toEqual([
      'The service "mail": The setting "directory" must name the directory of the mailboxes.',
      'The service "mail": The setting "mailbox" must be a GUID in lower case, without braces.',
      'The service "mail": The setting "size" is not known.',
      'The service "mail": The setting "user.legacyDn" must be a distinguished name.',
      'The service "mail": The setting "user.rank" is not known.',
      'The service "other" needs the package "absent", which is not installed here.',
    ])
  })
})
