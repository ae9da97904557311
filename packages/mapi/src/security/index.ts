export * from './ace.ts'
export * from './acl.ts'
export * from './security-descriptor.ts'
export * from './sid.ts'
