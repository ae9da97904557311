import { type ApplicationVersion, formatServerApplication } from '@bourse/wire/http'

/** What the server says it is compatible with: X-ServerApplication ([MS-OXCMAPIHTTP] 2.2.3.3.7). */
export const SERVER_VERSION: ApplicationVersion = {
  product: 'Exchange',
  major: 15,
  minor: 20,
  buildMajor: 8000,
  buildMinor: 0,
}

export const SERVER_APPLICATION = formatServerApplication(SERVER_VERSION)
