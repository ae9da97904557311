/** The MAPI server: MAPI over HTTP, the address book protocol and Autodiscover over the store engine. */
export * from './administration/index.ts'
export {
  ConfigurationError,
  defaultSettings,
  exampleConfiguration,
  loadSettings,
  parseSettings,
  type Settings,
} from './config/index.ts'
export { askStatus, askToApply, ServerRefusal } from './control/index.ts'
export { createLog, type Log, silentLog } from './log/index.ts'
export { type ServeOptions, serve } from './serve.ts'
export { type BourseServer, startServer } from './server.ts'
