import { resolve } from 'node:path'
import { StoreEngine } from '../engine.ts'

/** An engine and how many use it. */
interface Shared {
  readonly engine: Promise<StoreEngine>
  users: number
}

/** The engines of this process by directory: a mailbox can be open in one of them only. */
const engines = new Map<string, Shared>()

/** An engine that one or several services of this process use; it is closed when the last one has given it back. */
export interface EngineUse extends AsyncDisposable {
  readonly engine: StoreEngine
}

/** The engine over a directory, which is made if it is not there. */
export async function useEngine(directory: string): Promise<EngineUse> {
  const path = resolve(directory)
  let shared = engines.get(path)
  if (shared === undefined) {
    shared = { engine: StoreEngine.open(path), users: 0 }
    engines.set(path, shared)
  }
  const used = shared
  used.users++
  let isGivenBack = false
  async function giveBack(): Promise<void> {
    if (isGivenBack) return
    isGivenBack = true
    used.users--
    if (used.users > 0) return
    engines.delete(path)
    await (await used.engine)[Symbol.asyncDispose]()
  }
  try {
    return { engine: await used.engine, [Symbol.asyncDispose]: giveBack }
  } catch (error) {
    used.users--
    engines.delete(path)
    throw error
  }
}
