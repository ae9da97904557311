import type { ServiceProvider } from '@bourse/mapi'
import { expectSame, expectThat, type TestFramework } from './framework.ts'
import { contextOf, type ProviderOptions } from './provider-options.ts'

/** Something that was opened for one test, and what it takes to close it. */
export interface Opened<T> extends AsyncDisposable {
  readonly opened: T
}

/** Opens what a provider gives, as a session would. */
export async function openWith<T extends AsyncDisposable>(
  provider: ServiceProvider,
  options: ProviderOptions,
): Promise<Opened<T>> {
  const { context, end } = contextOf(options)
  const opened = (await provider.open(options.settings, context)) as unknown as T
  return {
    opened,
    [Symbol.asyncDispose]: async () => {
      end()
      await opened[Symbol.asyncDispose]()
    },
  }
}

/** What holds for providers of all kinds. */
export function testProvider(
  { it }: TestFramework,
  provider: ServiceProvider,
  options: ProviderOptions,
): void {
  it('has a short name', async () => {
    expectThat(
      /^[a-z][a-z0-9-]*$/.test(provider.name),
      'The name should be lower case letters, digits and hyphens.',
    )
  })

  it('finds nothing wrong with its settings', async () => {
    expectSame(provider.validate?.(options.settings) ?? [], [], 'What is wrong')
  })

  if (options.wrongSettings !== undefined) {
    const { wrongSettings } = options
    it('says in sentences what is wrong with settings', async () => {
      const problems = provider.validate?.(wrongSettings) ?? []
      expectThat(problems.length > 0, 'The wrong settings should be objected to.')
      for (const problem of problems) expectThat(/\.$/.test(problem), `"${problem}" should be a sentence.`)
    })
  }

  it('can be opened several times at once, and again after it was closed', async () => {
    const first = await openWith(provider, options)
    const second = await openWith(provider, options)
    await first[Symbol.asyncDispose]()
    await second[Symbol.asyncDispose]()
    await using third = await openWith(provider, options)
    expectThat(third.opened !== undefined, 'It should open.')
  })
}
