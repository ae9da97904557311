import { addressKey, domainOf, isDomainName, parseProxyAddress } from '../model/address.ts'
import type { Domain } from '../model/directory-object.ts'
import type { RecipientKind } from '../model/kind.ts'
import { foldCase } from '../text/fold.ts'
import type {
  AddressListDeclaration,
  Organization,
  PublicFolderDeclaration,
  RecipientDeclaration,
} from './declarations.ts'
import { type FileProblem, OrganizationFileError } from './file-problem.ts'
import { parseFilter } from './parse-filter.ts'
import {
  declareRecipient,
  parseName,
  parsePermissions,
  parseRecipient,
  recipientFields,
  referenceOf,
  referencesOf,
} from './parse-recipient.ts'
import { readYaml, type YamlNode } from './yaml-node.ts'

const KEYS = [
  'organization',
  'domains',
  'users',
  'rooms',
  'equipment',
  'groups',
  'contacts',
  'addressLists',
  'publicFolders',
  'rootDepartment',
  'remove',
] as const

/** Under which key what kind of recipient stands. */
const RECIPIENTS = [
  ['users', 'user'],
  ['rooms', 'room'],
  ['equipment', 'equipment'],
  ['groups', 'group'],
  ['contacts', 'contact'],
] as const satisfies readonly (readonly [(typeof KEYS)[number], RecipientKind])[]

/**
 * Reads an organization file. Throws {@link OrganizationFileError}, which names all that is wrong with it, each with line and
 * key; what depends on the directory is found when it is applied.
 */
export function parseOrganization(text: string, fileName: string): Organization {
  const { root, problems } = readYaml(text)
  // A text that is no YAML says nothing that could be right or wrong.
  if (problems.length > 0) throw new OrganizationFileError(fileName, problems)
  const fields = root.fields(KEYS, 'an organization file')
  const items = (key: (typeof KEYS)[number]): readonly YamlNode[] => {
    const node = fields.get(key)
    return node === undefined || node.isNull ? [] : node.list()
  }
  const nameNode = fields.get('organization')
  const name = nameNode?.text()
  if (root.isMap && nameNode === undefined) root.problem('An "organization" is needed: its name.')
  const domains = fields.has('domains')
    ? items('domains').flatMap((node) => parseDomain(node) ?? [])
    : undefined
  const rootDepartment = fields.get('rootDepartment')
  const organization: Organization = {
    fileName,
    name: name ?? '',
    domains,
    rootDepartment: rootDepartment && referenceOf(rootDepartment),
    recipients: RECIPIENTS.flatMap(([key, kind]) =>
      items(key).flatMap((node) => parseRecipient(node, kind) ?? []),
    ),
    addressLists: items('addressLists').flatMap((node) => parseAddressList(node) ?? []),
    publicFolders: items('publicFolders').flatMap((node) => parsePublicFolder(node) ?? []),
    removals: referencesOf(fields.get('remove')) ?? [],
  }
  problems.push(...contradictions(organization))
  if (problems.length > 0) throw new OrganizationFileError(fileName, problems)
  return organization
}

/** `example.com`, or with the name before a backslash `{ name: example.com, netbios: EXAMPLE }`. */
function parseDomain(node: YamlNode): Domain | undefined {
  const fields = node.isMap
    ? node.fields(['name', 'netbios'], 'a domain')
    : new Map([['name', node] as const])
  const nameNode = fields.get('name')
  if (nameNode === undefined) return node.problem('A domain needs a "name".')
  const text = nameNode.text()
  if (text === undefined) return undefined
  const name = foldCase(text)
  if (!isDomainName(name)) return nameNode.problem(`"${text}" is not the name of a domain.`)
  const netbiosName = fields.get('netbios')?.text() ?? name.split('.')[0]!.toUpperCase()
  return { name, netbiosName }
}

function parseAddressList(node: YamlNode): AddressListDeclaration | undefined {
  const fields = node.fields(['name', 'displayName', 'where', 'parent'], 'an address list')
  if (!node.isMap) return undefined
  const nameNode = fields.get('name')
  const where = fields.get('where')
  if (nameNode === undefined) return node.problem('An address list needs a "name".')
  const name = parseName(nameNode)
  if (where === undefined) return node.problem('An address list needs a "where": who is in it.')
  const filter = parseFilter(where)
  const displayName = fields.get('displayName')?.text()
  const parentNode = fields.get('parent')
  const parent = parentNode && referenceOf(parentNode)
  if (name === undefined) return undefined
  return {
    place: nameNode.place,
    name,
    filter,
    ...(displayName === undefined ? {} : { displayName }),
    ...(parent === undefined ? {} : { parent }),
  }
}

