export * as ErrorCode from './codes.ts'
export * from './isam.ts'
export * from './mapi-error.ts'
export * from './names.ts'
