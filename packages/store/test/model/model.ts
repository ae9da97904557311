/** A mailbox as plainly as it can be thought: folders that hold folders and messages. What the engine is compared with. */
export interface ModelMessage {
  readonly id: bigint
  subject: string
  body: string
  importance: number
  isRead: boolean
}

export class ModelFolder {
  readonly id: bigint
  name: string
  parent: ModelFolder | undefined
  readonly folders = new Set<ModelFolder>()
  readonly messages = new Map<bigint, ModelMessage>()

  constructor(id: bigint, name: string, parent: ModelFolder | undefined) {
    this.id = id
    this.name = name
    this.parent = parent
    parent?.folders.add(this)
  }

  /** This folder and all below it. */
  *all(): Generator<ModelFolder> {
    yield this
    for (const folder of this.folders) yield* folder.all()
  }

  child(name: string): ModelFolder | undefined {
    return [...this.folders].find((folder) => folder.name.toLowerCase() === name.toLowerCase())
  }

  isWithin(other: ModelFolder): boolean {
    return this === other || (this.parent?.isWithin(other) ?? false)
  }

  moveTo(parent: ModelFolder): void {
    this.parent?.folders.delete(this)
    this.parent = parent
    parent.folders.add(this)
  }
}
