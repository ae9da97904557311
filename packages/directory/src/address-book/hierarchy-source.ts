import { ErrorCode, MapiError, type RowSource } from '@bourse/mapi'
import { evaluate, requireSupported } from '../restriction/evaluate.ts'
import { HIERARCHY_COLUMNS } from './columns.ts'
import { CONTAINER_TAGS, containerCells, containerProperty } from './container.ts'
import type { AddressBookView } from './view.ts'

/** The address book hierarchy table ([MS-OXOABK] 3.1.4.1): all containers, each after the one above it. */
export function hierarchySource(view: AddressBookView): RowSource {
  const { base } = view
  return {
    defaultColumns: HIERARCHY_COLUMNS,
    async version() {
      await base.refresh()
      return base.index.version
    },
    availableColumns: () => CONTAINER_TAGS,
    async rows(order) {
      if (order !== undefined && order.sortOrders.length > 0) throw new MapiError(ErrorCode.TooComplex)
      return (await base.containers.hierarchy()).map(({ id }) => id)
    },
    async matching(rows, restriction) {
      requireSupported(restriction)
      const hierarchy = await base.containers.hierarchy()
      return rows.filter((id) => {
        const container = hierarchy.find((other) => other.id === id)
        if (container === undefined) return false
        const held = (property: number) => containerProperty(container, hierarchy, property, view)
        return evaluate(restriction, { held, answersTo: () => false }, view.restrictionContext())
      })
    },
    async cells(rows, columns) {
      const hierarchy = await base.containers.hierarchy()
      return rows.map((id) => {
        const container = hierarchy.find((other) => other.id === id)
        return container && containerCells(container, hierarchy, columns, view)
      })
    },
    onChange: (listener) => base.onChange(listener),
  }
}
