export * from './contact-link-search-key.ts'
export * from './distribution-list-stream.ts'
