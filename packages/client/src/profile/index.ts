export * from './check-profile.ts'
export * from './profile.ts'
export * from './profile-store.ts'
export * from './secrets.ts'
