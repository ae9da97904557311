export * from './channel-bindings.ts'
export * from './messages.ts'
export { type NtlmUser, ntlmUser } from './ntlm-v2.ts'
