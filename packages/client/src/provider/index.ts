/** What providers are made with, and found by. */
export { type MemoryTableOptions, matches, memoryTable } from '../table/index.ts'
export { BUILT_IN_PROVIDERS, type ProviderModules } from './built-in.ts'
export * from './kit/index.ts'
export {
  checkServices,
  type ProviderRegistry,
  type ProviderRegistryOptions,
  providerRegistry,
} from './registry.ts'
