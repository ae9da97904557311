export * from './authenticated-fetch.ts'
export * from './basic.ts'
export * from './ntlm/index.ts'
