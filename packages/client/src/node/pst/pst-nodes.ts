import { ErrorCode, MapiError } from '@bourse/mapi'
import { PSTFile } from 'pst-extractor'
import type { DescriptorIndexNode } from 'pst-extractor/dist/DescriptorIndexNode.class.js'
import type { PSTDescriptorItem } from 'pst-extractor/dist/PSTDescriptorItem.class.js'
import { PSTNodeInputStream } from 'pst-extractor/dist/PSTNodeInputStream.class.js'
import { PSTTable7C } from 'pst-extractor/dist/PSTTable7C.class.js'
import { PSTTableBC } from 'pst-extractor/dist/PSTTableBC.class.js'
import type { PSTTableItem } from 'pst-extractor/dist/PSTTableItem.class.js'

/** A 64-bit number as `pst-extractor` has it. */
type Long = DescriptorIndexNode['dataOffsetIndexIdentifier']

/** NIDs of nodes that every file has ([MS-PST] 2.4.1). */
export const Nid = {
  messageStore: 0x21,
  nameToIdMap: 0x61,
  rootFolder: 0x122,
} as const

/** The low five bits of a NID ([MS-PST] 2.2.2.1). */
export const NidType = {
  folder: 0x02,
  searchFolder: 0x03,
  message: 0x04,
  associatedMessage: 0x08,
  hierarchyTable: 0x0d,
  contentsTable: 0x0e,
  associatedContentsTable: 0x0f,
} as const

/** NIDs of the subnodes of messages with their tables ([MS-PST] 2.4.5.1). */
export const SubNid = { attachmentTable: 0x671, recipientTable: 0x692 } as const

/** PidTagLtpRowId, which holds the NID that a row of a table stands for ([MS-PST] 2.3.4.4.1). */
const ROW_ID = 0x67f2

/** The NID type of a NID. */
export function nidType(nid: number): number {
  return nid & 0x1f
}

/** The node of another type that belongs to a folder, such as its contents table ([MS-PST] 2.4.4). */
export function siblingNid(nid: number, type: number): number {
  return ((nid & ~0x1f) | type) >>> 0
}

/** The values of a property context or of a row, by property ID, and where those are that did not fit. */
export interface PstRecord {
  readonly items: ReadonlyMap<number, PSTTableItem>
  readonly subnodes: ReadonlyMap<number, PSTDescriptorItem>
}

/** The nodes of a PST file ([MS-PST] 2.2.2). Reads synchronously, as `pst-extractor` does. */
export class PstNodes implements Disposable {
  readonly #file: PSTFile
  readonly #nodes = new Map<number, DescriptorIndexNode>()

  /** Opens a file. Throws `MapiError` (`NotFound`, `CorruptStore`) if it is not there or is no PST file. */
  constructor(path: string) {
    try {
      this.#file = new PSTFile(path)
      for (const nodes of this.#file.getChildDescriptorTree().values()) {
        for (const node of nodes) this.#nodes.set(node.descriptorIdentifier, node)
      }
    } catch (cause) {
      const isMissing = (cause as { readonly code?: unknown }).code === 'ENOENT'
      const message = isMissing ? `there is no file ${path}` : `${path} is no PST file that can be read`
      throw new MapiError(isMissing ? ErrorCode.NotFound : ErrorCode.CorruptStore, { message, cause })
    }
  }

  has(nid: number): boolean {
    return this.#node(nid) !== undefined
  }

  /** The NID of the node above, 0 for those that have none. */
  parentOf(nid: number): number {
    return this.#node(nid)?.parentDescriptorIndexIdentifier ?? 0
  }

  /** The property context of a node. Throws `NotFound`. */
  record(nid: number): PstRecord {
    const { stream, subnodes } = this.#open(nid)
    return { items: new PSTTableBC(stream).getItems(), subnodes }
  }

  /** The property context of a subnode. */
  subrecord(item: PSTDescriptorItem): PstRecord {
    return {
      items: new PSTTableBC(new PSTNodeInputStream(this.#file, item)).getItems(),
      subnodes: this.#subnodesOf(item),
    }
  }

  /** The rows of a table; none if there is no such node. */
  rows(nid: number): readonly PstRecord[] {
    if (!this.has(nid)) return []
    const { stream, subnodes } = this.#open(nid)
    return rowsOf(new PSTTable7C(stream, new Map(subnodes)), subnodes)
  }

  /** The rows of a table in a subnode; none if there is no such subnode. */
  subrows(item: PSTDescriptorItem | undefined): readonly PstRecord[] {
    if (item === undefined) return []
    const subnodes = this.#subnodesOf(item)
    return rowsOf(new PSTTable7C(new PSTNodeInputStream(this.#file, item), new Map(subnodes)), subnodes)
  }

  [Symbol.dispose](): void {
    this.#file.close()
  }

  #node(nid: number): DescriptorIndexNode | undefined {
    let node = this.#nodes.get(nid)
    if (node === undefined && nid > 0) {
      try {
        // The tree of children leaves out nodes that are their own parents, as the root folder is.
        node = this.#file.getDescriptorIndexNode(this.#long(nid))
        this.#nodes.set(nid, node)
      } catch {
        // That is how it says that there is none.
      }
    }
    return node
  }

  #open(nid: number): {
    readonly stream: PSTNodeInputStream
    readonly subnodes: ReadonlyMap<number, PSTDescriptorItem>
  } {
    const node = this.#node(nid)
    if (node === undefined) throw new MapiError(ErrorCode.NotFound)
    const { dataOffsetIndexIdentifier, localDescriptorsOffsetIndexIdentifier: subnodes } = node
    return {
      stream: new PSTNodeInputStream(this.#file, this.#file.getOffsetIndexNode(dataOffsetIndexIdentifier)),
      subnodes: subnodes.isZero() ? new Map() : this.#file.getPSTDescriptorItems(subnodes),
    }
  }

  #subnodesOf(item: PSTDescriptorItem): ReadonlyMap<number, PSTDescriptorItem> {
    const id = item.subNodeOffsetIndexIdentifier
    return id > 0 ? this.#file.getPSTDescriptorItems(this.#long(id)) : new Map()
  }

  /** `pst-extractor` takes its numbers in a class of its own, of which every node has one. */
  #long(value: number): Long {
    const [node] = this.#nodes.values()
    const like = node!.dataOffsetIndexIdentifier
    return (like.constructor as unknown as { fromNumber(value: number): Long }).fromNumber(value)
  }
}

/** The NID that a row stands for. */
export function rowNid(row: PstRecord): number {
  return row.items.get(ROW_ID)?.entryValueReference ?? 0
}

function rowsOf(table: PSTTable7C, subnodes: ReadonlyMap<number, PSTDescriptorItem>): readonly PstRecord[] {
  return table.getItems().map((items) => ({ items, subnodes }))
}
