/** The MAPI server: MAPI over HTTP, the address book protocol and Autodiscover over the store engine. */
export {
  ConfigurationError,
  defaultSettings,
  exampleConfiguration,
  loadSettings,
  parseSettings,
  type Settings,
} from './config/index.ts'
export { askStatus, askToApply } from './control/index.ts'
export { createLog, type Log, silentLog } from './log/index.ts'
export { type BourseServer, startServer } from './server.ts'
