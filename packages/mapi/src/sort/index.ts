export * from './sort-order.ts'
