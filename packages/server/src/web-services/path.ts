/** Where the web services are, as it is told to clients; any letter case will do. */
export const WEB_SERVICES_URL_PATH = '/EWS/Exchange.asmx'

/** The same path in lower case, as requests have it. */
export const WEB_SERVICES_PATH = WEB_SERVICES_URL_PATH.toLowerCase()
