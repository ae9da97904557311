export { type Authenticity, type AuthenticityQuestion, checkAuthenticity } from './check-authenticity.ts'
export { type DnsQuestion, systemDns, withDeadline } from './dns-questions.ts'
export { FOREIGN_NAME, forgedResults } from './forged-results.ts'
export { type Network, networkTest, parseNetwork } from './networks.ts'
