import { type ExchangeProviders, exchangeProviders } from '../exchange/provider/index.ts'
import { ntlmFetch } from './ntlm-fetch.ts'
import { resolveSrv } from './resolve-srv.ts'

/** The providers for Exchange, Exchange Online and Bourse with what Node has and browsers do not: NTLM, and SRV records for Autodiscover. */
export const nodeExchangeProviders: ExchangeProviders = exchangeProviders({
  ntlmFetch: (user, password) => ntlmFetch({ user, password }),
  resolveSrv,
})

export default nodeExchangeProviders
