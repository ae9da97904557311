export { type Clock, SYSTEM_CLOCK } from './clock.ts'
export { SERVICE_RETRY_PAUSE } from './service.ts'
export { type OpenSessionOptions, openSession, type ProfileSession } from './session.ts'