/** A public folder. With an address, or a name, it has an entry in the directory; `/`, which all are in, has none. */
function parsePublicFolder(node: YamlNode): PublicFolderDeclaration | undefined {
  const fields = recipientFields(node, 'publicFolder')
  if (!node.isMap) return undefined
  const pathNode = fields.get('path')
  if (pathNode === undefined) return node.problem('A public folder needs a "path".')
  const text = pathNode.text()
  const permissionsNode = fields.get('permissions')
  const permissions = permissionsNode === undefined ? [] : parsePermissions(permissionsNode)
  if (text === undefined) return undefined
  const parts = text.split('/').filter((part) => part.trim() !== '')
  const path = `/${parts.join('/')}`
  const { place } = pathNode
  const hasEntry = fields.has('address') || fields.has('name')
  if (hasEntry && parts.length === 0)
    return pathNode.problem('The folder that all public folders are in has no address.')
  if (!hasEntry) return { place, path, permissions }
  const nameNode = fields.get('name')
  const name = nameNode === undefined ? nameOfPath(parts) : parseName(nameNode)
  if (name === undefined) return undefined
  const recipient = declareRecipient(node, fields, 'publicFolder', name)
  return {
    place,
    path,
    permissions,
    recipient: { displayName: parts.at(-1)!, ...recipient, place, folderPath: path },
  }
}

/** A name for the entry of a folder: `/Projects/Alpha 1` is `projects-alpha-1`. */
function nameOfPath(parts: readonly string[]): string {
  const words = parts.flatMap((part) => part.toLowerCase().split(/[^\p{L}\p{N}]+/u))
  const name = words
    .filter((word) => word !== '')
    .join('-')
    .slice(0, 64)
  return name === '' ? 'folder' : name
}

/** What cannot all be true that stands in a file. */
function contradictions(organization: Organization): readonly FileProblem[] {
  const problems: FileProblem[] = []
  const { recipients, addressLists, publicFolders, domains, removals } = organization
  const all = [...recipients, ...publicFolders.flatMap(({ recipient }) => recipient ?? [])]
  const claim = claims(problems)
  for (const { name, place } of all) claim(`name ${foldCase(name)}`, `The name "${name}"`, place)
  for (const { name, place } of addressLists)
    claim(`list ${foldCase(name)}`, `The address list "${name}"`, place)
  for (const { path, place } of publicFolders)
    claim(`path ${foldCase(path)}`, `The public folder "${path}"`, place)
  for (const recipient of all) {
    for (const address of new Set(
      addressesOf(recipient).map((text) => addressKey(parseProxyAddress(text)!)),
    )) {
      claim(`address ${address}`, `The address "${address.replace(/^smtp:/, '')}"`, recipient.place)
    }
    if (recipient.kind === 'contact' && !recipient.address) {
      problems.push({ ...recipient.place, message: `Contact "${recipient.name}" needs an "address".` })
    }
    if (recipient.kind !== 'contact' && domains !== undefined) {
      problems.push(...foreignAddresses(recipient, domains))
    }
  }
  for (const { text, place } of removals) {
    if (all.some(({ name }) => foldCase(name) === foldCase(text))) {
      problems.push({ ...place, message: `"${text}" cannot be declared and removed in one file.` })
    }
  }
  return problems
}

/** Makes a problem of what is claimed twice. */
function claims(
  problems: FileProblem[],
): (key: string, what: string, place: { line: number; key: string }) => void {
  const claimed = new Map<string, number>()
  return (key, what, place) => {
    const line = claimed.get(key)
    if (line === undefined) claimed.set(key, place.line)
    else
      problems.push({ line: place.line, key: place.key, message: `${what} is used in line ${line} already.` })
  }
}

function addressesOf({ address, aliases = [] }: RecipientDeclaration): readonly string[] {
  return address ? [`SMTP:${address}`, ...aliases] : aliases
}

/** Addresses that are in none of the organization's domains. */
function foreignAddresses(
  recipient: RecipientDeclaration,
  domains: readonly Domain[],
): readonly FileProblem[] {
  const own = new Set(domains.map(({ name }) => name))
  return addressesOf(recipient).flatMap((text) => {
    const { type, address } = parseProxyAddress(text)!
    const isOwn = type !== 'SMTP' || own.has(domainOf(address))
    const message = `"${address}" of "${recipient.name}" is in none of the organization's domains.`
    return isOwn ? [] : [{ ...recipient.place, message }]
  })
}
