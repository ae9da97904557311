import { ErrorCode, MapiError, type OperationOptions, type SyncEvent, type SyncExporter } from '@bourse/mapi'

/** An exporter of events that are made one after the other; progress is told of changes only. */
export function exporterOf(
  total: number,
  events: () => AsyncGenerator<SyncEvent>,
  { signal, onProgress }: OperationOptions,
): SyncExporter {
  let isStarted = false
  return {
    total,
    async *[Symbol.asyncIterator]() {
      if (isStarted) throw new MapiError(ErrorCode.GeneralFailure)
      isStarted = true
      let completed = 0
      for await (const event of events()) {
        if (signal?.aborted === true) throw new MapiError(ErrorCode.UserCanceled)
        yield event
        if (event.kind === 'messageChange' || event.kind === 'folderChange') {
          completed = Math.min(completed + 1, total)
          onProgress?.({ completed, total })
        }
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}
