import { ErrorCode, MapiError } from '@bourse/mapi'

/** Resolves after some milliseconds. Rejects with `UserCanceled` if the signal ends it before. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(new MapiError(ErrorCode.UserCanceled))
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(new MapiError(ErrorCode.UserCanceled))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
