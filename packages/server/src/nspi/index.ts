export { DirectoryNspiHost, type NspiLog } from './session.ts'
