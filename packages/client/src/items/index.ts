export type { CommonFields, Importance, Sensitivity } from './common-fields.ts'
export type {
  Item,
  ItemActions,
  ItemBody,
  ItemContent,
  ItemKind,
  ItemValues,
  PreparedContent,
} from './item.ts'
export { ItemFolder, type ItemsQuery } from './item-folder.ts'
