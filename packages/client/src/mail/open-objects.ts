type Dispose = () => PromiseLike<void>

/** What a session has open, so that it can give everything back when it ends. */
export class OpenObjects implements AsyncDisposable {
  readonly #open = new Map<object, Dispose>()

  /** Keeps `owner`, whose resources `dispose` gives back. */
  add<T extends object>(owner: T, dispose: Dispose): T {
    this.#open.set(owner, dispose)
    return owner
  }

  /** Gives back what one of them holds; does nothing if that has happened already. */
  async close(owner: object): Promise<void> {
    const dispose = this.#open.get(owner)
    this.#open.delete(owner)
    await dispose?.()
  }

  /** Gives back everything, the newest first. What fails is left to the server, which drops it with the session. */
  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#open.values()].reverse()
    this.#open.clear()
    await Promise.allSettled(all.map((dispose) => dispose()))
  }
}
